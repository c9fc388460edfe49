"""Ctrl-C once, Ctrl-C twice, SIGTERM: nothing that was captured is lost."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from processes import still_runs

from newscrawl.newspaper import Newspaper, expected
from tests.conftest import crawl, newscrawl, start_newscrawl

if TYPE_CHECKING:
    from pathlib import Path

#: Slow enough that a signal meets a crawl in the middle.
SLOW = ("-s", "DOWNLOAD_DELAY=0.05", "-s", "AUTOTHROTTLE_ENABLED=False")


@pytest.mark.parametrize(
    "signals",
    [
        (signal.SIGTERM,),
        (signal.SIGINT, signal.SIGINT),
        pytest.param((signal.SIGINT,), marks=pytest.mark.long),
    ],
    ids=str,
)
def test_a_stopped_crawl_goes_on_where_it_was(
    tmp_path: Path, paper: Newspaper, signals: tuple[signal.Signals, ...]
) -> None:
    archive = tmp_path / "news"
    process = start_newscrawl("crawl", "--archive", archive, *SLOW, paper.seeds[0])
    while len(paper.log) < 20:
        assert still_runs(process)
    for each in signals:
        process.send_signal(each)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert "To go on: " in said
    assert "newscrawl: stopping" in said
    if len(signals) == 1:
        assert not list((archive / "warc").glob("*.open"))
    again = crawl(archive, paper.seeds[0])
    assert again.code == 0, again.err
    urls = [record["url"] for record in newscrawl("export", "--archive", archive).lines]
    assert sorted(urls) == sorted(u for u in expected(paper.sites) if u.startswith(paper.seeds[0]))
    assert newscrawl("replay", archive, "--check").code == 0
    assert newscrawl("verify", "--archive", archive).code == 0
