"""The two editions of the sample newspaper, each served once for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.newspaper import Newspaper

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def paper() -> Iterator[Newspaper]:
    with Newspaper() as served:
        yield served


@pytest.fixture(scope="session")
def later_paper() -> Iterator[Newspaper]:
    with Newspaper(edition=2) as served:
        yield served
