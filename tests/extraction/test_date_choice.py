"""Which of a page's dates is the article's: not the page's clock, nor those of other stories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extraction import extract_article

TEXT = "".join(
    f"<p>{t} {t.lower()}</p>"
    for t in (
        "The town council of Saltmarsh voted on Monday evening to keep the old ferry for two summers.",
        "Seven members spoke for the ferry and four against it, and the treasurer warned of the roof.",
    )
)
CLOCK = "<div class=timestamp>10.04.2026 // 09:29</div>"
NOW = datetime(2026, 4, 10, 9, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "published"),
    [
        (
            f"{CLOCK}<div><p>// 09.12.2024 // 10:19 //</p><h1>A ferry</h1>{TEXT}</div>",
            "2024-12-09T10:19:00",
        ),
        (f"{CLOCK}<div><h1>A ferry</h1><p>09.12.2024 10:19</p>{TEXT}</div>", "2024-12-09T10:19:00"),
        (
            f"{CLOCK}<div class=head>A ferry</div><p>09.12.2024 10:19</p>{TEXT}",
            "2024-12-09T10:19:00",
        ),
        (
            f"<h1>A ferry</h1><span>2024-12-09 11:10</span>{TEXT}"
            "<ul><li><h5>Other</h5><time>2024-12-11</time></li></ul>",
            "2024-12-09T11:10:00",
        ),
        (
            f"<li><a href=/x>A story of four words</a> (11-12-2024)</li><h1>A ferry</h1>"
            f"<ul><li><a href=/x>A story of five words</a> (12-12-2024)</li></ul>"
            f"<p>9 December 2024</p>{TEXT}",
            "2024-12-09",
        ),
        (
            f"<div><article><h1>Other</h1><time>2024-12-01</time></article></div>"
            f"<article><h1>A ferry</h1><time>2024-12-09</time>{TEXT}</article>",
            "2024-12-09",
        ),
        (
            f"<h1>A ferry</h1>{TEXT}<p><ins datetime=2024-12-09T10:00:57Z>Published</ins></p>",
            "2024-12-09T10:00:57+00:00",
        ),
    ],
)
def test_the_date_by_the_headline(body, published):
    page = f"<html lang=de><head><title>A ferry</title></head><body>{body}</body></html>"
    found = extract_article(page, url="https://riverpost.org/news/a-ferry", captured_at=NOW)
    assert found.published_at == published


def test_a_date_in_a_chinese_sentence_is_that_of_an_event():
    event = "2024年2月27日下午，河口镇议会星期一晚上决定把旧渡船再用两个夏天，议员七人赞成。"
    head = "<html lang=zh><head><title>旧渡船再用两夏</title></head><h1>旧渡船再用两夏</h1>"
    page = f"{head}<p>{event}</p><p>2024-03-06</p>"
    assert (
        extract_article(page, url="https://hekou.example/a", captured_at=NOW).published_at
        == "2024-03-06"
    )
