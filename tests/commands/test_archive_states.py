"""Every command in every state of an archive ends with clear lines and its exit code.

The suite runs a part of the table: each state and each command at least once; NEWSCRAWL_STATES=all runs all
of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import zlib
from contextlib import suppress
from math import gcd
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

import pytest
from amounts import amount
from archive_states import STATES, copy

from newscrawl.printable import FORBIDDEN
from tests.conftest import FAST, Ran, SmallSite, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ready_commands import Machine

PATHS = [f"/the-harbour-council-decides-{n}" for n in range(3)]
#: {archive} is its folder, {url} a page of it, {out} a path where nothing is, {site} the paper, {sources} a
#: file of sources with it alone, {rules} one of rules for it.
COMMANDS = [
    "status", "status --check", "status --json", "audit", "audit --json", "search harbour", "search zzz",
    "show {url}", "stats", "export", "export misses", "export --format csv", "export --format json",
    "export --format wacz --output {out}", "export --format folder --output {out}",
    "verify", "verify --rebuild-index", "verify --repair {out}", "crawl {site}/feed",
    "crawl --limit 1 {site}/",
    "replay {archive}", "replay {archive} --check", "replay {archive} --diff",
    "replay {archive} --into {out}",
    "replay {archive} --parquet {out}", "replay {archive} --adopt", "replay {archive} --url-prefix {url}",
    "crawl -s NEWSCRAWL_NETWORK={archive} {site}/feed",
    "recrawl {url}", "recrawl --json {site}/feed", "runs", "history {url}", "diff {url}", "changes",
    "watch --sources {sources} -s CLOSESPIDER_TIMEOUT=1", "crawl --sources {sources}",
    "sources list --sources {sources}", "sources pause --sources {sources} Paper",
    "sources resume --sources {sources} Paper", "rules coverage --rules {rules}",
    "rules try --rules {rules} {url}", "serve --replay-assets {out}", "migrate", "compact",
    "prune --before 30d",
]  # fmt: skip
#: Commands that the suite runs on each odd machine.
SOME = 2
#: What may be odd about the machine (see `ready_commands.Machine`).
MACHINES: dict[str, Machine] = {
    "stdout is closed": {"stdout": "closed"},
    "stdout is full": {"stdout": "full"},
    "nobody reads stdout": {"stdout": "unread"},
    "64 files may be open": {"files": 64},
    "no home": {"unset": ["HOME", "USER", "LOGNAME"]},
    "files of mine alone": {"umask": 0o077},
}
#: Commands that print something whatever there is.
PRINTING = ("status", "status --json", "audit", "export", "export --format csv", "stats", "verify")
#: What makes files, and may die meanwhile.
WRITING = (
    "export --format wacz --output {out}", "verify --rebuild-index",
    "replay {archive} --into {out}", "replay {archive} --adopt",
)  # fmt: skip
#: Lines on stderr that an end may have: what was wrong, and what to do next.
MOST_LINES = 12
#: States in which nothing may fail.
SOUND = (
    "whole", "blanks in its name", "other scripts in its name", "a newline in its name",
    "bytes that are no text in its name", "a name like an option", "a link",
)  # fmt: skip
#: Exit codes of commands for an archive that is sound: nothing is found, adopted or at the home page.
OTHERWISE = {
    "search zzz": 1, "replay {archive} --adopt": 4, "crawl --limit 1 {site}/": 1, "diff {url}": 2,
    "changes": 1, "prune --before 30d": 4, "compact": 4, "serve --replay-assets {out}": 2,
    "watch --sources {sources} -s CLOSESPIDER_TIMEOUT=1": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallSite]:
    answers = {path: story(n) for n, path in enumerate(PATHS)}
    site = SmallSite(tmp_path_factory.mktemp("site"), {"/feed": feed(*PATHS, "/gone"), **answers})
    files = files_for(site)
    files.mkdir(mode=0o755)
    try:
        named = f'feeds = ["{site.base}/feed"]'
        home = f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\n'
        (files / "sources.toml").write_text(f"{home}{named}\n")
        rule = '[[rule]]\nname = "paper"\nhosts = ["127.0.0.1"]\ntitle = "h1"\n'
        (files / "rules.toml").write_text(rule)
        yield site
    finally:
        shutil.rmtree(files)
        site.close()


def files_for(site: SmallSite) -> Path:
    """Where the files lie that commands are given; anybody may read them."""
    return Path(gettempdir(), f"states-{os.getpid()}-{site.base.rpartition(':')[2]}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> Path:
    archive = tmp_path_factory.mktemp("made") / "news"
    assert crawl(archive, f"{site.base}/feed").code == 0
    return archive


def all_of(states: Iterable[str]) -> list[tuple[str, str]]:
    return [(state, command) for state in states for command in COMMANDS]


def each_of(states: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of states and commands, in which each state and each command is at least once."""
    if os.environ.get("NEWSCRAWL_STATES") == "all":
        return all_of(states)
    step = next(n for n in range(8, len(COMMANDS)) if gcd(n, len(COMMANDS)) == 1)
    return [
        (states[n % len(states)], COMMANDS[n * step % len(COMMANDS)])
        for n in range(max(len(states), len(COMMANDS)))
    ]


