"""`newscrawl extract`: one HTML file to one record."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from newscrawl import urls
from newscrawl.commands import options, terminal
from newscrawl.errors import NewscrawlError, UsageError

#: How files begin that are taken for pages by mistake.
_MAGIC = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a ZIP file",
    b"WARC/": "a WARC file (see newscrawl replay)",
    b"\x1f\x8b": "a gzip file (newscrawl replay reads WARCs)",
}
#: Byte order marks of text in which every other byte may be 0.
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_LOOKED_AT = 4096
#: What may be announced of a page.
_ANNOUNCED = frozenset({"title", "published", "language", "by"})


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--url", help="The URL of the page; relative links need it.")
@click.option("--captured-at", metavar="TIME", help="When it was fetched; relative times need it.")
@click.option("--content-type", metavar="TYPE", help="As the server declared it, with the charset.")
@click.option("--zone", help="The time zone for times that state none, such as Europe/Berlin.")
@click.option("--language", metavar="TAG", help="The language, if the page states none.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="A header of the answer, as X-Robots-Tag. May be repeated.",
)
@click.option(
    "--announced",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a feed said of the page: title, published, language or by. May be repeated.",
)
@options.rules
def extract(
    file: str,
    url: str | None,
    captured_at: str | None,
    content_type: str | None,
    zone: str | None,
    language: str | None,
    headers: tuple[str, ...],
    announced: tuple[str, ...],
    rules: Path | None,
) -> None:
    """Print the record of one HTML FILE (- for stdin) as JSON. Nothing is fetched.

    If the page is not an article, the record is printed all the same, with the reason on stderr and exit
    code 1.
    """
    from newscrawl.extraction import extract_article
    from newscrawl.processing.record_rules import normalised

    html = _read(file)
    if kind := _binary(html, content_type):
        raise NewscrawlError(f"{file}: {kind}, not HTML")
    named = urls.named(url) if url else None
    now = _instant(captured_at) if captured_at else None
    ruleset = options.read_ruleset(rules)
    day = (now or datetime.now(UTC)).astimezone(UTC).isoformat()
    article = extract_article(
        html,
        url=named,
        captured_at=now,
        content_type=content_type,
        headers=_pairs("--header", headers, ":"),
        zone=_zone(zone),
        language=language,
        announced=_announced(announced),
        rule=ruleset.rule_for(named, day) if named else None,
    )
    terminal.json_line(normalised(article).to_dict())
    if article.problem:
        raise NewscrawlError(f"{file}: {article.problem}")


def _pairs(option: str, stated: tuple[str, ...], mark: str) -> dict[str, str]:
    found = {}
    for each in stated:
        name, is_there, value = each.partition(mark)
        if not is_there or not name.strip():
            raise UsageError(f"{option} {each!r}: give NAME{mark}VALUE")
        found[name.strip()] = value.strip()
    return found


def _zone(name: str | None) -> str | None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"--zone {name}: no such time zone; name one as Europe/Berlin") from error


def _announced(stated: tuple[str, ...]) -> dict[str, str]:
    found = _pairs("--announced", stated, "=")
    if wrong := sorted(found.keys() - _ANNOUNCED):
        raise UsageError(f"--announced {wrong[0]}: one of {', '.join(sorted(_ANNOUNCED))}")
    return found


def _read(file: str) -> bytes:
    if file.lower().startswith(("http://", "https://")):
        raise UsageError(f"{file}: extract reads a file; newscrawl crawl {file} fetches the page")
    try:
        if file == "-":
            return sys.stdin.buffer.read()
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error


def _binary(data: bytes, content_type: str | None) -> str | None:
    """What kind of file this is, if it is no text at all."""
    for begin, kind in _MAGIC.items():
        if data.startswith(begin):
            return kind
    wide = data.startswith(_WIDE) or "utf-16" in (content_type or "").lower()
    return "binary data" if b"\0" in data[:_LOOKED_AT] and not wide else None


def _instant(text: str) -> datetime:
    from newscrawl.text import timespec

    return timespec.interval(text, "--captured-at", now=datetime.now(UTC)).begin
