"""Who has the words of one article, and from whom does it have its own?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from newscrawl.errors import UsageError
from newscrawl.items import Article
from newscrawl.lineage.direction import MIN_LOST, Direction, direction
from newscrawl.lineage.labels import STATED, judge
from newscrawl.lineage.units import units
from newscrawl.reuse.witnesses import witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.lineage.dictionary import Suspicion
    from newscrawl.lineage.direction import Witness
    from newscrawl.lineage.labels import Label, Verdict
    from newscrawl.store.reuse_log import Pair

#: What another article is to one: where its words come from, who has them from it, or nobody can tell.
Role = Literal["source", "copy", "undetermined"]


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """An article that has words of another one.

    `shared` is the share of the other one's text that this one has, `has` the share of this one's that the
    other one has. `role` says what this one is to the other; a `same-source` names the third, `through`.
    `corrected_at` is when the original was corrected, where the copy still has what was there before.
    """

    article: Article
    label: Label
    reason: str
    shared: float
    has: float
    longest: int
    role: Role
    direction: Direction
    rule: str
    corrected_at: str | None = None
    through: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The facts, ready for JSON."""
        return {
            **named(self.article),
            "label": self.label,
            "reason": self.reason,
            "shared": self.shared,
            "has": self.has,
            "longest": self.longest,
            "role": self.role,
            "direction": direction_dict(self.direction),
            "corrected_at": self.corrected_at,
            "through": self.through,
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class Related:
    """All that have words of `article` or lend it theirs; `is_too_short` says that it takes no part.

    `suspicion` is there if its source is known to replace words.
    """

    article: Article
    articles: tuple[RelatedArticle, ...]
    is_too_short: bool
    suspicion: Suspicion | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that two articles share: as each has it, and where it begins in each body (characters)."""

    first: str
    second: str
    first_at: int
    second_at: int
    units: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two articles beside each other; `verdict` is None if one is too short to say anything.

    `direction.first` is "a" for the first one.
    """

    first: Article
    second: Article
    verdict: Verdict | None
    direction: Direction
    passages: tuple[Passage, ...]

    def to_dict(self) -> dict[str, Any]:
        """The facts, ready for JSON."""
        verdict = self.verdict
        rewording = verdict.rewording if verdict else None
        return {
            "first": named(self.first),
            "second": named(self.second),
            "label": verdict.label if verdict else None,
            "reason": verdict.reason if verdict else "too short to say",
            "first_in_second": round(verdict.overlap.a_in_b, 4) if verdict else None,
            "second_in_first": round(verdict.overlap.b_in_a, 4) if verdict else None,
            "longest": verdict.overlap.longest if verdict else None,
            "covered": round(rewording.covered, 4) if rewording else None,
            "substitutions": [s.to_dict() for s in rewording.substitutions] if rewording else [],
            "passages": [asdict(each) for each in self.passages],
            "direction": direction_dict(self.direction),
            "rule": verdict.rule if verdict else None,
        }


def related(archive: ArchiveReader, wanted: str, *, rejected: bool = False) -> Related | None:
    """Who has the words of the article with this id or URL; None if there is no such article.

    With `rejected` those are among them that were compared and share too little, each with the reason.
    """
    revisions = revisions_of(archive, wanted)
    if not revisions:
        return None
    article = revisions[-1]
    pairs = archive.store.reuse_log.pairs_of([article.id])
    partners = [pair.other(article.id) for pair in pairs]
    through = third_texts(pairs, archive.store.reuse_log.pairs_of(partners), article.id)
    mine = witness(archive, revisions)
    found = []
    for pair in pairs:
        if rejected or pair.label != "unrelated" or pair.other(article.id) in through:
            other = revisions_of(archive, pair.other(article.id))
            if other:
                found.append(_related(archive, mine, other, pair, through))
    found.sort(key=lambda each: (-max(each.shared, each.has), each.article.id))
    return Related(article, tuple(found), not _takes_part(article), _suspicion(archive, article))


def compare(archive: ArchiveReader, first: str, second: str) -> Comparison:
    """Two articles beside each other, in their last revisions. Raises UsageError for what is not there."""
    sides = [revisions_of(archive, wanted) for wanted in (first, second)]
    for wanted, revisions in zip((first, second), sides, strict=True):
        if not revisions:
            raise UsageError(f"{wanted}: no record in {archive.root}")
    one, other = (side[-1] for side in sides)
    if one.id == other.id:
        raise UsageError(
            f"{first} and {second} are one article: newscrawl diff compares its versions"
        )
    a, b = units(one.body or ""), units(other.body or "")
    verdict = judge(a, b)
    if verdict is None:
        return Comparison(one, other, None, Direction(None, None, ()), ())
    decided = direction(witness(archive, sides[0]), witness(archive, sides[1]), verdict)
    passages = tuple(
        Passage(
            a.between(run.a, run.a + run.size),
            b.between(run.b, run.b + run.size),
            a.starts[run.a],
            b.starts[run.b],
            run.size,
        )
        for run in verdict.overlap.runs
    )
    return Comparison(one, other, verdict, decided, passages)


def third_texts(
    pairs: Iterable[Pair], of_partners: Iterable[Pair], article: str
) -> Mapping[str, str]:
    """Partners that have their words in common with an article through a third one, by id, and that one's."""
    shares: dict[frozenset[str], float] = {}
    for pair in of_partners:
        if pair.label in STATED:
            both = frozenset((pair.earlier, pair.later))
            shares[both] = max(pair.earlier_share, pair.later_share)
    stated = {p.other(article) for p in pairs if p.label in STATED}
    out = {}
    for pair in pairs:
        if pair.label in ("unrelated", "part", "reworded"):
            other, share = pair.other(article), max(pair.earlier_share, pair.later_share)
            thirds = [
                third
                for third in sorted(stated - {other})
                if min(shares.get(frozenset((third, each)), 0) for each in (article, other)) > share
            ]
            if thirds:
                out[other] = thirds[0]
    return out


def revisions_of(archive: ArchiveReader, wanted: str) -> list[Article]:
    """All revisions of an article, the first one first."""
    return [Article.from_dict(record) for record in archive.store.revisions(wanted)]


def named(article: Article) -> dict[str, Any]:
    """How an article is named in JSON."""
    captured = article.capture.captured_at if article.capture else None
    return {
        "id": article.id,
        "url": article.url,
        "source": article.source,
        "title": article.title,
        "published_at": article.published_at,
        "captured_at": captured,
    }


def direction_dict(decided: Direction) -> dict[str, Any]:
    """A direction, ready for JSON."""
    return {
        "first": decided.first,
        "by": decided.kind,
        "evidence": [asdict(each) for each in decided.evidence],
        "rule": decided.rule,
    }


def _related(
    archive: ArchiveReader,
    mine: Witness,
    other: Sequence[Article],
    pair: Pair,
    through: Mapping[str, str],
) -> RelatedArticle:
    shares = pair.earlier_share, pair.later_share
    shared, has = shares if pair.later == other[-1].id else shares[::-1]
    third = through.get(other[-1].id)
    decided, corrected = Direction(None, None, ()), None
    if pair.label != "unrelated" and third is None:
        theirs = witness(archive, other)
        verdict = judge(mine.revisions[0].text, theirs.revisions[0].text)
        if verdict is not None:
            decided = direction(mine, theirs, verdict)
            corrected = _corrected_at(decided, mine, theirs)
    role: Role = "undetermined"
    if decided.first:
        role = "copy" if decided.first == "a" else "source"
    label: Label = "same-source" if third else pair.label  # type: ignore[assignment]
    return RelatedArticle(
        other[-1],
        label,
        pair.reason,
        shared,
        has,
        pair.longest,
        role,
        decided,
        pair.rule,
        corrected,
        third,
    )


def _corrected_at(decided: Direction, a: Witness, b: Witness) -> str | None:
    """When the original was corrected, if the copy still has what only an earlier revision had."""
    if decided.first is None:
        return None
    original, copy = (a, b) if decided.first == "a" else (b, a)
    last = copy.revisions[-1].text.shingles
    now = original.revisions[-1].text.shingles
    for before, after in pairwise(original.revisions):
        if len((before.text.shingles - now) & last) >= MIN_LOST:
            return after.seen_at
    return None


def _takes_part(article: Article) -> bool:
    return not units(article.body or "").is_too_short


def _suspicion(archive: ArchiveReader, article: Article) -> Suspicion | None:
    known = archive.store.reuse_log.dictionary(article.source or "")
    return known.suspicion(units(article.body or "").words) if known.is_known else None
