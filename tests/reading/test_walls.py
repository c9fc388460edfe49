"""Challenges and consent pages are named; articles, stubs and plain errors are not taken for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.causes import CAUSES
from newscrawl.processing.interstitials import wall
from newscrawl.warc.http import read_head
from tests.conftest import crawl, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URL = "https://paper.example/2026/05/a-rather-long-story-1234"
LONG = "<p>" + "The council met again on Tuesday and heard what the harbour would cost. " * 30


def seen(body: str, status: int = 200, url: str = URL, **headers: str) -> str | None:
    lines = [f"HTTP/1.1 {status} X", "Content-Type: text/html; charset=utf-8"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = read_head("\r\n".join([*lines, "", ""]).encode())
    assert head is not None
    found = wall(head, body.encode(), url=url)
    assert found is None or found.cause in CAUSES
    return found.cause if found else None


def page(title: str, body: str = "", head: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


CHALLENGES = {
    "vendor's header": ("", 403, {"cf_mitigated": "challenge"}),
    "header on 202": ("", 202, {"x_amzn_waf_action": "challenge"}),
    "script": (page("Just a moment...", "<script>window._cf_chl_opt={};</script>"), 403, {}),
    "served as 200": (page("", "<script src=https://geo.captcha-delivery.com/c.js></script>"), 200, {}),
    "captcha": (page("paper.example", "<div class='g-recaptcha' data-sitekey=x></div>"), 200, {}),
    "German": (page("Nur einen Moment …", "<script>go()</script>Browser wird geprüft."), 200, {}),
    "Russian": (page("Один момент…", "<p>Проверка браузера"), 503, {}),
    "Chinese": (page("安全验证", "<script>v()</script>"), 200, {}),
    "Japanese": (page("しばらくお待ちください...", ""), 403, {}),
    "captcha form": (page("Access to this page", "<form><input name='captcha'></form>"), 429, {}),
}  # fmt: skip


@pytest.mark.parametrize("which", CHALLENGES)
def test_challenges_are_bot_walls(which: str) -> None:
    body, status, headers = CHALLENGES[which]
    assert seen(body, status, **headers) == "bot-wall"


CONSENTS = {
    "English": page("Before you continue", LONG + "<form><button>Accept all</button></form>"),
    "German": page("Paper", "<h1>Mit Werbung weiterlesen</h1><button>Akzeptieren</button>"),
    "French": page("Votre consentement", "<form><input type=submit value='Accepter'></form>"),
}


@pytest.mark.parametrize("which", CONSENTS)
def test_questions_for_consent_are_consent_walls(which: str) -> None:
    assert seen(CONSENTS[which]) == "consent-wall"


def test_an_address_of_consent_with_a_button_is_a_consent_wall() -> None:
    body = page("paper.example", "<form><button>I agree</button></form>")
    assert seen(body, url="https://consent.paper.example/v2/collect?session=3") == "consent-wall"
    assert seen(body, url=URL) is None


_CAPTCHA = "<form><div class='g-recaptcha'></div><button>Accept</button></form>"
_STATED = '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
PAGES = {
    "article about bots": (page("Are you a robot? What captchas cost us", LONG), 200, {}),
    "newsletter with captcha": (page("Harbour", LONG + _CAPTCHA), 200, {}),
    "scripts on every page": (
        page("Harbour", LONG + "<script src=/_Incapsula_Resource?x></script>"), 200, {}),
    "cookie banner": (page("Harbour", LONG + "<div><h2>We value your privacy</h2>"
                           "<button>Accept</button></div>"), 200, {}),
    "short stub that states what it is": (page("Un momento", "<script></script>", _STATED), 200, {}),
    "story about consent": (page("Consent required for trials", LONG * 5 + _CAPTCHA), 200, {}),
    "forbidden": (page("403 Forbidden", "<h1>Forbidden</h1>"), 403, {}),
    "login": (page("Log in", "<form><input name=password></form>"), 401, {}),
    "server in trouble": (page("503 Service Unavailable", "<h1>Come back later</h1>"), 503, {}),
    "vendor's header on a page": (page("Harbour", LONG), 200, {"server": "ddos-guard"}),
    "empty": ("", 200, {}),
}  # fmt: skip


@pytest.mark.parametrize("which", PAGES)
def test_pages_and_plain_errors_are_no_walls(which: str) -> None:
    body, status, headers = PAGES[which]
    assert seen(body, status, **headers) is None


def test_a_crawl_names_them_and_tries_challenges_again(
    small_site: Callable[..., Any], tmp_path: Path
) -> None:
    challenge = page("Just a moment...", "<script>window._cf_chl_opt={};</script>")
    links = "".join(
        f"<h2><a href='/2026/05/{name}-{n}-of-the-harbour-council.html'>Story {n} of the harbour</a></h2>"
        for n, name in enumerate(("walled", "served", "asked", "plain", "refused"))
    )
    answers = {
        "/": {"body": page("Paper", links)},
        "/2026/05/walled-0-of-the-harbour-council.html": {"status": 403, "body": challenge},
        "/2026/05/served-1-of-the-harbour-council.html": {"body": challenge},
        "/2026/05/asked-2-of-the-harbour-council.html": {"body": CONSENTS["English"]},
        "/2026/05/plain-3-of-the-harbour-council.html": story(3),
        "/2026/05/refused-4-of-the-harbour-council.html": {"status": 403, "body": "no"},
    }
    site = small_site(answers)
    ran = crawl(tmp_path / "news", site.base + "/", "--json")
    assert [record["title"] for record in ran.lines] == ["The harbour council decides, part 3"]
    misses = {m["url"].split("/")[-1].split("-")[0]: m
              for m in newscrawl("export", "misses", "--archive", tmp_path / "news").lines}  # fmt: skip
    assert {name: miss["cause"] for name, miss in misses.items()} == {
        "walled": "bot-wall", "served": "bot-wall", "asked": "consent-wall", "refused": "http-403",
    }  # fmt: skip
    assert misses["walled"]["detail"] == "Cloudflare, status 403"
    [facts] = newscrawl("status", "--archive", tmp_path / "news", "--json").lines
    assert facts["missed"]["bot-wall"] == 2


def test_a_walled_front_page_is_no_empty_paper(
    small_site: Callable[..., Any], tmp_path: Path
) -> None:
    site = small_site({"/": {"body": page("安全验证", "<script>v()</script>")}})
    crawl(tmp_path / "news", site.base + "/")
    [miss] = newscrawl("export", "misses", "--archive", tmp_path / "news").lines
    assert miss["cause"] == "bot-wall"
