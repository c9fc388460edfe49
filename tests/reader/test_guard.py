"""Who is answered, and what every answer forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import newscrawl
from tests.reader.conftest import browse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reader.conftest import Reading


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "10.0.0.1"]
)
def test_other_host_names_are_refused(reading: Reading, host: str) -> None:
    assert reading.get("/", Host=host).status == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "[::1]:80", "LOCALHOST"])
def test_own_host_names_are_answered(reading: Reading, host: str) -> None:
    assert reading.get("/static/icon.svg", Host=host).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_but_get_and_head(reading: Reading, method: str) -> None:
    answer = reading.get("/", method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_has_no_body(reading: Reading) -> None:
    answer = reading.get("/search?q=ferry", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("path", ["/", "/nosuch", "/search.json", "/static/reader.css"])
def test_every_answer_has_the_policy(reading: Reading, path: str) -> None:
    headers = reading.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_script_is_short_and_pages_have_no_other(reading: Reading) -> None:
    assert len(reading.get("/static/reader.js").body) <= 5 * 1024
    assert reading.get("/").text.count("<script") == 1
    assert "<style" not in reading.get("/").text


def test_beyond_loopback_a_token_is_asked_for(tmp_path: Path, changing_archive: Path) -> None:
    ran = newscrawl("browse", "--archive", changing_archive, "--host", "0.0.0.0")
    assert ran.code == 2
    assert "--token-file" in ran.err
    token = tmp_path / "token"
    token.write_text("short\n")
    ran = newscrawl("browse", "--archive", changing_archive, "--token-file", token)
    assert ran.code == 2
    token.write_text("a-token-of-23-characters\n")
    with browse(changing_archive, "--host", "0.0.0.0", "--token-file", token) as found:
        assert found.get("/").status == 401
        assert found.get("/", Authorization="Bearer a-token-of-23-character").status == 401
        assert found.get("/", Authorization="Bearer a-token-of-23-characters").status == 200
        entered = found.get("/search?q=ferry&token=a-token-of-23-characters")
        assert (entered.status, entered.headers["location"]) == (303, "/search?q=ferry")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        assert found.get("/", Cookie=cookie.partition(";")[0]).status == 200
        assert found.get("/", Host="evil.example", Cookie=cookie.partition(";")[0]).status == 400


def test_what_is_no_archive_is_one_line(tmp_path: Path) -> None:
    ran = newscrawl("browse", "--archive", tmp_path)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1


def test_a_port_that_is_taken_is_one_line(reading: Reading) -> None:
    port = reading.base.rstrip("/").rpartition(":")[2]
    ran = newscrawl("browse", "--archive", reading.archive, "--port", port)
    assert ran.code == 1
    assert port in ran.err
    assert len(ran.err.splitlines()) == 1
