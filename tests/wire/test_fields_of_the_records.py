"""What a record says of its exchange."""

from __future__ import annotations

import re

import pytest

from newscrawl.warc.cipher_names import iana_name


def test_every_file_is_sound(odd):
    from strict_warc import faults

    assert [fault for path in odd.warcs for fault in faults(path)] == []


def test_reasons_of_answers_that_ended_early(odd):
    for name, expected in odd.server["expected"].items():
        for response in odd.of(name, "response"):
            reason = response.get("WARC-Truncated")
            assert reason == expected["truncated"], name


def test_failed_requests_are_recorded(odd):
    for name, outcome in odd.outcomes.items():
        notes = [r.block.decode() for r in odd.of(name, "metadata")]
        if "error" not in outcome:
            assert notes == [], name
            continue
        (note,) = notes
        fields = dict(line.split(": ", 1) for line in note.splitlines())
        assert fields["fetchError"] == outcome["error"], name
        assert fields["fetchErrorMessage"], name
        assert fields["bytesReceived"].isdigit()
    assert (
        odd.outcomes["drop"]["error"] == odd.outcomes["garbage"]["error"] == "DownloadFailedError"
    )


def test_only_notes_of_failures_name_a_page(odd):
    # A replay tool takes any other metadata record with a Target-URI for the page itself.
    notes = [r for r in odd.records if r.type == "metadata"]
    assert {r.get("Content-Type") for r in notes if r.url} == {"application/warc-fields"}
    assert {r.get("Content-Type") for r in notes if not r.url} == {
        "application/http;msgtype=response",
        "application/octet-stream",
    }


def test_where_and_how_it_was_fetched(odd):
    for record in odd.records:
        if record.type in ("request", "response"):
            assert record.get("WARC-IP-Address") == "127.0.0.1"
    of_old = odd.of("http10", "response")[0].all("WARC-Protocol")
    of_new = odd.of("plain", "response")[0].all("WARC-Protocol")
    assert of_old[0] == "http/1.0"
    assert of_new[0] == "http/1.1"
    suite = odd.of("plain", "response")[0].get("WARC-Cipher-Suite")
    if odd.outcomes and odd.records[1].url.startswith("https"):
        assert of_new[1:] == ["tls/1.3"]
        assert re.fullmatch(r"TLS_(AES|CHACHA20)\w+_SHA\d+", suite)
    else:
        assert (of_new[1:], suite) == ([], None)


def test_media_types_as_declared(odd):
    assert odd.of("plain", "response")[0].get("WARC-Identified-Payload-Type") == "text/html"
    assert odd.of("http10-bare", "response")[0].get("WARC-Identified-Payload-Type") is None


def test_names_of_files(odd):
    (path,) = odd.warcs
    assert re.fullmatch(r"news-\d{17}-[0-9a-f]{8}-00000\.warc\.gz", path.name)


def test_a_capture_points_at_its_answer(odd):
    by_offset = {record.offset: record for record in odd.records}
    answered = [o for o in odd.outcomes.values() if "status" in o]
    assert len(answered) > 25
    for outcome in answered:
        capture = outcome["capture"]
        record = by_offset[capture["offset"]]
        assert (record.type, record.length) == ("response", capture["length"])
        assert record.id == f"<{capture['record_id']}>"
        assert record.get("WARC-Date") == capture["captured_at"]
        assert record.get("WARC-Payload-Digest") in (None, capture["payload_digest"])


#: From `openssl ciphers -stdname ALL`, one of each form, and IANA's registry.
SUITES = """
TLS_AES_256_GCM_SHA384 TLS_AES_256_GCM_SHA384
ECDHE-ECDSA-AES256-GCM-SHA384 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
ECDHE-RSA-AES128-GCM-SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
DHE-RSA-AES256-GCM-SHA384 TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
ECDHE-ECDSA-CHACHA20-POLY1305 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
DHE-RSA-CHACHA20-POLY1305 TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
PSK-CHACHA20-POLY1305 TLS_PSK_WITH_CHACHA20_POLY1305_SHA256
ECDHE-ECDSA-AES256-CCM8 TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8
ECDHE-ECDSA-AES256-CCM TLS_ECDHE_ECDSA_WITH_AES_256_CCM
ECDHE-ARIA256-GCM-SHA384 TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384
DHE-DSS-ARIA128-GCM-SHA256 TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256
ARIA128-GCM-SHA256 TLS_RSA_WITH_ARIA_128_GCM_SHA256
ADH-AES256-GCM-SHA384 TLS_DH_anon_WITH_AES_256_GCM_SHA384
ECDHE-ECDSA-AES256-SHA384 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
ECDHE-RSA-CAMELLIA256-SHA384 TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384
DHE-RSA-CAMELLIA128-SHA TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA
ECDHE-RSA-AES256-SHA TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
AECDH-AES256-SHA TLS_ECDH_anon_WITH_AES_256_CBC_SHA
RSA-PSK-AES256-GCM-SHA384 TLS_RSA_PSK_WITH_AES_256_GCM_SHA384
DHE-PSK-AES256-CCM8 TLS_PSK_DHE_WITH_AES_256_CCM_8
AES256-GCM-SHA384 TLS_RSA_WITH_AES_256_GCM_SHA384
AES128-SHA TLS_RSA_WITH_AES_128_CBC_SHA
CAMELLIA256-SHA256 TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256
SRP-RSA-AES-256-CBC-SHA TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA
ECDHE-PSK-AES256-CBC-SHA384 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384
ECDHE-ECDSA-NULL-SHA TLS_ECDHE_ECDSA_WITH_NULL_SHA
AECDH-NULL-SHA TLS_ECDH_anon_WITH_NULL_SHA
NULL-SHA256 TLS_RSA_WITH_NULL_SHA256
"""


@pytest.mark.parametrize(
    ("openssl", "iana"), [line.split() for line in SUITES.split("\n") if line], ids=str
)
def test_names_of_cipher_suites(openssl, iana):
    assert iana_name(openssl) == iana
