"""One rule: for which pages it is, and what it says of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from newscrawl.rules.selector import Selector

#: Hexadecimal digits of a rule's digest.
_DIGEST = 12
#: What says for which pages a rule is, and so does not change what their records say.
_ABOUT = frozenset(("name", "hosts", "paths", "valid_from", "valid_until", "file", "line", "fault"))
#: Fields with selectors, of which the first that finds something states the field.
STATEMENTS = ("title", "authors", "published", "body")
#: Fields with selectors that all act.
MARKS = ("remove", "not_article", "article")


@dataclass(frozen=True, slots=True)
class Rule:
    """`hosts` are hosts, or `*.` before one for those under it; `paths` patterns of paths, of which any fits.

    It is for captures from `valid_from` to `valid_until`, both included. `ignore` names statements by their
    source (`meta:author`, `json-ld:author`, `microdata:author`, `json-ld`). `fault` says why the rule is not
    applied to a page, although it is for it.
    """

    name: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    title: tuple[Selector, ...] = ()
    authors: tuple[Selector, ...] = ()
    authors_as_written: bool = False
    published: tuple[Selector, ...] = ()
    body: tuple[Selector, ...] = ()
    remove: tuple[Selector, ...] = ()
    ignore: tuple[str, ...] = ()
    not_article: tuple[Selector, ...] = ()
    article: tuple[Selector, ...] = ()
    zone: str | None = None
    language: str | None = None
    file: str = ""
    line: int = 0
    fault: str | None = None

    @property
    def source(self) -> str:
        """The source of what the rule states, as provenance names it."""
        return f"rule:{self.name}"

    @property
    def digest(self) -> str:
        """The version: it changes with whatever may change a record, and not with hosts and dates."""
        acting = {name: value for name, value in self.to_dict().items() if name not in _ABOUT}
        text = json.dumps(acting, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]

    def is_for(self, host: str, path: str) -> bool:
        """Whether it is for pages of this host (`host` or `host:port`) with this path."""
        bare = host.partition(":")[0]
        if not any(_fits(pattern, host if ":" in pattern else bare) for pattern in self.hosts):
            return False
        return not self.paths or any(fnmatchcase(path, pattern) for pattern in self.paths)

    def is_valid_on(self, day: date) -> bool:
        """Whether it is for captures of this day, in UTC."""
        if self.valid_from is not None and day < self.valid_from:
            return False
        return self.valid_until is None or day <= self.valid_until

    def to_dict(self) -> dict[str, Any]:
        """The rule for JSON: the keys of its table that are stated."""
        values = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        del values["file"], values["line"]
        return {name: value for name, value in values.items() if value}


def _fits(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Selector):
        return {value.form: value.text}
    return value.isoformat() if isinstance(value, date) else value
