"""What follows from one look after another: facts, with their intervals, and never a false removal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.edits.first_look import MAX_OF_ONE_ID, Former, first_look, last_fitting
from newscrawl.edits.look import Look, absence_of, look_at
from newscrawl.edits.observation import ArticleState, first_state, observe
from newscrawl.edits.revision import revised
from newscrawl.items import Article, Capture

if TYPE_CHECKING:
    from newscrawl.edits.change import Change

URL = "https://paper.example/2026/story"
BEGIN = datetime(2026, 5, 18, 8, tzinfo=UTC)
BODY = "The council met on Monday and voted for the plan.\nMore is to follow on Friday, it said."


def at(minutes: float) -> str:
    return (BEGIN + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def capture(minutes: float, status: int = 200, digest: str = "") -> Capture:
    digest = digest or f"sha256:{minutes}"
    return Capture("a.warc.gz", 1, 1, f"urn:uuid:{minutes}", digest, at(minutes), status)


def article(**fields: object) -> Article:
    stated: dict[str, object] = {
        "url": URL, "source": "paper", "title": "Council votes", "body": BODY,
        "published_at": "2026-05-18T09:00:00+02:00", "modified_at": "2026-05-18T09:00:00+02:00",
    }  # fmt: skip
    return Article(**{**stated, **fields})  # type: ignore[arg-type]


class Story:
    """Looks at one article, and the facts that they make."""

    def __init__(self, **fields: object) -> None:
        self.article = article(**fields)
        self.state: ArticleState = first_state(
            replace(self.article, capture=capture(0), revision=1)
        )
        self.facts: list[Change] = []

    def shows(self, minutes: float, *, digest: str = "", **fields: object) -> list[Change]:
        """A look that shows the article with these fields."""
        taken = capture(minutes, digest=digest)
        new = replace(self.article, capture=taken, **fields)  # type: ignore[arg-type]
        new, _ = revised(self.state, new)
        return self._look(Look(URL, taken, new))

    def misses(
        self, minutes: float, status: int, cause: str | None = None, target: str | None = None
    ) -> list[Change]:
        """A look that shows no article."""
        return self._look(look_at(URL, capture(minutes, status), cause=cause, target=target))

    def _look(self, look: Look) -> list[Change]:
        seen = observe(self.state, look)
        self.state = seen.state
        self.facts += seen.changes
        return list(seen.changes)


def kinds(facts: list[Change]) -> list[str]:
    return [fact.kind for fact in facts]


@pytest.mark.parametrize(
    ("modified_at", "note", "statement", "is_silent"),
    [
        ("2026-05-18T09:00:00+02:00", "", "modified-equal", True),
        ("2026-05-18T07:00:00Z", "", "modified-equal", True),
        (None, "", "modified-absent", True),
        ("2026-05-18T10:00:00+02:00", "", "modified-moved", False),
        ("2026-05-18T09:00:00+02:00", "\nCorrection: it was Monday.", "note", False),
    ],
)
def test_an_edit_is_silent_unless_the_page_owns_it(
    modified_at: str | None, note: str, statement: str, is_silent: bool
) -> None:
    story = Story()
    body = BODY.replace("voted for", "voted against") + note
    facts = story.shows(60, body=body, modified_at=modified_at)
    [body_fact] = [fact for fact in facts if fact.kind == "body"]
    assert (body_fact.statement, body_fact.is_silent) == (statement, is_silent)
    assert (body_fact.from_revision, body_fact.to_revision) == (1, 2)
    assert (body_fact.not_before, body_fact.not_after) == (at(0), at(60))
    assert (body_fact.words_out, body_fact.words_in) == (1, 5 if note else 1)
    assert kinds(facts) == (["body", "correction-note-added"] if note else ["body"])


def test_the_interval_begins_with_the_last_look_at_the_old_text() -> None:
    story = Story()
    assert story.shows(60) == story.shows(120, digest="sha256:same") == []
    [fact] = story.shows(180, title="Council votes no")
    assert (fact.kind, fact.before, fact.after) == (
        "headline", "Council votes", "Council votes no")  # fmt: skip
    assert (fact.not_before, fact.not_after) == (at(120), at(180))


def test_a_then_b_then_a_is_three_revisions_and_two_changes() -> None:
    story = Story()
    story.shows(60, title="B", digest="sha256:b")
    story.shows(120, digest="sha256:0")
    assert [(f.before, f.after) for f in story.facts] == [
        ("Council votes", "B"), ("B", "Council votes")]  # fmt: skip
    assert [(f.from_revision, f.to_revision) for f in story.facts] == [(1, 2), (2, 3)]


def test_fields_that_make_no_revision_are_facts_all_the_same() -> None:
    story = Story(section="Local", description="A vote.", image="a.jpg")
    facts = story.shows(60, section="Politics", description="A vote!", image=None)
    assert kinds(facts) == ["description", "section", "image"]
    assert {fact.to_revision for fact in facts} == {1}
    assert facts[0].is_silent
    assert story.shows(120, section="Politics", description="A vote!", image=None) == []


def test_times_that_move() -> None:
    story = Story()
    later = {"modified_at": "2026-05-18T11:00:00+02:00"}
    assert kinds(story.shows(60, **later)) == ["modified-time-moved-alone"]
    assert kinds(story.shows(120, title="Other", modified_at="2026-05-18T12:00:00+02:00")) == [
        "headline"
    ]
    back = story.shows(180, title="Other", published_at="2026-05-17", **later)
    assert kinds(back) == ["published-time-moved", "modified-time-moved-alone"]
    exact = story.shows(240, title="Other", published_at="2026-05-17T08:00:00Z", **later)
    assert exact == []


def test_noise_is_told_and_not_dropped() -> None:
    story = Story(title='He said "no"')
    [fact] = story.shows(60, title="He said “no”")
    assert (fact.kind, fact.noise) == ("headline", "quotes-and-dashes")
    [fact] = story.shows(120, title="He said “no”", body=BODY + "\n12 comments")
    assert (fact.kind, fact.noise, fact.words_in) == ("body", "boilerplate", 2)


def test_410_is_a_removal_at_once() -> None:
    story = Story()
    [fact] = story.misses(60, 410)
    assert (fact.kind, fact.not_before, fact.not_after) == ("removed", at(0), at(60))
    assert story.misses(120, 410) == story.misses(240, 404) == []
    back = story.shows(300, body=BODY.replace("Monday", "Tuesday"))
    assert kinds(back) == ["returned", "body"]
    assert (back[0].not_before, back[0].not_after) == (at(240), at(300))
    assert (back[1].not_before, back[1].not_after) == (at(0), at(300))


@pytest.mark.parametrize(("status", "cause"), [(404, None), (200, "not-an-article")])
def test_a_missing_page_is_removed_when_it_is_missing_for_an_hour(
    status: int, cause: str | None
) -> None:
    story = Story()
    assert story.misses(60, status, cause) == story.misses(119, status, cause) == []
    [fact] = story.misses(120, status, cause)
    assert (fact.kind, fact.not_before, fact.not_after) == ("removed", at(0), at(60))
    assert kinds(story.shows(600)) == ["returned"]


@pytest.mark.parametrize("status", [404, 200])
def test_a_page_that_is_gone_for_minutes_was_not_removed(status: int) -> None:
    story = Story()
    story.misses(60, status, "not-an-article")
    story.misses(75, status, "not-an-article")
    assert story.shows(80) == []
    assert story.misses(600, status, "not-an-article") == []
    assert story.facts == []


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (500, None),
        (503, "bot-wall"),
        (429, None),
        (200, "too-large"),
        (200, "damaged"),
        (206, None),
    ],
)
def test_what_says_nothing_of_the_article_is_no_fact(status: int, cause: str | None) -> None:
    story = Story()
    for minutes in range(60, 6000, 90):
        assert story.misses(minutes, status, cause) == []
    assert story.shows(9000) == []


@pytest.mark.parametrize(
    ("status", "cause"), [(403, None), (401, None), (451, None), (200, "consent-wall")]
)
def test_a_wall_is_told_once_and_is_no_removal(status: int, cause: str | None) -> None:
    story = Story()
    assert kinds(story.misses(60, status, cause)) == ["walled"]
    assert story.misses(600, status, cause) == []
    assert story.shows(700) == []
    assert kinds(story.misses(800, status, cause)) == ["walled"]


def test_an_article_that_goes_behind_a_paywall() -> None:
    story = Story(is_accessible=True)
    [fact] = story.shows(60, is_accessible=False)
    assert (fact.kind, fact.field) == ("walled", "is_accessible")
    assert story.shows(120, is_accessible=False) == []


def test_the_same_bytes_say_the_same() -> None:
    story = Story()
    # The page says "three hours ago", so that its time moves with each look.
    assert story.shows(60, digest="sha256:0", published_at="2026-05-18T10:00:00+02:00") == []
    story.misses(120, 304)
    [fact] = story.shows(180, title="Other")
    assert fact.not_before == at(120)


def test_not_modified_since_the_page_was_empty_is_missing_still() -> None:
    story = Story()
    story.misses(60, 200, "not-an-article")
    assert kinds(story.misses(180, 304)) == ["removed"]


def test_a_look_that_is_read_again_makes_no_fact_again() -> None:
    story = Story()
    story.shows(60, title="Other")
    assert story.shows(60, title="Third") == story.shows(30, title="Third") == []


def test_an_address_that_follows_its_headline_is_one_article() -> None:
    story = Story()
    target = "https://paper.example/2026/other-story"
    [fact] = story.misses(60, 301, target=target)
    assert (fact.kind, fact.after) == ("redirected", target)
    assert story.misses(120, 301, target=target) == []
    new = replace(story.article, url=target, title="Council votes no", capture=capture(125))
    former = Former(story.state, "redirect", at(0))
    seen = first_look(Look(target, capture(125), new), new, former)
    assert kinds(list(seen.changes)) == ["address-changed", "headline"]
    assert {fact.from_article for fact in seen.changes} == {story.article.id}
    assert {fact.article for fact in seen.changes} == {new.id}
    other = replace(new, body="Rain is expected in the north on most of the days to come.")
    assert first_look(Look(target, capture(125), other), other, former).changes == ()


NUMBERED, RENAMED = (
    f"https://paper.example/g/47131/{words}" for words in ("old-words", "new-words")
)


def moved(
    story: Story, minutes: float, **fields: object
) -> tuple[list[Change], ArticleState | None]:
    """The first look at an address that follows the headline of a story."""
    stated = {"title": "Council votes no", **fields}
    new = replace(story.article, url=RENAMED, capture=capture(minutes), **stated)  # type: ignore[arg-type]
    former = last_fitting([Former(story.state, "id", at(0))], RENAMED)
    assert former is not None
    seen = first_look(Look(RENAMED, capture(minutes), new), new, former)
    return list(seen.changes), seen.former


def test_an_address_that_follows_its_headline_without_a_redirect_is_one_article() -> None:
    story = Story(url=NUMBERED)
    facts, known = moved(story, 60)
    assert kinds(facts) == ["address-changed", "headline"]
    assert (facts[0].before, facts[0].after, facts[0].rule) == (
        NUMBERED, RENAMED, "id-same-text/1")  # fmt: skip
    assert (facts[0].not_before, facts[0].not_after) == (at(0), at(60))
    assert known is not None
    story.state = known
    # Its old address is gone: that is no removal, and it can move on from the new one alone.
    assert story.misses(120, 404) == story.misses(600, 404) == story.misses(700, 410) == []
    assert last_fitting([Former(story.state, "id", at(0))], RENAMED) is None


def test_a_removed_article_that_comes_back_at_another_address_has_returned() -> None:
    story = Story(url=NUMBERED)
    story.misses(60, 404)
    story.misses(180, 404)
    facts, _ = moved(story, 240)
    assert kinds(facts) == ["address-changed", "returned", "headline"]
    assert (facts[1].not_before, facts[1].not_after) == (at(180), at(240))


def test_another_text_or_one_that_appeared_beside_it_is_another_article() -> None:
    story = Story(url=NUMBERED)
    assert moved(story, 60, body="Rain is expected in the north on most of the days.")[0] == []
    assert moved(story, 4)[0] == []


def test_an_id_of_many_articles_is_none() -> None:
    story = Former(Story(url=NUMBERED).state, "id", at(0))
    assert last_fitting([story] * MAX_OF_ONE_ID, RENAMED) is story
    assert last_fitting([story] * (MAX_OF_ONE_ID + 1), RENAMED) is None


def test_affixes_of_a_headline_are_noise() -> None:
    story = Story(publisher="The Gazette")
    [fact] = story.shows(60, title="Opinion | Council votes - The Gazette")
    assert fact.noise is None  # two words tell nothing
    story = Story(title="Council votes for the plan", publisher="The Gazette")
    [fact] = story.shows(60, title="Opinion | Council votes for the plan - The Gazette")
    assert (fact.kind, fact.noise) == ("headline", "title-affix")


def test_the_state_survives_its_own_json() -> None:
    story = Story()
    story.shows(60, section="Other")
    story.misses(120, 404)
    assert ArticleState.from_dict(story.state.to_dict()) == story.state


def test_absences_by_status_and_cause() -> None:
    assert absence_of(404, "bot-wall") == "missing"
    assert absence_of(200, "bot-wall") == "wall"
    assert absence_of(200, "too-large") is None
