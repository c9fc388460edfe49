"""Which items of a user's own spider are records of articles, and what do they state?
And what has a pipeline of the user's own changed in one?

An item of any kind that ItemAdapter takes (dict, Item, dataclass, attrs, pydantic) is one if it has a
`url`, a `title`, and no field that the record does not have. The provenance of what spiders and pipelines
state says so, and by that a replay knows what it cannot read from the page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_type_hints

from newscrawl.items import BY_ITEM, BY_PIPELINE, Article, Provenance
from newscrawl.version import __version__

if TYPE_CHECKING:
    from itemadapter import ItemAdapter

    from newscrawl.items import Capture

_PRECISIONS = {"published_at": "published_precision", "modified_at": "modified_precision"}
#: Says where the record comes from: a pipeline that changed one would part it from its capture.
_IDENTITY = ("url", "capture", "extractor", "revision", "problem")
#: What newscrawl states itself, whatever an item says.
_OWN = frozenset({*_IDENTITY, "provenance", *_PRECISIONS.values()})
_TYPES = get_type_hints(Article)
_CHANGEABLE = tuple(name for name in _TYPES if name not in _OWN)
_TEXTS = frozenset(
    name for name, kind in _TYPES.items() if kind == str | None and name not in _PRECISIONS
)
_LISTS = frozenset(name for name, kind in _TYPES.items() if kind == tuple[str, ...])
_RECORD = frozenset(_TYPES) | {"id"}
_REQUIRED = frozenset({"url", "title"})


class InvalidField(ValueError):
    """A field of an item cannot be that field of a record; the text says which, and why."""


def is_item(item: Any) -> bool:
    """Whether ItemAdapter takes it."""
    from itemadapter import ItemAdapter

    return ItemAdapter.is_item(item)


def field_of(item: Any, name: str) -> Any:
    """The value of an item's field. Raises KeyError."""
    return _adapter(item)[name]


def has_record_fields(item: Any) -> bool:
    """Whether an item is a record by the names of its fields."""
    names = frozenset(_adapter(item).keys())
    return _REQUIRED <= names <= _RECORD


def article_of(item: Any, *, capture: Capture, spider: str) -> Article:
    """The article that an item of the spider of this name states, made from this capture.

    Where it states no `source`, the article has none yet. Raises InvalidField.
    """
    source = BY_ITEM + spider
    values: dict[str, Any] = {}
    provenance: dict[str, Provenance] = {}
    for name, value in _adapter(item).items():
        if (name != "url" and name not in _CHANGEABLE) or value in (None, "", (), []):
            continue  # newscrawl states these itself
        values |= _stated(name, value)
        if name not in ("url", "source"):
            provenance[name] = Provenance(source, str(value)[:500])
    return Article(
        **values,
        provenance=provenance,
        capture=capture,
        extractor={"name": source, "version": __version__},
    )


def changed_article(before: Article, after: Any, *, pipeline: str) -> Article:
    """What a pipeline has made of an article, with each change in its provenance.

    `before` is a copy of what it was given, `after` what it returned: the article or an item with the
    fields of a record; a field that this does not have is as it was. Raises InvalidField.
    """
    if not is_item(after):
        raise InvalidField(f"returned {type(after).__name__}, and not an item")
    adapter = _adapter(after)
    if not isinstance(after, Article):
        if not has_record_fields(after):
            raise InvalidField("returned an item that is no record any more")
        adapter = _adapter(adapter.asdict())
    elif any(getattr(after, name) != getattr(before, name) for name in _IDENTITY):
        changed = next(n for n in _IDENTITY if getattr(after, n) != getattr(before, n))
        raise InvalidField(f"changed {changed}, which belongs to the capture")
    values: dict[str, Any] = {}
    provenance = dict(before.provenance)
    for name in _CHANGEABLE:
        was = getattr(before, name)
        if (value := adapter.get(name, was)) == was:
            continue
        stated = _stated(name, value) if value not in (None, "", (), []) else {name: _nothing(name)}
        if stated[name] != was:
            values |= stated
            raw = None if value is None else str(value)[:500]
            provenance[name] = restated(before.provenance.get(name), BY_PIPELINE + pipeline, raw)
    return replace(before, **values, provenance=provenance) if values else before


def _adapter(item: Any) -> ItemAdapter:
    # Imported here: it imports pydantic where that is installed, and a crawl's own items need neither.
    from itemadapter import ItemAdapter

    return ItemAdapter(item)


def restated(stated: Provenance | None, source: str, raw: str | None) -> Provenance:
    """The provenance of a value that a pipeline put in the place of what the page states."""
    if stated is None:
        return Provenance(source, raw)
    if stated.source.startswith(BY_PIPELINE):  # the last pipeline against the page
        return replace(stated, source=source, raw=raw)
    page = {"source": stated.source, "raw": stated.raw or ""}
    return Provenance(source, raw, against=(page,))


def _nothing(name: str) -> Any:
    return () if name in _LISTS else None


def _stated(name: str, value: Any) -> dict[str, Any]:
    """The field of this name and, of a time, its precision. Raises InvalidField."""
    if name in _TEXTS:
        return {name: _text(name, value)}
    if name in _LISTS:
        return {name: _list(name, value)}
    if name in _PRECISIONS:
        at, precision = _time(name, value)
        return {name: at, _PRECISIONS[name]: precision}
    return {name: bool(value)}


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidField(f"the item's {name} is {type(value).__name__}, and not text")
    return value


def _list(name: str, value: Any) -> tuple[str, ...]:
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple | set | frozenset):
        raise InvalidField(f"the item's {name} is {type(value).__name__}, and not a list of texts")
    return tuple(_text(name, each) for each in values)


def _time(name: str, value: Any) -> tuple[str, str]:
    """The time in ISO 8601 and its precision; a day stays a day, a time without a zone has none."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
        except ValueError:
            raise InvalidField(f"the item's {name} is {value!r}, and not ISO 8601") from None
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds"), "second"
    if isinstance(value, date):
        return value.isoformat(), "day"
    raise InvalidField(f"the item's {name} is {type(value).__name__}, and neither text nor a time")
