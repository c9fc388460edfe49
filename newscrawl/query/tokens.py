"""The tokens of a query: parentheses, operators, words and quoted phrases, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands in no text, and what databases cannot take.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
#: Quotation marks of many languages that mean `"`.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_TOKEN = re.compile(
    r'(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)(?P<closing>"?)(?P<star>\*?)'
    r'|(?P<minus>-(?=[^\s)-]))|(?P<word>(?:[^\s()"])+)'
)
_FIELD = re.compile(r"(?P<name>[^\W\d_]+):(?!//)")
_OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}

Kind = Literal["open", "close", "and", "or", "not", "field", "word", "phrase"]


@dataclass(frozen=True, slots=True)
class Token:
    """`position` counts characters from 1. The text of a field is its name in lower case, without the colon.

    `is_closed` is False for a phrase without its second quotation mark.
    """

    kind: Kind
    text: str
    position: int
    is_prefix: bool = False
    is_closed: bool = True


def tokens(text: str) -> Iterator[Token]:
    """All tokens in their order. A field's value is the token that follows it without a space."""
    text = _CONTROL.sub(" ", text.translate(_QUOTES))
    at = 0
    is_value = False
    while at < len(text):
        if (found := _FIELD.match(text, at)) and not is_value and _begins(text, at):
            yield Token("field", found["name"].lower(), at + 1)
            at, is_value = found.end(), True
            continue
        found = _VALUE.match(text, at) if is_value else None
        found = found or _TOKEN.match(text, at)
        is_value = False
        if found is None:
            at += 1
            continue
        yield _token(found)
        at = found.end()


#: A value may begin with what would be an operator elsewhere.
_VALUE = re.compile(r'(?P<word>[^\s()"]+)')


def _begins(text: str, at: int) -> bool:
    """Whether a field may begin here: `x"title:` is none."""
    return at == 0 or text[at - 1] in "(-" or text[at - 1].isspace()


def _token(found: re.Match[str]) -> Token:
    kind, position = found.lastgroup, found.start() + 1
    text = found[0]
    if kind == "open":
        return Token("open", text, position)
    if kind == "close":
        return Token("close", text, position)
    if kind == "minus":
        return Token("not", text, position)
    if kind == "word":
        if text in _OPERATORS:
            return Token(_OPERATORS[text], text, position)
        star = len(text) > 1 and text.endswith("*")
        return Token("word", text.rstrip("*") if star else text, position, is_prefix=star)
    return Token(
        "phrase",
        found["phrase"],
        position,
        is_prefix=bool(found["star"]),
        is_closed=bool(found["closing"]),
    )
