"""ReplayWeb.page itself, where it is installed: a browser shows the archive with it, and asks nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.serving.chromium import Page
from tests.serving.conftest import asked_by_others, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Crawled
    from tests.serving.chromium import Browser
    from tests.serving.conftest import Serving


@pytest.fixture(scope="module")
def replay(
    replay_assets: Path, crawled: Crawled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("replay")
    arguments = ("--replay-assets", replay_assets, "--archive", crawled.archive)
    with serve(folder, *arguments) as serving:
        yield serving


def test_a_browser_shows_an_article(
    replay: Serving, crawled: Crawled, ferry: dict[str, Any], browser: Browser
) -> None:
    asked = asked_by_others(crawled.paper)
    page = Page(browser)
    page.open(f"{replay.base}#{urlencode({'url': ferry['url']})}")
    assert ferry["title"] in page.text_with(ferry["body"].split("\n")[0])
    web = {urlsplit(url).netloc for url in browser.requested if url.startswith("http")}
    assert web == {f"127.0.0.1:{replay.port}"}
    assert asked_by_others(crawled.paper) == asked  # the paper, which is there, was not asked
    assert browser.refused == []


def test_a_browser_lists_the_articles(
    replay: Serving, ferry: dict[str, Any], browser: Browser
) -> None:
    page = Page(browser)
    page.open(replay.base)
    assert ferry["title"] in page.text_with(ferry["title"])
