"""A part of the sample newspaper: what is replayed many times need not be all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.newspaper import Newspaper
from tests.conftest import Crawled, crawl

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A third of the articles of the sample.
ARTICLES = 14


@pytest.fixture(scope="session")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The first articles of the sample newspaper after a crawl that was limited to them."""
    archive = tmp_path_factory.mktemp("part") / "news"
    with Newspaper() as paper:
        yield Crawled(archive, paper, crawl(archive, *paper.seeds, "--limit", ARTICLES))
