"""A change of an article as a fact: what changed, between which captures, and what the page says of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

ChangeKind = Literal[
    "headline",
    "body",
    "authors",
    "description",
    "section",
    "image",
    "kind",
    "published-time-moved",
    "modified-time-moved-alone",
    "correction-note-added",
    "address-changed",
    "redirected",
    "walled",
    "removed",
    "returned",
]

#: What a change of text alone amounts to, where readers would not call it one.
Noise = Literal["white-space", "unicode-form", "quotes-and-dashes", "boilerplate", "title-affix"]

#: What the page states about a change of its text: its `modified_at` moved, is equal, or is absent; or a new
#: correction or update note owns the change.
Statement = Literal["modified-moved", "modified-equal", "modified-absent", "note"]

#: Changes of what readers read, which can be silent.
TEXT_KINDS: frozenset[ChangeKind] = frozenset({"headline", "body", "description"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one article.

    It happened after `not_before`, the last capture with the old state, and by `not_after`, the first with
    the new one (`captured_at` of both); never at a known point between. `record_id` is the capture that
    shows it. `from_article` is the article's id under its former address, if that is another. `before` and
    `after` are values of `field`; those of a body are left out, since the revisions have them. `words_in`,
    `words_out` and `words_moved` count words of headline, body and description. `rule` names the rule that
    found the change, with its version.
    """

    article: str
    url: str
    source: str
    kind: ChangeKind
    field: str | None
    before: str | None
    after: str | None
    from_revision: int | None
    to_revision: int | None
    not_before: str
    not_after: str
    record_id: str
    rule: str
    words_in: int = 0
    words_out: int = 0
    words_moved: int = 0
    noise: Noise | None = None
    statement: Statement | None = None
    from_article: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether the text changed and the page does not say so.

        Its modification time is equal or absent, and no new correction or update note stands in it.
        """
        return self.statement in ("modified-equal", "modified-absent")

    def to_dict(self) -> dict[str, Any]:
        """The fact, ready for JSON."""
        out = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**out, "silent": self.is_silent}

    @classmethod
    def from_dict(cls, fact: dict[str, Any]) -> Change:
        """The change that `to_dict` made `fact` from."""
        return cls(**{name: value for name, value in fact.items() if name != "silent"})
