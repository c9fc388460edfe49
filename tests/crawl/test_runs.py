"""`newscrawl runs` knows each pass: also one that was killed."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

from tests.conftest import crawl, feed, newscrawl, story
from tests.crawl.test_watch import start_watch, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

NEWS = [f"/news/story-of-the-harbour-{n}" for n in range(3)]


def test_each_pass_has_a_line(
    tmp_path: Path, small_site: Callable[[dict[str, Any]], SmallSite]
) -> None:
    site = small_site({"/feed": feed(*NEWS), NEWS[0]: story(0), NEWS[1]: story(1)})
    archive, sources = tmp_path / "news", f'[[source]]\nname = "A"\nhome = "{site.base}/feed"\n'
    (tmp_path / "sources.toml").write_text(sources)
    log = tmp_path / "crawl.log"
    options = ("-s", f"LOG_FILE={log}", "-s", "LOG_LEVEL=INFO")
    assert crawl(archive, "--sources", tmp_path / "sources.toml", *options).code == 0
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO: ", log.read_text())
    assert crawl(archive, f"{site.base}/feed", site.base + NEWS[0]).code == 0
    last, first = newscrawl("runs", "--archive", archive, "--json").lines
    numbers = {name: first[name] for name in ("fetched", "found", "articles", "missed", "ended")}
    assert numbers == {
        "fetched": 5, "found": 3, "articles": 2, "missed": {"http-404": 1}, "ended": "finished",
    }  # fmt: skip
    assert (first["kind"], first["what"]) == ("crawl", str(tmp_path / "sources.toml"))
    assert last["what"] == f"{site.base}/feed {site.base}{NEWS[0]}"
    assert last["began_at"] >= first["ended_at"] >= first["began_at"]

    watch = start_watch(tmp_path, sources)
    while "watch  running" not in newscrawl("runs", "--archive", archive).out:
        _lives(watch)
    watch.kill()
    watch.communicate()
    assert newscrawl("runs", "--archive", archive, "--json").lines[0]["ended"] == "killed"
    watch = start_watch(tmp_path, sources)
    while "watch  running" not in newscrawl("runs", "--archive", archive).out:
        _lives(watch)
    stop(watch)
    lines = newscrawl("runs", "--archive", archive).out.splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["stopped", "killed", "finished", "finished"]
    assert max(map(len, lines)) <= 80
    assert newscrawl("runs", "--archive", archive, "--since", "2099-01-01", "--json").out == ""


def _lives(watch: subprocess.Popen[str]) -> None:
    try:
        watch.wait(0.2)
    except subprocess.TimeoutExpired:
        return
    raise AssertionError(watch.communicate()[1])
