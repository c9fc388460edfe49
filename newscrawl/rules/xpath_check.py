"""Which XPath expressions may a rule have? Those that call nothing but XPath's own functions at bounded cost.

https://www.w3.org/TR/1999/REC-xpath-19991116/: section 3.7 has the tokens, section 4 the functions. An
expression is slow where a condition looks through the page again for each element, so conditions are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of an expression.
MAX_LENGTH = 1_000
#: Conditions `[...]` one inside the other.
MAX_NESTING = 3
#: Steps in conditions that may pass over many elements: to descendants, ancestors, siblings.
MAX_WIDE_STEPS = 3

#: XPath's functions but `id`; none of XSLT, EXSLT and lxml.
FUNCTIONS = frozenset(
    (
        "last", "position", "count", "local-name", "name", "string", "concat", "starts-with",
        "contains", "substring-before", "substring-after", "substring", "string-length",
        "normalize-space", "translate", "boolean", "not", "true", "false", "lang", "number", "sum",
        "floor", "ceiling", "round",
    )
)  # fmt: skip
_NODE_TESTS = frozenset(("node", "text", "comment", "processing-instruction"))
_NARROW = frozenset(("child", "attribute", "self", "parent"))
_WIDE = frozenset(
    (
        "descendant", "descendant-or-self", "ancestor", "ancestor-or-self", "following-sibling",
        "preceding-sibling",
    )
)  # fmt: skip
_SIBLINGS = ("following-sibling", "preceding-sibling")
_TOKEN = re.compile(
    r"\s+|(?P<literal>\"[^\"]*\"|'[^']*')|(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<name>[^\W\d][\w.-]*)"
    r"|(?P<mark>::|//|\.\.|!=|<=|>=|[\[\]()@,./|+\-=<>*:$])"
)
#: Behind these a name or `*` begins a step; behind anything else it is an operator (section 3.7).
_BEFORE_STEP = frozenset(
    (
        "@",
        "::",
        "(",
        "[",
        ",",
        "/",
        "//",
        "|",
        "+",
        "-",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "operator",
    )
)
_SLASHES = ("/", "//")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def objection(expression: str) -> str | None:
    """Why a rule may not have this expression; None if it may. Its grammar is left to libxml2."""
    if len(expression) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    tokens: list[_Token] = []
    try:
        tokens = list(_tokens(expression))
    except ValueError as error:
        return str(error)
    return next(_objections(tokens), None)


def _tokens(expression: str) -> Iterator[_Token]:
    at, before = 0, ""
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            raise ValueError(f"has {expression[at]!r}, which is no XPath")
        at = found.end()
        if found.lastgroup is None:
            continue
        kind, text = str(found.lastgroup), found[0]
        begins = not before or before in _BEFORE_STEP
        if (kind == "name" or text == "*") and not begins:
            kind = "operator"
        before = text if kind == "mark" else kind
        yield _Token(kind, text)


def _objections(tokens: list[_Token]) -> Iterator[str]:
    nesting = wide = 0
    end = _Token("end", "")
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else end
        following = tokens[number + 1] if number + 1 < len(tokens) else end
        nesting += (token.text == "[") - (token.text == "]") if token.kind == "mark" else 0
        if nesting > MAX_NESTING:
            yield f"has more than {MAX_NESTING} conditions one inside the other"
        if token.text == "$" and token.kind == "mark":
            yield "has a variable; there are none"
        elif token.kind == "name":
            yield from _of_name(token.text, following)
        if nesting and _is_from_root(token, before):
            yield f"has a path from the root of the page in a condition: write .{token.text}"
        if nesting > 1 and token.text in _SIBLINGS:
            yield "has a step to siblings in a condition of a condition"
        wide += bool(nesting) and (token.text == "//" or token.text in _WIDE)
        if wide > MAX_WIDE_STEPS:
            yield (
                f"has more than {MAX_WIDE_STEPS} steps to descendants, ancestors or siblings"
                " in conditions"
            )


def _of_name(name: str, following: _Token) -> Iterator[str]:
    if following.text == "(" and name not in FUNCTIONS | _NODE_TESTS:
        yield f"calls {name}(), which is not available"
    elif following.text == "::" and name not in _NARROW | _WIDE:
        yield f"has the axis {name}::, which is not available"
    elif following.text == ":":
        yield f"has the prefix {name}:, and pages have no namespaces; write *[local-name()='...']"


def _is_from_root(token: _Token, before: _Token) -> bool:
    if token.kind != "mark" or token.text not in _SLASHES:
        return False
    return before.kind in ("end", "operator") or (
        before.kind == "mark" and before.text in _BEFORE_STEP
    )
