"""trafilatura's cascade, driven by us, reads what trafilatura's public function reads."""

from __future__ import annotations

import random
from copy import copy
from itertools import chain
from pathlib import Path

import pytest
from amounts import amount
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from lxml.etree import tostring
from trafilatura import bare_extraction, xpaths

from newscrawl.extraction import cascade, selectors
from newscrawl.extraction.cascade import Reading
from newscrawl.extraction.document import parse
from newscrawl.extraction.marks import marks_of
from newscrawl.extraction.pruning import prune
from newscrawl.extraction.wording import words
from newscrawl.text.charset import decode

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*/page.html"))
LISTS = ("RAW_TREE_PRUNE_XPATH", "REMOVE_COMMENTS_AND_LISTS_XPATH", "BODY_XPATH",
         "OVERALL_DISCARD_XPATH", "DISCARD_IMAGE_ELEMENTS", "TEASER_DISCARD_XPATH")  # fmt: skip
EXPRESSIONS = list(chain.from_iterable(getattr(xpaths, name) for name in LISTS))
#: Class names and ids that trafilatura's expressions speak of, and some that only look like them.
NAMES = words(
    """
    post entry post-content story fulltext FullText main-content Main-Content page-content
    text cell share- shared sharebar social nav subnav Navigation menu ad- ad bar author
    byline comments Commentary comments-list infinite-scroll infinitescroll mvp-post-add-box
    elementor-share-buttons caption Teaser hidden hide hide-print noprint message -reply-
    akismet cookie article article-body articlebody teaser content contentBody primary x y z
    related elated bread-crumb breadcrumb dfpAd widget art-content comment
    """
)
TAGS = words("div section article main p span ul li aside details br h1 ol a")
WORDS = "The ferry of Saltmarsh crosses the water twice a day, and nobody asks for a fare. "


def prepared(text):
    """A page as the reader of bodies gets it: parsed, and without what stands apart."""
    document = parse(text, url=None)
    surface = document.surface
    prune(document.root, apart=surface.apart, hidden=surface.hidden)
    return document.root, surface.marked


def as_text(body):
    return None if body is None else tostring(body, encoding="unicode")


def both(text):
    """(what trafilatura reads, what we read), each fast and thorough."""
    root, marked = prepared(text)
    theirs = [bare_extraction(copy(root), options=o) for o in (cascade.FAST, cascade.THOROUGH)]
    reading = Reading(root, marked)
    ours = [reading.fast(), reading.thorough()]
    return [as_text(t and t.body) for t in theirs], [as_text(body) for body in ours]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_recorded_pages_are_read_as_trafilatura_reads_them(page):
    text = decode(page.read_bytes(), content_type=None).text
    if not text.strip():
        pytest.skip("the page is empty")
    theirs, ours = both(text)
    assert ours == theirs


TEXT = "".join(f"<p>{number}. {WORDS * 2}</p>" for number in range(9))
LINKS = "".join(f'<a href="/{number}">Read of the ferry</a> ' for number in range(6))


def element(chance, depth):
    """A piece of a page: nested elements with names of which the expressions speak."""
    tag = chance.choice(TAGS)
    attributes = "".join(
        f' {name}="{" ".join(chance.choices(NAMES, k=chance.randint(1, 3)))}"'
        for name in chance.sample(["class", "id", "role"], chance.randint(0, 2))
    )
    if tag == "br":
        return f"<br{attributes}>"
    inside = "".join(
        element(chance, depth - 1) for _ in range(chance.randint(0, 4) if depth else 0)
    )
    said = chance.choice(["", WORDS, WORDS * 2, WORDS * 5, LINKS])
    return f"<{tag}{attributes}>{said}{inside}</{tag}>{chance.choice(['', 'And so on.'])}"


@settings(max_examples=amount(40, thorough=80), deadline=None, derandomize=True)
@given(st.integers(0, 10**9))
def test_random_pages_are_read_as_trafilatura_reads_them(seed):
    chance = random.Random(seed)
    page = "".join(element(chance, 3) for _ in range(chance.randint(1, 5)))
    if chance.random() < 0.5:
        page = f"<article>{TEXT}{page}{TEXT}</article>"
    theirs, ours = both(f"<html><head><title>t</title></head><body>{page}</body></html>")
    assert ours == theirs


def test_a_page_that_is_read_twice_keeps_its_first_reading():
    text = "<html><body><article>" + f"<p>{WORDS * 3}</p>" * 9 + "</article></body></html>"
    root, marked = prepared(text)
    reading = Reading(root, marked)
    first = as_text(reading.fast())
    reading.thorough()
    assert as_text(reading.thorough()) is not None
    assert WORDS.strip() in first


names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(" ".join)
attributes = st.dictionaries(
    st.sampled_from(["class", "id", "role", "style", "itemprop", "aria-hidden", "data-component"]),
    names
    | st.sampled_from(["true", "articleBody", "display:none", "MostPopularStories", "mainly"]),
    max_size=4,
)
TREE_TAGS = [*TAGS, "item", "list"]


@settings(max_examples=amount(60, thorough=150), deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(TREE_TAGS), attributes), min_size=1, max_size=8))
def test_expressions_select_what_lxml_selects(elements):
    root = lxml_html.Element("body")
    for tag, given_attributes in elements:
        parent = root if len(root) == 0 else root[-1]
        child = lxml_html.etree.SubElement(parent, tag)
        for name, value in given_attributes.items():
            child.set(name, value)
    for number, expression in enumerate(EXPRESSIONS):
        paths = selectors.read(expression.path)
        # Positions are left out: of these expressions only the first match counts.
        end = 1 if expression in xpaths.BODY_XPATH else None
        ours = [e for e in root.iterdescendants() if any(p.matches(e) for p in paths)]
        assert ours[:end] == expression(root)[:end], expression.path
        for found in ours:
            has_predicates = all(p.predicates for p in paths)
            marks = marks_of(dict(found.items()))
            assert not has_predicates or marks >> number & 1, (expression.path, found.items())


@pytest.mark.parametrize(
    "expression", ["//div", ".//div[last()]", ".//div[@class='a' and @id='b']", ".//div[@a="]
)
def test_another_grammar_is_refused(expression):
    with pytest.raises(ValueError, match="not in the grammar"):
        selectors.read(expression)
