"""What the rule of a site finds on one page, read before anything else is, and what it takes off the page."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from newscrawl.extraction.authors import Credits, ascribe
from newscrawl.extraction.bylines import Byline
from newscrawl.extraction.names import Name
from newscrawl.extraction.pruning import drop
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import LIMITS, MOST_AGAINST, MOST_NAMES, folded, line
from newscrawl.items import Provenance
from newscrawl.rules.rule import MARKS, STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from lxml.html import HtmlElement

    from newscrawl.extraction.bylines import Reader
    from newscrawl.extraction.document import Document
    from newscrawl.extraction.time_statements import Clock, Stated
    from newscrawl.rules.rule import Rule
    from newscrawl.rules.selector import Selector

#: Attributes of an element that give a moment exactly.
_EXACT = ("datetime", "content")


@dataclass(frozen=True, slots=True)
class Found:
    """What the first selector of a field that finds something finds: texts, or the elements of the body."""

    selector: Selector
    texts: tuple[str, ...]
    elements: tuple[HtmlElement, ...]


@dataclass(frozen=True, slots=True)
class RuledPage:
    """A page as its rule sees it. Without a rule, or with one that cannot be applied, it says nothing.

    `not_article` and `article` are the selectors that say so of the page. `fault` says why the rule is not
    applied.
    """

    rule: Rule | None = None
    found: Mapping[str, Found] = field(default_factory=dict)
    not_article: Selector | None = None
    article: Selector | None = None
    removed: tuple[HtmlElement, ...] = ()
    fault: str | None = None

    @property
    def source(self) -> str:
        """The source of what the rule states."""
        return self.rule.source if self.rule else ""

    @property
    def zone(self) -> str | None:
        return self.rule.zone if self.rule and self.fault is None else None

    @property
    def language(self) -> str | None:
        return self.rule.language if self.rule and self.fault is None else None

    @property
    def version(self) -> dict[str, str]:
        """The rule as the record's `extractor` names it."""
        if self.rule is None:
            return {}
        named = {"rule": self.rule.name, "rule_digest": self.rule.digest}
        return {**named, "rule_fault": self.fault} if self.fault else named

    def provenance(
        self, name: str, raw: str, default: Provenance | None, *, agrees: bool
    ) -> Provenance:
        """Where the rule found the field, with what the page states otherwise against it."""
        assert self.rule is not None
        against: tuple[dict[str, str], ...] = ()
        if default is not None:
            first = {"source": default.source, "raw": default.raw or ""}
            others = (*(() if agrees else (first,)), *default.against)
            against = tuple(o for o in others if folded(o["raw"]) != folded(raw))[:MOST_AGAINST]
        found = self.found.get(name)
        note = str(found.selector) if found else None
        return Provenance(self.rule.source, line(raw, LIMITS["raw"]), against, note)


