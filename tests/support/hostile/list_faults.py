# ruff: noqa: E501 - tables
"""Faults of redirects, robots.txt, feeds and sitemaps. `canary` is a base URL that nobody may reach."""

from __future__ import annotations

import gzip
import json
from itertools import chain

from answers import (
    CANARY,
    ESCAPES,
    HEAD,
    SECRET,
    XML,
    Fault,
    answer,
    feed,
    headed,
    redirect,
    sitemap,
    story,
)
from wire_faults import GZIP, drip, endless, zeros

BOMB = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "laughing">' for n in range(12)
)


def redirects(canary: str) -> dict[str, Fault]:
    port = canary.rpartition(":")[2]
    private = {
        "to-canary": canary + "/secret",
        "to-canary-decimal": f"http://2130706498:{port}/",
        "to-canary-hex": f"http://0x7f.0.0.0x42:{port}/",
        "to-canary-octal": f"http://0177.0.0.0102:{port}/",
        "to-canary-mapped": f"http://[::ffff:{CANARY}]:{port}/",
        "to-canary-compatible": f"http://[::{CANARY}]:{port}/",
        "to-canary-nat64": f"http://[64:ff9b::7f00:42]:{port}/",
        "to-canary-local-nat64": f"http://[64:ff9b:1::7f00:42]:{port}/",
        "to-canary-6to4": f"http://[2002:7f00:42::]:{port}/",
        "to-canary-by-tls": canary.replace("http:", "https:") + "/",
        "to-canary-with-user": canary.replace("//", "//paper.example@") + "/",
        "to-name-of-canary": f"http://canary.paper.test:{port}/",
        "to-rebinding-name": f"http://rebinding.paper.test:{port}/",
        "to-tls-name-of-canary": f"https://canary.paper.test:{port}/",
        "to-localhost": f"http://localhost:{port}/",
        "to-localhost-dot": f"http://localhost.:{port}/",
        "to-metadata": "http://169.254.169.254/latest/meta-data/",
        "to-metadata-name": "http://metadata.google.internal/",
        "to-unspecified": f"http://0.0.0.0:{port}/",
        "to-v6-loopback": f"http://[::1]:{port}/",
        "to-multicast": f"http://224.0.0.1:{port}/",
        "to-broadcast": f"http://255.255.255.255:{port}/",
        "to-ten": "http://10.0.0.1/",
    }
    schemes = {
        "to-file": "file:///etc/passwd",
        "to-ftp": f"ftp://{CANARY}:{port}/",
        "to-gopher": f"gopher://{CANARY}:{port}/_x",
        "to-script": "javascript:alert(1)",
        "to-data": "data:text/html,<h1>x",
        "to-nothing": "",
        "to-escapes": "/\x1b[2J\x1b]0;owned\x07",
        "to-port-99999": "http://127.0.0.1:99999/",
        "to-brackets": "http://[::1",
        "to-long": "/" + "a" * 10_000,
    }
    faults = {name: Fault(redirect(to), "moved") for name, to in private.items()}
    faults |= {
        name: Fault(redirect(to), "http-status|url-too-long|moved") for name, to in schemes.items()
    }
    faults |= {
        "to-self": Fault(redirect("to-self"), "http-status|redirects"),
        "to-and": Fault(redirect("fro"), "moved|http-status|redirects"),
        "fro": Fault(redirect("to-and"), "moved|http-status|redirects"),
        "without-location": Fault(answer(b"", start=b"HTTP/1.1 302 Found\r\n"), "http-status"),
        "two-locations": Fault(answer(b"", b"Location: /two-a", b"Location: " + canary.encode(), start=b"HTTP/1.1 302 Found\r\n"), "moved"),
        "multiple-choices": Fault(answer(b"choose", start=b"HTTP/1.1 300 Choose\r\n"), "http-status|moved"),
        "refreshes": Fault(answer(story("Refreshing", f'<meta http-equiv=refresh content="0;url={canary}/r">')), "article"),
        "to-hop-0": Fault(redirect("hop-1"), "moved"),
    }  # fmt: skip
    return faults


