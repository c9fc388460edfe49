"""The header of one record: its version and its named fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Names and values in the order of the file.
Fields = tuple[tuple[str, str], ...]


#: How the URI of a document begins that a browser has made of the page whose URL stands behind it.
DOCUMENT_PREFIX = "urn:dom:"
#: The media type of fields about a record, which are no payload.
WARC_FIELDS = "application/warc-fields"


_ABOUT = re.compile(r"urn:[A-Za-z]+:(?=https?://)")


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """Version, raw bytes and named fields of a record.

    `version` is that of WARC, such as `1.1`, or `ARC`. `head` are the bytes before the block, including
    the empty line. The header of an ARC record has the fields that a WARC record would have.
    """

    version: str
    head: bytes
    fields: Fields

    def get(self, name: str) -> str | None:
        """The first value of this field."""
        wanted = name.lower()
        for have, value in self.fields:
            if have.lower() == wanted:
                return value
        return None

    def all(self, name: str) -> list[str]:
        """Every value of this field."""
        wanted = name.lower()
        return [value for have, value in self.fields if have.lower() == wanted]

    @property
    def type(self) -> str:
        return self.get("WARC-Type") or ""

    @property
    def is_revisit(self) -> bool:
        """Whether the record refers to an earlier capture instead of holding a payload (WARC 1.1, 6.7)."""
        return self.type == "revisit"

    @property
    def is_capture(self) -> bool:
        """Whether the record is about the response to a request: a response or a revisit."""
        return self.type in ("response", "revisit")

    @property
    def holds_page(self) -> bool:
        """Whether the block is a web page itself, without the response that it came in.

        So are pages that a tool took from a disk or from a browser (`resource`), or made of another record
        (`conversion`; WARC 1.1, 6.3 and 6.8).
        """
        if self.type not in ("resource", "conversion"):
            return False
        if self.is_document:
            return True
        is_web = (self.uri or "").startswith(("http:", "https:"))
        return is_web and self.media_type in ("text/html", "application/xhtml+xml")

    @property
    def is_document(self) -> bool:
        """Whether the block is the document that a browser has made of a page."""
        return self.type == "resource" and (self.uri or "").startswith(DOCUMENT_PREFIX)

    @property
    def is_pointed_at(self) -> bool:
        """Whether a record of an article may point at it: a response, a revisit or a document."""
        return self.is_capture or self.is_document

    @property
    def page_url(self) -> str:
        """The URL of the page that the record is about; of a document that of the page it was made of."""
        uri = self.uri or ""
        return uri.removeprefix(DOCUMENT_PREFIX) if self.is_document else uri

    @property
    def about_url(self) -> str:
        """The URL that was answered, or of the page that a resource such as `urn:view:URL` shows."""
        return _ABOUT.sub("", self.uri or "")

    @property
    def holds_payload(self) -> bool:
        """Whether the block is the payload itself, without the response that it came in: of a page, a
        picture, or what was drawn in a browser."""
        if self.holds_page:
            return True
        return self.type == "resource" and bool(self.uri) and self.media_type != WARC_FIELDS

    def assumed_head(self) -> bytes:
        """The head of the response that a payload without one would have come in."""
        declared = (self.get("Content-Type") or "").encode("latin-1", "replace")
        return b"HTTP/1.1 200 OK\r\nContent-Type: " + declared + b"\r\n\r\n"

    @property
    def media_type(self) -> str:
        """The media type of the block without its parameters, in lower case; empty where none is stated."""
        return (self.get("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID") or ""

    @property
    def uri(self) -> str | None:
        """The target URI, without the angle brackets that some writers of WARC/1.0 put around it."""
        uri = self.get("WARC-Target-URI")
        return uri[1:-1] if uri and uri.startswith("<") and uri.endswith(">") else uri

    @property
    def date(self) -> str:
        return self.get("WARC-Date") or ""
