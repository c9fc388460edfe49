"""The article's own text: which reader's, and without what repeats or surrounds it.

trafilatura is the main reader.
"""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from newscrawl.extraction.blocks import Block, from_trafilatura

if TYPE_CHECKING:
    from newscrawl.extraction.document import Document

# It warns of every page without text; here the record's `problem` says so.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks, and which reader they come from."""

    blocks: tuple[Block, ...]
    source: str
    note: str | None = None


def read(document: Document) -> Body:
    blocks = _trafilatura(document)
    return Body(tuple(blocks), "trafilatura")


def _trafilatura(document: Document) -> list[Block]:
    options = Extractor(
        output_format="python",
        fast=True,
        comments=False,
        formatting=True,
        url=document.url,
        date_params={"original_date": True},
    )
    found = bare_extraction(deepcopy(document.root), options=options)
    if found is None or found.body is None:
        return []
    return from_trafilatura(found.body)