def robots() -> dict[str, Fault]:
    """By name of a host; each has one page, which ends as `ends` says."""
    rules = b"User-agent: *\nDisallow: /forbidden\n"
    text = b"Content-Type: text/plain"
    group = b"User-agent: bot-%d\nDisallow: /%d\n\n"
    stars = b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"*b$\n"
    return {
        "of-2-mb": Fault(lambda: answer(rules + b"# more\n" * 300_000, kind=text), "article"),
        "without-end": Fault(lambda: endless(b"# more\n" * 1000, first=headed() + rules), "article", "close"),
        "bomb": Fault(lambda: answer(zeros(30), GZIP, kind=text), "article"),
        "packed": Fault(lambda: answer(gzip.compress(rules), GZIP, kind=text), "article"),
        "many-groups": Fault(lambda: answer(b"".join(group % (n, n) for n in range(12_000)) + rules, kind=text), "article"),
        "many-stars": Fault(answer(stars, kind=text), "article"),
        "long-line": Fault(lambda: answer(rules + b"Disallow: /" + b"x" * 400_000, kind=text), "article"),
        "binary": Fault(answer(bytes(range(256)) * 100, kind=text), "article"),
        "html": Fault(answer(story()), "article"),
        "of-escapes": Fault(answer(rules + ESCAPES.encode(), kind=text), "article"),
        "delay-of-years": Fault(answer(rules + b"Crawl-delay: -1\nCrawl-delay: nan\nCrawl-delay: 1e999\n", kind=text), "article"),
        "hangs": Fault([], "first-byte", "hang"),
        "drips": Fault(lambda: drip(b"HTTP/1.1 200 OK\r\n\r\n" * 20, 0.2), "too-slow", "close"),
        "redirects": Fault(redirect("/robots.txt"), "article"),
        "fails": Fault(answer(b"", start=b"HTTP/1.1 500 Oops\r\n"), "http-5xx", "close"),
        "head-of-mb": Fault(lambda: answer(rules, *[b"X: " + b"x" * 5000] * 200), "header-too-large", "close"),
        "sitemaps": Fault(lambda: answer(b"".join(b"Sitemap: /no-such-%d.xml\n" % n for n in range(3000)), kind=text), "article"),
    }  # fmt: skip


def to_canary(canary: str) -> dict[str, Fault]:
    """More robots.txt: those that send elsewhere."""
    named = answer(
        f"User-agent: *\nAllow: /\nSitemap: {canary}/sitemap.xml\n",
        kind=b"Content-Type: text/plain",
    )
    return {
        "to-canary": Fault(redirect(canary + "/robots.txt"), "private-address"),
        "to-file": Fault(redirect("file:///etc/passwd"), "article"),
        "names-canary": Fault(named, "article"),
    }


