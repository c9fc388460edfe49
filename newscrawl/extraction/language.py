"""Which language the article is written in: what is stated of it, checked on the text.

A statement stands if the text is in a script of that language and holds enough of its commonest words
(jusText's lists). Where none stands, the language whose words are the commonest by far is taken. Only
a text of which this says nothing is shown to py3langid, whose model takes a second to load.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from justext.utils import get_stoplist  # type: ignore[import-untyped]

from newscrawl.extraction import jsonld
from newscrawl.extraction.witness import ANNOUNCEMENT, Witness, attributed, provenance, witness
from newscrawl.extraction.wording import LIMITS, stated, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.extraction.document import Document
    from newscrawl.items import Provenance

#: Characters of the text that are looked at, and the fewest that say something.
_SAMPLE = 3000
_TOO_SHORT = 120
#: The share of common words from which on a text is taken to be in a language.
_COMMON = 0.15
#: How many times more of them it holds than of any other language's.
_CLEAR = 1.15

_NAMES = dict(
    pair.split(":")
    for pair in words(
        """
        af:Afrikaans sq:Albanian az:Azerbaijani eu:Basque be:Belarusian bs:Bosnian bg:Bulgarian
        ca:Catalan hr:Croatian cs:Czech da:Danish nl:Dutch en:English et:Estonian fi:Finnish
        fr:French gl:Galician de:German hu:Hungarian is:Icelandic id:Indonesian ga:Irish it:Italian
        kk:Kazakh lv:Latvian lt:Lithuanian mk:Macedonian ms:Malay mt:Maltese nb:Norwegian_Bokmal
        no:Norwegian_Bokmal nn:Norwegian_Nynorsk fa:Persian pl:Polish pt:Portuguese ro:Romanian
        ru:Russian sr:Serbian sk:Slovak sl:Slovenian es:Spanish sw:Swahili sv:Swedish tl:Tagalog
        tr:Turkish uk:Ukrainian ur:Urdu vi:Vietnamese cy:Welsh ar:Arabic lb:Luxembourgish
        """
    )
)
# Scripts, and the language that writes in them; several share the last ones.
_SCRIPTS = [
    (re.compile("[\u3040-\u30ff]"), 0.1, "ja"),
    (re.compile("[\uac00-\ud7af]"), 0.3, "ko"),
    (re.compile("[\u4e00-\u9fff]"), 0.3, "zh"),
    (re.compile("[\u0e00-\u0e7f]"), 0.5, "th"),
    (re.compile("[\u0590-\u05ff]"), 0.5, "he"),
    (re.compile("[\u0370-\u03ff]"), 0.5, "el"),
    (re.compile("[\u10a0-\u10ff]"), 0.5, "ka"),
    (re.compile("[\u0530-\u058f]"), 0.5, "hy"),
    (re.compile("[\u0980-\u09ff]"), 0.5, "bn"),
    (re.compile("[\u0a80-\u0aff]"), 0.5, "gu"),
    (re.compile("[\u0a00-\u0a7f]"), 0.5, "pa"),
    (re.compile("[\u0b80-\u0bff]"), 0.5, "ta"),
    (re.compile("[\u0c00-\u0c7f]"), 0.5, "te"),
    (re.compile("[\u0c80-\u0cff]"), 0.5, "kn"),
    (re.compile("[\u0d00-\u0d7f]"), 0.5, "ml"),
    (re.compile("[\u0900-\u097f]"), 0.5, "hi mr ne"),
    (re.compile("[\u0600-\u06ff]"), 0.5, "ar fa ur ps ckb ug"),
    (re.compile("[\u0400-\u04ff]"), 0.5, "ru uk be bg mk sr kk ky tg mn uz"),
]
_SPELLINGS = dict(
    pair.split(":") for pair in words("iw:he in:id ji:yi jp:ja cn:zh kr:ko cz:cs ua:uk gr:el")
)
_TAG = re.compile(
    r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.].*)?", re.IGNORECASE
)


_HAN, _KANA = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[\u3040-\u30ff]")


def of_markup(document: Document) -> str:
    """The language that the markup states, in lower case; empty where it states none.

    Then it is `zh` where the title is in Chinese characters without any of Japan.
    """
    title = document.html_title
    is_chinese = _HAN.search(title) and not _KANA.search(title)
    return next((w.value.lower() for w in _stated(document)), "zh" if is_chinese else "")


def read(
    document: Document, text: str, *, announced: Mapping[str, str], source: str | None
) -> tuple[str | None, Provenance | None]:
    """The language of the text, and what states it: the page, its announcement or its source."""
    language, provenance = _read([*_stated(document), *_elsewhere(announced, source)], text)
    return language, attributed(provenance, announced)


def _read(found: list[Witness], text: str) -> tuple[str | None, Provenance | None]:
    sample = text[:_SAMPLE]
    if len(sample) < _TOO_SHORT:
        return (
            (found[0].value, provenance(found[0], found[1:], alike=_primary))
            if found
            else (None, None)
        )
    for one in found:
        if _confirms(sample, _primary(one.value)):
            others = [w for w in found if w is not one]
            return one.value, provenance(one, others, alike=_primary)
    detected, how = _detected(sample)
    if found and (
        detected is None or _similar(detected, found[0].value) or not _known(found[0].value)
    ):
        return found[0].value, provenance(
            found[0], found[1:], alike=_primary, note="not confirmed by the text"
        )
    if detected is None:
        return None, None
    return detected, provenance(witness(detected, how), found, alike=_primary)


def _stated(document: Document) -> list[Witness]:
    raw = [("json-ld:inLanguage", stated(jsonld.text(document.article.get("inLanguage")), 40))]
    raw.append(("html:lang", document.root.get("lang") or document.root.get("xml:lang") or ""))
    names = ("content-language", "language", "dc.language", "dcterms.language", "og:locale")
    raw += [(f"meta:{name}", value) for name, value in document.meta(*names)]
    return _tagged(raw)


def _elsewhere(announced: Mapping[str, str], source: str | None) -> list[Witness]:
    return _tagged([(ANNOUNCEMENT, announced.get("language", "")), ("source", source or "")])


def _tagged(raw: Iterable[tuple[str, str]]) -> list[Witness]:
    return [witness(tag, source, value) for source, value in raw if (tag := _tag(value))]


def _tag(value: str) -> str:
    """`de_AT` as `de-AT`; empty for what is no language tag."""
    found = _TAG.fullmatch(value.strip().split(",")[0])
    if not found:
        return ""
    primary = found[1].lower()
    script, region = (found[2] or "").title(), (found[3] or "").upper()
    tag = "-".join(p for p in (_SPELLINGS.get(primary, primary), script, region) if p)
    return tag[: LIMITS["language"]]


def _primary(tag: str) -> str:
    primary = tag.split("-")[0].lower()
    return "no" if primary in ("nb", "nn") else primary


def _known(tag: str) -> bool:
    return _primary(tag) in _NAMES


def _similar(a: str, b: str) -> bool:
    """Whether two languages are so alike that a statement is better than a detector."""
    near = (
        {"no", "da", "sv"},
        {"sr", "hr", "bs", "sl", "mk"},
        {"id", "ms"},
        {"cs", "sk"},
        {"gl", "pt", "es", "ca"},
    )
    pair = {_primary(a), _primary(b)}
    return len(pair) == 1 or any(pair <= family for family in near)


_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u3040-\ud7ff]")


def _confirms(sample: str, language: str) -> bool:
    script = _script(sample)
    if script is not None and language not in script:
        return False
    if script is not None and len(script) == 1:
        return True
    if script is None and language in _not_latin():
        return False
    if language not in _NAMES:
        return False
    return _share(re.findall(r"[^\W\d_]+", sample.lower()), language) >= _COMMON


def _script(sample: str) -> tuple[str, ...] | None:
    """The languages of the script that the text is in; None for Latin script."""
    if not _BEYOND_LATIN.search(sample):
        return None
    letters = sum(map(str.isalpha, sample)) or 1
    for pattern, share, languages in _SCRIPTS:
        if len(pattern.findall(sample)) >= share * letters:
            return tuple(languages.split())
    return None


@cache
def _not_latin() -> frozenset[str]:
    return frozenset(lang for _, _, languages in _SCRIPTS for lang in languages.split()) - {
        "sr",
        "uz",
        "kk",
    }


@cache
def _common(name: str) -> frozenset[str]:
    return frozenset(w.lower() for w in get_stoplist(name))


def _detected(sample: str) -> tuple[str | None, str]:
    script = _script(sample)
    if script is not None and len(script) == 1:
        return script[0], "script"
    said = re.findall(r"[^\W\d_]+", sample.lower())
    candidates = _latin() if script is None else [c for c in script if c in _NAMES]
    ranked = sorted(((_share(said, c), c) for c in candidates), reverse=True)
    if len(ranked) == 1 or (
        len(ranked) > 1 and ranked[0][0] >= max(_COMMON, _CLEAR * ranked[1][0])
    ):
        return ranked[0][1], "common-words"
    from py3langid.langid import classify

    language, _ = classify(sample)
    return str(language), "py3langid"


def _share(said: list[str], language: str) -> float:
    common = _common(_NAMES[language])
    return sum(map(common.__contains__, said)) / max(1, len(said))


@cache
def _latin() -> tuple[str, ...]:
    return tuple(c for c in _NAMES if c not in _not_latin() and c not in ("nb", "nn"))
