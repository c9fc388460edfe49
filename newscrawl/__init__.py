"""newscrawl: find each new article, keep the exact bytes, lay a clean record beside them.

>>> from newscrawl import extract_article
>>> article = extract_article(html, url="https://paper.example/story")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.version import __version__

if TYPE_CHECKING:
    from newscrawl.extraction import extract_article

__all__ = ["__version__", "extract_article"]


def __getattr__(name: str) -> Any:
    # trafilatura takes half a second to import; `newscrawl --help` must not wait for it.
    if name == "extract_article":
        from newscrawl.extraction import extract_article

        return extract_article
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