def feeds(canary: str, parts: int) -> dict[str, Fault]:
    """Feeds; the nesting of those that nest is divided by `parts`."""
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "{}">]><rss><channel><item><title>&x;</title><link>/of-{}</link></item></channel></rss>'
    atom = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{}/"><entry><link href="{}"/></entry></feed>'
    rss = {
        "laughs.xml": f"<!DOCTYPE rss [{BOMB}]><rss><channel><item><title>&l11;</title><link>/of-laughs</link></item></channel></rss>",
        "reads-a-file.xml": entity.format("file:///etc/passwd", "file"),
        "reads-canary.xml": entity.format(canary + "/dtd", "canary"),
        "loads-a-dtd.xml": f'<!DOCTYPE rss SYSTEM "{canary}/x.dtd">{feed("/of-dtd")}',
        "parameter-entity.xml": f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{canary}/p">%p;]>{feed("/of-parameter")}',
        "includes.xml": '<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><item><xi:include href="file:///etc/passwd"/><link>/of-include</link></item></channel></rss>',
        "styled.xml": f'<?xml-stylesheet href="{canary}/s.xsl" type="text/xsl"?>{feed("/of-style")}',
        "names-canary.xml": feed(f"{canary}/a-story", "file:///etc/passwd", "javascript:x", f"http://{CANARY}.:1/"),
        "based-elsewhere.xml": atom.format(canary, "a-story"),
        "not-closed.xml": feed("/of-not-closed")[:-30],
        "of-escapes.xml": feed("/of-escapes", head=f"<!-- {ESCAPES} -->"),
        "surrogates.xml": feed("/of-surrogates").replace("A story", "&#xD800;&#x1b;&#0;\udcff"),
        "deep.xml": "<rss><channel><item>" + "<a>" * (200_000 // parts),
        "wide.xml": "<rss " + "a='b' " * 100_000 + ">" + feed("/of-wide"),
        "long-title.xml": feed("/of-long").replace("A story", "x" * 3_000_000),
        "many.xml": feed(*(f"/no-such-{n}" for n in range(12_000))),
        "many-cdata.xml": "<rss><channel><item>" + "<![CDATA[" * 200_000,
        "empty.xml": "",
        "only-a-root.xml": "<rss/>",
    }  # fmt: skip
    both = {name: Fault(answer(text, kind=XML), "links|no-links") for name, text in rss.items()}
    js = b"Content-Type: application/feed+json"
    start = '{"version":"https://jsonfeed.org/version/1.1","items":['
    both |= {
        "many.xml": Fault(answer(rss["many.xml"], kind=XML), "links"),
        "bomb.xml": Fault(lambda: answer(zeros(30), GZIP, kind=XML), "bomb"),
        "too-large.xml": Fault(lambda: answer(feed("/of-large") + " " * 4_200_000, kind=XML), "too-large"),
        "without-end.xml": Fault(lambda: endless(b"<item><link>/x</link></item>" * 2000, first=headed() + b"<rss><channel>"), "too-large", "close"),
        "drips.xml": Fault(lambda: chain([HEAD + XML + b"\r\n\r\n"], drip(feed("/x").encode(), 0.2)), "too-slow", "close"),
        "deep.json": Fault(answer(start + '{"a":' * 100_000, kind=js), "no-links|links"),
        "lists.json": Fault(answer(start + "[" * 100_000, kind=js), "no-links|links"),
        "numbers.json": Fault(answer(start + '{"url":"/of-numbers","id":' + "9" * 5000 + ',"x":NaN,"y":1e999}]}', kind=js), "links|no-links"),
        "canary.json": Fault(answer(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": canary}]}), kind=js), "links"),
    }  # fmt: skip
    return both


def sitemaps(canary: str, parts: int) -> dict[str, Fault]:
    """Sitemaps; the nesting of those that nest is divided by `parts`."""
    index = {"root": "sitemapindex", "entry": "sitemap"}
    xml = {
        "self.xml": sitemap("/self.xml", **index),
        "names-canary-map.xml": sitemap(f"{canary}/map.xml", f"{canary}/page"),
        "index-of-canary.xml": sitemap(f"{canary}/map.xml", "file:///etc/passwd", **index),
        "entities-map.xml": f"<!DOCTYPE x [{BOMB}]><urlset><url><loc>/of-&l11;</loc></url></urlset>",
        "file-map.xml": '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>/f-&x;</loc></url></urlset>',
        "bad-urls-map.xml": sitemap("http://[::1", "//", "http:///x", "http://a b/", "\x1b[2J", "x" * 9000, "http://x:y/"),
        "deep-map.xml": "<urlset>" + "<url>" * (100_000 // parts),
        "secret-map.xml": f"<urlset><!-- {SECRET} --></urlset>",
    }  # fmt: skip
    faults = {name: Fault(answer(text, kind=XML), "links|no-links") for name, text in xml.items()}
    text = b"Content-Type: text/plain"
    faults |= {
        "bomb-map.xml.gz": Fault(lambda: answer(zeros(30), kind=b"Content-Type: application/gzip"), "bomb"),
        "many-map.txt": Fault(lambda: answer("".join(f"http://127.0.0.66:1/no-{n}\n" for n in range(2000)), kind=text), "links"),
        "one-line-map.txt": Fault(lambda: answer("http://paper.example/" + "a" * 3_000_000, kind=text), "no-links|links"),
        "cut-map.xml.gz": Fault(answer(gzip.compress(sitemap("/x").encode())[:-9], kind=b"Content-Type: application/gzip"), "links|no-links"),
    }  # fmt: skip
    return faults
