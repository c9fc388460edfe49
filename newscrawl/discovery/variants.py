"""Do two URLs of one site evidently name one story: AMP, print, mobile, moved section, new slug?"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from newscrawl.urls import same_owner, same_site

_VARIANT = (
    "amp|print|printer|printable|print-version|druck|drucken|druckversion|druckansicht|imprimir"
    "|imprimer|stampa|mobile|mobil|m|lite|full|single-page|singlepage|all|index|default"
)
_VARIANT_SEGMENT = re.compile(_VARIANT, re.IGNORECASE)
_VARIANT_SUFFIX = re.compile(
    r"(?:[._-](?:amp|print|druck|mobile|s?html?|php|aspx?|jsp|cms|ece|story))+$", re.IGNORECASE
)
_VARIANT_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|mobil|amp|print|touch|wap)\.)+", re.IGNORECASE)
_DATE = re.compile(
    r"(?<!\d)((?:199|20\d)\d)[/_.-]?(0?[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
)
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
#: A slug of fewer words is a section's name or a series' title.
_SLUG_WORDS = 3
_SLUG_LETTERS = 12


#: Parameters that choose a form of a page; and that tell where a reader came from, unless they are a number.
_FORM = re.compile(
    rf"(?:{_VARIANT}|output|output_?type|view|format|layout|mode|style|template|version|device|theme|type)(?:=.*)?"
    r"|(?:ref|referr?er|source|src|from|via|share|campaign|rss|feed|newsletter)=\D*",
    re.IGNORECASE,
)
#: Parameters that choose a page of a text, or a form by being there: their values say no more.
_WHOLE = re.compile(
    rf"(?:{_VARIANT}|p|pg|page|pages|pagina|seite|part|teil|start|offset)(?:=.*)?", re.IGNORECASE
)
_SEPARATOR = re.compile(r"&amp;|[&;]")


class _Story(NamedTuple):
    host: str
    path: tuple[str, ...]
    date: str
    numbers: frozenset[str]
    slug: str
    chosen: frozenset[str]
    query: frozenset[str]


def same_story(a: str, b: str) -> bool:
    """Whether the URLs evidently name one story; a doubt is a no."""
    if a == b:
        return True
    if not same_site(a, b):
        return False
    one, other = _story(a), _story(b)
    if one.date and other.date and one.date != other.date:
        return False
    if one.path == other.path and one.path and (one.host == other.host or same_owner(a, b)):
        return _same_query(one, other)
    ids, others = one.numbers | one.chosen, other.numbers | other.chosen
    if ids and others:
        return not ids.isdisjoint(others)
    return bool(one.slug) and one.slug == other.slug


def told_apart_by_query(a: str, b: str) -> bool:
    """Whether URLs differ in a part of their query that may choose another story.

    Of two that `same_story` takes for one it is then their texts that tell.
    """
    one, other = _story(a), _story(b)
    differ = one.query ^ other.query
    return one.path == other.path and any(
        not _WHOLE.fullmatch(item)
        and (not _FORM.fullmatch(item) or item.rpartition("=")[2].isdigit())
        for item in differ
    )


def _same_query(one: _Story, other: _Story) -> bool:
    """Of two URLs with the same path: whether their queries may choose the same story."""
    if one.chosen and other.chosen:
        return not one.chosen.isdisjoint(other.chosen)
    if one.date or one.numbers or one.slug:  # the path tells the story
        return True
    differ = one.query ^ other.query
    names = [item.partition("=")[0] for item in differ]
    return len(set(names)) == len(names) and all(map(_FORM.fullmatch, differ))


def _story(url: str) -> _Story:
    parts = urlsplit(url)
    host = _VARIANT_HOST.sub("", parts.netloc.lower())
    segments = [s for s in unquote(parts.path).split("/") if s]
    path = tuple(
        stem.lower()
        for s in segments
        if not _VARIANT_SEGMENT.fullmatch(s) and (stem := _VARIANT_SUFFIX.sub("", s))
        and not _VARIANT_SEGMENT.fullmatch(stem)
    )  # fmt: skip
    whole = "/".join(path)
    found = _DATE.search(whole)
    numbers = frozenset(_NUMBER.findall(_DATE.sub(" ", whole)))
    query = frozenset(filter(None, map(unquote, _SEPARATOR.split(parts.query))))
    pairs = [(name.lower(), value) for name, _, value in (item.partition("=") for item in query)]
    chosen = frozenset(
        value
        for name, value in pairs
        if value.isdigit() and (name.endswith("id") or (name == "p" and len(value) > 1))
    )
    date = "-".join(p.lstrip("0") for p in found.groups()) if found else ""
    return _Story(host, path, date, numbers, _slug(path), chosen, query)


def _slug(path: tuple[str, ...]) -> str:
    """The words of the last segment that has enough of them to be a title."""
    for segment in reversed(path[-2:]):
        words = _WORD.findall(segment)
        if len(words) >= _SLUG_WORDS and sum(map(len, words)) >= _SLUG_LETTERS:
            return "-".join(words)
    return ""
