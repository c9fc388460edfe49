"""URLs from a file and from standard input, with every mistake in them named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from amounts import amount

from newscrawl.crawl.url_list import named_urls
from newscrawl.errors import NothingToDo, UsageError
from tests.conftest import FAST, crawl, python, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

PATHS = [f"/the-harbour-council-decides-part-{n}" for n in range(3)]


@pytest.fixture
def site(small_site: Callable[..., SmallSite]) -> SmallSite:
    return small_site({path: story(n) for n, path in enumerate(PATHS)})


def test_a_file_of_urls_is_crawled(tmp_path: Path, site: SmallSite) -> None:
    file = tmp_path / "urls.txt"
    one, two, three = (site.base + path for path in PATHS)
    file.write_text(f"# my list\n\n{one}\n  {two}  # the second\n{one}\n{three}\n")
    ran = crawl(tmp_path / "news", f"@{file}", "--json")
    assert (ran.code, {record["url"] for record in ran.lines}) == (0, {one, two, three})
    assert [site.asked.count(path) for path in PATHS] == [1, 1, 1]


def test_standard_input_is_a_list(tmp_path: Path, site: SmallSite) -> None:
    ran = python(
        *("-m", "newscrawl", "crawl", "-", "--json", *FAST, "--archive", tmp_path / "news"),
        given=f"title;URL\nOne;{site.base}{PATHS[0]}\n",
    )
    assert (ran.code, len(ran.lines)) == (0, 1), ran.err
    assert PATHS[0] in ran.out


def test_every_bad_line_is_named_and_nothing_is_fetched(tmp_path: Path, site: SmallSite) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"{site.base}/\nnonsense\n# fine\nftp://a.example/\na.example/x b.example/y\n")
    ran = crawl(tmp_path / "news", f"@{file}", "neither")
    assert (ran.code, ran.out, site.asked) == (2, "", [])
    assert ran.err.splitlines() == [
        f"newscrawl: {file}:2: 'nonsense' is not a URL",
        f"newscrawl: {file}:4: 'ftp://a.example/': the scheme 'ftp' is not http or https",
        f"newscrawl: {file}:5: 'a.example/x b.example/y' has a blank in it: write one URL a line",
        "newscrawl: 'neither' is not a URL",
    ]
    assert not (tmp_path / "news").exists()


def test_the_name_of_a_file_is_no_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "urls.txt").write_text("https://a.example/\n")
    ran = crawl(tmp_path / "news", "urls.txt")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "newscrawl: urls.txt is a file: did you mean @urls.txt?\n"
    missing = crawl(tmp_path / "news", "@none.txt")
    assert (missing.code, missing.err) == (2, "newscrawl: none.txt: No such file or directory\n")


def test_forms_of_lists(tmp_path: Path) -> None:
    file = tmp_path / "list"

    def read(data: bytes) -> list[str]:
        file.write_bytes(data)
        return named_urls([f"@{file}"])

    both = ["https://a.example/1,2", "https://b.example/"]
    assert read(b"\xef\xbb\xbfhttps://a.example/1,2\r\nb.example\r\n") == both
    assert (
        read(b'Title,Url\n"a\nb","https://a.example/1,2"\n,\n# no,c.example\nx,b.example\n') == both
    )
    assert read(b"url\nhttps://a.example/1,2\nb.example\n") == both
    assert read(b"n\turl\n1\thttps://a.example/1,2\n2\tb.example\n") == both
    with pytest.raises(UsageError, match=r"list:4: 'no' is not a URL$"):
        read(b'title,url\n"a\nb",a.example\nx,no\n')
    with pytest.raises(UsageError, match=r"list:2: byte 0xff is not UTF-8$"):
        read(b"a.example\n\xff\n")
    with pytest.raises(NothingToDo, match=r"list: no URL in it$"):
        read(b"# nothing\n\n")


def test_many_thousands_of_urls_are_taken(tmp_path: Path) -> None:
    file, number = tmp_path / "many.txt", amount(20_000, thorough=100_000)
    file.write_text("".join(f"http://127.0.0.1:9/{n}\n" for n in range(number)))
    assert len(named_urls([f"@{file}"])) == number
