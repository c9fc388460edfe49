"""The log of a watch: times, a line for each article, nothing where nothing happens; JSON if asked for."""

from __future__ import annotations

import json
import re
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import feed, story
from tests.crawl.test_watch import start_watch, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

NEWS = [f"/news/story-of-the-harbour-{n}" for n in range(2)]
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"


@pytest.mark.parametrize("as_json", [False, True])
def test_articles_have_a_line_with_its_time(
    tmp_path: Path, small_site: Callable[[dict[str, Any]], SmallSite], as_json: bool
) -> None:
    site = small_site({"/feed": feed(*NEWS), **{path: story(n) for n, path in enumerate(NEWS)}})
    sources = f'[[source]]\nname = "A"\nhome = "{site.base}/feed"\n'
    options = ("-s", "NEWSCRAWL_ROBOTS=False", *(["--json"] if as_json else []))
    watch = start_watch(tmp_path, sources, *options, NEWSCRAWL_OPERATOR="Tests")
    while len(list(_records(tmp_path))) < 2:
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(watch.wait(0.2))
    said = stop(watch)
    lines = [line for line in said.splitlines() if not line.startswith("newscrawl: ")]
    titles = {f"The harbour council decides, part {n}" for n in range(2)}
    if as_json:
        facts = [json.loads(line) for line in lines]
        articles = [each for each in facts if each.get("event") == "article"]
        assert {each["title"] for each in articles} == titles
        assert {"time", "level", "logger", "message", "id", "url", "source"} <= set(articles[0])
        assert {each["level"] for each in articles} == {"INFO"}
    else:
        assert all(re.match(rf"{TIME} [A-Z]+: ", line) for line in lines), said
        found = [line for line in lines if ": A: article: " in line]
        assert {line.split(": A: article: ")[1].split(": http")[0] for line in found} == titles
    # Nothing was to be said but that, and perhaps that it stops.
    assert len(lines) <= 3, said


def _records(folder: Path) -> list[str]:
    files = (folder / "news" / "records").glob("*.jsonl")
    return [line for file in files for line in file.read_text().splitlines()]
