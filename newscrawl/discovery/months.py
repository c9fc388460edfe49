"""Which month a word names, in the languages of the CLDR as `dateparser` carries them."""

from __future__ import annotations

from functools import lru_cache

from dateparser.data.languages_info import language_order
from dateparser.languages.loader import default_loader

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_AMBIGUOUS = 0


def month(word: str, language: str | None = None) -> int | None:
    """1 to 12, or None for no month or one that depends on the language and none is given.

    `listopad` is October in Croatian and November in Polish.
    """
    word = word.strip(" .,'’").casefold()
    if (found := _english().get(word)) is not None:
        return found
    if language and (found := _of_language(language).get(word)):
        return found
    return _of_all().get(word) or None


@lru_cache(maxsize=1)
def _english() -> dict[str, int]:
    """Without loading anything: nearly all feeds date in English, whatever they are written in."""
    names = {m: i for i, m in enumerate(_MONTHS, start=1)}
    return {**names, **{m[:3]: i for m, i in names.items()}, "sept": 9}


@lru_cache(maxsize=64)
def _of_language(language: str) -> dict[str, int]:
    code = language.replace("_", "-").split("-")[0].lower()
    code = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}.get(code, code)
    if code not in language_order:
        return {}
    info = default_loader.get_locale(code).info
    return {n.casefold().rstrip("."): i for i, m in enumerate(_MONTHS, 1) for n in info.get(m, ())}


@lru_cache(maxsize=1)
def _of_all() -> dict[str, int]:
    """Every language's names; _AMBIGUOUS where two languages mean different months."""
    names: dict[str, int] = {}
    for language in language_order:
        for word, number in _of_language(language).items():
            if names.setdefault(word, number) != number:
                names[word] = _AMBIGUOUS
    return names
