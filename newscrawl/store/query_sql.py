"""How does a query read in SQL? What the full-text index is asked, and conditions on rows of `articles`.

No condition is ever NULL, so that its negation holds where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, false, func, not_, or_, select, text, true

from newscrawl.database.filters import MARKS, label
from newscrawl.query.spellings import spellings
from newscrawl.query.tree import (
    And,
    Author,
    Has,
    Is,
    Label,
    Language,
    Node,
    Not,
    Or,
    Source,
    Text,
    Time,
)
from newscrawl.store.change_filter import ChangeFilter
from newscrawl.store.tables import article_counts, article_states, articles, changes
from newscrawl.store.text_syntax import Syntax, syntax_of, text_of
from newscrawl.text.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import BindParameter, ColumnElement, Connection

    from newscrawl.query import Query

_MATCHING = {
    "sqlite": "SELECT rowid FROM articles_text WHERE articles_text MATCH :query",
    "postgresql": "SELECT number FROM articles_text WHERE words @@ to_tsquery('simple', :query)",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """`text` is for the full-text index, None if it is not asked. All conditions have to hold as well.

    An index of `articles` answers those of `indexed` without a look at its rows. `cited` are the words that
    a snippet shows. `numbers` are those of the records that meet `text` and `indexed`, where they are known.
    """

    text: str | None
    indexed: tuple[ColumnElement[bool], ...]
    where: tuple[ColumnElement[bool], ...]
    cited: tuple[Text, ...]
    numbers: tuple[int, ...] | None = None


def plan(connection: Connection, query: Query) -> Plan:
    """How this database is asked."""
    root = query.root
    if root is None:
        return Plan(None, (), (), ())
    conditions = _Conditions(connection)
    parts = root.nodes if isinstance(root, And) else (root,)
    # What is about text alone is asked at once, and ranks the results.
    of_text = [each for each in parts if _is_text(each, conditions.syntax)]
    # The text index finds some more than these authors; among them the condition is looked at.
    authors = [conditions.syntax.author(each) for each in parts if isinstance(each, Author)]
    if (asked := conditions.text_of(of_text, authors)) is None:
        of_text = []
        indexed = [_in_text(connection, author) for author in authors]
    else:
        indexed = []
    others = [each for each in parts if each not in of_text]
    return Plan(
        asked,
        (*indexed, *(conditions.of(each) for each in others if _is_indexed(each))),
        tuple(conditions.of(each) for each in others if not _is_indexed(each)),
        tuple(_cited(root)),
    )


def matching(connection: Connection, found: Plan) -> list[ColumnElement[bool]]:
    """The whole plan as conditions on rows of `articles`."""
    if found.numbers is not None:
        return [among(articles.c.number, found.numbers), *found.where]
    asked = [_in_text(connection, found.text)] if found.text else []
    return [*asked, *found.indexed, *found.where]


def among(number: ColumnElement[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """The column has one of these numbers. They stand in the statement: as parameters they cost far more."""
    found: ColumnElement[bool] = number.in_(text(",".join(map(str, numbers))))
    return found


def is_latest() -> ColumnElement[bool]:
    """The row is the last revision of its article."""
    newer, older = articles.alias(), articles.alias()
    superseded = (
        select(older.c.number)
        .select_from(newer.join(older, newer.c.id == older.c.id))
        .where(newer.c.revision > 1, older.c.revision < newer.c.revision)
    )
    return articles.c.number.not_in(superseded)


def captured(begin: float | None, end: float | None) -> ColumnElement[bool]:
    """The row's record was captured from `begin` up to and without `end`, seconds since the epoch."""
    at = articles.c.captured_at
    conditions = [at >= _stated(begin)] if begin is not None else []
    conditions += [at < _stated(end)] if end is not None else []
    return and_(true(), *conditions)


def unknown_sources(connection: Connection, query: Query) -> list[str]:
    """The sources that a query names and that have no article."""
    named = _named_sources(query.root) if query.root else []
    return [node.name for node in named if not _sources(connection, node)]


def _is_text(node: Node, syntax: Syntax) -> bool:
    inner = node.node if isinstance(node, Not) else node
    return text_of(inner, syntax) is not None


def _in_text(connection: Connection, asked: str) -> ColumnElement[bool]:
    parameter: BindParameter[str] = bindparam("query", asked, unique=True)
    statement = text(_MATCHING[connection.dialect.name]).bindparams(parameter)
    column: ColumnElement[bool] = articles.c.number.in_(statement.columns(articles.c.number))
    return column


def _is_indexed(node: Node) -> bool:
    """Whether an index of `articles` finds the numbers of those that match."""
    if isinstance(node, Is):
        return node.state != "latest"
    return isinstance(node, Source | Language) or (
        isinstance(node, Time) and node.what == "published"
    )


