"""Second stage: one form for every text."""

from __future__ import annotations

from typing import Any

from newscrawl.items import Article
from newscrawl.processing.record_rules import normalised


class NormalisePipeline:
    """Gives the texts of an Article one form; other items pass through."""

    def process_item(self, item: Any) -> Any:
        return normalised(item) if isinstance(item, Article) else item
