"""A CSS or XPath selector of a rule, checked and translated to XPath once, and what it finds on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawl.rules.xpath_check import objection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from lxml import etree
    from lxml.html import HtmlElement

#: What a selector finds behind this many is not looked at.
MAX_FOUND = 1_000
#: How an expression begins that no CSS selector can begin with.
_XPATH_STARTS = ("/", "(", "./", "string(", "normalize-space(", "concat(", "substring")
_OF_TEXT = re.compile(r"(?:@[\w*:-]+|\btext\(\))\s*$")
#: A page that expressions are tried on: some mistakes show only in use.
_TRIED = "<html lang='en'><head/><body><div class='a'><p>a<a/></p></div></body></html>"


class BadSelector(ValueError):
    """The selector cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Selector:
    """`form` is `css` or `xpath`, `text` what the rule says, `xpath` the expression that is evaluated."""

    form: str
    text: str
    xpath: str

    def __str__(self) -> str:
        return f"{self.form} {self.text}"

    @classmethod
    def css(cls, text: str) -> Self:
        """A CSS selector, with parsel's `::text` and `::attr(NAME)`. Raises BadSelector."""
        # Imported here, as lxml below: few commands have rules to read.
        from cssselect import SelectorError
        from parsel.csstranslator import HTMLTranslator

        try:
            xpath = HTMLTranslator().css_to_xpath(text)
        except (SelectorError, RecursionError) as error:
            raise BadSelector(f"is not a CSS selector: {error}") from error
        return cls("css", text, _checked(xpath))

    @classmethod
    def of_xpath(cls, text: str) -> Self:
        """An XPath 1.0 expression. Raises BadSelector."""
        return cls("xpath", text, _checked(text))

    @classmethod
    def guessed(cls, text: str) -> Self:
        """An XPath expression if it begins as one, else a CSS selector. Raises BadSelector."""
        return cls.of_xpath(text) if text.startswith(_XPATH_STARTS) else cls.css(text)

    @property
    def gives_text(self) -> bool:
        """Whether it selects attributes or text, and not elements."""
        return bool(_OF_TEXT.search(self.xpath)) or isinstance(_tried(self.xpath), str)

    def found(self, root: HtmlElement) -> list[HtmlElement | str]:
        """Elements and texts, in the page's order. Raises lxml.etree.XPathError."""
        result = _evaluated(self.xpath, root)
        return [result] if isinstance(result, str) and result.strip() else list(_several(result))


def _several(result: Any) -> Iterable[Any]:
    if not isinstance(result, list):
        return ()
    # Comments and processing instructions have a function for their tag.
    usable = (r for r in result if isinstance(r, str) or isinstance(getattr(r, "tag", None), str))
    return islice(usable, MAX_FOUND)


def _checked(xpath: str) -> str:
    """The expression. Raises BadSelector."""
    if why := objection(xpath):
        raise BadSelector(f"{why}")
    from lxml import etree

    try:
        result = _tried(xpath)
    except (etree.XPathError, ValueError) as error:
        raise BadSelector(f"is not an XPath expression: {error}") from error
    if not isinstance(result, list | str):
        raise BadSelector("gives a number or a truth value, and neither elements nor text")
    return xpath


def _tried(xpath: str) -> Any:
    from lxml import etree

    return _evaluated(xpath, etree.fromstring(_TRIED))


def _evaluated(xpath: str, root: Any) -> Any:
    return _compiled(xpath)(root)


@lru_cache(maxsize=4096)
def _compiled(xpath: str) -> etree.XPath:
    from lxml import etree

    # No namespaces, no extension functions, no EXSLT regular expressions.
    return etree.XPath(xpath, regexp=False, smart_strings=False)
