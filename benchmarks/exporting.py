"""How long exports take, beside `sqlite3 -csv` on a table that has the same rows as plain columns.

    python benchmarks/monitoring.py --articles 200000 --keep DIR --fill-only
    python benchmarks/exporting.py DIR                     half of its records as CSV; all as Parquet
    python benchmarks/exporting.py DIR --rows 100000 --rounds 3

Needs the program sqlite3. The ratios of CPU time say more than the seconds: they are of one run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from newscrawl.database.engine import open_database
from newscrawl.export.columns import COLUMNS, row_of, text_cell
from newscrawl.store import Store

#: What other programs read without a record: columns of the table `articles`.
OF_TABLES = "id,revision,url,source,title,published_at,language,publisher,section,kind"


def timed(command: list[str], out: Path) -> tuple[float, float, float, int]:
    """Seconds, seconds of CPU, peak memory in MiB, and bytes written."""
    began = time.perf_counter()
    with out.open("wb") as file:
        process = subprocess.Popen(command, stdout=file)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {status}")
    took = time.perf_counter() - began
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.stat().st_size


def show(name: str, runs: list[tuple[float, float, float, int]], base: float | None) -> float:
    took, cpu, memory, size = min(runs, key=lambda run: run[1])
    ratio = f"{cpu / base:6.2f}x" if base else ""
    print(
        f"  {name:<44} {took:7.2f} s {cpu:7.2f} s of CPU {memory:6.0f} MiB {size / 1e6:7.1f} MB {ratio}"
    )
    return cpu


def plain_table(archive: Path, target: Path, rows: int) -> str:
    """Write the rows as text into a table, and return the time until which they are dated."""
    store = Store(open_database(archive / "news.db"))
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    marks = ", ".join("?" * len(COLUMNS))
    with closing(sqlite3.connect(target)) as tables:
        tables.execute(f"CREATE TABLE plain ({names}, seconds)")
        tables.execute("CREATE INDEX dated ON plain (seconds)")
        until = ""
        for number, (_, record) in enumerate(store.records()):
            until = record["published_at"]
            if number == rows:
                break
            values = row_of(record, COLUMNS, text_cell)
            tables.execute(f"INSERT INTO plain VALUES ({marks}, ?)", [*values, number])
        tables.commit()
    store.close()
    return str(until)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2)
    wanted = parser.parse_args()
    archive: Path = wanted.folder / "news"
    program = shutil.which("sqlite3")
    if program is None:
        raise SystemExit("sqlite3 is not installed")
    ours = [sys.executable, "-m", "newscrawl", "export", "--archive", str(archive)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        until = plain_table(archive, folder / "plain.db", wanted.rows)
        plain = [program, "-csv", "-header", str(folder / "plain.db")]
        # --until takes the second that it names, too.
        ours_csv = [*ours, "--format", "csv", "--query", f"before:{until}"]
        print(f"{wanted.rows:,} filtered rows as CSV", flush=True)
        for title, columns, options in (
            ("all columns", ", ".join(f'"{name}"' for name in COLUMNS), []),
            ("columns of the tables", OF_TABLES, ["--fields", OF_TABLES]),
        ):
            select = f"SELECT {columns} FROM plain WHERE seconds < {wanted.rows}"
            theirs, own = [], []
            for _ in range(wanted.rounds):
                theirs.append(timed([*plain, select], folder / "out.csv"))
                own.append(timed([*ours_csv, *options], folder / "out.csv"))
            base = show(f"sqlite3 -csv, {title}", theirs, None)
            show(f"newscrawl export, {title}", own, base)
        print("all records as Parquet", flush=True)
        command = [*ours, "--format", "parquet", "-o", str(folder / "parquet")]
        show("newscrawl export --format parquet", [timed(command, folder / "out")], None)


if __name__ == "__main__":
    main()
