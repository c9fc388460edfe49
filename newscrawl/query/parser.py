"""The grammar of the query language.

    either = both (OR both)*
    both   = one (AND? one)*
    one    = (NOT | -) one | field one-value | "(" either ")" | word | phrase

What cannot be meant as it stands is repaired, and a note says where: a parenthesis or quotation mark without
its other, an operator without its operand, a name before a colon that is no operator.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from newscrawl.errors import QueryError
from newscrawl.query.operators import OPERATORS, node_of
from newscrawl.query.tokens import Token, tokens
from newscrawl.query.tree import Node, Not, Note, Query, Text, conjunction, disjunction

if TYPE_CHECKING:
    from datetime import datetime

#: Characters of a query, its words and operators, and parentheses in each other: SQLite nests few more.
MAX_CHARACTERS, MAX_TOKENS, MAX_DEPTH = 10_000, 200, 12
#: Signs that belong to what they stand in (`C++`), and are not in the index.
_SIGNS = frozenset("+#@&$€%*")


def parse(text: str, *, now: datetime) -> Query:
    """The query that a user wrote; times such as `7d` count from `now`.

    Raises QueryError, which names the place, for a value that an operator cannot have, and a query too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(MAX_CHARACTERS + 1, f"a query has at most {MAX_CHARACTERS:,} characters")
    found = list(tokens(text))
    if len(found) > MAX_TOKENS:
        raise QueryError(
            found[MAX_TOKENS].position, f"a query has at most {MAX_TOKENS} words and operators"
        )
    return _Parser(text, found, now).query()


class _Parser:
    """Reads the tokens of one query from left to right."""

    def __init__(self, text: str, found: list[Token], now: datetime) -> None:
        self._text, self._tokens, self._now = text, found, now
        self._at = self._depth = 0
        self._notes: list[Note] = []

    def query(self) -> Query:
        found: list[Node] = []
        while (token := self._peek()) is not None:
            if token.kind == "close":
                self._take()
                self._note(token, "there is no ( before this ), which is left out")
            elif (node := self._either(None)) is not None:
                found.append(node)
        notes = sorted(self._notes, key=lambda note: note.position)
        return Query(self._text, conjunction(found), tuple(notes))

    def _either(self, field: str | None) -> Node | None:
        found = [self._both(field)]
        while (token := self._peek()) is not None and token.kind == "or":
            self._take()
            operand = self._both(field)
            if found[-1] is None or operand is None:
                self._note(token, "OR needs a word on both sides, and is left out")
            found.append(operand)
        return disjunction(node for node in found if node is not None)

    def _both(self, field: str | None) -> Node | None:
        found: list[Node] = []
        while (token := self._peek()) is not None and token.kind not in ("or", "close"):
            if token.kind != "and":
                if (node := self._one(field)) is not None:
                    found.append(node)
                continue
            self._take()
            after = self._peek()
            if not found or after is None or after.kind in ("or", "close", "and"):
                self._note(token, "AND needs a word on both sides, and is left out")
        return conjunction(found)

    def _one(self, field: str | None) -> Node | None:
        token = self._take()
        if token.kind == "not":
            return self._negated(token, field)
        if token.kind == "field":
            return self._field(token, field)
        if token.kind == "open":
            return self._group(token, field)
        return self._value(token, field)

    def _negated(self, token: Token, field: str | None) -> Node | None:
        after = self._peek()
        if after is None or after.kind in ("or", "close", "and"):
            self._note(token, f"{token.text} needs a word after it, and is left out")
            return None
        self._descend(token)
        node = self._one(field)
        self._depth -= 1
        if node is None:
            return None
        return node.node if isinstance(node, Not) else Not(node)

    def _group(self, token: Token, field: str | None) -> Node | None:
        self._descend(token)
        node = self._either(field)
        self._depth -= 1
        if self._peek() is None:
            self._note(token, "there is no ) for this (; it is taken to be at the end")
        else:
            self._take()
        return node

    def _field(self, token: Token, outer: str | None) -> Node | None:
        if token.text not in OPERATORS:
            return self._unknown(token, outer)
        if not self._has_value(token):
            self._note(token, f"{token.text}: needs a value right after the colon, and is left out")
            return None
        value = self._take()
        if value.kind == "open":
            return self._group(value, token.text)
        return self._value(value, token.text)

    def _unknown(self, token: Token, outer: str | None) -> Node | None:
        """`foo:bar` are the words foo and bar, side by side."""
        written = self._text[token.position - 1 :][: len(token.text)]
        word = Token("word", written, token.position)
        if not self._has_value(token):
            return self._value(word, outer)
        near = difflib.get_close_matches(token.text, OPERATORS, n=1)
        hint = f"; did you mean {near[0]}:?" if near else ""
        self._note(token, f"{written}: is no operator, and is searched as a word{hint}")
        value = self._peek()
        assert value is not None
        if value.kind in ("open", "phrase"):
            return self._value(word, outer)
        self._take()
        joined = Token("word", f"{written}:{value.text}", token.position, value.is_prefix)
        return self._value(joined, outer)

    def _value(self, token: Token, field: str | None) -> Node | None:
        if not token.is_closed:
            self._note(token, 'there is no second " for this one; it is taken to be at the end')
        if field is not None and field not in ("title", "author"):
            return self._value_of(field, token)
        if not any(character.isalnum() for character in token.text):
            if token.text.strip() or token.is_prefix:
                self._note(token, f"{token.text or '*'} has no letter or digit, and is left out")
            return None
        if token.kind == "word" and _SIGNS & set(token.text):
            self._note(token, f"signs are not searched: {token.text} is searched without them")
        if field is not None:
            return node_of(field, token, self._now)
        return Text(token.text, is_exact=token.kind == "phrase", is_prefix=token.is_prefix)

    def _value_of(self, field: str, token: Token) -> Node | None:
        if not token.text.strip():
            self._note(token, f"{field}: needs a value, and is left out")
            return None
        return node_of(field, token, self._now)

    def _has_value(self, token: Token) -> bool:
        """Whether the next token stands right after the colon of this field."""
        value = self._peek()
        begin = token.position + len(token.text) + 1
        is_there = value is not None and value.position == begin
        return is_there and value is not None and value.kind in ("word", "phrase", "open")

    def _descend(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(token.position, f"more than {MAX_DEPTH} operators within each other")

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _note(self, token: Token, message: str) -> None:
        self._notes.append(Note(token.position, message))
