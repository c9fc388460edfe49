"""The HTTP response in a record: its head, its capture and, read on demand, its body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.causes import REDIRECTS
from newscrawl.errors import CaptureNotFound
from newscrawl.items import Capture
from newscrawl.urls import fetchable, in_header, key
from newscrawl.warc import http
from newscrawl.warc.digests import digest

if TYPE_CHECKING:
    from newscrawl.warc.record import WarcRecord

_NO_HEAD = http.Head(b"", (), 0)


@dataclass(frozen=True, slots=True)
class CapturedResponse:
    """A response and its place.

    `original` is the record that holds the body: that of the response itself or, for a revisit, that of the
    capture it refers to. It is None as long as that capture is not found.
    """

    record: WarcRecord
    head: http.Head
    capture: Capture
    original: WarcRecord | None

    @property
    def uri(self) -> str:
        """The URL that was answered; of a document that of the page it was made of."""
        return self.record.page_url

    @property
    def date(self) -> str:
        return self.capture.captured_at

    @property
    def status(self) -> int:
        """The status code; 0 if there is none."""
        return self.capture.status

    @property
    def is_revisit(self) -> bool:
        return self.record.is_revisit

    @property
    def redirect_target(self) -> str | None:
        """The URL that a redirect leads to; None if there is none, or it is a spelling of its own."""
        if self.status not in REDIRECTS:
            return None
        location = in_header((self.head.get("Location") or "").encode("latin-1"))
        target = fetchable(location, self.uri) if location else None
        return target if target is not None and key(target) != key(self.uri) else None

    def body(self, *, limit: int = 20_000_000) -> bytes:
        """The body without transfer and content codings.

        Raises CaptureNotFound for a revisit whose original is not found, TooLarge for a body of
        more than `limit` bytes.
        """
        if self.original is None:
            refers_to = self.record.get("WARC-Refers-To-Target-URI") or self.uri
            raise CaptureNotFound(
                f"{self.record.path}: at byte {self.record.offset}: the capture of {refers_to}"
                " that this one refers to is not found"
            )
        return http.body_of(self.original.message(), limit=limit)[1]


def response_in(record: WarcRecord, *, resources: bool = False) -> CapturedResponse | None:
    """The HTTP response in a response or revisit record, and the page in a record that holds one without a
    response; None for any other record. With `resources` a payload without a response need be no page.

    Raises NotHttp for a record that should hold a response and does not.
    """
    has_payload = record.holds_payload if resources else record.holds_page
    if not has_payload and not (record.is_capture and _is_http(record)):
        return None
    stated = record.get("WARC-Payload-Digest")
    if record.is_revisit:
        head, payload_digest = _NO_HEAD, stated or digest([])
        if record.size:
            head, blocks = http.read_message(record.message())
            payload_digest = stated or digest(http.payload(head, blocks))
    else:
        head, blocks = http.read_message(record.message())
        payload_digest = digest(http.payload(head, blocks))
    capture = Capture(
        warc=record.path.name.removesuffix(".open"),
        offset=record.offset,
        length=record.length,
        record_id=record.id.strip("<>"),
        payload_digest=payload_digest,
        captured_at=record.date,
        status=head.status or 0,
    )
    return CapturedResponse(record, head, capture, None if record.is_revisit else record)


def _is_http(record: WarcRecord) -> bool:
    if not (record.uri or "").startswith(("http:", "https:")):
        return False
    return record.media_type == "application/http" or record.begin(5) == b"HTTP/"
