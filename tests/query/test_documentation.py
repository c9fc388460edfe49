"""docs/reference/search.md has every operator and value of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.query.operators import OPERATORS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "search.md").read_text("utf-8")


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_has_a_row(name: str) -> None:
    assert f"\n| `{name}:" in PAGE
