"""trafilatura's XPath expressions as predicates over attributes whose results are remembered.

lxml calls Python for each `re:test` on each element, class or not: a fifth of what trafilatura takes. The
same class names stand on most elements of a page, and on most pages of a site. So each expression is read
here, as text, into the tags and the attribute values that it selects, and each value is tested once.

The grammar is that of `trafilatura.xpaths`: `.//*` or `.//name`, then predicates in brackets that join by
`or` the tests `self::name`, `@a`, `@a='v'`, `contains`, `starts-with`, `re:test`, `.//name`, and `not(...)`
of these; of `@a|@b` the attribute that stands first on the element counts, as XPath has it (the string value
of a node set).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawl.extraction.value_tests import ValueTest, exists, matching, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    #: Of one attribute, or of whichever of several stands first.
    Names = tuple[str, ...]

#: Attribute values whose result is remembered, for each test.
MAX_REMEMBERED = 20_000

_TOKEN = re.compile(r"\s*(?:('[^']*')|([\w:.@*/-]+)|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Predicate:
    """One pair of brackets: it holds where one of its parts does."""

    tags: frozenset[str]
    descendants: tuple[str, ...]
    negated: tuple[_Predicate, ...]
    tests: Mapping[Names, ValueTest]

    def holds(self, element: HtmlElement) -> bool:
        if element.tag in self.tags:
            return True
        for names, test in self.tests.items():
            value = _first(element, names)
            if value is not None and test.holds(value):
                return True
        if any(element.find(path) is not None for path in self.descendants):
            return True
        return any(not each.holds(element) for each in self.negated)


@dataclass(frozen=True, slots=True)
class Selector:
    """One path of an expression: `tag` is the name of its elements, None for any."""

    tag: str | None
    predicates: tuple[_Predicate, ...]

    def matches(self, element: HtmlElement) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        return all(each.holds(element) for each in self.predicates)

    def tests(self) -> Iterator[tuple[Names, ValueTest]]:
        """The attributes that its elements have, and what is asked of them."""
        for predicate in self.predicates:
            yield from predicate.tests.items()


class Marks:
    """Tells which of several expressions may select an element, from its attributes alone."""

    def __init__(self, expressions: Sequence[Sequence[Selector]]) -> None:
        found: dict[str, list[tuple[int, ValueTest]]] = defaultdict(list)
        for number, expression in enumerate(expressions):
            for selector in expression:
                for names, test in selector.tests():
                    for name in names:
                        found[name].append((1 << number, test))
        self.names = frozenset(found)
        self._bits = {name: _bits(tests) for name, tests in found.items()}

    def of(self, attributes: Mapping[str, str]) -> int:
        """A bit for each expression, by its position, that may select an element with these attributes."""
        bits, found = 0, self._bits
        for name, value in attributes.items():
            if name in found:
                bits |= found[name](value)
        return bits


def _bits(tests: Sequence[tuple[int, ValueTest]]) -> Callable[[str], int]:
    """The bits of a value. What is looked for inside a name is remembered for the name, too.

    Most names recur on other pages, also of other sites; fewer values do, which have several names.
    """
    of_name = _within_names(tests)
    others = [(bit, test.across_names()) for bit, test in tests]
    some = union([test for _, test in others])

    @lru_cache(MAX_REMEMBERED)
    def of(value: str) -> int:
        bits = 0
        for name in value.split(" "):
            bits |= of_name(name)
        if some.holds(value):  # as few do
            for bit, test in others:
                if not bits & bit and test.holds(value):
                    bits |= bit
        return bits

    return of


def _within_names(tests: Sequence[tuple[int, ValueTest]]) -> Callable[[str], int]:
    bits_of: dict[str, int] = defaultdict(int)
    for bit, test in tests:
        for text in test.within_names().inside:
            bits_of[text] |= bit
    some = union([test.within_names() for _, test in tests])
    ignoring_case = [(bit, test.lower) for bit, test in tests if test.lower]

    @lru_cache(MAX_REMEMBERED)
    def of(name: str) -> int:
        if not some.holds(name):
            return 0
        bits = 0
        for text, wanted in bits_of.items():
            if text in name:
                bits |= wanted
        for bit, texts in ignoring_case:
            if any(map(name.lower().__contains__, texts)):
                bits |= bit
        return bits

    return of


def read(expression: str) -> tuple[Selector, ...]:
    """The selectors of an expression, one for each path. Raises ValueError for another grammar.

    Positions are left out: the first match in the page's order is that of the expression, too.
    """
    return tuple(_Reader(expression).paths())


class _Reader:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = [t for match in _TOKEN.findall(expression) if (t := "".join(match).strip())]
        self._at = 0

    def paths(self) -> Iterable[Selector]:
        yield self._path()
        while self._take("|"):
            yield self._path()
        if self._at < len(self._tokens):
            raise self._error()

    def _path(self) -> Selector:
        is_grouped = self._take("(")
        name = self._next()
        if not name.startswith(".//"):
            raise self._error()
        predicates = []
        while True:
            if is_grouped and self._take(")"):
                is_grouped = False
            elif self._take("["):
                if not self._take("1"):
                    predicates.append(self._predicate())
                self._expect("]")
            else:
                break
        tag = name.removeprefix(".//")
        return Selector(None if tag == "*" else tag, tuple(predicates))

    def _predicate(self) -> _Predicate:
        tags, descendants, negated = set(), [], []
        tests: dict[Names, list[ValueTest]] = defaultdict(list)
        while True:
            word = self._next()
            if word.startswith("self::"):
                tags.add(word.removeprefix("self::"))
            elif word.startswith(".//"):
                descendants.append(word)
            elif word == "not":
                self._expect("(")
                negated.append(self._predicate())
                self._expect(")")
            else:
                names, test = self._test(word)
                tests[names].append(test)
            if not self._take("or"):
                break
        joined = {names: union(each) for names, each in tests.items()}
        return _Predicate(frozenset(tags), tuple(descendants), tuple(negated), joined)

    def _test(self, word: str) -> tuple[Names, ValueTest]:
        if word.startswith("@"):
            name = word.removeprefix("@")
            return (name,), ValueTest(equal=(self._text(),)) if self._take("=") else exists()
        if word not in ("contains", "starts-with", "re:test"):
            raise self._error()
        self._expect("(")
        names, letters = self._attribute()
        self._expect(",")
        text = self._text()
        ignores_case = self._take(",") and self._text() == "i"
        self._expect(")")
        if word == "re:test":
            return names, matching(text, ignores_case=ignores_case)
        if word == "starts-with":
            return names, ValueTest(starts=(text,))
        return names, ValueTest(inside=tuple(_untranslated(text, letters)))

    def _attribute(self) -> tuple[Names, Mapping[str, str]]:
        """The attributes, and the letters that `translate` exchanges in them."""
        if self._take("translate"):
            self._expect("(")
            translated, _ = self._attribute()
            self._expect(",")
            before = self._text()
            self._expect(",")
            letters = dict(zip(before, self._text(), strict=True))
            self._expect(")")
            return translated, letters
        names = [self._next()]
        while self._take("|"):
            names.append(self._next())
        if not all(name.startswith("@") for name in names):
            raise self._error()
        return tuple(name.removeprefix("@") for name in names), {}

    def _text(self) -> str:
        word = self._next()
        if not word.startswith("'"):
            raise self._error()
        return word[1:-1]

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise self._error()
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._error()

    def _error(self) -> ValueError:
        return ValueError(f"not in the grammar, at word {self._at}: {self._expression}")


def _untranslated(text: str, letters: Mapping[str, str]) -> Iterator[str]:
    """The texts of which `translate` with these letters makes `text`."""
    before = [""]
    for letter in text:
        choices = [k for k, v in letters.items() if v == letter]
        choices += [] if letter in letters else [letter]
        before = [b + choice for b in before for choice in choices]
    yield from before


def _first(element: HtmlElement, names: Names) -> str | None:
    if len(names) == 1:
        value: str | None = element.get(names[0])
        return value
    return next((value for name, value in element.items() if name in names), None)
