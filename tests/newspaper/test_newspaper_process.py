"""The process: how it starts, what it logs and that it never outlives whoever started it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from newscrawl.errors import NewscrawlError
from newscrawl.newspaper import Newspaper
from newscrawl.newspaper.process import answers_at


@pytest.fixture
def started():
    command = [sys.executable, "-m", "newscrawl.newspaper"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        sites = json.loads(process.stdout.readline())
        yield process, sites
        process.kill()


def test_first_line_names_the_sites(started):
    _, sites = started
    assert list(sites) == ["gazette", "meridian", "newsbasket"]
    for number, base in enumerate(sites.values(), 1):
        assert base.startswith(f"http://127.0.0.{number}:")


def test_ends_with_its_input(started):
    process, _ = started
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_on_a_signal(started, number):
    process, _ = started
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert process.stderr.read() == ""


def test_log_has_a_line_a_request():
    with Newspaper() as paper:
        assert paper.log == []
        wanted = {"User-Agent": "reader/1.0", "If-None-Match": '"x"'}
        for base in paper.sites.values():
            with urllib.request.urlopen(
                urllib.request.Request(f"{base}/?a=1", headers=wanted)
            ) as a:
                a.read()
        log = paper.log
    assert paper.log == log
    assert [entry["site"] for entry in log] == ["gazette", "meridian", "newsbasket"]
    for entry in log:
        assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/?a=1", 200)
        assert (entry["user_agent"], entry["if_none_match"]) == ("reader/1.0", '"x"')
    times = [entry["monotonic"] for entry in log]
    assert times == sorted(times)


def test_process_is_gone_after_the_block():
    with Newspaper() as paper:
        base = paper.sites["gazette"]
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(base)


def test_taken_port():
    with Newspaper() as first:
        port = int(first.sites["gazette"].rpartition(":")[2])
        with pytest.raises(NewscrawlError, match=str(port)), Newspaper(port=port):
            pass
        with Newspaper(port=port, fallback=True) as second:
            assert second.sites["gazette"] != first.sites["gazette"]
            assert len(second.seeds) == 3
            assert (first.port_was_taken, second.port_was_taken) == (False, True)


def test_whether_the_paper_answers_at_a_port():
    with Newspaper() as paper:
        assert answers_at(paper.own_port)
    assert not answers_at(paper.own_port)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        def answer() -> None:
            connection, _ = other.accept()
            with connection:
                connection.sendall(b"not HTTP\r\n\r\n")

        server = threading.Thread(target=answer)
        server.start()
        assert not answers_at(port)
        server.join()


def test_preferred_port_is_taken_on_all_three_addresses():
    with Newspaper() as first:
        port = int(first.sites["gazette"].rpartition(":")[2])
    with Newspaper(port=port) as second:
        assert {base.rpartition(":")[2] for base in second.sites.values()} == {str(port)}
