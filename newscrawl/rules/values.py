"""What may each key of a rule's table hold? Other values raise Wrong; bad items of arrays are noted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newscrawl.rules.selector import BadSelector, Selector
from newscrawl.text import toml_values
from newscrawl.text.toml_mistakes import Wrong
from newscrawl.text.toml_values import items, shown
from newscrawl.urls import fetchable, host

if TYPE_CHECKING:
    from newscrawl.text.toml_mistakes import Place

MAX_NAME = 60
#: Selectors of one key.
MAX_SELECTORS = 30

_IGNORED = re.compile(r"json-ld|(?:meta|json-ld|microdata):\S.*")
_SELECTOR = "is neither a selector nor { css = ... } or { xpath = ... }"


def name(value: Any, at: Place) -> str:
    found = toml_values.name(value, at)
    if len(found) > MAX_NAME:
        raise Wrong(f"{shown(value)} is longer than {MAX_NAME} characters")
    return found


def hosts(value: Any, at: Place) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    found = tuple(each for _, each in items(listed, at, _host, "hosts"))
    if not listed:
        raise Wrong("names no host")
    return found


def _host(value: Any, _: Place) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    under, bare = ("*.", text[2:]) if text.startswith("*.") else ("", text)
    url = fetchable(f"http://{bare}/") if bare and not set(bare) & set("/*?#@ ") else None
    if url is None:
        raise Wrong(
            f'{shown(value)} is not a host such as "www.paper.example" or "*.paper.example"'
        )
    return under + host(url)


def paths(value: Any, at: Place) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    return tuple(each for _, each in items(listed, at, _path, "patterns of paths"))


def _path(value: Any, _: Place) -> str:
    if not isinstance(value, str) or not value.startswith(("/", "*")):
        raise Wrong(f'{shown(value)} is not a pattern of paths such as "/news/*"')
    return value


def texts(value: Any, at: Place) -> tuple[Selector, ...]:
    """Selectors of elements, attributes or texts."""
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MAX_SELECTORS:
        raise Wrong(f"has more than {MAX_SELECTORS} selectors")
    if not listed:
        raise Wrong("has no selector")
    return tuple(each for _, each in items(listed, at, _selector, "selectors"))


def elements(value: Any, at: Place) -> tuple[Selector, ...]:
    """Selectors of elements."""
    found = texts(value, at)
    for each in found:
        if each.gives_text:
            raise Wrong(f"{each.text!r} selects text; it has to select elements")
    return found


def _selector(value: Any, _: Place) -> Selector:
    if isinstance(value, dict) and len(value) == 1:
        [(form, text)] = value.items()
    else:
        form, text = "", value
    if form not in ("", "css", "xpath") or not isinstance(text, str) or not text.strip():
        raise Wrong(f"{shown(value)} {_SELECTOR}")
    made = {"css": Selector.css, "xpath": Selector.of_xpath, "": Selector.guessed}[form]
    try:
        return made(" ".join(text.split()))
    except BadSelector as error:
        raise Wrong(f"{shown(text)} {error}") from error


def ignored(value: Any, at: Place) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    return tuple(each for _, each in items(listed, at, _statement, "statements"))


def _statement(value: Any, _: Place) -> str:
    if not isinstance(value, str) or not _IGNORED.fullmatch(value.strip()):
        raise Wrong(
            f"{shown(value)} is not a statement that can be ignored: meta:NAME, json-ld:MEMBER,"
            " microdata:NAME or json-ld"
        )
    text = value.strip()
    # JSON-LD alone tells small letters from capitals.
    return text if text.startswith("json-ld") else text.lower()
