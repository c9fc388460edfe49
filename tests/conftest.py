"""What several rooms' tests share: the command in a process of its own, and one crawl of the sample paper."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import private_postgresql
import pytest
from made_once import SharedNewspaper, copied, hold_papers
from ready_commands import LONGEST, SHARED, Machine, ReadyCommands
from small_site import SiteStarter

from newscrawl.newspaper import Newspaper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from started_commands import StartedCommand

# Bytecode is kept, whatever the environment says: else each worker of pytest-xdist compiles all tests, and
# each process that a test starts all of newscrawl.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

#: Loopback need not be spared, and a few pages need no more than one process that reads them; everything
#: else is as a user has it.
UNPACED = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
FAST = (*UNPACED, "-s", "NEWSCRAWL_WORKERS=1")

# A machine that is busy with something else fails no property.
hypothesis.settings.register_profile("newscrawl", deadline=None)
hypothesis.settings.load_profile("newscrawl")

_ready, _sites = ReadyCommands(), SiteStarter()


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it printed, as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def newscrawl(
    *arguments: object,
    env: Mapping[str, str] | None = None,
    module: str = "newscrawl",
    machine: Machine | None = None,
    longest: float = LONGEST,
) -> Ran:
    """Run `newscrawl` with these arguments, as a user would: in a process of its own.

    `machine` says what is odd about the machine. It may take `longest` seconds.
    """
    environment = {**os.environ, **(env or {})}
    words = list(map(str, arguments))
    if module != "newscrawl":
        ran = python("-m", module, *words, env=env)
    elif _ready.suit(environment):
        ran = Ran(*_ready.run(words, environment, machine, longest))
    else:
        assert machine is None
        ran = _newly_started(["-m", "newscrawl", *words], environment, longest)
    assert "Traceback" not in ran.err, ran.err
    return ran


def python(
    *arguments: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    given: str = "",
) -> Ran:
    """Run Python with these arguments (a script, `-m MODULE`, `-c CODE`) in a process of its own; it reads
    `given`."""
    environment = {**os.environ, **(env or {})}
    words = list(map(str, arguments))
    with chdir(cwd or Path.cwd()):
        if _ready.suit(environment):
            return Ran(*_ready.run_python(words, environment, given))
        return _newly_started(words, environment, LONGEST, given)


def _newly_started(
    arguments: Sequence[str], environment: dict[str, str], longest: float, given: str = ""
) -> Ran:
    done = subprocess.run(
        [sys.executable, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=longest,
        env=environment,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def start_newscrawl(
    *arguments: object,
    stdout: int = subprocess.DEVNULL,
    env: Mapping[str, str] | None = None,
    machine: Machine | None = None,
) -> StartedCommand | subprocess.Popen[str]:
    """Start `newscrawl` with these arguments in a process group of its own, and do not wait for its end."""
    environment = {**os.environ, **(env or {})}
    words = list(map(str, arguments))
    if _ready.suit(environment):
        return _ready.start(words, environment, stdout=stdout, machine=machine)
    assert machine is None
    return subprocess.Popen(
        [sys.executable, "-m", "newscrawl", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def start_python(
    *arguments: object, env: Mapping[str, str] | None = None
) -> StartedCommand | subprocess.Popen[str]:
    """Start Python with these arguments, as `start_newscrawl` does the command."""
    environment = {**os.environ, **(env or {})}
    words = list(map(str, arguments))
    if _ready.suit(environment):
        return _ready.start(words, environment, stdout=subprocess.DEVNULL, is_python=True)
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def kill_group(process: StartedCommand | subprocess.Popen[str]) -> None:
    """Kill a command of `start_newscrawl`, and all that it has started."""
    with suppress(ProcessLookupError):  # where all have ended by themselves
        os.killpg(process.pid, signal.SIGKILL)


_SHARED = pytest.StashKey[Path]()
_PAPERS = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.stash[_SHARED] = Path(config.workerinput["shared"])
        return
    config.stash[_SHARED] = Path(tempfile.mkdtemp(prefix="ready-"))
    config.stash[_PAPERS] = hold_papers(config.stash[_SHARED])
    if _has_workers(config):
        os.environ[SHARED] = str(config.stash[_SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    _ready.close()
    _sites.close()
    if _PAPERS in config.stash:
        os.close(config.stash[_PAPERS])
        shutil.rmtree(config.stash[_SHARED])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the folder is."""
    node.workerinput["shared"] = str(node.config.stash[_SHARED])


def _has_workers(config: pytest.Config) -> bool:
    """Whether this is pytest-xdist's process that has workers, whose end they can wait for."""
    return bool(config.getoption("numprocesses", None)) and hasattr(os, "pidfd_open")


def crawl(archive: Path, *arguments: object) -> Ran:
    """`newscrawl crawl` into this archive, without delays."""
    return newscrawl("crawl", "--archive", archive, *FAST, *arguments)


def crawl_two_editions(archive: Path, *, sites: int = 3) -> None:
    """Crawl the first sites of the sample newspaper, and once more when its second edition is out."""
    with Newspaper() as paper:
        crawl(archive, *paper.seeds[:sites])
        port = paper.own_port
    with Newspaper(edition=2, port=port) as paper:
        crawl(archive, *paper.seeds[:sites])


