"""The data that a page's own scripts carry, in the dialects of the frameworks, as plain values.

JSON as such and assigned to a variable; in a JavaScript string (`JSON.parse("...")`); with Angular's
escapes (`&q;`); in the pieces that Next.js pushes (`self.__next_f.push([1, "..."])`, React's flight
format); with Nuxt's references by number (`__NUXT_DATA__`) and Apollo's by name
(`{"__ref": "Article:1"}`); as the strings of an object that is written in JavaScript.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: A shorter script holds no article.
SHORTEST = 600
_MOST_CHARACTERS = 5_000_000
_MOST_VALUES = 200
#: References that are followed, one in the other and altogether.
_DEPTH = 24
_MOST_FOLLOWED = 50_000
_MOST_STRINGS = 20_000
_SHORTEST_STRING = 6
#: Strings of a script that are of one story: from its title on.
_TOGETHER = 80

_ASSIGNED = re.compile(r"(?:=|\()\s*(?=[{\[])")
_IN_A_STRING = re.compile(r"""(?:=|\()\s*(?=["'`](?:\s|\\n)*(?:[{\[]|%7B|%5B))""", re.IGNORECASE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"' + r"|'(?:[^'\\]|\\.)*+'|`(?:[^`\\]|\\.)*+`", re.DOTALL)
_PUSHED = re.compile(r"__next_f\.push\(\s*(?=\[)")
_ROW = re.compile(r"([0-9a-f]*):(?:T([0-9a-f]+),)?")
_ANGULAR = (("&q;", '"'), ("&l;", "<"), ("&g;", ">"), ("&s;", "'"), ("&a;", "&"))


def read(scripts: Iterable[str]) -> Iterator[Any]:
    """Every value of the scripts that may hold an article."""
    pushed: list[str] = []
    for script in scripts:
        if "__next_f" in script:
            pushed += _pushed(script)
            continue
        if not SHORTEST <= len(script.strip()) <= _MOST_CHARACTERS:
            continue
        if "&q;" in script:
            for escaped, plain in _ANGULAR:
                script = script.replace(escaped, plain)
        yield from map(_referred, _of_script(script))
    if pushed:
        yield _flight("".join(pushed))


def strings(script: str, title: Any) -> list[str]:
    """The strings of a script from the one that `title(string)` holds for on; none if none is."""
    if len(script) > _MOST_CHARACTERS:
        return []
    found: list[str] = []
    begun = False
    for literal in islice(_STRING.finditer(script), _MOST_STRINGS):
        if len(literal[0]) < _SHORTEST_STRING or (
            len(literal[0]) > 400 and not begun and len(found) > 40
        ):
            continue
        text = _unquoted(literal[0])
        begun = begun or title(text)
        found.append(text)
        if begun and len(found) >= _TOGETHER:
            break
        if not begun:
            found = found[-_TOGETHER // 4 :]
    return found if begun else []


def _of_script(script: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for start in islice(_starts(script), _MOST_VALUES):
        if start < at:
            continue
        try:
            value, at = decoder.raw_decode(script, start)
        except (ValueError, RecursionError):
            continue
        if at - start >= SHORTEST:
            yield value
    for found in islice(_IN_A_STRING.finditer(script), _MOST_VALUES):
        literal = _STRING.match(script, found.end())
        if literal and len(literal[0]) >= SHORTEST:
            yield from _of_text(_unquoted(literal[0]))


def _of_text(text: str) -> Iterator[Any]:
    """The value that a string holds."""
    if text[:3].upper() in ("%7B", "%5B"):
        text = unquote(text)
    try:
        yield json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return


def _starts(script: str) -> Iterator[int]:
    """Where a script may hold a value: at its beginning, or after what it assigns to."""
    begun = len(script) - len(script.lstrip())
    if script[begun] in "{[":
        yield begun
    else:
        yield from (found.end() for found in _ASSIGNED.finditer(script))


def _unquoted(literal: str) -> str:
    """The text of a JavaScript string."""
    if literal[0] != '"':
        inner = re.sub(r"\\(['`$])", r"\1", literal[1:-1])
        literal = '"' + re.sub(r'(?<!\\)((?:\\\\)*)"', r"\1\\" + '"', inner) + '"'
    literal = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", literal)
    literal = re.sub(r'\\(?![\\"/bfnrtu])', "", literal)
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return literal[1:-1]


def _pushed(script: str) -> Iterator[str]:
    decoder = json.JSONDecoder(strict=False)
    for found in islice(_PUSHED.finditer(script), _MOST_VALUES):
        try:
            value, _ = decoder.raw_decode(script, found.end())
        except (ValueError, RecursionError):
            continue
        yield from (one for one in value if isinstance(one, str))


def _flight(text: str) -> Any:
    """The rows of React's flight format, with references resolved, and elements as objects."""
    rows: dict[str, Any] = {}
    raw = text.encode("utf-8", "replace")
    at = 0
    while at < len(raw) and len(rows) < _MOST_FOLLOWED:
        end = raw.find(b"\n", at)
        end = len(raw) if end < 0 else end
        row = _ROW.match(raw[at : at + 40].decode("utf-8", "replace"))
        if row is None:
            at = end + 1
            continue
        start = at + row.end()
        if row[2]:
            end = start + int(row[2], 16)
            rows[row[1]] = raw[start:end].decode("utf-8", "replace")
            at = end
            continue
        # Other rows load modules or give hints.
        with suppress(ValueError, RecursionError):
            rows[row[1]] = json.loads(raw[start:end], strict=False)
        at = end + 1
    left = [_MOST_FOLLOWED]
    return [_element(value, rows, 0, left) for value in rows.values()]


def _element(value: Any, rows: dict[str, Any], depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if depth > _DEPTH or left[0] < 0:
        return None
    if isinstance(value, str) and value[:1] == "$":
        row = rows.get(value[1:].removeprefix("L"))
        return value if row is None else _element(row, rows, depth + 1, left)
    if isinstance(value, list):
        if len(value) == 4 and value[0] == "$" and isinstance(value[3], dict):
            members = _element(value[3], rows, depth + 1, left)
            return {"tag": value[1], **(members or {})}
        return [_element(one, rows, depth + 1, left) for one in value]
    if isinstance(value, dict):
        return {name: _element(one, rows, depth + 1, left) for name, one in value.items()}
    return value


def _referred(value: Any) -> Any:
    """`value` with its own references followed: Nuxt's numbers, Apollo's names."""
    left = [_MOST_FOLLOWED]
    if isinstance(value, list) and len(value) > 2 and _is_payload(value):
        return _by_number(0, value, 0, left)
    if isinstance(value, dict):
        for table in (value, *(v for v in value.values() if isinstance(v, dict))):
            if any(isinstance(one, dict) and "__typename" in one for one in table.values()):
                return _by_name(value, table, 0, left)
    return value


def _is_payload(value: list[Any]) -> bool:
    first = value[0]
    if isinstance(first, list):
        return len(first) == 2 and isinstance(first[0], str) and isinstance(first[1], int)
    return isinstance(first, dict) and bool(first) and all(type(n) is int for n in first.values())


def _by_number(index: Any, table: list[Any], depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if depth > _DEPTH or left[0] < 0 or type(index) is not int or not 0 <= index < len(table):
        return None
    value = table[index]
    if isinstance(value, list):
        # What Vue wraps: ["Reactive", 4]
        members = value[1:] if value and isinstance(value[0], str) else value
        found = [_by_number(one, table, depth + 1, left) for one in members]
        return found[0] if len(found) == 1 and len(members) < len(value) else found
    if isinstance(value, dict):
        return {name: _by_number(one, table, depth + 1, left) for name, one in value.items()}
    return value


def _by_name(value: Any, table: dict[str, Any], depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if depth > _DEPTH or left[0] < 0:
        return None
    if isinstance(value, list):
        return [_by_name(one, table, depth + 1, left) for one in value]
    if isinstance(value, dict):
        name = value.get("__ref") or (value.get("type") == "id" and value.get("id"))
        if isinstance(name, str) and name in table:
            return _by_name(table[name], table, depth + 1, left)
        return {key: _by_name(one, table, depth + 1, left) for key, one in value.items()}
    return value
