"""trafilatura's cascade, driven stage by stage: its body, without what is not taken of it.

The stages are trafilatura's own, in its order (`trafilatura.core.trafilatura_sequence`, 2.3), for one set of
options: no comments, images or metadata, with links and tables. Left out are the text that it renders, copies
that only rare stages need, and the calls of Python for each element by which its XPath expressions are
evaluated (see `newscrawl.extraction.marks`). tests/extraction/test_cascade.py holds the result to that of
`trafilatura.bare_extraction`. All private names of trafilatura that the project uses stand here.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from copy import copy, deepcopy
from typing import TYPE_CHECKING

from lxml.etree import Element, XPath, strip_elements, strip_tags
from trafilatura import core, htmlprocessing, main_extractor, settings
from trafilatura.baseline import baseline, html2txt
from trafilatura.external import compare_extraction, justext_rescue
from trafilatura.settings import INLINE_FORMATTABLE, MIN_DUPLICATE_LENGTH
from trafilatura.utils import SPACING_PROTECTED, text_chars_test, trim
from trafilatura.xml import delete_element

from newscrawl.extraction.marks import (
    BODIES,
    CAPTIONS,
    COMMENTS,
    DISCARDED,
    RAW,
    TEASERS,
    Marked,
    first_of,
    is_below,
    select,
)

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

# It warns of every page without text; here the record's `problem` says so.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

#: Shorter texts are rescued by reading the whole page; its own 250 is long for Chinese or a brief.
MIN_EXTRACTED = 120


#: The marks of what may be taken out of a part that was found.
_PRUNED = sum(each.bit for each in (*DISCARDED, *CAPTIONS, *TEASERS))
_CLEANED = [tag for tag in settings.MANUALLY_CLEANED if tag != "form"]
_POTENTIAL_TAGS = frozenset({*settings.TAG_CATALOG, "table", "td", "th", "tr", "ref"})
#: Children from which on a short block with links is a list of them (`delete_by_link_density`).
_MANY_CHILDREN, _SHORT_LIST = 3, 100

_length = XPath("string-length()")
_count = XPath("count(//*)")


def _options(*, fast: bool) -> settings.Extractor:
    options = settings.Extractor(
        output_format="python",
        fast=fast,
        comments=False,
        formatting=True,
        links=True,
        date_params={"original_date": "true"},
    )
    options.min_extracted_size = MIN_EXTRACTED
    return options


FAST, THOROUGH = _options(fast=True), _options(fast=False)


class Reading:
    """One page's text: read fast and, where that is asked for, again with second opinions.

    `root` is used up. It holds no scripts. `marked` are the elements with marks, in the page's order; they
    may have left the tree since, or have lost attributes.
    """

    def __init__(self, root: HtmlElement, marked: Marked) -> None:
        self._root, self._marked = root, marked
        for expression in (*RAW, *COMMENTS):
            for element in select(root, marked, expression):
                delete_element(element)
        self._tree = copy(root)
        #: Body and text of the first stage, if the default mode has the same.
        self._first: tuple[_Element, str] | None = None

    def fast(self) -> _Element | None:
        """The body as `trafilatura.bare_extraction` finds it in fast mode; None if there is none."""
        try:
            return _accepted(*self._fast())
        except (TypeError, ValueError):  # as there
            return None

    def thorough(self) -> _Element | None:
        """The body as it finds it in its default mode. To be called after `fast`."""
        try:
            if self._first is None:
                body, text, _, _ = core.trafilatura_sequence(copy(self._tree), THOROUGH, None)
            else:
                cleaned = htmlprocessing.tree_cleaning(copy(self._tree), THOROUGH)
                body, text = compare_extraction(cleaned, copy(self._tree), *self._first, THOROUGH)
                body, text = _rescued(self._tree, body, text, THOROUGH)
            return _accepted(body, text)
        except (TypeError, ValueError):
            return None

    def _fast(self) -> tuple[_Element, str]:
        root = self._root
        _clean(root)
        htmlprocessing.convert_tags(root, FAST, None)
        order = list(root.iter())
        body, text, potential_tags = _extract(root, self._marked)
        if len(body) == 0 or len(text) < MIN_EXTRACTED:
            body, text = self._recovered(body, order, potential_tags)
            _finish(body)
        else:
            _finish(body)
            self._first = deepcopy(body), text
        return _rescued(self._tree, body, text, FAST)

    def _recovered(
        self, body: _Element, order: list[_Element], potential_tags: set[str]
    ) -> tuple[_Element, str]:
        """The text of the whole page beside that of the body (`extract_content`)."""
        tree, _ = core._prepare_tree(self._tree, FAST, None)
        consumed = {twin for e, twin in zip(order, tree.iter(), strict=True) if e.tag == "done"}
        body = main_extractor.recover_wild_text(tree, body, FAST, potential_tags, consumed)
        return body, " ".join(body.itertext()).strip()


def _accepted(body: _Element, text: str) -> _Element | None:
    return body if len(text) >= FAST.min_output_size else None


def _clean(tree: HtmlElement) -> None:
    """`tree_cleaning`, looking only for the tags that the page has."""
    if next(tree.iter("math"), None) is not None:
        htmlprocessing.recover_math(tree)
    for element in tree.iter("figure", "table"):
        if element.tag == "figure":
            is_layout = element.find(".//table") is not None
        else:
            is_layout = element.get("role") in ("presentation", "none")
        if is_layout:
            element.tag = "div"
    strip_tags(tree, settings.MANUALLY_STRIPPED)
    present = {element.tag for element in tree.iter(_CLEANED)}
    for tag in _CLEANED:
        if tag in present:
            for element in tree.iter(tag):
                delete_element(element)
    htmlprocessing._handle_forms(tree)
    htmlprocessing.prune_html(tree)


def _extract(tree: HtmlElement, marked: Marked) -> tuple[_Element, str, set[str]]:
    """`main_extractor._extract`: the first part of the page that holds more than one block."""
    potential_tags = set(_POTENTIAL_TAGS)
    body = Element("body")
    for expression in BODIES:
        subtree = first_of(tree, marked, expression)
        if subtree is None:
            continue
        _prune_sections(subtree, marked)
        if len(subtree) == 0:
            continue
        if not _has_text(subtree, 3 * MIN_EXTRACTED):
            potential_tags.add("div")
        if _collect(subtree, body, potential_tags):
            break
    return body, " ".join(body.itertext()).strip(), potential_tags


def _has_text(subtree: HtmlElement, least: int) -> bool:
    """Whether the paragraphs of the whole tree hold so many characters, and any."""
    size = 0
    for paragraph in subtree.getroottree().getroot().iter("p"):
        if next(paragraph.iterancestors("p"), None) is None:
            size += len("".join(paragraph.itertext()))
            if size >= least:
                return True
    return False


def _collect(subtree: HtmlElement, body: _Element, potential_tags: set[str]) -> bool:
    """Append the blocks of `subtree` to `body`; whether it now holds an article."""
    elements = list(subtree.iterdescendants("*"))
    tags = {element.tag for element in elements}
    is_one_run = subtree.tag == "div" and "div" in potential_tags
    if tags == {"lb"} or (is_one_run and tags <= INLINE_FORMATTABLE | {"lb"}):
        elements = [subtree]
    lead, start = None, len(body)
    if elements != [subtree] and text_chars_test(subtree.text):
        lead = htmlprocessing.process_node(_paragraph(subtree.text), FAST)
    moved: set[_Element] = set()
    for element in elements:
        tag, tail = element.tag, element.tail
        if tag == "done" or element in moved:
            continue
        processed = main_extractor.handle_textelem(element, potential_tags, FAST)
        if processed is not None:
            body.append(processed)
            moved.update(processed.iter())
            if element not in moved:
                element.tag = "done"
        is_rebuilt = tag in main_extractor.REBUILT_BLOCKS and text_chars_test(tail)
        if is_rebuilt and (processed is None or processed.tail is None):
            paragraph = _paragraph(tail)
            if htmlprocessing.process_node(paragraph, FAST) is not None:
                body.append(paragraph)
    while len(body) > 0 and body[-1].tag in main_extractor.NOT_AT_THE_END:
        delete_element(body[-1], keep_tail=False)
    if len(body) < 2:
        return False
    if lead is not None:
        body.insert(start, lead)
    return True


def _paragraph(text: str) -> _Element:
    paragraph = Element("p")
    paragraph.text = text
    return paragraph


def _prune_sections(tree: HtmlElement, marked: Marked) -> None:
    """`prune_unwanted_sections`, without its expressions for images and teasers where nothing is marked."""
    inside = [(e, bits) for e, bits in marked if bits & _PRUNED and is_below(e, tree)]
    matches = dict.fromkeys(element for each in DISCARDED for element in select(tree, inside, each))
    outer = [e for e in matches if not any(a in matches for a in e.iterancestors())]
    if outer:
        size = len(tree.text_content())
        # What holds most of the text is no such section.
        if size - sum(len(e.text_content()) for e in outer) > size / 7:
            for element in outer:
                delete_element(element)
    for expression in (*CAPTIONS, *TEASERS):
        for element in select(tree, inside, expression):
            delete_element(element)
    if next(tree.iter("ref"), None) is not None:
        _delete_lists_of_links(tree)
    for table in [t for t in tree.iter("table") if htmlprocessing.link_density_test_tables(t)]:
        delete_element(table, keep_tail=False)
    strip_tags(tree, "span")


def _delete_lists_of_links(tree: HtmlElement) -> None:
    """Two passes over divisions, lists and paragraphs; without deletions the second one finds nothing."""
    for _ in range(2):
        deleted = [_delete_linked(tree, tag) for tag in ("div", "list", "p")]
        if not any(deleted):
            return


def _delete_linked(tree: HtmlElement, tag: str) -> bool:
    """`delete_by_link_density`, of elements that hold links; whether any was deleted."""
    deletions = []
    for element in tree.iter(tag):
        if next(element.iter("ref"), None) is None:
            continue
        is_linked, is_short = htmlprocessing.link_density_test(element)
        if not is_linked and tag == "div" and is_short and len(element) >= _MANY_CHILDREN:
            is_linked = len(trim(element.text_content())) < _SHORT_LIST
        if not is_linked:
            continue
        parent = element.getparent()
        if tag != "p" or parent is None or parent.tag not in ("item", "td", "th"):
            deletions.append(element)
    for element in deletions:
        delete_element(element)
    return bool(deletions)


def _finish(body: _Element) -> None:
    """The end of `extract_content`: no block twice in a row, no elements that are used up."""
    previous = None
    for element in list(body):
        text = main_extractor._elem_text(element)
        if text and text == previous and len(text) > MIN_DUPLICATE_LENGTH:
            delete_element(element, keep_tail=False)
        else:
            previous = text
    strip_elements(body, "done")
    strip_tags(body, "div")
    for lb in body.iter("lb"):
        is_blank = lb.tail and not text_chars_test(lb.tail)
        if is_blank and not any(a.tag in SPACING_PROTECTED for a in lb.iterancestors()):
            lb.tail = None


def _rescued(
    tree: HtmlElement, body: _Element, text: str, options: settings.Extractor
) -> tuple[_Element, str]:
    """Stages 3 and 4: everything on the page for a short text; for little of a page, less strictly again."""
    if len(text) < MIN_EXTRACTED:
        other, other_text, size = baseline(tree)
        if size > len(text):
            body, text = other, other_text
    if not 0 < len(text) < core.ESCALATION_MAX_LENGTH or not _may_be_little(text, tree):
        return body, text
    if len(text) >= core.ESCALATION_PAGE_SHARE * len(html2txt(tree)):
        return body, text
    recall = copy(options)
    recall.focus = "recall"
    again = dense = body
    again_text = dense_text = ""
    with suppress(Exception):  # as there: a page that cannot be read again keeps its first reading
        again, again_text = core._recall_retry(tree, recall, None)
    if not options.fast:
        with suppress(Exception):
            dense, dense_text = justext_rescue(copy(tree), options)
    is_longest = len(dense_text) > len(again_text)
    if is_longest and len(dense_text) > core.ESCALATION_JUSTEXT_RATIO * len(text):
        return dense, dense_text
    if len(again_text) < MIN_EXTRACTED:
        return body, text
    is_longer = len(again_text) > core.ESCALATION_ACCEPT_RATIO * len(text)
    return (again, again_text) if is_longer else (body, text)


def _may_be_little(text: str, tree: HtmlElement) -> bool:
    """Whether `text` may be too little of the page, by bounds that cost less than `html2txt`.

    The page's text is no longer than all its characters and a space on either side of each element.
    """
    gaps = 2 * _count(tree)
    if len(text) >= core.ESCALATION_PAGE_SHARE * (_length(tree) + gaps):
        return False
    words = "".join(tree.itertext()).split()
    most = sum(map(len, words)) + len(words) + gaps
    return bool(len(text) < core.ESCALATION_PAGE_SHARE * most)