class _Conditions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.syntax = syntax_of(connection)

    def text_of(self, nodes: list[Node], others: list[str]) -> str | None:
        """All of these, written for the text index, which has to be asked for something that is wanted."""
        wanted = [each for each in nodes if not isinstance(each, Not)]
        if not wanted:
            return None
        unwanted = [each for each in nodes if isinstance(each, Not)]
        found = text_of(And((*wanted, *unwanted)), self.syntax)
        return self.syntax.both([found, *others]) if found else None

    def of(self, node: Node, *, widened: bool = True) -> ColumnElement[bool]:
        """The condition that a node is."""
        if (asked := text_of(node, self.syntax, widened=widened)) is not None:
            return _in_text(self._connection, asked)
        if isinstance(node, And):
            return and_(*(self.of(each, widened=widened) for each in node.nodes))
        if isinstance(node, Or):
            return or_(*(self.of(each, widened=widened) for each in node.nodes))
        if isinstance(node, Not):
            return not_(self.of(node.node, widened=False))
        return self._filter(node)

    def _filter(self, node: Node) -> ColumnElement[bool]:
        match node:
            case Source():
                return articles.c.source.in_(_sources(self._connection, node))
            case Language():
                return _of_languages(_languages(self._connection, node))
            case Author():
                return _author(node)
            case Label():
                return _label(node)
            case Time():
                return self._time(node)
            case Is(state="latest"):
                return is_latest()
            case Is(state="silent"):
                silent = select(changes.c.article).where(*ChangeFilter(silent=True).conditions())
                return articles.c.id.in_(silent)
            case Is(state="removed"):
                gone = select(article_states.c.id).where(article_states.c.is_removed)
                return articles.c.id.in_(gone)
            case Is():
                revised = articles.alias()
                return articles.c.id.in_(select(revised.c.id).where(revised.c.revision > 1))
            case Has():
                return _has(node)
        raise AssertionError(node)

    def _time(self, node: Time) -> ColumnElement[bool]:
        if node.what == "published":
            column: Any = articles.c.published_time
            bounds: tuple[Any, Any] = (node.begin, node.end)
        else:
            column = articles.c.captured_at
            if self._connection.dialect.name == "postgresql":
                column = column.collate("C")
            bounds = (_stated(node.begin), _stated(node.end))
        begin, end = bounds
        conditions = [column.is_not(None)]
        conditions += [column >= begin] if begin is not None else []
        conditions += [column < end] if end is not None else []
        return and_(*conditions)


def _named_sources(node: Node) -> list[Source]:
    match node:
        case Source():
            return [node]
        case And() | Or():
            return [each for inner in node.nodes for each in _named_sources(inner)]
        case Not():
            return _named_sources(node.node)
    return []


def _sources(connection: Connection, node: Source) -> list[str]:
    """The names of the sources that are meant; there are few, so that SQL need not compare them."""
    wanted = folded(node.name)
    names = connection.scalars(select(article_counts.c.source).distinct()).all()
    return [
        name
        for name in names
        if name == node.name
        or (wanted and folded(name) == wanted)
        or (wanted and node.is_prefix and folded(name).startswith(wanted))
    ]


def _stated(at: float | None) -> str | None:
    """A moment as `captured_at` begins; without the Z it sorts before each of its fractions."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _languages(connection: Connection, node: Language) -> list[str]:
    """The tags of articles that are meant; each distinct one is sought in the index, for there are few."""
    found = []
    tag = connection.scalar(select(func.min(articles.c.language)))
    while tag is not None:
        found.append(tag)
        behind = articles.c.language > tag
        tag = connection.scalar(select(func.min(articles.c.language)).where(behind))
    return [each for each in found if f"{each.lower()}-".startswith(f"{node.tag}-")]


def _of_languages(tags: list[str]) -> ColumnElement[bool]:
    return and_(articles.c.language.is_not(None), articles.c.language.in_(tags))


def _author(node: Author) -> ColumnElement[bool]:
    names = dict.fromkeys(label("author", spelling) for spelling in spellings(node.words))
    end = "%" if node.is_prefix else " %"
    return or_(*(articles.c.labels.like(f"%{name}{end}") for name in names if name))


def _label(node: Label) -> ColumnElement[bool]:
    name = label(node.kind, node.name)
    if not name:
        return false()
    return articles.c.labels.like(f"%|{name}%" if node.is_prefix else f"%|{name} |%")


def _has(node: Has) -> ColumnElement[bool]:
    match node.field:
        case "date":
            return articles.c.published_at.is_not(None)
        case "language":
            return articles.c.language.is_not(None)
        case kind:
            return articles.c.labels.like(f"%|{MARKS[kind]}%")


def _cited(node: Node) -> list[Text]:
    """The words that are wanted, in their order."""
    if isinstance(node, Text):
        return [node]
    if isinstance(node, And | Or):
        return [each for inner in node.nodes for each in _cited(inner)]
    return []
