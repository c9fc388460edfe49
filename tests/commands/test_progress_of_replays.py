"""What a replay says of how far it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from terminals import on_a_terminal

from newscrawl.commands import progress

if TYPE_CHECKING:
    from tests.conftest import Crawled


def test_a_terminal_shows_count_rate_and_time_left() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    assert list(progress.shown(iter("abc"), 4, console=console)) == ["a", "b", "c"]
    assert "3/4" in out.getvalue()
    assert "pages/s" in out.getvalue()
    assert ":" in out.getvalue()


def test_shards_are_counted_and_their_pages_if_they_are_known() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with progress.Shards(console=console) as shown:
        shown.expect(2)
        shown.expect(1)
        shown.shard_done()
        counted = out.tell()
    assert "1/3" in out.getvalue()
    assert "pages" not in out.getvalue()[:counted]
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with progress.Shards(console=console) as shown:
        shown.expect(1)
        shown.page_done()
    assert "0/1" in out.getvalue()
    assert "1 pages, " in out.getvalue()


def test_records_go_to_stdout_all_the_same(few: Crawled) -> None:
    domain = ("--domain", "127.0.0.3")
    command = ("replay", few.archive, *domain)
    shown, ran = on_a_terminal(*command, width=100, shown=2, term="xterm")
    assert ran.code == 0
    assert "pages/s" in "".join(shown)
    urls = {record["url"] for record in ran.lines}
    assert urls == {url for url in few.records if "127.0.0.3" in url} != set(few.records)


def test_a_pipe_is_told_nothing() -> None:
    out = io.StringIO()
    assert list(progress.shown(iter("abc"), 3, console=Console(file=out))) == ["a", "b", "c"]
    assert out.getvalue() == ""
