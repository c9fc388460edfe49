"""What is in the WARC is what went over the socket, byte for byte."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import replace

import pytest
from comparing import differences
from processes import exchanges, fetch, serving
from strict_warc import faults, read_warc, split_head

#: Exchanges over plain sockets; NEWSCRAWL_EXCHANGES=2000 is more of them.
EXCHANGES = int(os.environ.get("NEWSCRAWL_EXCHANGES", "500"))


def test_every_odd_answer_is_kept_as_it_came(odd):
    assert len(odd.server["expected"]) >= 25
    assert len(odd.exchanges) > len(odd.server["expected"])
    assert differences(odd.exchanges, odd.records, odd.server["expected"]) == []


def test_a_change_of_any_header_byte_is_noticed(odd):
    records, expected = odd.records, odd.server["expected"]
    names = ("odd-case", "interleaved", "lf-only", "early-hints")
    some = [e for e in odd.exchanges if e.target.rpartition("/")[2] in names]
    chosen = {e.target for e in some}
    of_some = [r for r in records if "/" + r.url.rpartition("/")[2] in chosen or not r.url]
    assert differences(some, of_some, expected) == []
    tried = 0
    for place, record in enumerate(of_some):
        if record.type not in ("request", "response"):
            continue
        for at in range(len(split_head(record.block)[0])):
            block = bytearray(record.block)
            block[at] ^= 0x20
            changed = [*of_some[:place], replace(record, block=bytes(block)), *of_some[place + 1 :]]
            assert differences(some, changed, expected), f"byte {at} of {record.url}"
            tried += 1
    assert tried > 500


def test_a_record_too_few_or_too_many_is_noticed(odd):
    records, expected = odd.records, odd.server["expected"]
    of_http = [r for r in records if r.type in ("request", "response")]
    for lost in random.Random(5).sample(of_http, 12):
        fewer = [record for record in records if record is not lost]
        assert differences(odd.exchanges, fewer, expected)
    again = [*records, next(r for r in records if r.type == "request")]
    assert differences(odd.exchanges, again, expected)


def test_a_request_that_twisted_sends_twice_is_there_twice(odd):
    stale = [r for r in odd.records if r.url.endswith("/drop-stale?1")]
    assert Counter(r.type for r in stale) == {"request": 2, "response": 1}
    assert odd.outcomes["drop-stale"]["status"] == 200
    assert len({e.connection for e in odd.exchanges if e.target.endswith("/drop-stale?1")}) == 2


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_many_exchanges_over_eight_connections(tmp_path, scheme):
    number = EXCHANGES if scheme == "http" else 300
    with serving("raw_server.py", tmp_path) as server:
        base = f"{scheme}://127.0.0.1:{server[scheme]}"
        asked = [{"url": f"{base}/numbered?{n}"} for n in range(number)]
        ended = fetch(
            asked,
            tmp_path / "archive",
            CONCURRENT_REQUESTS=8,
            CONCURRENT_REQUESTS_PER_DOMAIN=8,
            NEWSCRAWL_WARC_BYTES=75_000 if scheme == "http" else 300_000,
        )
        seen = exchanges(server["log"])
    assert {end.get("status") for end in ended} == {200}
    assert len(seen) == number
    assert 4 <= len({e.connection for e in seen}) <= 8
    warcs = sorted((tmp_path / "archive" / "warc").glob("*.warc.gz"))
    assert len(warcs) > 1 or scheme == "https"
    records = [record for path in warcs for record in read_warc(path)]
    assert differences(seen, records, {}) == []
    assert [fault for path in warcs for fault in faults(path)] == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_through_a_proxy(tmp_path, scheme):
    headers = {"Proxy-Authorization": "Basic c2VjcmV0", "Authorization": "Bearer hidden"}
    headers |= {"Cookie": "session=hidden", "X-Kept": "as it is"}
    with (
        serving("raw_server.py", tmp_path) as server,
        serving("tiny_proxy.py", tmp_path) as proxy,
    ):
        url = f"{scheme}://127.0.0.1:{server[scheme]}/gzip-chunked"
        meta = {"proxy": f"http://127.0.0.1:{proxy['port']}"}
        asked = [{"url": url, "headers": headers, "meta": meta}]
        (ended,) = fetch(asked, tmp_path / "archive")
        (seen,) = exchanges(server["log"])
    assert ended["status"] == 200
    (warc,) = (tmp_path / "archive" / "warc").iterdir()
    assert faults(warc) == []
    _, response, request = read_warc(warc)
    assert response.block == seen.received
    for record in (request, response):
        assert record.get("WARC-IP-Address") is None
        assert record.get("WARC-Target-URI") == url
    through_tunnel = scheme == "https"
    asked_for = (tmp_path / "asked.jsonl").read_text()
    assert ("CONNECT" in asked_for) == through_tunnel
    assert "c2VjcmV0" in json.loads(asked_for)
    sent = seen.sent.replace(b"Bearer hidden", b"REDACTED").replace(b"session=hidden", b"REDACTED")
    sent = sent.replace(b"Proxy-Authorization: Basic c2VjcmV0\r\n", b"")
    assert request.block == sent
    assert b"hidden" not in request.block and b"X-Kept: as it is\r\n" in request.block
    named = set((request.get("WARC-Redacted-Headers") or "").split(", "))
    also = set() if through_tunnel else {"Proxy-Authorization"}
    assert named == {"Authorization", "Cookie"} | also
