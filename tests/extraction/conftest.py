"""`pytest tests/extraction --rerecord` writes what is extracted now, for a diff to review."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rerecord",
        action="store_true",
        help="write tests/pages/*/article.json anew from what the extraction says now",
    )


@pytest.fixture
def rerecord(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rerecord", default=False))
