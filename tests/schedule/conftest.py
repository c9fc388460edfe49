"""A watch over the hourly paper, in simulated time."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import hourly_paper

from tests.conftest import Ran, newscrawl

SUPPORT = Path(__file__).parent.parent / "support"
FIRST = 1_799_971_200.0
#: When the paper has its first reader: it has published for ten days by then.
BEGIN = FIRST + 10 * hourly_paper.DAY


@dataclass(frozen=True)
class Simulated:
    """What came of it; `requests` are moment, status and path."""

    archive: Path
    base: str
    ran: Ran
    requests: list[tuple[float, int, str]]
    #: When each article was published.
    times: list[float]
    end: float


def simulate(
    folder: Path,
    *,
    days: float,
    paper: str = "hourly_paper",
    by_hour: tuple[int, ...] = hourly_paper.BY_HOUR,
) -> Simulated:
    clock, log, sources = folder / "clock", folder / "requests.txt", folder / "sources.toml"
    log.touch()
    clock.write_text(str(BEGIN))
    end, length = BEGIN + days * hourly_paper.DAY, int(days) + 12
    command = [sys.executable, SUPPORT / f"{paper}.py", clock, log, str(FIRST), str(length)]
    with subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        base = server.stdout.readline().strip()
        sources.write_text(
            f'[[source]]\nname = "Hourly"\nhome = "{base}/"\nfeeds = ["{base}/feed.xml"]\n'
        )
        ran = newscrawl(
            *("watch", "--archive", folder / "news", "--sources", sources),
            *("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"),
            *("-s", "NEWSCRAWL_CLOCK=simulated_clock.SimulatedClock"),
            env={
                "SIMULATED": f"{clock} {BEGIN} {end}",
                "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")]),
            },
            longest=300 + 300 * days,
        )
        server.communicate()
    lines = [line.split(" ", 2) for line in log.read_text().splitlines()]
    requests = [(float(at), int(status), path) for at, status, path in lines]
    times = hourly_paper.published(FIRST, length, by_hour)
    return Simulated(folder / "news", base, ran, requests, times, end)
