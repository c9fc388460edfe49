"""Scores by group of pages: the second set of gold pages, and both sets by language.

A field that falls in one language alone is lost among a thousand pages; here it has a floor of its own.
"""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Languages of a group; any other one is of `other`.
LANGUAGES = {
    "en": ("en",),
    "latin": (
        "cs",
        "da",
        "de",
        "es",
        "fi",
        "fr",
        "hu",
        "id",
        "is",
        "it",
        "lt",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
        "tr",
        "vi",
    ),
    "east": ("zh", "ja", "ko"),
}
#: A page of which less than this share of the text was read has lost it.
_LOST = 0.5
_MEASURED = ("body_f1", "title_any", "day", "minute", "lang")
#: The smaller the better.
FAULTS = ("body_lt50", "lost", "persons_wrong", "claimed")

Page = dict[str, Any]


class Groups:
    """The pages of both sets with what each one scored; `organisations` are names that are no persons."""

    def __init__(self, organisations: set[str], author_set: Callable[[Any], set[str]]) -> None:
        self._organisations, self._author_set = organisations, author_set
        self._scored: list[tuple[str, str, Page, dict[str, float]]] = []

    def add(
        self, name: str, score: Any, pages: Iterable[Page], predictions: Iterable[Page]
    ) -> None:
        """The pages of the set `name`, scored by its own scorer."""
        answers = {p["id"]: p for p in predictions}
        for page in pages:
            answer = answers[page["id"]]
            group = _group(page["gold"].get("language"))
            self._scored.append((name, group, page, self._page(name, score, page, answer)))

    def figures(self) -> dict[str, float]:
        """The mean of each field in each group, as `group.field`."""
        kept: dict[str, list[float]] = {}
        for name, group, _, scored in self._scored:
            for where in _of(name, group):
                for field, value in scored.items():
                    kept.setdefault(f"{where}.{field}", []).append(value)
        return {key: statistics.fmean(values) for key, values in sorted(kept.items())}

    def fallen(self, key: str, most: int = 12) -> list[str]:
        """The pages that are wrong in the field of the group that `key` names."""
        where, field = key.split(".")
        found = [
            page["id"]
            for name, group, page, scored in self._scored
            if where in _of(name, group) and field in scored and _is_wrong(field, scored[field])
        ]
        return found[:most]

    def _page(self, name: str, score: Any, page: Page, answer: Page) -> dict[str, float]:
        gold = page["gold"]
        said = score.score_page(gold, answer)
        out: dict[str, float] = {f: float(said[f]) for f in _MEASURED if said.get(f) is not None}
        if "body" in gold:
            out["body_lt50"] = float(said["body_f1"] < 0.5)
            out["lost"] = float(score.prf(*said["body"])[1] < _LOST)
        if "authors" in gold:
            out |= self._persons(gold, answer, nobody=name == "gold2")
        return out

    def _persons(self, gold: Page, answer: Page, *, nobody: bool) -> dict[str, float]:
        organisations = self._organisations | self._author_set(gold.get("credit"))
        wanted = self._author_set(gold["authors"]) - organisations
        found = self._author_set(answer["persons"]) - organisations
        out = {
            "persons": float(wanted == found),
            "persons_wrong": float(bool(found) and found != wanted),
        }
        if nobody and not wanted:
            out["claimed"] = float(bool(found))
        return out


def organisations_of(script: str) -> list[str]:
    """The names in persons.py's list."""
    found = re.search(r'ORGS = """(.*?)"""', script, re.DOTALL)
    return found[1].replace("\n", "").split("|") if found else []


def _group(language: str | None) -> str:
    if language is None:
        return ""
    return next((g for g, known in LANGUAGES.items() if language in known), "other")


def _of(name: str, group: str) -> tuple[str, ...]:
    return tuple(w for w in (name if name == "gold2" else "", group) if w)


def _is_wrong(field: str, value: float) -> bool:
    return value > 0 if field in FAULTS else value < (0.9 if field == "body_f1" else 1)
