"""Records as a folder of Markdown or HTML files with an index.html: something to hand over.

Everything that a page said is shown as text: nothing in these files loads anything but the pictures beside
them, runs, or leads anywhere but to the http and https URLs of the articles.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from newscrawl.printable import printable
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.pictures import Picture

Form = Literal["html", "md"]

#: Characters of a title in a file's name.
_MAX_NAME = 60
_NO_LETTER = re.compile(r"[^a-z0-9]+")
#: Characters that mean something in Markdown, or begin markup of HTML within it.
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&])")
_HEAD = (
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
    " img-src 'self' file:; style-src 'unsafe-inline'\">\n"
    "<title>{title}</title>\n<style>body{{max-width:42em;margin:2em auto;padding:0 1em;"
    "font-family:serif;line-height:1.5}}dt{{font-weight:bold}}img{{max-width:100%}}</style>\n</head>\n<body>\n"
)
_FOOT = "</body>\n</html>\n"


def write_folder(
    root: Path,
    records: Iterable[dict[str, Any]],
    form: Form,
    *,
    picture_of: Callable[[str | None], Picture | None] = lambda _url: None,
) -> int:
    """Write a file for each record, and index.html with a line for each; return the number of records.

    The picture that `picture_of` finds for a record's `image` is written into `images/`. Raises StorageError.
    """
    number = 0
    write = _html if form == "html" else _markdown
    with storage_errors(root):
        root.mkdir(parents=True, exist_ok=True)
        with (root / "index.html").open("w", encoding="utf-8") as index:
            index.write(_HEAD.format(language="en", title="Articles") + "<h1>Articles</h1>\n<ul>\n")
            for number, record in enumerate(records, 1):  # noqa: B007
                name = f"{file_stem(record)}.{form}"
                image = _write_picture(root, picture_of(record["image"]))
                (root / name).write_text("".join(write(record, image)), encoding="utf-8")
                index.write(_entry(name, record))
            index.write("</ul>\n" + _FOOT)
    return number


def _write_picture(root: Path, picture: Picture | None) -> str | None:
    """The path of the picture's file within the folder."""
    if picture is None:
        return None
    name = f"images/{hashlib.sha256(picture.data).hexdigest()[:16]}.{picture.ending}"
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture.data)
    return name


def file_stem(record: dict[str, Any]) -> str:
    """A name of ASCII letters, digits and hyphens: day, title, and id and revision, which make it unique."""
    plain = unicodedata.normalize("NFKD", record["title"] or "").encode("ascii", "ignore").decode()
    title = _NO_LETTER.sub("-", plain.lower())[:_MAX_NAME].strip("-")
    day = _NO_LETTER.sub("-", (record["published_at"] or record["capture"]["captured_at"])[:10])
    revision = f"r{record['revision']}" if record["revision"] > 1 else ""
    id_ = _NO_LETTER.sub("-", str(record["id"]).lower())
    return "-".join(filter(None, [day, title, id_, revision]))


def _entry(name: str, record: dict[str, Any]) -> str:
    about = ", ".join(filter(None, [record["published_at"], record["source"]]))
    title = _text(record["title"] or record["url"])
    return f'<li><a href="{name}">{title}</a> {_text(about)}</li>\n'


def _html(record: dict[str, Any], image: str | None) -> Iterator[str]:
    title = _text(record["title"])
    yield _HEAD.format(language=_text(record["language"] or ""), title=title)
    yield f"<h1>{title}</h1>\n"
    if image:
        yield f'<p><img src="{image}" alt=""></p>\n'
    if record["description"]:
        yield f"<p><em>{_text(record['description'])}</em></p>\n"
    for paragraph in filter(None, (record["body"] or "").split("\n")):
        yield f"<p>{_text(paragraph)}</p>\n"
    yield "<hr>\n<dl>\n"
    for name, value in _facts(record):
        shown = _text(value)
        if name == "url" and urlsplit(value).scheme in ("http", "https"):
            shown = f'<a href="{shown}" rel="noreferrer noopener">{shown}</a>'
        yield f"<dt>{name}</dt><dd>{shown}</dd>\n"
    yield "</dl>\n" + _FOOT


def _markdown(record: dict[str, Any], image: str | None) -> Iterator[str]:
    yield f"# {_plain(record['title'])}\n\n"
    if image:
        yield f"![]({image})\n\n"
    if record["description"]:
        yield f"*{_plain(record['description'])}*\n\n"
    for paragraph in filter(None, (record["body"] or "").split("\n")):
        yield f"{_plain(paragraph)}\n\n"
    yield "---\n\n"
    for name, value in _facts(record):
        yield f"* {name}: {_plain(value)}\n"


def _facts(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    capture = record["capture"]
    place = f"{capture['warc']} at {capture['offset']}, {capture['payload_digest']}"
    for name, value in (
        ("authors", ", ".join(record["authors"])),
        ("published", record["published_at"]),
        ("modified", record["modified_at"]),
        ("source", record["source"]),
        ("publisher", record["publisher"]),
        ("section", record["section"]),
        ("url", record["url"]),
        ("captured", capture["captured_at"]),
        ("capture", place),
        ("id", f"{record['id']}, revision {record['revision']}"),
    ):
        if value:
            yield name, value


def _text(value: str | None) -> str:
    return escape(printable(value or ""), quote=True)


def _plain(value: str | None) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(printable(value or "").split()))
