"""Second stage: one form for every text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.processing.normalise import normalised

if TYPE_CHECKING:
    from newscrawl.items import Article


class NormalisePipeline:
    def process_item(self, item: Article) -> Article:
        return normalised(item)
