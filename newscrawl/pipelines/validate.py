"""Third stage: what is no article, or has its record elsewhere, is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.pipelines.dropped import dropping
from newscrawl.reading.validate import check

if TYPE_CHECKING:
    from newscrawl.items import Article


class ValidatePipeline:
    def process_item(self, item: Article) -> Article:
        with dropping():
            check(item)
        return item
