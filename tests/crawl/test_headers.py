"""What a server says beside its page is part of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conftest import crawl, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite


def test_rights_that_the_server_states(
    tmp_path: Path, small_site: Callable[[dict[str, dict[str, Any]]], SmallSite]
) -> None:
    path = "/the-harbour-council-decides"
    headers = {"X-Robots-Tag": "noai, noimageai", "TDM-Reservation": "1"}
    site = small_site({path: {**story(1), "headers": headers}})
    [record] = crawl(tmp_path / "news", site.base + path, "--json").lines
    assert record["rights"] == ["x-robots-tag: noai, noimageai", "tdm-reservation: 1"]
    assert newscrawl("replay", tmp_path / "news", "--check").code == 0


def test_a_redirect_in_raw_utf8_is_followed(
    tmp_path: Path, small_site: Callable[[dict[str, dict[str, Any]]], SmallSite]
) -> None:
    target = "/%C3%BCber-die-br%C3%BCcke-im-hafen"
    raw = "/über-die-brücke-im-hafen".encode().decode("latin-1")
    moved = {"status": 301, "headers": {"Location": raw}}
    site = small_site({"/the-old-story-of-the-harbour": moved, target: story(1)})
    [record] = crawl(tmp_path / "news", f"{site.base}/the-old-story-of-the-harbour", "--json").lines
    assert record["url"] == site.base + target