def part_of(states: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of states and commands, in which each state is with some commands."""
    if os.environ.get("NEWSCRAWL_STATES") == "all":
        return all_of(states)
    begins = ((state, zlib.crc32(state.encode())) for state in states)
    return [(s, COMMANDS[(b + 9 * n) % len(COMMANDS)]) for s, b in begins for n in range(SOME)]


def run(
    command: str, archive: Path, site: SmallSite, out: Path, machine: Machine | None = None
) -> Ran:
    return newscrawl(*arguments(command, archive, site, out), machine=machine)


def arguments(command: str, archive: Path, site: SmallSite, out: Path) -> list[str]:
    """What stands behind `newscrawl`."""
    url = site.base + PATHS[0]
    files = files_for(site)
    names = {
        "archive": str(archive), "url": url, "out": str(out), "site": site.base,
        "sources": str(files / "sources.toml"), "rules": str(files / "rules.toml"),
    }  # fmt: skip
    parts = [part.format(**names) for part in command.split()]
    if parts[0] in ("crawl", "recrawl", "watch"):
        parts += FAST
    if parts[0] != "replay":
        parts += ["--archive", str(out if "{archive}" in command else archive)]
    return parts


@pytest.mark.parametrize(("state", "command"), each_of([*STATES]))
def test_a_command_ends_clearly(
    made: Path, site: SmallSite, tmp_path: Path, state: str, command: str
) -> None:
    archive = STATES[state](copy(made, tmp_path / "news"))
    ran = run(command, archive, site, tmp_path / "out")
    assert_clear(ran)
    assert ran.code == 0 or ran.err.strip() or ran.out.strip(), "no word"
    if state in SOUND:
        assert ran.code == OTHERWISE.get(command, 0), (ran.code, ran.err, ran.out[-500:])


def assert_clear(ran: Ran) -> None:
    assert ran.code in (0, 1, 2, 3, 4), ran.err
    said = [line for line in ran.err.splitlines() if line]
    assert len(said) <= MOST_LINES, ran.err
    assert FORBIDDEN.findall(ran.err) == []


@pytest.mark.parametrize(("name", "command"), part_of(MACHINES))
def test_a_command_ends_clearly_on_an_odd_machine(
    made: Path, site: SmallSite, tmp_path: Path, name: str, command: str
) -> None:
    archive, machine = copy(made, tmp_path / "news"), MACHINES[name]
    ran = run(command, archive, site, tmp_path / "out", machine)
    assert_clear(ran)
    is_refused = machine.get("stdout") in ("closed", "full") and "standard output: " in ran.err
    expected = (
        0 if machine.get("stdout") == "unread" and ran.code == 0 else OTHERWISE.get(command, 0)
    )
    assert ran.code == (1 if is_refused else expected), (ran.code, ran.err)
    if machine.get("stdout") in ("closed", "full") and command in PRINTING:
        assert is_refused, ran.err
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize("size", [200, 3_000])
@pytest.mark.parametrize("command", WRITING)
def test_what_was_killed_while_it_wrote_is_done_again(
    made: Path, site: SmallSite, tmp_path: Path, command: str, size: int
) -> None:
    archive, out = copy(made, tmp_path / "news"), tmp_path / "out"
    if "--adopt" in command:  # something to adopt: the records are those of another code
        records = next(archive.glob("records/*.jsonl"))
        records.write_text(records.read_text().replace("Paragraph 1", "Paragraph one"))
    killed = run(command, archive, site, out, {"file_bytes": size})
    assert killed.code in (-signal.SIGXFSZ, 0, 1), killed.err
    assert not out.is_file()
    again = run(command, archive, site, out)
    assert again.code == 0, again.err
    assert run("verify", archive, site, out).code == 0


def test_a_repair_that_was_killed_leaves_no_half_copy(
    made: Path, site: SmallSite, tmp_path: Path
) -> None:
    archive = STATES["WARC flipped"](copy(made, tmp_path / "news"))
    out = tmp_path / "out"
    killed = run("verify --repair {out}", archive, site, out, {"file_bytes": 2_000})
    assert (killed.code, list(out.glob("*.gz"))) == (-signal.SIGXFSZ, [])
    again = run("verify --repair {out}", archive, site, out)
    assert (again.code, len(list(out.glob("*.gz")))) == (3, 1), again.err
    assert newscrawl("verify", out).code == 0


@pytest.fixture
def full_disk(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the archive on a small tmpfs that is full to the last byte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    archive = copy(made, folder / "news")
    with suppress(OSError), (folder / "filling").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    yield archive
    subprocess.run(["umount", "-l", str(folder)], check=True)


#: Commands that need no room on the disk of the archive.
LOOKING = (
    "status", "status --json", "search harbour", "show {url}", "stats", "export", "export misses", "verify",
    "runs", "replay {archive}",
)  # fmt: skip


@pytest.mark.parametrize("command", dict.fromkeys(c for _, c in part_of(["full", "disk", "tmpfs"])))
def test_a_command_ends_clearly_on_a_full_disk(
    full_disk: Path, site: SmallSite, command: str
) -> None:
    before = {path: path.read_bytes() for path in full_disk.glob("*/*.*")}
    ran = run(command, full_disk, site, full_disk.parent / "out")
    assert_clear(ran)
    assert ran.code == 0 or ran.err.strip() or ran.out.strip(), "no word"
    if command in LOOKING:
        assert ran.code == 0, ran.err
    if ran.code == 1 and not command.startswith("replay {archive} --adopt"):
        assert {path: path.read_bytes() for path in before if path.exists()} == before


@pytest.fixture(params=["may read", "may not read"])
def of_another_user(request: pytest.FixtureRequest, made: Path, tmp_path: Path) -> Path:
    """A copy of the archive that belongs to another user, in a folder that this one may read, or may not."""
    if os.geteuid() != 0:
        pytest.skip("only root can give files to another user")
    archive = copy(made, tmp_path / "news")
    for path in [*archive.rglob("*"), archive]:
        os.chown(path, 65_534, 65_534)
    archive.chmod(0o755 if request.param == "may read" else 0o700)
    return archive


@pytest.mark.parametrize("command", dict.fromkeys(c for _, c in part_of(["another", "user"])))
def test_a_command_ends_clearly_in_the_archive_of_another_user(
    of_another_user: Path, site: SmallSite, tmp_path: Path, command: str
) -> None:
    ran = run(command, of_another_user, site, tmp_path / "out", {"is_bound": True})
    assert_clear(ran)
    assert ran.code == 0 or ran.err.strip() or ran.out.strip(), "no word"
    if command in LOOKING:
        assert (ran.code == 0) is bool(of_another_user.stat().st_mode & 0o005), ran.err


def test_without_a_locale_and_a_terminal(made: Path) -> None:
    plain = {
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "TERM": "dumb",
    }
    for command in ("status", "export", "search harbour")[: amount(2, thorough=3)]:
        ran = newscrawl(*command.split(), "--archive", made, env=plain)
        assert (ran.code, ran.err) == (0, ""), ran.err
