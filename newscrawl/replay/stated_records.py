"""What spiders and pipelines of the user's own stated in records, and no page says.

It lies in the provenance of the records beside the captures, and is put into the records that are made again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newscrawl.errors import Missed
from newscrawl.item_records import restated
from newscrawl.items import BY_ITEM, BY_PIPELINE, Article
from newscrawl.replay.existing_records import ExistingRecords
from newscrawl.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.captured_page import CapturedPage, Result

#: What the line of such a record has in it.
_MARKS = tuple(f'"{name}'.encode() for name in (BY_ITEM, BY_PIPELINE))


class StatedRecords:
    """Some files of records, of which at least one may state more than its pages. Only places are held, and
    of each article the last record that does."""

    def __init__(self, files: Iterable[Path]) -> None:
        there = [file for file in files if file.exists()]
        self._records = ExistingRecords(there if any(map(_is_marked, there)) else ())
        self._last: dict[str, dict[str, Any]] = {}

    def applied(self, read: Iterator[Result]) -> Iterator[Result]:
        """The results, the oldest first, with what was stated.

        A capture without a record said the same as the one before it: what was stated there holds of it, too.
        """
        for captured, result in read:
            yield captured, self._stated(captured, result)

    def _stated(self, captured: CapturedPage, result: Article | Missed) -> Article | Missed:
        own = self._records.get(captured.place)
        if own is not None and own["extractor"].get("name", "").startswith(BY_ITEM):
            return _article(own)
        if isinstance(result, Missed):
            # A page without a title, say, to which a pipeline gave one.
            is_turned = own is not None and result.cause == "not-an-article" and _is_stated(own)
            return _article(own) if own is not None and is_turned else result
        if own is not None:
            self._last.pop(result.id, None)
            if _is_stated(own):
                self._last[result.id] = own
        last = self._last.get(result.id)
        return result if last is None else _with_statements(result, _article(last))


def _with_statements(made: Article, record: Article) -> Article:
    """The record that was made again, with what pipelines stated in this one."""
    values: dict[str, Any] = {}
    provenance = dict(made.provenance)
    for name, stated in record.provenance.items():
        if stated.source.startswith(BY_PIPELINE):
            values[name] = getattr(record, name)
            precision = name.replace("_at", "_precision")
            if name.endswith("_at"):
                values[precision] = getattr(record, precision)
            provenance[name] = restated(provenance.get(name), stated.source, stated.raw)
    return replace(made, **values, provenance=provenance)


def _article(record: dict[str, Any]) -> Article:
    article = Article.from_dict(record)
    return article if article.source else replace(article, source=site(article.url or ""))


def _is_stated(record: dict[str, Any]) -> bool:
    statements = record.get("provenance", {}).values()
    return any(each["source"].startswith(BY_PIPELINE) for each in statements)


def _is_marked(file: Path) -> bool:
    with file.open("rb") as lines:
        return any(mark in line for line in lines for mark in _MARKS)
