"""What every frontier promises. A backend is done when it is in `BACKENDS` and this file is green."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.database.engine import open_database
from newscrawl.errors import Missed
from newscrawl.frontier import DiscoveredUrl, Frontier, Outcome, SqlFrontier
from newscrawl.frontier.accounting import Window, omitted
from newscrawl.items import Capture
from newscrawl.urls import key
from tests.frontier.conftest import DONE, take, taken_of, urls

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_is_added_is_leased_once(frontier: Frontier) -> None:
    assert frontier.add(urls("one.example", 3), now=1) == 3
    assert frontier.add(urls("one.example", 3), now=1) == 0
    assert sorted(take(frontier)) == [f"https://one.example/{n}" for n in range(3)]
    assert take(frontier) == []


def test_two_spellings_are_one_url(frontier: Frontier) -> None:
    spellings = ["https://www.one.example/a/?b=1&a=2", "http://one.example/a?a=2&b=1"]
    assert frontier.add([DiscoveredUrl(url, "article", "s") for url in spellings], now=1) == 1


def test_what_cannot_be_requested_has_ended_and_is_never_leased(frontier: Frontier) -> None:
    feed = "https://one.example/feed"
    bad = DiscoveredUrl(
        "mailto:desk@one.example", "article", "s", via=feed, missed=Missed("bad-url", "no http")
    )
    odd = replace(bad, url="http://[::1", missed=Missed("bad-url", target="https://one.example/x"))
    assert frontier.add([bad, odd, bad], now=1) == 0
    assert frontier.add([bad], now=2) == 0
    assert take(frontier) == []
    misses = {miss["url"]: (miss["cause"], miss["target"]) for miss in frontier.misses()}
    assert misses == {
        "mailto:desk@one.example": ("bad-url", None),
        "http://[::1": ("bad-url", "https://one.example/x"),
    }


def test_what_a_list_leaves_out_is_counted_anew_each_time(frontier: Frontier) -> None:
    def counted() -> list[tuple[str, str, str, int]]:
        assert isinstance(frontier, SqlFrontier)
        with frontier.engine.connect() as connection:
            return sorted(row[1:] for row in omitted(connection, Window(sources=["s"])))

    feed = "https://one.example/feed"
    frontier.leave_out(feed, "s", {("list-quota", "page"): 5, ("bad-url", "page"): 2}, now=1)
    assert counted() == [(feed, "page", "bad-url", 2), (feed, "page", "list-quota", 5)]
    frontier.leave_out(feed, "s", {("list-quota", "page"): 3, ("host-pages", "page"): 0}, now=2)
    assert counted() == [(feed, "page", "list-quota", 3)]
    frontier.leave_out(feed, "s", {}, now=3)
    assert counted() == []


def test_lower_priority_then_higher_rank_comes_first(frontier: Frontier) -> None:
    frontier.add(
        [
            DiscoveredUrl("https://one.example/late", "article", "s", priority=20, rank=5),
            DiscoveredUrl("https://one.example/first", "seed", "s", priority=0),
            DiscoveredUrl("https://one.example/early", "article", "s", priority=20, rank=9),
        ],
        now=1,
    )
    assert [url.rpartition("/")[2] for url in take(frontier)] == ["first", "early", "late"]


def test_a_host_belongs_to_one_owner(frontier: Frontier) -> None:
    frontier.add([*urls("one.example", 20), *urls("two.example", 1)], now=1)
    assert take(frontier, owner="a", count=2) == ["https://one.example/0", "https://one.example/1"]
    assert take(frontier, owner="b") == ["https://two.example/0"]
    assert len(take(frontier, owner="a", count=5)) == 5


def test_hosts_take_turns_and_what_is_in_hand_counts(frontier: Frontier) -> None:
    frontier.add([*urls("one.example", 20), *urls("two.example", 20)], now=1)
    frontier.add(urls("six.example", 1), now=2)
    taken = [taken_of(take(frontier, count=4, now=10 + n, per_host=4)) for n in range(3)]
    assert taken == [
        {"one.example": 4},
        {"two.example": 4},
        {"six.example": 1},
    ]
    # Of each host no more is in hand than that, though nothing else is due.
    assert take(frontier, now=20, per_host=4) == []
    assert taken_of(take(frontier, now=21, per_host=6)) == {"one.example": 2, "two.example": 2}


def test_a_host_is_given_back_with_its_last_url(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 3), now=1)
    first, second = take(frontier, owner="a", count=2)
    frontier.settle([(key(first), DONE)], now=11)
    assert take(frontier, owner="b", now=11) == []
    frontier.settle([(key(second), DONE)], now=12)
    assert len(take(frontier, owner="b", now=12)) == 1
    assert take(frontier, owner="a", now=12) == []


def test_a_host_that_is_given_back_rests_for_its_gap(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 3), now=1)
    [first] = take(frontier, owner="a", count=1)
    frontier.settle([(key(first), DONE)], now=20, gaps={"one.example": 5})
    assert take(frontier, owner="b", now=24) == []
    assert frontier.free_at(owner="b", now=24) == 25
    assert frontier.free_at(owner="b", now=24, sources={"six.example"}) is None
    assert frontier.free_at(owner="a", now=24) is None
    assert frontier.next_due(now=24, owner="b") == 25
    assert frontier.next_due(now=24, owner="a") == 24
    assert len(take(frontier, owner="a", count=1, now=24)) == 1
    assert frontier.release(["a"], now=30) == 1
    assert take(frontier, owner="b", now=34) == []
    assert len(take(frontier, owner="b", now=35)) == 2


def test_when_to_ask_again(frontier: Frontier) -> None:
    assert frontier.next_due(now=1) is None
    frontier.add([*urls("one.example", 1), *urls("two.example", 1)], now=1)
    assert frontier.next_due(now=5) == 5
    frontier.hold("two.example", until=300)
    [lease] = frontier.lease(owner="a", now=10, count=9, seconds=60)
    assert frontier.next_due(now=10, owner="a") == 70
    frontier.settle([(lease.key, Outcome("miss", "timeout", again_at=50))], now=20)
    assert frontier.next_due(now=20) == 50
    assert frontier.next_due(now=20, sources={"two.example"}) == 300
    assert frontier.next_due(now=20, sources={"six.example"}) is None


def test_a_lease_that_runs_out_is_taken_again(connect: Callable[[], Frontier]) -> None:
    connect().add(urls("one.example", 1), now=1)
    assert len(take(connect(), owner="dead", now=10)) == 1
    assert take(connect(), owner="next", now=69) == []
    assert len(take(connect(), owner="next", now=71)) == 1


def test_released_leases_are_due_at_once(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 3), now=1)
    take(frontier, owner="dead")
    assert frontier.owners() == {"dead"}
    assert frontier.release(["dead", "unknown"], now=10) == 3
    assert frontier.owners() == set()
    assert len(take(frontier, owner="next")) == 3


def test_what_is_settled_stays_settled(connect: Callable[[], Frontier]) -> None:
    connect().add(urls("one.example", 1), now=1)
    [url] = take(connect())
    connect().settle([(key(url), DONE)], now=20)
    assert connect().release(["a"], now=20) == 0
    assert take(connect(), now=1e9) == []
    assert connect().add(urls("one.example", 1), now=30) == 0


def test_settling_an_unknown_url_is_no_error(frontier: Frontier) -> None:
    frontier.settle([("nowhere.example/", DONE)], now=1)
    assert frontier.counts() == {}


def test_known_urls_are_due_again_when_asked_or_modified(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 1, modified_at=100.0), now=1)
    settled = [(key("https://one.example/0"), DONE)]
    take(frontier)
    frontier.settle(settled, now=200)
    assert frontier.add(urls("one.example", 1, modified_at=100.0), now=201) == 0
    assert frontier.add(urls("one.example", 1, again_before=199.0), now=201) == 0
    assert frontier.add(urls("one.example", 1, modified_at=150.0), now=202) == 1
    take(frontier, now=210)
    frontier.settle(settled, now=220)
    assert frontier.add(urls("one.example", 1, again_before=221.0), now=222) == 1


def test_a_date_that_is_learnt_later_is_no_modification(frontier: Frontier) -> None:
    """A front page announces without a date what a feed then announces with one."""
    frontier.add(urls("one.example", 1), now=1)
    take(frontier)
    frontier.settle([(key("https://one.example/0"), DONE)], now=20)
    assert frontier.add(urls("one.example", 1, modified_at=15.0), now=21) == 0
    assert frontier.add(urls("one.example", 1, modified_at=30.0), now=31) == 1


def test_a_passing_failure_is_due_later(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 1), now=1)
    [lease] = frontier.lease(owner="a", now=10, count=1, seconds=60)
    assert lease.attempts == 0
    frontier.settle([(lease.key, Outcome("miss", "timeout", again_at=500, is_retry=True))], now=20)
    assert take(frontier, now=499) == []
    assert next(frontier.misses())["cause"] == "timeout"
    [lease] = frontier.lease(owner="a", now=501, count=1, seconds=60)
    assert lease.attempts == 1
    # What is looked at again for another reason begins to be tried anew.
    frontier.settle([(lease.key, Outcome("miss", "timeout", again_at=600))], now=502)
    [lease] = frontier.lease(owner="a", now=600, count=1, seconds=60)
    assert lease.attempts == 0


def test_a_held_host_waits(frontier: Frontier) -> None:
    frontier.add([*urls("one.example", 1), *urls("two.example", 1)], now=1)
    frontier.hold("one.example", until=100)
    assert take(frontier, now=50) == ["https://two.example/0"]
    assert take(frontier, now=101) == ["https://one.example/0"]


def test_sources_are_kept_apart(frontier: Frontier) -> None:
    frontier.add([*urls("one.example", 2), *urls("two.example", 2)], now=1)
    assert len(take(frontier, sources={"two.example"})) == 2
    assert frontier.counts(sources={"one.example"}) == {"one.example": {"due": 2}}
    assert frontier.counts() == {"one.example": {"due": 2}, "two.example": {"leased": 2}}


def test_every_end_is_counted_and_every_miss_listed(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 3), now=1)
    keys = [key(url) for url in take(frontier)]
    capture = Capture("a.warc.gz", 5, 6, "urn:uuid:1", "sha256:0", "2026-01-01T00:00:00Z", 404)
    gone = Outcome("miss", "http-404", "status 404", 404, "2026-01-01T00:00:00+00:00", capture)
    frontier.settle([(keys[0], DONE), (keys[1], gone), (keys[2], Outcome("links"))], now=20)
    assert frontier.counts() == {"one.example": {"article": 1, "http-404": 1, "links": 1}}
    [miss] = frontier.misses()
    assert miss == {
        "url": "https://one.example/1",
        "source": "one.example",
        "cause": "http-404",
        "detail": "status 404",
        "target": None,
        "over_limit": False,
        "status": 404,
        "seen_at": "2026-01-01T00:00:00+00:00",
        "capture": capture.to_dict(),
    }


def test_what_was_passed_over_is_found_when_its_article_is_not_there(frontier: Frontier) -> None:
    original, variant = "https://one.example/0", "https://one.example/1"
    capture = Capture("a.warc.gz", 5, 6, "urn:uuid:1", "sha256:0", "2026-01-01T00:00:00Z", 200)
    frontier.add(urls("one.example", 2), now=1)
    take(frontier)
    passed_over = Outcome("miss", "duplicate", status=200, capture=capture, target=original)
    frontier.settle([(key(variant), passed_over)], now=20)
    assert not frontier.has_no_article(original)
    gone = Outcome("miss", "http-404", status=404, capture=capture)
    frontier.settle([(key(original), gone)], now=21)
    assert frontier.has_no_article(original)
    assert frontier.duplicates_of(original) == [(variant, capture)]


def test_what_options_left_out_is_known_with_its_capture_and_date(frontier: Frontier) -> None:
    one, two = urls("one.example", 2, via="https://one.example/feed")
    capture = Capture("a.warc.gz", 5, 6, "urn:uuid:1", "sha256:0", "2026-01-01T00:00:00Z", 200)
    frontier.add([one, replace(two, published_at=7.0)], now=1)
    assert {lease.via for lease in frontier.lease(owner="a", now=2, count=9, seconds=9)} == {
        one.via
    }
    late = Outcome("miss", "out-of-range", status=200, capture=capture, published_at=99.0)
    frontier.settle([(key(one.url), late), (key(two.url), Outcome("miss", "out-of-range"))], now=3)
    left_out = {each.url: each.published_at for each in frontier.missed_for("out-of-range")}
    assert left_out == {one.url: 99.0, two.url: 7.0}
    assert frontier.captures_of([one.url, two.url]) == {key(one.url): capture}
    # Another crawl may take it: that is no answer for good.
    assert not frontier.has_no_article(one.url)


def test_seeds_are_remembered(frontier: Frontier) -> None:
    frontier.add(
        [DiscoveredUrl("https://one.example/", "seed", "one.example"), *urls("one.example", 1)],
        now=1,
    )
    assert frontier.seeds() == ["https://one.example/"]


def test_what_has_its_time_waits_for_it_unless_it_is_asked_for(frontier: Frontier) -> None:
    feed = DiscoveredUrl(
        "https://one.example/feed", "feed", "s", again_before=40, not_before_due=True
    )
    frontier.add([feed], now=1)
    [url] = take(frontier)
    frontier.settle([(key(url), Outcome("links", again_at=100))], now=11)
    assert frontier.add([feed], now=50) == 0
    assert take(frontier, now=99) == []
    assert take(frontier, now=100) == [url]
    frontier.settle([(key(url), Outcome("links", again_at=200))], now=101)
    assert frontier.add([replace(feed, not_before_due=False, again_before=150)], now=150) == 1
    assert take(frontier, now=150) == [url]
    # One that has no time of its own is due whenever it is asked for.
    frontier.settle([(key(url), Outcome("links"))], now=160)
    assert frontier.add([replace(feed, again_before=170)], now=170) == 1


def test_a_lease_knows_what_was_announced_and_what_was_kept(frontier: Frontier) -> None:
    page = DiscoveredUrl(
        "https://one.example/1", "article", "s", published_at=5, announcement='{"a": 1}'
    )
    frontier.add([replace(page, published_at=None, announcement=None)], now=1)
    frontier.add([page], now=2)
    frontier.add([replace(page, announcement='{"b": 2}')], now=3)
    [lease] = frontier.lease(owner="a", now=10, count=1, seconds=60)
    assert (lease.published_at, lease.announcement) == (5, '{"a": 1}')
    assert (lease.first_at, lease.rhythm) == (None, None)
    frontier.settle([(lease.key, Outcome("article", again_at=20, rhythm="r"))], now=12)
    [lease] = frontier.lease(owner="a", now=20, count=1, seconds=60)
    assert (lease.first_at, lease.rhythm) == (12, "r")
    frontier.settle([(lease.key, Outcome("article", again_at=30))], now=22)
    [lease] = frontier.lease(owner="a", now=30, count=1, seconds=60)
    assert (lease.first_at, lease.rhythm) == (12, "r")


def test_an_announcement_with_a_time_takes_the_place_of_one_without(frontier: Frontier) -> None:
    """A sitemap knows when a page was last changed; the news sitemap, when it was published."""
    page = DiscoveredUrl(
        "https://one.example/1", "page", "s", modified_at=7, announcement='{"a": 1}'
    )
    frontier.add([page], now=1)
    frontier.add([replace(page, published_at=5, announcement='{"b": 2}')], now=2)
    frontier.add([page], now=3)
    [lease] = frontier.lease(owner="a", now=10, count=1, seconds=60)
    assert (lease.published_at, lease.announcement) == (5, '{"b": 2}')


def test_a_host_that_cannot_be_reached_is_parked_and_comes_back(frontier: Frontier) -> None:
    frontier.add([*urls("dead.example", 40), *urls("one.example", 1)], now=1)

    def fail(now: float, number: int) -> list[str]:
        found = take(frontier, now=now, count=number, sources={"dead.example"})
        lost = Outcome("miss", "connection", again_at=now + 50_000)
        frontier.settle([(key(url), lost) for url in found], now=now)
        return found

    assert len(fail(10, 7)) == 7
    assert len(fail(11, 1)) == 1
    assert fail(12, 8) == []
    assert take(frontier, now=12) == ["https://one.example/0"]
    assert len(fail(11 + 300, 1)) == 1
    assert fail(11 + 300 + 599, 1) == []
    # Of what is in hand together one counts, and what is refused without asking does not.
    late = 11 + 300 + 600
    assert len(fail(late, 8)) == 8
    assert fail(late + 1199, 1) == []
    [refused] = take(frontier, now=late + 1200, count=1, sources={"dead.example"})
    frontier.settle([(key(refused), Outcome("miss", "excluded"))], now=late + 1200)
    [url] = take(frontier, now=late + 1200, count=1, sources={"dead.example"})
    answered = Outcome("article", capture=Capture("w", 0, 1, "urn:1", "sha256:0", "2026", 200))
    frontier.settle([(key(url), answered)], now=late + 1200)
    start = late + 1200
    assert len(fail(start, 7)) == 7
    assert len(fail(start + 1, 1)) == 1
    assert fail(start + 2, 1) == []


def test_what_waits_goes_with_its_source_when_that_has_another_name(frontier: Frontier) -> None:
    old = DiscoveredUrl(
        "https://one.example/feed", "feed", "Old", priority=1, again_before=1, not_before_due=True
    )
    page = DiscoveredUrl("https://one.example/1", "article", "Old", depth=1)
    frontier.add([old, page], now=1)
    [feed] = take(frontier, count=1)
    frontier.settle([(key(feed), Outcome("links", again_at=100))], now=11)
    frontier.add([replace(old, source="New"), replace(page, source="New")], now=20)
    assert take(frontier, now=20, sources={"New"}) == [page.url]
    frontier.settle([(key(page.url), DONE)], now=21)
    assert take(frontier, now=100, sources={"New"}) == [feed]


def test_what_is_always_called_modified_is_not_always_due(frontier: Frontier) -> None:
    page, looks = DiscoveredUrl("https://one.example/1", "article", "s", not_before_due=True), []
    for now in range(0, 7 * 86_400, 3600):
        frontier.add([replace(page, modified_at=now)], now=now)
        for url in take(frontier, now=now):
            looks.append(now)
            frontier.settle([(key(url), DONE)], now=now)
    assert 5 < len(looks) < 20
    # Who asks for it by hand gets it.
    frontier.add([replace(page, modified_at=7 * 86_400, not_before_due=False)], now=7 * 86_400)
    assert take(frontier, now=7 * 86_400) == [page.url]


def test_a_source_has_lists_while_one_is_good_or_not_read_yet(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 2), now=1)
    frontier.add([DiscoveredUrl("https://one.example/", "seed", "one.example")], now=1)
    assert not frontier.has_lists("one.example")
    feeds = [f"https://one.example/feed{n}" for n in range(2)]
    frontier.add([DiscoveredUrl(url, "feed", "one.example") for url in feeds], now=1)
    assert frontier.has_lists("one.example")
    assert not frontier.has_lists("two.example")
    take(frontier)
    bad, good = Outcome("miss", "no-links", again_at=500), Outcome("links", again_at=500)
    frontier.settle([(key(url), bad) for url in feeds], now=20)
    assert not frontier.has_lists("one.example")
    take(frontier, now=600)
    frontier.settle([(key(feeds[1]), good)], now=610)
    assert frontier.has_lists("one.example")


def test_urls_end_otherwise_by_the_same_capture_alone(frontier: Frontier) -> None:
    frontier.add(urls("one.example", 3), now=1)
    older = Capture("a.warc.gz", 5, 6, "urn:uuid:1", "sha256:0", "2026-01-01T00:00:00Z", 200)
    last = replace(older, record_id="urn:uuid:2")
    ends = {
        "0": Outcome("miss", "not-an-article", capture=last, again_at=90),
        "1": Outcome("miss", "not-extracted", capture=last),
        "2": Outcome("links", capture=last),
    }
    take(frontier)
    frontier.settle([(key(f"https://one.example/{n}"), end) for n, end in ends.items()], now=20)
    now_article, no_article = (
        Outcome("article", capture=last),
        Outcome("miss", "not-html", capture=older),
    )
    keys = [key(f"https://one.example/{n}") for n in ends]
    frontier.restate([(each, now_article) for each in keys] + [(each, no_article) for each in keys])
    ended = frontier.ended(f"https://one.example/{n}" for n in ends)
    assert {url[-1]: end.kind for url, end in ended.items()} == {
        "0": "article",
        "1": "miss",
        "2": "links",
    }
    assert frontier.next_due(now=20) == 90


def test_what_no_capture_says_makes_another_frontier(frontier: Frontier) -> None:
    feed, odd = "https://one.example/feed", "http://[::1"
    bad = DiscoveredUrl(odd, "article", "s", via=feed, missed=Missed("bad-url", "no host"))
    new = DiscoveredUrl(
        "https://one.example/new", "article", "s", 1, 20, 3.0, via=feed, modified_at=4.0
    )
    frontier.add([DiscoveredUrl(feed, "feed", "s", priority=10), bad, new], now=5)
    assert take(frontier, count=1) == [feed]
    frontier.settle([(key(feed), Outcome("links", again_at=900.0, rhythm="r"))], now=20)
    rows = frontier.changed(since=0, count=10)
    assert [row["url"] for row in rows] == [feed, odd, new.url]
    assert frontier.changed(since=0, count=1) == rows[:1]
    assert [row["url"] for row in frontier.changed(since=6, count=10)] == [feed]
    assert frontier.changed(since=21, count=10) == []

    other = SqlFrontier(open_database(":memory:"))
    # There the feed was captured before, and a page since.
    other.add([DiscoveredUrl(feed, "feed", "s"), new], now=7)
    page = (key(new.url), Outcome("article", seen_at="1970-01-01T00:00:30+00:00"))
    other.settle([(key(feed), Outcome("links", seen_at="1970-01-01T00:00:10+00:00")), page], now=30)
    for _ in range(2):
        other.resume(rows, now=40)
        assert [(each.url, each.rhythm, at) for each, at in other.scheduled("s")] == [
            (feed, "r", 900.0)
        ]
        assert [miss["url"] for miss in other.misses()] == [odd]
        assert other.ended([new.url])[new.url].kind == "article"
        assert other.known([new.url])[key(new.url)].via == feed
    assert take(other, now=50) == []
    assert take(other, now=901) == [feed]
