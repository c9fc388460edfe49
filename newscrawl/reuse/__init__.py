"""Who has whose words: the copies and sources of an article, two articles compared, stories.

>>> import newscrawl
>>> from newscrawl.reuse import related
>>> with newscrawl.open_archive("archives/news") as archive:  # doctest: +SKIP
...     for each in related(archive, "https://example.com/story").articles:
...         print(each.label, each.role, each.article.url)
"""

from __future__ import annotations

from newscrawl.reuse.related import (
    Comparison,
    Passage,
    Related,
    RelatedArticle,
    compare,
    related,
)
from newscrawl.reuse.sources import source_reuse
from newscrawl.reuse.stories import Story, StoryReport, stories, story
from newscrawl.store.reuse_sources import SourceReuse

__all__ = [
    "Comparison",
    "Passage",
    "Related",
    "RelatedArticle",
    "SourceReuse",
    "Story",
    "StoryReport",
    "compare",
    "related",
    "source_reuse",
    "stories",
    "story",
]
