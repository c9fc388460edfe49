"""The values that travel between rooms: a capture, a page, an article and where its fields came from.

All are frozen but Article, which item pipelines of the user's own may change in place; newscrawl itself
makes a new one with `dataclasses.replace`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any

from newscrawl.errors import UsageError
from newscrawl.urls import key

#: How the provenance of a field begins that no page states: an item of the spider of this name, or the
#: pipeline of this path.
BY_ITEM, BY_PIPELINE = "item:", "pipeline:"


@dataclass(frozen=True, slots=True)
class Capture:
    """Where the bytes of one answer lie: `length` bytes from `offset` of the file `warc` are one gzip member.

    `payload_digest` is taken over the body without its transfer coding, whatever the record's own
    header states. `captured_at` is the moment the request was sent, ISO 8601 in UTC.
    """

    warc: str
    offset: int
    length: int
    record_id: str
    payload_digest: str
    captured_at: str
    status: int

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _CAPTURE_FIELDS}


@dataclass(frozen=True, slots=True)
class Page:
    """One captured answer on its way through the pipelines.

    The bytes are not carried along: `capture` says where they lie, and whoever needs them reads
    them there, so that a crawl and a replay see the same.
    """

    url: str
    capture: Capture

    def __str__(self) -> str:
        """One line, as Scrapy's log has it."""
        return f"<page {self.url} in {self.capture.warc}>"


def page_of(response: Any) -> Page:
    """The item that has a record made of this response of Scrapy's; yield it in a spider of your own.

    Raises UsageError where the response was not captured.
    """
    capture = response.meta.get("capture") if response.request is not None else None
    if capture is None:
        raise UsageError(
            f"{response.url} was not captured: NEWSCRAWL_ARCHIVE names no archive for it"
        )
    return Page(response.url, capture)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a field's value came from.

    `source` names the statement (`json-ld:datePublished`, `meta:og:title`, `time`, `byline`, ...),
    `raw` is the string as it stood there, `against` are statements that disagree, as
    `{"source": ..., "raw": ...}`, and `note` says what was concluded beyond the string itself.
    """

    source: str
    raw: str | None = None
    against: tuple[dict[str, str], ...] = ()
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The members that say something; `source` and `raw` always."""
        out: dict[str, Any] = {"source": self.source, "raw": self.raw}
        if self.against:
            out["against"] = [dict(witness) for witness in self.against]
        if self.note:
            out["note"] = self.note
        return out


@dataclass(slots=True)
class Article:
    """One article as its page states it. A field that the page does not state is None or empty.

    Scrapy's ItemAdapter takes it. What a pipeline changes is stated in `provenance`.

    `source` is the name of the source that the crawl filed the page under, or the site of its URL.
    Times are ISO 8601 with the offset the page gave; a bare day stays a bare day. `problem` says why
    this is not a record of an article (an empty page, a section front), and is None for a good one.
    """

    url: str | None = None
    canonical_url: str | None = None
    source: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    published_at: str | None = None
    published_precision: str | None = None
    modified_at: str | None = None
    modified_precision: str | None = None
    language: str | None = None
    publisher: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    description: str | None = None
    kind: str | None = None
    is_accessible: bool | None = None
    rights: tuple[str, ...] = ()
    body: str | None = None
    body_markdown: str | None = None
    provenance: dict[str, Provenance] = field(default_factory=dict)
    capture: Capture | None = None
    extractor: dict[str, str] = field(default_factory=dict)
    revision: int = 1
    problem: str | None = None

    @property
    def id(self) -> str:
        """16 hexadecimal digits that stay with the article through all its revisions.

        Taken from the URL, spelling aside, and not from what the page calls its canonical URL: a
        page may claim another paper's article for its own.
        """
        url = self.url or self.canonical_url
        return article_id(key(url) if url else self.body or "")

    def __str__(self) -> str:
        """One line, as Scrapy's log has it."""
        dated = f" of {self.published_at}" if self.published_at else ""
        return f"<article {self.id} {self.title!r}{dated} {self.url}>"

    def to_dict(self) -> dict[str, Any]:
        """The record, without its capture where there is none; ready for JSON, keys in documented order."""
        out: dict[str, Any] = {"id": self.id}
        for name in _RECORD_FIELDS:
            value = getattr(self, name)
            out[name] = list(value) if isinstance(value, tuple) else value
        out["provenance"] = {name: p.to_dict() for name, p in sorted(self.provenance.items())}
        if self.capture is not None:
            out["capture"] = self.capture.to_dict()
        out["extractor"] = dict(self.extractor)
        out["revision"] = self.revision
        if self.problem is not None:
            out["problem"] = self.problem
        return out

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Article:
        """The article that `to_dict` made `record` from."""
        values: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in record.items()
        }
        values.pop("id", None)
        values["provenance"] = {
            name: Provenance(p["source"], p.get("raw"), tuple(p.get("against", ())), p.get("note"))
            for name, p in record.get("provenance", {}).items()
        }
        if capture := record.get("capture"):
            values["capture"] = Capture(**capture)
        return cls(**values)


_CAPTURE_FIELDS = tuple(f.name for f in fields(Capture))
_RECORD_FIELDS = tuple(
    f.name
    for f in fields(Article)
    if f.name not in ("provenance", "capture", "extractor", "revision", "problem")
)


def with_source(record: dict[str, Any], source: str) -> dict[str, Any]:
    """The record with this source, which stands behind `canonical_url`; older records have none."""
    if "source" in record:
        return {**record, "source": source}
    out: dict[str, Any] = {}
    for name, value in record.items():
        out[name] = value
        if name == "canonical_url":
            out["source"] = source
    return out if "source" in out else {**out, "source": source}


def article_id(url_key: str) -> str:
    """The id of the article at the URL with this key: the first 64 bits of its SHA-256."""
    return hashlib.sha256(url_key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
