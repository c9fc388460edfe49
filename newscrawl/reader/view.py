"""What a page is before it is written: data, and the forms that it can be written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

Form = Literal["html", "json", "csv", "jsonl", "atom", "link"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed: `link` is an address here, `updated` a time of RFC 3339."""

    id: str
    title: str
    link: str
    updated: str
    author: str
    summary: str
    related: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a page that can be followed, the latest first."""

    id: str
    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class View:
    """A page. `data` is its JSON twin; CSV and JSON lines have its member `rows`, CSV with `columns`.

    `shown` is for the template alone: what is drawn from `data`, and addresses.
    """

    template: str
    title: str
    data: Mapping[str, Any]
    columns: tuple[str, ...] = ()
    feed: Feed | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter behind the question mark, as the OpenAPI document states it."""

    name: str
    says: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page at `path`, whose parts in braces are `parts`: name, meaning, schema.

    Its other forms are at the same path with a suffix, as `/search.json`; those of `/` at `/index.json`.
    """

    path: str
    name: str
    says: str
    view: Callable[[Library, Asked], View]
    forms: tuple[Form, ...] = ("html", "json")
    parameters: tuple[Parameter, ...] = ()
    parts: tuple[Parameter, ...] = ()

    def path_of(self, form: Form) -> str:
        """The path of one form."""
        if form == "html":
            return self.path
        return ("/index" if self.path == "/" else self.path) + f".{form}"
