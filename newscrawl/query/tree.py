"""The syntax tree of a query. Times are seconds since the epoch; `begin` is inclusive, `end` exclusive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable


IsState = Literal["latest", "changed", "silent", "removed"]
IS_STATES: tuple[IsState, ...] = get_args(IsState)


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand together in the text, or in its title alone.

    `is_exact` says that they were quoted. Of a prefix the last word may go on.
    """

    words: str
    is_title: bool = False
    is_exact: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Words that stand together in the name of one author."""

    words: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A section or tag, whole, or the first words of it."""

    kind: Literal["section", "tag"]
    name: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The name of a source, whole, or the beginning of it."""

    name: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A language tag as of RFC 5646, or the first subtags of it: `de` is the language of `de-AT`, too."""

    tag: str


@dataclass(frozen=True, slots=True)
class Time:
    """When an article was published or its record captured. None is open."""

    what: Literal["published", "captured"]
    begin: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class Is:
    """`latest`: the last revision of its article. `changed`: its article has several revisions.

    `silent`: its article had a silent change of text. `removed`: its article is not there any more.
    """

    state: IsState


@dataclass(frozen=True, slots=True)
class Has:
    """A record that states this field."""

    field: Literal["date", "author", "section", "tag", "language"]


@dataclass(frozen=True, slots=True)
class And:
    """All of two nodes or more."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of two nodes or more."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


Node = Text | Author | Label | Source | Language | Time | Is | Has | And | Or | Not


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was understood otherwise than it may be meant; `position` counts characters from 1."""

    position: int
    message: str

    def __str__(self) -> str:
        return f"character {self.position}: {self.message}"


@dataclass(frozen=True, slots=True)
class Query:
    """A query; without a `root` it asks for everything."""

    text: str
    root: Node | None
    notes: tuple[Note, ...] = ()

    def narrowed(self, filters: Iterable[Node]) -> Query:
        """The same query, with these conditions to be met as well."""
        return replace(self, root=conjunction([*([self.root] if self.root else ()), *filters]))


def conjunction(nodes: Iterable[Node]) -> Node | None:
    """All of these; None if there are none."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, And) else (node,))
    return flat[0] if len(flat) == 1 else And(tuple(flat)) if flat else None


def disjunction(nodes: Iterable[Node]) -> Node | None:
    """One of these; None if there are none."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, Or) else (node,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat)) if flat else None


#: The query of all records.
EVERYTHING = Query("", None)
