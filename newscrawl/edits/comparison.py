"""The changes between two looks at one article, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from newscrawl.edits.affixes import is_same_without_affixes
from newscrawl.edits.change import TEXT_KINDS, Change
from newscrawl.edits.diff import diff
from newscrawl.edits.noise import body_noise, noise
from newscrawl.edits.notes import new_notes
from newscrawl.urls import site

if TYPE_CHECKING:
    from newscrawl.edits.change import ChangeKind, Noise, Statement
    from newscrawl.edits.look import Look
    from newscrawl.items import Article

#: The fields that are compared and the kinds of their changes; times are compared apart.
FIELDS: dict[str, ChangeKind] = {
    "title": "headline",
    "body": "body",
    "authors": "authors",
    "description": "description",
    "section": "section",
    "image": "image",
    "kind": "kind",
}
#: Changes beside which a moved modification time is not alone.
_WITH_TIME = frozenset(FIELDS.values())


def compare(old: Article, new: Article, *, look: Look, not_before: str) -> list[Change]:
    """What changed from one look at an article to the next; both are of one generation of the extractor."""
    base = Change(
        article=new.id,
        url=look.url,
        source=new.source or old.source or site(look.url),
        kind="body",
        field=None,
        before=None,
        after=None,
        from_revision=old.revision,
        to_revision=new.revision,
        not_before=not_before,
        not_after=look.captured_at,
        record_id=look.capture.record_id,
        rule="field/1",
        from_article=old.id if old.id != new.id else None,
    )
    notes = new_notes(old.body or "", new.body or "")
    statement = _statement(old, new, notes)
    found = [
        _of_field(base, name, kind, old, new, statement)
        for name, kind in FIELDS.items()
        if getattr(old, name) != getattr(new, name)
    ]
    found += [
        replace(base, kind="correction-note-added", field="body", after=note, rule="note/1")
        for note in notes
    ]
    return found + _times(base, old, new, is_alone=not any(f.kind in _WITH_TIME for f in found))


def _of_field(
    base: Change, name: str, kind: ChangeKind, old: Article, new: Article, statement: Statement
) -> Change:
    before, after = _text(getattr(old, name)), _text(getattr(new, name))
    change = replace(base, kind=kind, field=name, before=before, after=after)
    if kind not in TEXT_KINDS:
        return change
    words = diff(before or "", after or "")
    if kind == "body":
        change = replace(change, before=None, after=None)
    return replace(
        change,
        words_in=words.inserted,
        words_out=words.deleted,
        words_moved=words.moved,
        noise=_noise(kind, old, new, before or "", after or ""),
        statement=statement,
        rule="text/1",
    )


def _noise(kind: ChangeKind, old: Article, new: Article, before: str, after: str) -> Noise | None:
    if kind == "body":
        return body_noise(before, after)
    found = noise(before, after)
    if found is None and kind == "headline":
        names = {old.publisher, new.publisher, old.source, new.source, old.section, new.section}
        if is_same_without_affixes(before, after, names=[name for name in names if name]):
            return "title-affix"
    return found


def _statement(old: Article, new: Article, notes: list[str]) -> Statement:
    if notes:
        return "note"
    if new.modified_at is None:
        return "modified-absent"
    return "modified-equal" if _is_same_time(old, new, "modified") else "modified-moved"


def _times(base: Change, old: Article, new: Article, *, is_alone: bool) -> list[Change]:
    kinds: dict[str, ChangeKind] = {"published": "published-time-moved"}
    if is_alone:
        kinds["modified"] = "modified-time-moved-alone"
    return [
        replace(
            base,
            kind=kind,
            field=f"{name}_at",
            before=getattr(old, f"{name}_at"),
            after=getattr(new, f"{name}_at"),
            rule="time/1",
        )
        for name, kind in kinds.items()
        if not _is_same_time(old, new, name)
    ]


def _is_same_time(old: Article, new: Article, name: str) -> bool:
    """Whether both state the same time, as exactly as the less exact of them says."""
    before, after = getattr(old, f"{name}_at"), getattr(new, f"{name}_at")
    if before == after:
        return True
    if before is None or after is None:
        return False
    if len(before) <= len("2026-05-19") or len(after) <= len("2026-05-19"):
        return bool(before[:10] == after[:10])
    return datetime.fromisoformat(before) == datetime.fromisoformat(after)


def _text(value: str | tuple[str, ...] | None) -> str | None:
    return "; ".join(value) if isinstance(value, tuple) else value
