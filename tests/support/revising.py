"""Articles with the revisions that a crawl gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.collection.results import Result, Revising
from newscrawl.frontier import Outcome

if TYPE_CHECKING:
    from newscrawl.items import Article
    from newscrawl.store import Store


def revised_by(store: Store, *articles: Article) -> list[Article | None]:
    """Each article with its revision, or None where its last revision says the same."""
    results = [
        Result(article.url or "", "paper", Outcome("article", capture=article.capture), article)
        for article in articles
    ]
    revising = Revising(store.change_log, results)
    return [revising.revise(result).article for result in results]
