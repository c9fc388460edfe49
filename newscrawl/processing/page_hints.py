"""What is said of a page elsewhere: as fields of the metadata beside its capture, and read from there.

So a replay knows what the crawl knew, and needs nothing but the WARC.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.causes import REQUISITE
from newscrawl.warc.warc_fields import MEDIA_TYPE, parse_warc_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.sources import Source
    from newscrawl.warc.record import WarcRecord

#: The members of an announcement, and the fields they are kept in; `via` is the standard's.
_FIELDS = {
    "by": "via",
    "url": "announced-url",
    "published": "announced-published",
    "modified": "announced-modified",
    "title": "announced-title",
    "language": "announced-language",
}
_SOURCE = "source"
_ZONE = "source-zone"
_LANGUAGE = "source-language"
#: What the URL was asked for or announced as, and how many links away from what was asked for.
KIND, DEPTH = "url-kind", "url-depth"
#: A longer block of metadata is none of ours.
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class PageHints:
    """What was announced of a page (`by`, `published`, `title`, ...), and zone and language of its source.

    `is_requisite`: it was fetched because a page needed it to look as it did."""

    announced: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    language: str | None = None
    source: str | None = None
    is_requisite: bool = False


def fields(
    announcement: str | None,
    label: str,
    source: Source | None,
    *,
    kind: str | None = None,
    depth: int = 0,
    via: str | None = None,
) -> tuple[tuple[str, str], ...]:
    """The fields for a URL that was announced so (a JSON object), and belongs to the source of this label.

    `kind`, `depth` and `via`, the URL of the list or page that announced it first, are no witnesses of the
    page: with them the frontier can be made again.
    """
    said: dict[str, str] = json.loads(announcement) if announcement else {}
    if via:
        said.setdefault("by", via)
    known = [(_FIELDS[name], said[name]) for name in _FIELDS if said.get(name)]
    known.append((_SOURCE, label))
    if source is not None and source.zone:
        known.append((_ZONE, source.zone))
    if source is not None and source.language:
        known.append((_LANGUAGE, source.language))
    if kind is not None:
        known += [(KIND, kind), (DEPTH, str(depth))]
    return tuple(known)


def announcement_of(said: Mapping[str, str]) -> str | None:
    """The announcement (a JSON object) that fields of a metadata record state; None for none."""
    announced = {name: said[label] for name, label in _FIELDS.items() if label in said}
    return json.dumps(announced) if announced.keys() - {"by", "url"} else None


def hints_in(metadata: Iterable[WarcRecord]) -> PageHints:
    """What these records say; records in another shape say nothing."""
    for record in metadata:
        media_type = (record.get("Content-Type") or "").partition(";")[0].strip().lower()
        if media_type != MEDIA_TYPE or record.size > _LONGEST:
            continue
        said = parse_warc_fields(record.block)
        announced = {name: said[label] for name, label in _FIELDS.items() if label in said}
        # Others note where they found a URL, too; that announces nothing.
        if set(announced) <= {"by", "url"}:
            announced = {}
        if announced or {_SOURCE, _ZONE, _LANGUAGE} & said.keys():
            return PageHints(
                announced,
                said.get(_ZONE),
                said.get(_LANGUAGE),
                said.get(_SOURCE),
                said.get(KIND) == REQUISITE,
            )
    return PageHints()
