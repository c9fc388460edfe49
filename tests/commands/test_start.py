"""A command that answers at once imports nothing that takes long and that it does not need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled

#: Each takes a hundredth of a second of CPU or more, most a tenth.
HEAVY = {
    "alembic", "cryptography", "lxml", "multiprocessing", "numpy", "pandas", "pyarrow", "pydantic",
    "rapidfuzz", "regex", "requests", "rich", "scrapy", "sqlalchemy", "tldextract", "trafilatura", "twisted",
    "newscrawl.discovery", "newscrawl.frontier",
}  # fmt: skip
#: Commands, and which of these they need.
NEEDED = {
    ("--help",): (),
    ("crawl", "--help"): (),
    ("watch", "--help"): (),
    ("serve", "--help"): (),
    ("replay", "--help"): (),
    ("compact", "--help"): (),
    ("archive", "--help"): (),
    ("doctor", "--help"): (),
    ("search", "ferry"): ("sqlalchemy",),
    ("search", "ferries", "source:nobody"): ("sqlalchemy",),
    ("show", "0123456789abcdef"): ("sqlalchemy",),
    ("stats",): ("sqlalchemy", "rich"),
    ("stats", "--format", "csv"): ("sqlalchemy",),
    ("runs",): ("sqlalchemy", "rich"),
    ("status",): ("sqlalchemy", "rich", "newscrawl.frontier"),
    ("audit",): ("sqlalchemy", "rich", "newscrawl.frontier"),
    ("export",): ("sqlalchemy", "newscrawl.frontier"),
    ("export", "misses"): ("sqlalchemy", "newscrawl.frontier"),
    ("changes",): ("sqlalchemy", "newscrawl.frontier"),
}
RUN = (
    "import sys; from newscrawl.commands import cli\n"
    "try: cli.main(sys.argv[1:], standalone_mode=False)\n"
    "except BaseException as error: print(repr(error), file=sys.stderr)\n"
    "print(*sys.modules, file=sys.stderr)"
)


@pytest.mark.parametrize(("command", "needed"), NEEDED.items(), ids=map(" ".join, NEEDED))
def test_it_imports_only_what_it_needs(
    command: tuple[str, ...], needed: tuple[str, ...], part: Crawled
) -> None:
    options = [] if "--help" in command else ["--archive", str(part.archive)]
    modules = _imported(*command, *options)
    assert HEAVY & modules <= {*needed}


def test_a_replay_needs_neither_scrapy_nor_a_progress_bar_nor_migrations(
    part: Crawled, tmp_path: Path
) -> None:
    [warc] = (part.archive / "warc").iterdir()
    modules = _imported("replay", str(warc), "--into", str(tmp_path / "again"))
    assert (tmp_path / "again" / "news.db").exists()
    assert modules & {"scrapy", "twisted", "alembic", "pydantic", "rich", "trafilatura"} == set()


def test_an_extraction_needs_no_numpy_and_trafilatura_still_knows_languages(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>A ferry</title><h1>A ferry</h1><p>It sails again.</p>", "utf-8")
    classify = (
        "from trafilatura.utils import language_classifier as classified\n"
        "print(classified('Die Fähre nach Sylt legt am Abend wieder von der Mole ab.', ''))\n"
    )
    command = ("extract", str(page), "--url", "https://a.example/a-ferry-sails-again")
    done = _run(f"{RUN}\n{classify}", *command)
    modules = set(done.stderr.splitlines()[-1].split())
    assert "trafilatura" in modules
    assert "numpy" not in modules
    assert done.stdout.splitlines()[-1] == "de"


def _imported(*arguments: str) -> set[str]:
    """All modules that a command has imported in its own process."""
    done = _run(RUN, *arguments)
    modules = set(done.stderr.splitlines()[-1].split())
    assert "newscrawl.commands" in modules, done.stderr
    return modules


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