def read(
    rule: Rule | None,
    root: HtmlElement,
    bounded: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> RuledPage:
    """What the rule finds on the page, and what it removes, which is then taken out of the tree.

    Selectors are evaluated in the context that `bounded` makes.
    """
    if rule is None or rule.fault is not None:
        return RuledPage(rule, fault=rule.fault if rule else None)
    try:
        with bounded():
            page = _read(rule, root)
    except _Fault as fault:
        return RuledPage(rule, fault=line(str(fault), LIMITS["raw"]))
    for element in page.removed:
        drop(element)
    return page


class _Fault(ValueError):
    """A selector cannot be evaluated on this page."""


def _read(rule: Rule, root: HtmlElement) -> RuledPage:
    """Raises _Fault."""
    found: dict[str, Found] = {}
    for name in STATEMENTS:
        for selector in getattr(rule, name):
            if (one := _found(selector, root, name)) is not None:
                found[name] = one
                break
    return RuledPage(
        rule,
        found,
        not_article=_first(rule.not_article, root, "not_article"),
        article=_first(rule.article, root, "article"),
        removed=tuple(
            element
            for selector in rule.remove
            for element in _evaluated(selector, root, "remove")
            if not isinstance(element, str)
        ),
    )


def _evaluated(selector: Selector, root: HtmlElement, name: str) -> list[HtmlElement | str]:
    try:
        return selector.found(root)
    except (etree.XPathError, ValueError) as error:
        raise _Fault(f"{name}: {selector}: {error}") from error


def _first(selectors: Iterable[Selector], root: HtmlElement, name: str) -> Selector | None:
    return next((s for s in selectors if _evaluated(s, root, name)), None)


def _found(selector: Selector, root: HtmlElement, name: str) -> Found | None:
    """What is found, if any of it has a text."""
    results = _evaluated(selector, root, name)
    if name == "body":
        elements = tuple(r for r in results if not isinstance(r, str))
        inside = tuple(e for e in elements if not set(e.iterancestors()) & set(elements))
        return Found(selector, (), inside) if inside else None
    most = LIMITS["title"] if name == "title" else 1_000
    texts = tuple(t for r in results if (t := line(_text(r, exact=name == "published"), most)))
    return Found(selector, texts, ()) if texts else None


def _text(result: HtmlElement | str, *, exact: bool) -> str:
    if isinstance(result, str):
        return result
    if exact and (moment := next(filter(None, map(result.get, _EXACT)), None)):
        return str(moment)
    return result.get("content") or "" if result.tag == "meta" else said(result)


def found_by_each(
    rule: Rule, root: HtmlElement
) -> Iterator[tuple[str, Selector, int, str, str | None]]:
    """For each selector its key, how much it finds, the first text, and why it cannot be evaluated."""
    for name in (*STATEMENTS, *MARKS):
        for selector in getattr(rule, name):
            try:
                results = _evaluated(selector, root, name)
            except _Fault as fault:
                yield name, selector, 0, "", str(fault)
                continue
            texts = [line(_text(r, exact=name == "published"), LIMITS["raw"]) for r in results]
            told = [text for text in texts if text] if name in STATEMENTS else texts
            yield name, selector, len(told), next(iter(told), ""), None


def without_ignored(document: Document, page: RuledPage) -> Document:
    """The document without the statements that the rule ignores."""
    rule = page.rule
    if rule is None or page.fault is not None or not rule.ignore:
        return document
    for kind, _, name in (statement.partition(":") for statement in rule.ignore):
        if kind == "meta":
            document.surface.metas.pop(name, None)
        elif kind == "microdata":
            document.surface.items.pop(name, None)
        elif name:
            for node in (document.article, *document.nodes):
                node.pop(name, None)
        else:
            document = replace(document, nodes=(), named_nodes={}, article={})
    return document


def title(
    page: RuledPage, default: tuple[str | None, Provenance | None]
) -> tuple[str | None, Provenance | None]:
    """The rule's title, or the page's own."""
    if (found := page.found.get("title")) is None:
        return default
    told = found.texts[0]
    agrees = folded(told) == folded(default[0] or "")
    return told, page.provenance("title", told, default[1], agrees=agrees)


def language(
    page: RuledPage, default: tuple[str | None, Provenance | None]
) -> tuple[str | None, Provenance | None]:
    """The rule's language, or the page's own."""
    if (told := page.language) is None:
        return default
    return told, page.provenance("language", told, default[1], agrees=told == default[0])


def moments(page: RuledPage, clock: Clock) -> Iterator[Stated]:
    """The moments that the rule's texts give."""
    if (found := page.found.get("published")) is not None:
        assert page.rule is not None
        for text in found.texts[:20]:
            yield from clock.read(text, page.rule.source)


def noted(page: RuledPage, chosen: Provenance | None) -> Provenance | None:
    """The provenance of a time with the rule's selector in its note, where the rule is the witness."""
    if chosen is None or page.rule is None or chosen.source != page.rule.source:
        return chosen
    selector = str(page.found["published"].selector)
    return replace(chosen, note=f"{selector}; {chosen.note}" if chosen.note else selector)


def byline(page: RuledPage, reader: Reader) -> Byline | None:
    """The names that the rule finds; None if it finds none."""
    found, rule = page.found.get("authors"), page.rule
    if found is None or rule is None:
        return None
    raw = line("; ".join(found.texts), LIMITS["raw"])
    if rule.authors_as_written:
        written = [line(text, LIMITS["name"]) for text in found.texts[:MOST_NAMES]]
        names = {folded(text): Name(text, person=True) for text in reversed(written)}
        return Byline(tuple(names.values())[::-1], rule.source, raw)
    parts = [reader.byline(text, rule.source) for text in found.texts[:MOST_NAMES]]
    told = {folded(n.text): n for part in reversed(parts) for n in reversed(part.names)}
    others = tuple(n for part in parts for n in part.others)
    return Byline(tuple(told.values())[::-1], rule.source, raw, others=others) if told else None


def makers(page: RuledPage, stated: Byline, found: Sequence[Byline], reader: Reader) -> Credits:
    """The makers by the rule's byline, with what the bylines of the page say otherwise against it.

    Where the rule names persons, an agency of another byline is credited as ever.
    """
    beside = [b for b in found if not b.persons] if stated.persons else []
    chosen = ascribe([stated, *beside], papers=reader.papers)
    default = ascribe(found, papers=reader.papers)
    provenance = dict(chosen.provenance)
    for name, told in chosen.provenance.items():
        if told.source == page.source:
            of_rule, of_page = getattr(chosen, name), getattr(default, name)
            agrees = set(map(folded, of_rule)) == set(map(folded, of_page))
            said = default.provenance.get(name)
            provenance[name] = page.provenance("authors", stated.raw, said, agrees=agrees)
    return replace(chosen, provenance=provenance)
