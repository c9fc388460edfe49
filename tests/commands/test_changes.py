"""`newscrawl history`, `diff` and `changes` over an article that is edited, removed and brought back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import pytest

from newscrawl.archive.layout import Layout
from newscrawl.collection.commit import Collection, commit, revise
from newscrawl.collection.results import Result
from newscrawl.database.engine import open_database
from newscrawl.frontier import Outcome, SqlFrontier
from newscrawl.items import Article, Capture
from newscrawl.store import Store
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://paper.example/story"
BODY = "The council met on Monday and voted for the plan.\nMore is to follow on Friday."
EVIL = "=1+1 <script>alert(1)</script> \x1b[31m"


def look(hour: int, *, status: int = 200, digest: str = "", **fields: object) -> Result:
    """A look at that hour; with a title it shows the article."""
    stamp = f"2026-05-20T{hour:02}:00:00Z"
    taken = Capture(
        "a.warc.gz", hour, 1, f"urn:uuid:{hour}", digest or f"sha256:{hour}", stamp, status
    )
    if "title" not in fields:
        cause = f"http-{status}"
        outcome = Outcome("miss", cause, status=status, seen_at=stamp, capture=taken)  # type: ignore[arg-type]
        return Result(URL, "Gazette", outcome)
    stated: dict[str, object] = {"body": BODY, "published_at": "2026-05-20T07:00:00Z", **fields}
    article = Article(url=URL, source="Gazette", capture=taken, **stated)  # type: ignore[arg-type]
    return Result(
        URL, "Gazette", Outcome("article", status=200, seen_at=stamp, capture=taken), article
    )


LOOKS = [
    look(8, title="Council votes"),
    look(9, title="Council votes", digest="sha256:8"),
    look(10, title="Council votes no", body=BODY.replace("for", "against"), section="Local"),
    look(11, title="Council votes", section="Local"),
    look(12, status=410),
    look(13, status=410),
    look(14, title=f'Council votes "{EVIL}"', section="Local"),
    look(15, title=f"Council votes “{EVIL}”", section="Local"),
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, ...]]:
    """The options that name the archive."""
    layout = Layout(tmp_path_factory.mktemp("changes") / "news")
    layout.create()
    target: Path | str = layout.database
    options: tuple[str, ...] = ("--archive", str(layout.root))
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
        options += ("--db", str(target))
    engine = open_database(target)
    collection = Collection(layout, Store(engine), SqlFrontier(engine))
    for result in LOOKS:
        results, observed = revise(collection, [result])
        commit(collection, results, now=0, observed=observed, sync=False, new_urls=True)
        # As a crawl that reads the same captures again.
        assert revise(collection, [result])[1] == []
    engine.dispose()
    yield options


def test_history_tells_each_look(archive: tuple[str, ...]) -> None:
    ran = newscrawl("history", *archive, URL)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "looked at 8 times, last 2026-05-20 15:00 UTC" in lines
    told = [line.strip() for line in lines[lines.index("") + 3 :]]
    assert told == [
        "2026-05-20 08:00:00 200  revision 1: first seen",
        "09:00:00 200  unchanged",
        "10:00:00 200  revision 2: headline, +1 -0 words, silent, no modification time stated;"
        " body, +1 -1 words, silent, no modification time stated; section",
        "between 2026-05-20 09:00 and 2026-05-20 10:00 UTC",
        "11:00:00 200  revision 3: headline, +0 -1 words, silent, no modification time stated;"
        " body, +1 -1 words, silent, no modification time stated",
        "between 2026-05-20 10:00 and 2026-05-20 11:00 UTC",
        "12:00:00 410  removed",
        "between 2026-05-20 11:00 and 2026-05-20 12:00 UTC",
        "13:00:00 410  gone",
        "14:00:00 200  revision 4: returned; headline, +7 -0 words, silent, no modification time stated",
        "between 2026-05-20 13:00 and 2026-05-20 14:00 UTC",
        "15:00:00 200  revision 5: headline, only quotes and dashes",
        "between 2026-05-20 14:00 and 2026-05-20 15:00 UTC",
    ]
    looks = newscrawl("history", *archive, URL, "--json").lines
    assert [each["shows"] for each in looks[:2]] == ["first", "unchanged"]
    assert [len(each["changes"]) for each in looks] == [0, 0, 3, 2, 1, 0, 2, 1]


def test_nothing_acts_on_a_terminal(archive: tuple[str, ...]) -> None:
    for command in ("history", "diff"):
        assert "\x1b" not in newscrawl(command, *archive, URL).out
    assert "\x1b" not in newscrawl("changes", *archive, "--noise").out


def test_diff_marks_what_changed(archive: tuple[str, ...]) -> None:
    ran = newscrawl("diff", *archive, URL, "--from", 1, "--to", 2)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "- The council met on Monday and voted [-for-] the plan." in lines
    assert "+ The council met on Monday and voted {+against+} the plan." in lines
    assert "  ... 1 equal paragraph" in lines
    assert "section: (none) -> Local" in lines


def test_diff_of_a_text_that_came_back_says_so(archive: tuple[str, ...]) -> None:
    ran = newscrawl("diff", *archive, URL, "--from", 1, "--to", 3)
    assert "revision 3 says the same as revision 1" in ran.out
    [found] = newscrawl("diff", *archive, URL, "--from", 1, "--to", 3, "--json").lines
    assert found["same_text"]
    assert [field["name"] for field in found["fields"]] == ["section"]


def test_diff_as_a_page_holds_texts_and_no_markup_of_theirs(archive: tuple[str, ...]) -> None:
    page = newscrawl("diff", *archive, URL, "--format", "html").out
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<ins>" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((URL, "--to", "9"), "no revision 9: there are 1, 2, 3, 4, 5"),
        ((URL, "--to", "1"), "there is no earlier version than revision 1"),
        ((URL, "--to", "2020-01-01"), "no capture at 2020-01-01"),
        ((URL, "--to", "whatever"), "whatever"),
        (("https://other.example/",), "no record in"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    archive: tuple[str, ...], arguments: tuple[str, ...], said: str
) -> None:
    ran = newscrawl("diff", *archive, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_history_of_no_article_is_one_line(archive: tuple[str, ...]) -> None:
    ran = newscrawl("history", *archive, "https://other.example/")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        (
            (),
            ["headline", "body", "section", "headline", "body", "removed", "returned", "headline"],
        ),
        (("--noise", "--headline"), ["headline"] * 4),
        (("--removed",), ["removed", "returned"]),
        (("--silent", "--until", "2026-05-20T10:00:01"), ["headline", "body"]),
        (("--since", "2026-05-20T12:30"), ["returned", "headline"]),
        (("--min-words", "2"), ["body", "body", "headline"]),
        (("--source", "Gazette", "--removed"), ["removed", "returned"]),
    ],
)
def test_changes_are_chosen(
    archive: tuple[str, ...], options: tuple[str, ...], kinds: list[str]
) -> None:
    ran = newscrawl("changes", *archive, *options, "--format", "jsonl")
    assert [fact["kind"] for fact in ran.lines] == kinds


def test_no_change_and_no_such_source(archive: tuple[str, ...]) -> None:
    none = newscrawl("changes", *archive, "--since", "2030")
    assert (none.code, none.out) == (1, "")
    assert newscrawl("changes", *archive, "--source", "Nobody").code == 2


def test_changes_as_csv_are_no_formulas(archive: tuple[str, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(newscrawl("changes", *archive, "--format", "csv").out)))
    assert len(rows) == 8
    assert rows[0]["before"] == "Council votes"
    assert {row["silent"] for row in rows} == {"True", "False"}


def test_changes_as_a_feed_that_a_reader_takes(archive: tuple[str, ...]) -> None:
    feed = feedparser.parse(newscrawl("changes", *archive, "--format", "atom").out)
    assert not feed.bozo
    assert len(feed.entries) == 8
    assert feed.entries[0].updated == "2026-05-20T14:00:00Z"
    assert len({entry.id for entry in feed.entries}) == 8
    assert {entry.link for entry in feed.entries} == {URL}
    empty = newscrawl("changes", *archive, "--since", "2030", "--format", "atom")
    assert empty.code == 0
    assert not feedparser.parse(empty.out).bozo


def test_facts_lie_beside_the_records(archive: tuple[str, ...]) -> None:
    [path] = (Path(archive[1]) / "changes").iterdir()
    facts = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert facts == newscrawl("changes", *archive, "--noise", "--format", "jsonl").lines
