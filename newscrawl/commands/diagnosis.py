"""What is there on this machine: facts for a bug report, each with whether it is as it should be."""

from __future__ import annotations

import ctypes.util
import locale
import os
import platform
import re
import resource
import shutil
import socket
import sqlite3
import ssl
import sys
import sysconfig
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from newscrawl import settings
from newscrawl.archive.layout import Layout
from newscrawl.errors import NewscrawlError
from newscrawl.printable import counted
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Bytes on the disk, open files and seconds of clock below, or beyond, which a crawl gets into trouble.
LOW_DISK, FEW_FILES, CLOCK_AHEAD = 1 << 30, 1024, 300.0
_LIBRARIES = ("scrapy", "twisted", "trafilatura", "lxml", "sqlalchemy", "warcio", "click")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
_REQUIREMENT = re.compile(r"""([\w.-]+).*extra == ['"]([\w-]+)['"]""")
#: Extras of who works on newscrawl.
_OF_DEVELOPERS = frozenset({"test", "dev", "fuzz"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. A `note` may explain what is seen; `wrong` keeps newscrawl from working."""

    topic: str
    name: str
    value: str
    state: Literal["ok", "note", "wrong"] = "ok"


def findings(archive: Path, hosts: Iterable[str] = ()) -> Iterator[Finding]:
    """All facts, of this archive and of these hosts, in the order of a report."""
    yield from _versions()
    yield from _extras()
    yield from _environment()
    yield from _archive(archive)
    yield from _database(archive)
    yield from _disk(archive)
    yield from _clock(archive)
    yield from _resolver(hosts)


def _versions() -> Iterator[Finding]:
    yield Finding("versions", "newscrawl", f"{__version__} in {Path(__file__).parents[1]}")
    yield Finding("versions", "python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("versions", "system", platform.platform())
    for name in _LIBRARIES:
        yield Finding("versions", name, metadata.version(name))
    yield Finding("versions", "sqlite", sqlite3.sqlite_version)
    yield Finding("versions", "openssl", ssl.OPENSSL_VERSION)


def _extras() -> Iterator[Finding]:
    """Which extras of the package are installed, by what its metadata says that they need."""
    try:
        required = metadata.requires("newscrawl") or []
    except metadata.PackageNotFoundError:
        yield Finding(
            "extras", "package", "newscrawl is not installed: it runs from a folder", "note"
        )
        return
    needs: dict[str, list[str]] = {}
    for requirement in required:
        if found := _REQUIREMENT.match(requirement):
            needs.setdefault(found[2], []).append(found[1])
    for extra, packages in needs.items():
        if extra in _OF_DEVELOPERS:
            continue
        versions = {name: _version(name) for name in packages}
        absent = [name for name, version in versions.items() if version is None]
        if absent:
            value = f"not installed: pip install 'newscrawl[{extra}]'"
        else:
            value = ", ".join(f"{name} {version}" for name, version in versions.items())
        yield Finding("extras", extra, value, "note" if absent else "ok")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _environment() -> Iterator[Finding]:
    for name in sorted(os.environ):
        if hasattr(settings, name) or name.lower() in _PROXIES:
            yield Finding("environment", name, _without_password(os.environ[name]))
        elif name.startswith("NEWSCRAWL_"):
            # It may be a password of a source.
            yield Finding("environment", name, "is set, and is no setting", "note")
    if not os.environ.get("NEWSCRAWL_OPERATOR"):
        yield Finding(
            "environment", "NEWSCRAWL_OPERATOR", "not set: sites cannot tell who asks", "note"
        )
    encoding = locale.getencoding()
    is_unicode = encoding.lower().replace("-", "") == "utf8"
    yield Finding("environment", "encoding", encoding, "ok" if is_unicode else "note")
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield Finding("environment", "open files", str(files), "ok" if files >= FEW_FILES else "note")
    yield Finding("environment", "cores", str(len(os.sched_getaffinity(0))))
    yield from _speed()


def _speed() -> Iterator[Finding]:
    """How Python was built, and which allocator workers may have: both change what extraction costs."""
    is_optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    build = (
        "optimised" if is_optimised else "not optimised: the distribution's Python may be faster"
    )
    yield Finding("environment", "Python's build", build, "ok" if is_optimised else "note")
    preloaded = os.environ.get("NEWSCRAWL_WORKER_PRELOAD")
    jemalloc = ctypes.util.find_library("jemalloc")
    if preloaded or jemalloc is None:
        value = preloaded or "the system's; jemalloc is not installed"
        yield Finding("environment", "allocator", value)
        return
    value = f"the system's; {jemalloc} is there for NEWSCRAWL_WORKER_PRELOAD"
    yield Finding("environment", "allocator", value, "note")


def _without_password(value: str) -> str:
    value = re.sub(r"://[^/@\s]*@", "://...@", value)
    return re.sub(r"(?i)((?:password|secret|token|key)[^=&\s]*=)[^&\s]*", r"\1...", value)


def _archive(archive: Path) -> Iterator[Finding]:
    layout = Layout(archive)
    if not layout.warcs.is_dir():
        there = "is something else" if archive.exists() else "is not there yet"
        state: Literal["note", "wrong"] = "wrong" if archive.exists() else "note"
        yield Finding("archive", str(archive), there, state)
        return
    size = sum(path.stat().st_size for path in layout.warcs.iterdir() if path.is_file())
    value = f"{counted(len(layout.finished()), 'WARC')}, {size:,} bytes"
    yield Finding("archive", str(archive), value)
    unfinished = len(layout.unfinished())
    yield Finding("archive", "being written", counted(unfinished, "WARC"))
    is_writable = os.access(layout.warcs, os.W_OK) and os.access(layout.root, os.W_OK)
    who = f"by user {os.getuid()}"
    value = f"yes, {who}" if is_writable else f"no, not {who}: commands that only read work"
    yield Finding("archive", "writable", value, "ok" if is_writable else "note")


def _database(archive: Path) -> Iterator[Finding]:
    from newscrawl.commands import options
    from newscrawl.commands.archive_access import engine_of

    named = options.named_database()
    name = _without_password(named) if named else Layout(archive).database.name
    if not named and not Layout(archive).database.exists():
        yield Finding("database", name, "is not there yet", "note")
        return
    try:
        engine = engine_of(archive)
        with engine.connect() as connection:
            server = ".".join(map(str, connection.dialect.server_version_info or ()))
    except (NewscrawlError, OSError) as error:
        yield Finding("database", name, _without_password(str(error)), "wrong")
        return
    yield Finding(
        "database", name, f"{engine.dialect.name} {server}, with the tables of this version"
    )
    engine.dispose()


def _disk(archive: Path) -> Iterator[Finding]:
    folder = next(
        each for each in (archive.absolute(), *archive.absolute().parents) if each.exists()
    )
    free = shutil.disk_usage(folder).free
    state: Literal["ok", "wrong"] = "ok" if free >= LOW_DISK else "wrong"
    yield Finding("disk", str(folder), f"{free / 1e9:.1f} GB free", state)


def _clock(archive: Path) -> Iterator[Finding]:
    now = time.time()
    yield Finding("clock", "UTC", datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"))
    yield Finding("clock", "local zone", time.strftime("%Z %z"))
    newest = max((path.stat().st_mtime for path in Layout(archive).warcs.glob("*")), default=0.0)
    if newest > now + CLOCK_AHEAD:
        value = (
            f"the newest file of the archive is {newest - now:.0f} s ahead: the clock was set back"
        )
        yield Finding("clock", "archive", value, "wrong")


def _resolver(hosts: Iterable[str]) -> Iterator[Finding]:
    servers = Path("/etc/resolv.conf")
    named = (
        re.findall(r"^nameserver\s+(\S+)", servers.read_text(), re.M) if servers.exists() else []
    )
    yield Finding(
        "resolver", "servers", ", ".join(named) or "none named", "ok" if named else "note"
    )
    for host in dict.fromkeys(("localhost", *(urlsplit(h).hostname or h for h in hosts))):
        began = time.monotonic()
        try:
            found = sorted({str(each[4][0]) for each in socket.getaddrinfo(host, None)})
        except OSError as error:
            yield Finding("resolver", host, str(error), "wrong")
        else:
            seconds = time.monotonic() - began
            yield Finding("resolver", host, f"{', '.join(found)} in {seconds:.2f} s")
