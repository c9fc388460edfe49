"""How many pages of each source were drawn by a browser, as the index of an archive says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.frontier.tables import urls
from newscrawl.urls import key
from newscrawl.warc.record_header import DOCUMENT_PREFIX

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

_BATCH = 500


def drawn_pages(index: Path, engine: Engine) -> Counter[str]:
    """By source, how many URLs have a document that a browser made."""
    entries = IndexReader(index).entries(DOCUMENT_PREFIX.encode())
    found: Counter[str] = Counter()
    with reading(engine).connect() as connection:
        for some in batches({key(e.url.removeprefix(DOCUMENT_PREFIX)) for e in entries}, _BATCH):
            found.update(connection.scalars(select(urls.c.source).where(urls.c.key.in_(some))))
    return found
