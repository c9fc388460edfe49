"""Addresses as feeds, headers and pages state them."""

from __future__ import annotations

import pytest

from newscrawl.discovery import discover
from newscrawl.urls import fetchable, in_header, key


@pytest.mark.parametrize("prefix", ["ns", "atom"])
@pytest.mark.parametrize("uri", ["http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"])
def test_attributes_of_a_feed_may_have_the_prefix_of_its_namespace(prefix, uri):
    link = f'<link {prefix}:href="/a" {prefix}:rel="alternate" {prefix}:type="text/html"/>'
    other = f'<link {prefix}:href="/b" {prefix}:rel="enclosure"/>'
    body = f'<feed xmlns="{uri}" xmlns:{prefix}="{uri}"><entry><id>tag:x</id>{other}{link}</entry></feed>'
    found = discover(body.encode(), url="https://a.example/feed")
    assert [link.url for link in found.links] == ["https://a.example/a"]


def test_attributes_of_another_vocabulary_are_not_those_of_the_feed():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://x.example/"><entry>'
        '<link x:href="/no"/><link href="/yes"/></entry></feed>'
    )
    found = discover(body.encode(), url="https://a.example/feed")
    assert [link.url for link in found.links] == ["https://a.example/yes"]


@pytest.mark.parametrize(
    ("host", "coded"),
    [
        ("groß-furt.example", "xn--gro-furt-sya.example"),
        ("GROSS-Furt.example", "gross-furt.example"),
        ("ΦΆΡΟΣ.example", "xn--hxa2bfjl.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("نامه\u200cای.example", "xn--mgba3gch31f060k.example"),
        ("灘浦。example", "xn--s0wt6d.example"),
    ],
)
def test_hosts_are_coded_by_idna_2008(host, coded):
    found = fetchable(f"https://{host}/a")
    assert found == f"https://{coded}/a"
    assert key(found) == key(f"https://{coded}/a")


def test_user_and_port_stay_where_they_were():
    assert fetchable("https://groß.example:8443/ß?ß") == (
        "https://xn--gro-7ka.example:8443/%C3%9F?%C3%9F"
    )
    assert fetchable("https://a b.ß/") is None


def test_a_header_is_read_as_utf8_or_latin1():
    assert in_header("/پل-گردان".encode()) == "/پل-گردان"
    assert in_header("/brücke".encode("latin-1")) == "/brücke"
    assert in_header(b"/br%C3%BCcke") == "/br%C3%BCcke"
    assert fetchable(in_header("/brücke".encode()), "https://a.example/") == (
        "https://a.example/br%C3%BCcke"
    )
