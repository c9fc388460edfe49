"""An archive that is the network of a crawl is never written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.wire.archive_transport import results_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("inside", ["", "warc", "warc/a.warc.gz"])
def test_results_lie_beside_an_archive_that_holds_the_network(tmp_path: Path, inside: str) -> None:
    archive = tmp_path / "news"
    assert results_folder(archive, archive / inside) == tmp_path / "news-offline"
    assert results_folder(tmp_path / "other", archive / inside) == tmp_path / "other"


def test_a_folder_that_is_called_by_a_dot_has_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = tmp_path.relative_to(tmp_path)
    assert results_folder(here, here) == tmp_path.with_name(f"{tmp_path.name}-offline")