@dataclass(frozen=True)
class Crawled:
    """The sample newspaper after one crawl; the paper is still being served. For looking at only."""

    archive: Path
    paper: SharedNewspaper
    ran: Ran

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        return {record["url"]: record for record in self._records.lines}

    @property
    def misses(self) -> dict[str, dict[str, Any]]:
        return {miss["url"]: miss for miss in self._misses.lines}

    @cached_property
    def _records(self) -> Ran:
        return newscrawl("export", "--archive", self.archive)

    @cached_property
    def _misses(self) -> Ran:
        return newscrawl("export", "misses", "--archive", self.archive)


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """A folder that all workers have; what is in it is made by `made_once`."""
    return pytestconfig.stash[_SHARED]


@pytest.fixture(scope="session")
def crawled(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    # As a user's crawl: with a process for each processor.
    return _crawled("crawled", shared, tmp_path_factory, *UNPACED)


@pytest.fixture(scope="session")
def part(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The same of the first of its three sites, for what is read many times.

    It has what an archive can have: articles and their variants, revisits, redirects, misses of each kind.
    """
    return _crawled("part", shared, tmp_path_factory, *FAST, sites=1)


@pytest.fixture(scope="session")
def few(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The same of four articles: two of one site, and two of another one that are made of them."""
    return _crawled("few", shared, tmp_path_factory, *FAST, "--include", "ferr|coast-line")


def _crawled(
    name: str, shared: Path, folders: pytest.TempPathFactory, *options: str, sites: int = 3
) -> Crawled:
    paper = SharedNewspaper(shared)

    def make(folder: Path) -> None:
        ran = newscrawl("crawl", "--archive", folder / "news", *options, *paper.seeds[:sites])
        said = [ran.code, ran.out, ran.err.replace(str(folder), "{folder}")]
        (folder / "ran.json").write_text(json.dumps(said))

    folder = copied(shared / name, folders.mktemp(name) / name, make)
    code, out, err = json.loads((folder / "ran.json").read_text())
    ran = Ran(code, out, err.replace("{folder}", str(folder)))
    return Crawled(folder / "news", paper, ran)


@pytest.fixture(scope="session")
def two_editions(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample newspaper crawled in two editions, and now off the air. For looking at only."""
    folder = tmp_path_factory.mktemp("two-editions") / "two"
    return copied(shared / "two", folder, lambda made: crawl_two_editions(made / "news")) / "news"


@pytest.fixture(scope="session")
def two_small_editions(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of one of its three sites, where the number of pages is not the point."""

    def make(folder: Path) -> None:
        crawl_two_editions(folder / "news", sites=1)

    folder = tmp_path_factory.mktemp("small-editions") / "small"
    return copied(shared / "small", folder, make) / "news"


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    """A newspaper of the test's own, whose log holds its requests alone."""
    with Newspaper() as own:
        yield own


@pytest.fixture(scope="session")
def postgresql() -> Iterator[private_postgresql.Cluster]:
    """A PostgreSQL server for these tests; they are skipped where none is installed."""
    if reason := private_postgresql.missing():
        pytest.skip(reason)
    with private_postgresql.running() as cluster:
        yield cluster


class SmallSite:
    """A site of the given answers, by path, in a process of its own."""

    def __init__(self, folder: Path, answers: dict[str, Any]) -> None:
        self._log = folder / "requests.txt"
        self._log.touch()
        given = folder / "answers.json"
        given.write_text(json.dumps(answers))
        self._process: int | None
        self._process, self.base = _sites.start(given, self._log)

    @property
    def asked(self) -> list[str]:
        """The paths of all requests, in their order."""
        return self._log.read_text().splitlines()

    @property
    def times(self) -> list[float]:
        """The moments of all requests, in seconds."""
        return [float(line) for line in Path(f"{self._log}.times").read_text().splitlines()]

    @property
    def headers(self) -> list[dict[str, str]]:
        """The headers of all requests, in their order."""
        lines = Path(f"{self._log}.headers").read_text().splitlines()
        return [json.loads(line) for line in lines]

    @property
    def posts(self) -> list[dict[str, Any]]:
        """The JSON bodies of all POST requests, in their order."""
        file = Path(f"{self._log}.posts")
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(json.loads(line)["body"]) for line in lines]

    def close(self) -> None:
        if self._process is not None:
            _sites.end(self._process)
            self._process = None


@pytest.fixture
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., SmallSite]]:
    """Starts sites: `small_site({"/": {"body": "..."}})`."""
    with _small_sites(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="module")
def lasting_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., SmallSite]]:
    """Starts sites that all tests of a module have."""
    with _small_sites(tmp_path_factory) as start:
        yield start


@contextmanager
def _small_sites(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., SmallSite]]:
    sites: list[SmallSite] = []

    def start(answers: dict[str, Any]) -> SmallSite:
        sites.append(SmallSite(tmp_path_factory.mktemp("site"), answers))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


def story(number: int, **more: str) -> dict[str, Any]:
    """The answer for a plain article page; every number makes another one."""
    paragraphs = "".join(
        f"<p>Paragraph {n} of story {number} tells in some detail what the harbour council decided on"
        f" that day, who spoke for it and against it, and what it will cost the town in the end.</p>"
        for n in range(6)
    )
    head = f"<title>The harbour council decides, part {number}</title>{more.get('head', '')}"
    body = f"<article><h1>The harbour council decides, part {number}</h1>{paragraphs}</article>"
    return {"body": f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"}


def feed(*paths: str) -> dict[str, Any]:
    """The answer for an RSS feed that announces these paths."""
    items = "".join(f"<item><title>Story {p}</title><link>{p}</link></item>" for p in paths)
    body = f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
    return {"body": body, "headers": {"Content-Type": "application/rss+xml"}}
