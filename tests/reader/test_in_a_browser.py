"""All pages in headless Chromium: nothing from elsewhere, no fault that axe finds, by keyboard."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.reader.conftest import Reading
    from tests.serving.chromium import Browser, Page

ROOT = Path(__file__).parents[2]
#: What axe is asked for: WCAG 2.2 at the levels A and AA, and best practices.
_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Of these, what depends on the width and the color scheme.
_OF_LOOKS = {
    "type": "rule",
    "values": [
        "color-contrast",
        "target-size",
        "link-in-text-block",
        "scrollable-region-focusable",
    ],
}
_RUN = """
axe.run(document, {runOnly: %s,
                   resultTypes: ["violations"]})
  .then(found => found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).slice(0, 3).join(" | ")))
"""
_HIGHEST_CELL = (
    "Math.max(0, ...[...document.querySelectorAll('.scroll :is(td, th)')].map(c => c.offsetHeight))"
)


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script."""
    place = Path(os.environ.get("NEWSCRAWL_TEST_AXE") or ROOT / ".axe" / "axe.min.js")
    if not place.is_file():
        pytest.skip(
            "axe-core is not installed: neither NEWSCRAWL_TEST_AXE nor .axe/ has axe.min.js"
        )
    return place.read_text("utf-8")


def pages(reading: Reading) -> list[str]:
    id_ = reading.changed["id"]
    record = reading.get(f"/article/{id_}.json").json["record"]
    return [
        "/", "/search?q=the&sort=published", "/search?q=nosuchword",
        "/attention?q=the&since=2026-05-10&until=2026-05-31", f"/article/{id_}",
        f"/article/{id_}/history", f"/article/{id_}/diff/1/2", f"/article/{id_}/diff/1/2?layout=inline&all=1",
        "/changes?noise=1", "/day/2026-05-20", f"/captures?url={quote(record['url'], safe='')}",
        f"/capture/{record['capture']['record_id']}", f"/source/{quote(record['source'], safe='')}",
        "/source/x", "/health",
    ]  # fmt: skip


def elsewhere(browser: Browser, reading: Reading) -> list[str]:
    return [url for url in browser.requested if not url.startswith((reading.base, "data:"))]


def test_every_page_at_both_widths_in_both_schemes(
    reading: Reading, shared_browser: Browser, tab: Page
) -> None:
    wide: list[str] = []
    for path in pages(reading):
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                tab.emulate(width=width, scheme=scheme)
                if (width, scheme) == (390, "light"):
                    tab.open(reading.base + path.lstrip("/"))
                    assert tab.evaluate("document.querySelectorAll('h1').length") == 1, path
                overflow = (
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if tab.evaluate(overflow) > 0:
                    wide.append(f"{path} at {width}")
                # Where a column has no room, its words are broken letter by letter.
                if tab.evaluate(_HIGHEST_CELL) > 240:
                    wide.append(f"a cell of {path} at {width}")
                ground = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
                is_dark = sum(map(int, ground[4:-1].split(","))) < 200
                assert is_dark == (scheme == "dark"), path
    assert wide == []
    assert elsewhere(shared_browser, reading) == []
    assert shared_browser.refused == []


@pytest.mark.parametrize(
    ("width", "scheme", "asked"), [(1280, "light", _ALL), (390, "dark", _OF_LOOKS)]
)
def test_axe_finds_nothing(
    reading: Reading, tab: Page, axe: str, width: int, scheme: str, asked: object
) -> None:
    tab.emulate(width=width, scheme=scheme)
    found: dict[str, Any] = {}
    for path in pages(reading):
        tab.open(reading.base + path.lstrip("/"))
        tab.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        tab.evaluate(axe + "; undefined")
        if violations := tab.evaluate(_RUN % json.dumps(asked)):
            found[path] = violations
    assert found == {}, json.dumps(found, indent=1)


def test_from_search_to_comparison_by_keyboard(reading: Reading, tab: Page) -> None:
    word = max(reading.changed["title"].split(), key=len)
    tab.emulate(width=1280, scheme="light")
    tab.open(reading.base)
    tab.press("/")
    for letter in word:
        tab.press(letter)
    tab.enter()
    tab.text_with("Search:")
    tab.press("j")
    for _ in range(20):
        if reading.changed["id"] in tab.evaluate("document.activeElement.href"):
            break
        tab.press("j")
    tab.enter()
    tab.text_with("Where it comes from")
    tab.press("h")
    tab.evaluate("1")
    tab.text_with("Looked at")
    tab.evaluate("document.querySelector('a.to').focus()")
    tab.enter()
    assert "words inserted" in tab.text_with("words deleted")


def test_a_captured_page_runs_nothing_and_reaches_nobody(
    reading: Reading, shared_browser: Browser, tab: Page
) -> None:
    record = reading.get(f"/article/{reading.changed['id']}.json").json["record"]
    where = reading.get(f"/at/2026/{record['url']}").headers["location"]
    tab.open(where)
    assert record["title"] in tab.text_with("Captured ")
    own = "/".join(where.split("/")[:3])
    assert [url for url in shared_browser.requested if not url.startswith(own)] == []
    # It has no origin, and whatever it tried would be refused.
    assert tab.evaluate("self.origin") == "null"
    for mode in ("cors", "no-cors"):
        ask = f"fetch({json.dumps(reading.base)}, {{mode: '{mode}'}}).then(() => 'reached', () => 'refused')"
        assert tab.evaluate(ask) == "refused"
