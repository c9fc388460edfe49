"""A year of passes by cron, with compaction: what is left of many small files is one proved archive."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import hourly_paper
import pytest

from tests.conftest import FAST, LONGEST, newscrawl
from tests.schedule.conftest import FIRST, SUPPORT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

#: Passes of the year; NEWSCRAWL_PASSES=365 is one a day.
PASSES = int(os.environ.get("NEWSCRAWL_PASSES", "3"))
YEAR = 365 * hourly_paper.DAY


def test_a_year_of_passes_and_compactions_is_proved(tmp_path: Path) -> None:
    clock, log, sources = tmp_path / "clock", tmp_path / "requests.txt", tmp_path / "sources.toml"
    log.touch()
    clock.write_text(str(FIRST))
    root, months = tmp_path / "news", max(1, PASSES // 12)
    paper = [sys.executable, SUPPORT / "hourly_paper.py", clock, log, str(FIRST), "380"]
    with subprocess.Popen(
        list(map(str, paper)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as site:
        assert site.stdout is not None
        base = site.stdout.readline().strip()
        sources.write_text(
            f'[[source]]\nname = "Hourly"\nhome = "{base}/"\nfeeds = ["{base}/feed.xml"]\n'
        )
        for number in range(PASSES):
            at = FIRST + 10 * hourly_paper.DAY + number * YEAR / PASSES
            ran = newscrawl(
                *("crawl", "--now", "--archive", root, "--sources", sources, *FAST),
                *("-s", "NEWSCRAWL_CLOCK=simulated_clock.SimulatedClock"),
                env={
                    "SIMULATED": f"{clock} {at} {at + YEAR}",
                    "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")]),
                },
            )
            assert ran.code == 0, ran.err
            if number % months == months - 1 and number:
                assert newscrawl("compact", "--archive", root).code == 0
        site.communicate()
    # What came after the last month.
    assert newscrawl("compact", "--archive", root).code in (0, 4)
    assert len(list((root / "warc").iterdir())) == 1
    records = newscrawl("export", "--archive", root).lines
    assert len({record["capture"]["captured_at"][:7] for record in records}) >= min(PASSES, 12)
    longest = max(LONGEST, 10.0 * PASSES)
    proved = newscrawl("verify", "--archive", root, "--records", "--independent", longest=longest)
    assert proved.code == 0, proved.out
    captured_in = {record["capture"]["warc"] for record in records}
    assert len(captured_in) == 1
