"""A page's tree, and the address that its links start from, as discovery reads them."""

from __future__ import annotations

from lxml import etree

from newscrawl.urls import fetchable


def tree_of(text: str) -> etree._Element | None:
    """The root element; None where there is not a single element."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, no_network=True
    )
    data = text.replace("\0", " ").encode("utf-8", "replace")
    try:
        return etree.fromstring(data, parser) if data.strip() else None
    except etree.XMLSyntaxError:  # not a single element in it
        return None


def base_of(root: etree._Element, url: str) -> str:
    """The first `<base>` that can be fetched; without, the page's own URL."""
    for element in root.iter("base"):
        if (href := element.get("href")) and (base := fetchable(href, url)):
            return base
    return url
