"""What there is to tell reaches a command and a web address; one that fails is a line, and ends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from processes import still_runs

from newscrawl.errors import UsageError
from newscrawl.monitoring.notification import Notifier
from tests.conftest import FAST, crawl, feed, newscrawl, story
from tests.crawl.test_watch import start_watch, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, Any]], SmallSite]

NEWS = "/news/story-of-the-harbour-1"


def test_alarms_are_told_beside_cron_mail(tmp_path: Path, small_site: Start) -> None:
    site, receiver = (
        small_site({"/robots.txt": {"body": ""}}),
        small_site({"/hook?secret": {"body": "ok"}}),
    )
    file, archive, told = tmp_path / "sources.toml", tmp_path / "news", tmp_path / "told"
    file.write_text(f'[[source]]\nname = "Gone"\nhome = "{site.base}/"\n')
    telling = ("--notify", f"cat > {told}; echo $NEWSCRAWL_EVENT >> {told}",
               "--webhook", f"{receiver.base}/hook?secret")  # fmt: skip
    check = ("status", "--check", "--archive", archive, *telling)
    crawl(archive, "--sources", file)
    assert (newscrawl(*check).code, receiver.posts, told.exists()) == (0, [], False)
    crawl(archive, "--sources", file, "--now")
    ran = newscrawl(*check)
    assert (ran.code, ran.err) == (1, "")
    assert told.read_text() == f"{ran.out}alarms\n"
    [said] = receiver.posts
    assert (said["event"], said["text"]) == ("alarms", ran.out.strip())
    assert [each["what"] for each in said["began"]] == ["never"]
    ran = newscrawl(
        "status", "--check", "--archive", archive, "--notify", "echo no use >&2; exit 3",
        "--webhook", f"{receiver.base}/none?secret",
    )  # fmt: skip
    assert ran.code == 1
    host = receiver.base.removeprefix("http://")
    assert ran.err.splitlines() == [
        "newscrawl: --notify echo no use >&2; exit 3: exit code 3: no use",
        f"newscrawl: --webhook {host}: HTTP 404",
    ]


def test_a_pass_is_told_if_it_found_something_or_failed(tmp_path: Path, small_site: Start) -> None:
    site, receiver = (
        small_site({"/feed": feed(NEWS), NEWS: story(1)}),
        small_site({"/": {"body": ""}}),
    )
    archive, hook = tmp_path / "news", ("--webhook", f"{receiver.base}/")
    assert crawl(archive, f"{site.base}/feed", *hook).code == 0
    assert crawl(archive, f"{site.base}/feed", *hook).code == 0
    assert crawl(archive, f"{site.base}/none", *hook).code == 1
    first, failed = receiver.posts
    assert (first["event"], first["exit_code"], first["article_count"]) == ("pass", 0, 1)
    assert [article["url"] for article in first["articles"]] == [site.base + NEWS]
    assert failed["failed"] == [f"{site.base}/none: http-404 (status 404)"]
    # Nobody listens there, and the crawl goes on.
    ran = crawl(tmp_path / "other", f"{site.base}/feed", "--webhook", "http://127.0.0.1:9/")
    assert ran.code == 0
    assert "newscrawl: --webhook 127.0.0.1:9: " in ran.err


def test_a_watch_tells_which_alarms_begin(tmp_path: Path, small_site: Start) -> None:
    site, receiver = small_site({"/robots.txt": {"body": ""}}), small_site({"/": {"body": ""}})
    archive, sources = tmp_path / "news", f'[[source]]\nname = "Gone"\nhome = "{site.base}/"\n'
    (tmp_path / "sources.toml").write_text(sources)
    for _ in range(2):
        crawl(archive, "--sources", tmp_path / "sources.toml", "--now")
    options = (*FAST, "-s", "NEWSCRAWL_ALARM_SECONDS=0.2", "--webhook", f"{receiver.base}/")
    watch = start_watch(tmp_path, sources, *options)
    while not receiver.posts:
        assert still_runs(watch)
    said = stop(watch)
    [told] = receiver.posts
    assert [each["source"] for each in told["began"]] == ["Gone"]
    assert "WARNING: Gone: never since " in said


@pytest.mark.parametrize("url", ["ftp://a/", "nothing", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--webhook: not an http or https URL"):
        Notifier.named("", url)
