"""`newscrawl watch` as a service: it stops when it is told to, and says how it is doing."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from processes import still_runs

from newscrawl.crawl.sources_file import SourcesFile
from newscrawl.errors import SourceError
from tests.conftest import crawl, feed, newscrawl, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from started_commands import StartedCommand

    from tests.conftest import SmallSite

    Start = Callable[..., SmallSite]


def start_watch(folder: Path, sources: str, *more: str, **env: str) -> StartedCommand:
    (folder / "sources.toml").write_text(sources)
    given = ("--archive", folder / "news", "--sources", folder / "sources.toml")
    return start_newscrawl("watch", *given, *more, stdout=subprocess.PIPE, env=env)


def stop(process: StartedCommand) -> str:
    """Send SIGTERM; return what was said. Raises TimeoutExpired: what is waited for in vain takes longer."""
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=90)
    assert "Traceback" not in said
    return said


def test_a_server_that_does_not_answer_does_not_keep_it_from_its_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        home = f"http://127.0.0.1:{server.getsockname()[1]}/"
        watch = start_watch(
            tmp_path,
            f'[[source]]\nname = "A"\nhome = "{home}"\n',
            *("-s", "NEWSCRAWL_ROBOTS=False", "-s", "NEWSCRAWL_STOP_SECONDS=0.5"),
            *("-s", "DOWNLOAD_TIMEOUT=600", "-s", "NEWSCRAWL_SLOW_SECONDS=600"),
        )
        connection, _ = server.accept()
        with connection:
            assert connection.recv(16) == b"GET / HTTP/1.1\r\n"
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nas far")
            said = stop(watch)
    assert watch.returncode == 0, said
    # What had come is kept, and the page is due again.
    assert newscrawl("verify", "--archive", tmp_path / "news").code == 0
    status = newscrawl("status", "--archive", tmp_path / "news", "--json").lines[0]
    assert (status["captures"], status["sources"]["A"]["waiting"]) == (1, 1)


def test_what_waits_for_the_pace_of_its_host_is_given_back(
    tmp_path: Path, small_site: Start
) -> None:
    paths = [f"/news/story-number-{n}" for n in range(6)]
    site = small_site(
        {"/feed.xml": feed(*paths), **{path: story(n) for n, path in enumerate(paths)}}
    )
    sources = f'[[source]]\nname = "A"\nhome = "{site.base}/feed.xml"\nrate = 0.1\n'
    watch = start_watch(tmp_path, sources, "-s", "NEWSCRAWL_ROBOTS=False")
    while site.asked != ["/feed.xml"]:
        assert still_runs(watch)
    said = stop(watch)
    assert watch.returncode == 0, said
    assert len(site.asked) <= 3
    (tmp_path / "sources.toml").write_text(sources.replace("rate = 0.1", ""))
    again = crawl(tmp_path / "news", "--sources", tmp_path / "sources.toml", "--now")
    assert again.code == 0, again.err
    assert len(newscrawl("export", "--archive", tmp_path / "news").lines) == 6


def test_systemd_is_told_how_it_is_doing(tmp_path: Path, small_site: Start) -> None:
    site = small_site({"/": {"body": "<html></html>"}})
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        watch = start_watch(
            tmp_path,
            f'[[source]]\nname = "A"\nhome = "{site.base}/"\n',
            NOTIFY_SOCKET=str(tmp_path / "notify"),
            WATCHDOG_USEC="400000",
        )
        assert systemd.recv(100) == b"READY=1"
        said = [systemd.recv(100).split(b"\n", 1) for _ in range(3)]
        assert {line[0] for line in said} == {b"WATCHDOG=1"}
        assert b" articles" in said[0][1]
        stop(watch)
        last = b""
        while last != b"STOPPING=1":
            last = systemd.recv(100)
    assert watch.returncode == 0


def test_a_file_of_sources_is_read_again_when_it_changes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, today = tmp_path / "sources.toml", date(2026, 3, 10)
    path.write_text('[[source]]\nname = "A"\nhome = "https://a.example/"\n')
    file = SourcesFile(path)
    assert [source.name for source in file.in_force(today)] == ["A"]
    path.write_text('[[source]]\nname = "Bee"\nhome = "https://b.example/"\n')
    assert [source.name for source in file.in_force(today)] == ["Bee"]
    path.write_text("[[source]]\n")
    assert [source.name for source in file.in_force(today)] == ["Bee"]
    assert "sources.toml:1" in caplog.text
    assert file.in_force(today) and len(caplog.records) == 1
    path.unlink()
    assert [source.name for source in file.in_force(today)] == ["Bee"]
    path.write_text(
        '[[source]]\nname = "A"\nhome = "https://a.example/"\nvalid_until = 2020-01-01\n'
    )
    assert file.in_force(today) == ()
    with pytest.raises(SourceError):
        SourcesFile(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Missing option '--sources'"),
        (("--sources", "none.toml"), 2, "none.toml: No such file"),
    ],
)
def test_bad_input_has_one_line(arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = newscrawl("watch", *arguments)
    assert ran.code == code
    assert said in ran.err


def test_files_that_are_dealt_with_are_not_read_again_after_a_crash(
    tmp_path: Path, small_site: Start
) -> None:
    paths = [f"/news/story-number-{n}" for n in range(4)]
    site = small_site(
        {"/feed.xml": feed(*paths), **{path: story(n) for n, path in enumerate(paths)}}
    )
    fast = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
    watch = start_watch(
        tmp_path,
        f'[[source]]\nname = "A"\nhome = "{site.base}/feed.xml"\n',
        *(*fast, "-s", "NEWSCRAWL_WARC_BYTES=1000"),
    )
    archive = tmp_path / "news"
    began = monotonic()
    while not settled(archive) and monotonic() < began + 60:
        assert still_runs(watch)
    watch.kill()
    watch.communicate()
    known = settled(archive)
    finished = {path.name for path in (archive / "warc").glob("*.warc.gz")}
    assert known == finished
    assert len(known) > 3
    assert crawl(archive).code == 4
    assert newscrawl("verify", "--archive", archive).code == 0


def settled(archive: Path) -> set[str]:
    """The WARCs that the database calls dealt with."""
    if not (archive / "news.db").exists():
        return set()
    with closing(sqlite3.connect(archive / "news.db", timeout=60)) as tables:
        try:
            return {name for (name,) in tables.execute("SELECT name FROM warcs")}
        except sqlite3.OperationalError:  # the tables are being made
            return set()
