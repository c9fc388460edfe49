"""Which items of a user's own spider are records of articles, and what do they state?

An item of any kind that ItemAdapter takes (dict, Item, dataclass, attrs, pydantic) is one if it has a
`url`, a `title`, and no field that the record does not have.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_type_hints

from itemadapter import ItemAdapter

from newscrawl.items import Article, Provenance
from newscrawl.version import __version__

if TYPE_CHECKING:
    from newscrawl.items import Capture

_PRECISIONS = {"published_at": "published_precision", "modified_at": "modified_precision"}
#: What newscrawl states itself, whatever an item says.
_OWN = frozenset(
    {"provenance", "capture", "extractor", "revision", "problem", *_PRECISIONS.values()}
)
_TYPES = get_type_hints(Article)
_TEXTS = frozenset(
    name
    for name, kind in _TYPES.items()
    if kind == str | None and name not in {*_OWN, *_PRECISIONS}
)
_LISTS = frozenset(name for name, kind in _TYPES.items() if kind == tuple[str, ...])
_FLAGS = frozenset(name for name, kind in _TYPES.items() if kind == bool | None)
_RECORD = frozenset(_TYPES)
_REQUIRED = frozenset({"url", "title"})


class InvalidField(ValueError):
    """A field of an item cannot be that field of a record; the text says which, and why."""


def has_record_fields(item: Any) -> bool:
    """Whether an item is a record by the names of its fields."""
    names = frozenset(ItemAdapter(item).keys())
    return _REQUIRED <= names <= _RECORD


def article_of(item: Any, *, capture: Capture, source: str) -> Article:
    """The article that an item states, made from this capture; `source` is the provenance of its fields.

    Where it states no `source`, the article has none yet. Raises InvalidField.
    """
    stated = {
        name: value for name, value in ItemAdapter(item).items() if value not in (None, "", (), [])
    }
    values: dict[str, Any] = {}
    provenance: dict[str, Provenance] = {}
    for name, value in stated.items():
        if name in _TEXTS:
            values[name] = _text(name, value)
        elif name in _LISTS:
            values[name] = _list(name, value)
        elif name in _PRECISIONS:
            values[name], values[_PRECISIONS[name]] = _time(name, value)
        elif name in _FLAGS:
            values[name] = bool(value)
        else:
            continue  # one of _OWN
        if name not in ("url", "source"):
            provenance[name] = Provenance(source, str(value)[:500])
    return Article(
        **values,
        provenance=provenance,
        capture=capture,
        extractor={"name": source, "version": __version__},
    )


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
