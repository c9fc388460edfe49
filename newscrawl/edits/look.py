"""A look: one capture where an article is or was, and what it shows there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.causes import CAUSES, REDIRECTS

if TYPE_CHECKING:
    from newscrawl.causes import Absence
    from newscrawl.items import Article, Capture

#: By status: what the server says, whatever page it sends along.
_BY_STATUS: dict[int, Absence] = {
    410: "gone",
    404: "missing",
    **dict.fromkeys((401, 402, 403, 451), "wall"),
    **dict.fromkeys(REDIRECTS, "moved"),
}
#: Of answers with status 200, by what the page turned out to be.
_BY_CAUSE: dict[str, Absence] = {
    name: cause.absence for name, cause in CAUSES.items() if cause.absence is not None
}
HTTP_OK = 200
#: The status by which a server stands by its last answer.
NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Look:
    """One look: `article`, which has its revision, or its `absence`, or neither, which says nothing.

    `target` is the address that the article was moved to. With `is_same` the server sent, or stood by, what
    it sent the last time.
    """

    url: str
    capture: Capture
    article: Article | None = None
    absence: Absence | None = None
    target: str | None = None
    is_same: bool = False

    @property
    def captured_at(self) -> str:
        """When it was looked, ISO 8601 in UTC."""
        return self.capture.captured_at


def look_at(url: str, capture: Capture, *, cause: str | None, target: str | None) -> Look:
    """A look that showed no article; `cause` and `target` are those of the miss."""
    absence = absence_of(capture.status, cause)
    is_moved = absence == "moved"
    is_same = capture.status == NOT_MODIFIED
    return Look(url, capture, None, absence, target if is_moved else None, is_same)


def absence_of(status: int, cause: str | None) -> Absence | None:
    """What an answer says of an article that was there; None if it says nothing of it."""
    if status != HTTP_OK:
        return _BY_STATUS.get(status)
    return _BY_CAUSE.get(cause) if cause else None
