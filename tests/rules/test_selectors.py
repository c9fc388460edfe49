"""Selectors: what they find, and which are refused because they could run code or take forever."""

from __future__ import annotations

import pytest
from lxml import html

from newscrawl.rules.selector import MAX_FOUND, BadSelector, Selector

PAGE = html.document_fromstring(
    "<html lang=en><body><h1 class='a b'>Head <i>line</i></h1><!-- note --><p>One</p><p data-x=7>Two"
    "<a href=/x>link</a></p><time datetime=2026-05-19>then</time></body></html>"
)


def found(selector: Selector) -> list[str]:
    return [r if isinstance(r, str) else r.tag for r in selector.found(PAGE)]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("h1.a", "css", ["h1"]),
        ("p[data-x]", "css", ["p"]),
        ("p:nth-of-type(2)", "css", ["p"]),
        ("p:has(a)", "css", ["p"]),
        ("h1, time", "css", ["h1", "time"]),
        ("time::attr(datetime)", "css", ["2026-05-19"]),
        ("p::text", "css", ["One", "Two"]),
        ("//p", "xpath", ["p", "p"]),
        ("//p[a]/@data-x", "xpath", ["7"]),
        ("(//p)[2]", "xpath", ["p"]),
        ("string(//p[2])", "xpath", ["Twolink"]),
        ("//comment()", "xpath", []),
        ("//p[contains(., 'Two') and not(ancestor::div)]", "xpath", ["p"]),
        ("//p | //h1", "xpath", ["h1", "p", "p"]),
        ("//*[@class='a b' or div]", "xpath", ["h1"]),
        ("string(//nothing)", "xpath", []),
    ],
)
def test_what_they_find(text: str, form: str, expected: list[str]) -> None:
    selector = Selector.guessed(text)
    assert selector.form == form
    assert found(selector) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("h1[", "is not a CSS selector"),
        ("p:unknown", "is not a CSS selector"),
        ("x|p", "prefix x:"),
        ("//p[", "is not an XPath expression"),
        ("//p[foo()]", "calls foo(), which is not available"),
        ("//p[document('file:///etc/passwd')]", "calls document()"),
        ("//p[has-class('a')]", "calls has-class()"),
        ("id('a')", "calls id()"),
        ("//p[re:test(., 'a')]", "prefix re:"),
        ("//p[$x]", "has a variable"),
        ("//following::p", "has the axis following::"),
        ("//namespace::x", "has the axis namespace::"),
        ("//p[//a]", "write .//"),
        ("//p[@x = /html/@lang]", "write ./"),
        ("//p[a and /html]", "write ./"),
        ("count(//p)", "gives a number"),
        ("//p = 'x'", "gives a number or a truth value"),
        ("//a[b[c[d[e]]]]", "more than 3 conditions"),
        ("//a[.//b[.//c[.//d[.//e]]]]", "more than 3 conditions"),
        ("//a[.//b//c//d//e]", "more than 3 steps"),
        ("//*[count(.//*) > count(ancestor::*/following-sibling::*/descendant::*)]", "3 steps"),
        ("//p" + "/p" * 600, "is longer than 1000 characters"),
        ("//p;", "has ';'"),
    ],
)
def test_which_are_refused(text: str, why: str) -> None:
    with pytest.raises(BadSelector) as raised:
        Selector.of_xpath(text) if text[0] in "/ic" else Selector.css(text)
    assert why in str(raised.value)


def test_operators_are_no_functions_and_no_steps() -> None:
    assert found(Selector.of_xpath("//p[(position() mod 2) = 1 and (true())]")) == ["p"]
    assert found(Selector.of_xpath("//p[2 * 3 = 6 and @data-x div (1) = 7]")) == ["p"]


def test_no_more_is_looked_at_than_the_documented_number() -> None:
    page = html.document_fromstring("<body>" + "<p>x</p>" * (MAX_FOUND + 5))
    assert len(Selector.css("p").found(page)) == MAX_FOUND


def test_whether_a_selector_gives_text() -> None:
    assert Selector.css("p::text").gives_text
    assert Selector.css("a::attr(href)").gives_text
    assert Selector.of_xpath("//a/@href").gives_text
    assert Selector.of_xpath("normalize-space(//a)").gives_text
    assert not Selector.of_xpath("//a[@href]").gives_text
