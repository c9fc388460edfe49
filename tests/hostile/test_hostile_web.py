"""All that servers may do to a crawl at once, beside healthy ones: it ends, bounded, and nothing is lost."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from strict_warc import read_warc

from newscrawl.archive.verify.whole_archive import verify
from newscrawl.printable import FORBIDDEN
from newscrawl.processing.limits import SETTINGS
from tests.conftest import newscrawl
from tests.hostile.conftest import LIMITS

if TYPE_CHECKING:
    from tests.hostile.conftest import HostileWeb

MOST_MEMORY = 900_000_000
SECRET = "the-secret-of-this-machine"


def test_the_command_ends_by_itself_in_bounded_memory(hostile: HostileWeb) -> None:
    assert hostile.code == 0, hostile.err[-3000:]
    print(f"peak {hostile.peak / 1e6:.0f} MB")
    assert 50_000_000 < hostile.peak < MOST_MEMORY
    before, _, trace = hostile.err.partition("Traceback")
    assert not trace, before[-300:] + trace[:5000]
    assert "stopped before the end" not in hostile.err


def test_every_fault_ends_with_its_cause(hostile: HostileWeb) -> None:
    assert len(hostile.web["expected"]) >= 280
    ends = hostile.ends
    with sqlite3.connect(hostile.archive / "news.db") as database:
        lists = database.execute("select url from urls where outcome = 'links'").fetchall()
    ends |= {url: "links" for (url,) in lists}
    wrong = {
        url: (ends.get(url), allowed)
        for url, allowed in hostile.web["expected"].items()
        if ends.get(url) not in allowed.split("|")
    }
    assert wrong == {}
    assert "error" not in ends.values()


def test_each_limit_of_a_page_is_reached(hostile: HostileWeb) -> None:
    misses = newscrawl("export", "misses", "--archive", hostile.archive).lines
    said = {miss["url"].rpartition("/")[2]: f"{miss['cause']}: {miss['detail']}" for miss in misses}
    reached = {
        "open-scripts": "extraction-failed: took longer than ",
        "flat": "too-complex: .* elements",
        "deep": "too-complex: .* nested",
        "attributes": "too-complex: .* attributes",
        "page-too-large": "too-large: ",
        "page-large-once-decoded": "too-large: |bomb: ",
    }
    wrong = {name: said.get(name) for name in reached if not re.match(reached[name], said[name])}
    assert wrong == {}


def test_every_healthy_page_is_there_exactly_once(hostile: HostileWeb) -> None:
    records = newscrawl("export", "--archive", hostile.archive).lines
    found = Counter(record["url"] for record in records)
    assert {url: found[url] for url in hostile.web["healthy"]} == dict.fromkeys(
        hostile.web["healthy"], 1
    )
    assert max(found.values()) == 1


def test_lists_without_end_are_bounded_for_each_source(hostile: HostileWeb) -> None:
    requests = (hostile.folder / "requests").read_text("latin-1")
    for base in hostile.web["scaled"]:
        paths = re.findall(rf"{re.escape(base)} GET /(\S*)", requests)
        lists = [path for path in paths if path.endswith((".xml", "/"))]
        assert 1 <= len(lists) + (paths.count("") > 0) <= LIMITS["NEWSCRAWL_LIST_FILES"] + 1, base
    audits = newscrawl("audit", "--json", "--archive", hostile.archive)
    assert audits.code == 0, audits.err
    left_out = [facts["lists"]["missed"].get("list-quota", 0) for facts in audits.lines]
    assert sum(left_out) > 100


def test_no_host_s_lists_keep_the_articles_of_others_waiting(hostile: HostileWeb) -> None:
    requests = (hostile.folder / "requests").read_text("latin-1")
    asked = re.findall(r"(http\S+) GET /(\S*)", requests)
    of_healthy = [n for n, (base, _) in enumerate(asked) if "//127.0.1." in base]
    lists = [n for n, (_, path) in enumerate(asked) if path.endswith((".xml", "/"))]
    assert max(of_healthy) < max(lists)


def test_urls_that_cannot_be_requested_are_misses(hostile: HostileWeb) -> None:
    misses = newscrawl("export", "misses", "--archive", hostile.archive).lines
    causes = Counter(m["cause"] for m in misses if m["url"].startswith("http://127.0.0.42"))
    assert causes["url-too-long"] >= 1
    assert [m["target"] for m in misses if m["url"].endswith("back\\slash")] != []
    assert max(len(miss["url"]) for miss in misses) < 2100


def test_nobody_connects_where_nobody_was_sent(hostile: HostileWeb) -> None:
    assert (hostile.folder / "canary").read_text() == ""
    misses = newscrawl("export", "misses", "--archive", hostile.archive).lines
    refused = [miss["url"] for miss in misses if miss["cause"] == "private-address"]
    for name in ("canary.paper.test", "localhost", "169.254.169.254", "[::ffff:", "[64:ff9b:"):
        assert any(name in url for url in refused), name


def test_a_name_that_is_bound_anew_leads_nowhere(hostile: HostileWeb) -> None:
    """Its first address is allowed, where robots.txt is read; the second one is not."""
    misses = newscrawl("export", "misses", "--archive", hostile.archive).lines
    ends = [miss["cause"] for miss in misses if "//rebinding" in miss["url"]]
    assert ends == ["private-address"]
    assert (hostile.folder / "requests").read_text("latin-1").count("rebinding.paper.test") == 1


def test_no_cookie_and_no_credential_is_sent(hostile: HostileWeb) -> None:
    requests = (hostile.folder / "requests").read_bytes()
    assert requests.count(b"GET ") > 250
    assert re.search(rb"(?i)\r\n(cookie|authorization|referer):", requests) is None


def test_what_was_ended_early_is_marked(hostile: HostileWeb) -> None:
    reasons = {
        record.url.rpartition("/")[2]: reason
        for path in (hostile.archive / "warc").glob("*.warc.gz")
        for record in read_warc(path)
        if (reason := record.get("WARC-Truncated"))
    }
    expected = {
        "body-without-end": "length",
        "chunks-without-end": "length",
        "without-end.xml": "length",
        "never-ends": "time",
        "drips-its-body": "time",
        "drips-chunks": "time",
    }
    assert {name: reasons.get(name) for name in expected} == expected, hostile.err[-5000:]


@pytest.mark.long
def test_the_archive_is_sound_and_makes_the_same_records_again(hostile: HostileWeb) -> None:
    assert list(verify(hostile.archive)) == []
    within = [
        part for name in LIMITS if name in SETTINGS for part in ("-s", f"{name}={LIMITS[name]}")
    ]
    seconds = LIMITS["NEWSCRAWL_PAGE_SECONDS"]
    checked = newscrawl("replay", hostile.archive, "--check", "--page-seconds", seconds, *within)
    assert checked.code == 0, checked.out[-2000:]


COMMANDS = [
    ["status"], ["status", "--json"], ["search", "harbour", "--limit", "500"],
    ["search", "harbour", "--limit", "500", "--json"], ["export"], ["export", "--format", "csv"],
    ["export", "misses"], ["export", "misses", "--format", "csv"], ["verify"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_that_a_page_says_acts_on_what_shows_it(
    hostile: HostileWeb, command: list[str]
) -> None:
    ran = newscrawl(*command, "--archive", hostile.archive)
    for text in (ran.out, ran.err):
        assert FORBIDDEN.findall(text.replace("\r\n", "\n")) == []
        assert SECRET not in text
        assert "root:x:0" not in text


def test_the_crawl_itself_shows_nothing_that_acts(hostile: HostileWeb) -> None:
    for text in (hostile.out, hostile.err):
        assert FORBIDDEN.findall(text) == []
        assert "root:x:0" not in text
    assert len(hostile.err) < 200_000


def test_every_record_is_a_line_and_can_be_shown(hostile: HostileWeb) -> None:
    beside = [
        line
        for path in (hostile.archive / "records").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()  # splits at U+2028, too
    ]
    urls = [json.loads(line)["url"] for line in beside]
    odd = [url for url in urls if "title-" in url or "author-" in url]
    assert len(odd) >= 6
    for url in odd:
        assert FORBIDDEN.findall(newscrawl("show", "--archive", hostile.archive, url).out) == []


def test_no_cell_of_a_table_is_a_formula(hostile: HostileWeb) -> None:
    out = newscrawl("export", "--format", "csv", "--archive", hostile.archive).out
    assert "HYPERLINK" in out
    assert re.search(r"(?:^|,)\"?\s*[=+@]", out, re.MULTILINE) is None
