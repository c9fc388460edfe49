"""A command that answers at once imports nothing that takes long and that it does not need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crawled

#: Each takes a tenth of a second of CPU or more.
HEAVY = {
    "scrapy",
    "twisted",
    "trafilatura",
    "alembic",
    "tldextract",
    "requests",
    "pandas",
    "pyarrow",
}
RUN = (
    "import sys; from newscrawl.commands import cli\n"
    "try: cli.main(sys.argv[1:], standalone_mode=False)\n"
    "except BaseException as error: print(repr(error), file=sys.stderr)\n"
    "print(*sys.modules, file=sys.stderr)"
)


@pytest.mark.parametrize(
    "command",
    [
        ["--help"], ["crawl", "--help"], ["watch", "--help"], ["serve", "--help"],
        ["search", "ferry"], ["search", "ferries", "source:nobody"], ["status"], ["audit"], ["stats"],
        ["export"], ["export", "misses"], ["show", "0123456789abcdef"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_it_imports_only_what_it_needs(command: list[str], crawled: Crawled) -> None:
    options = [] if "--help" in command else ["--archive", str(crawled.archive)]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *command, *options], capture_output=True, text=True, check=False
    )
    modules = set(done.stderr.splitlines()[-1].split())
    assert "newscrawl.commands" in modules, done.stderr
    assert HEAVY & modules == set()
