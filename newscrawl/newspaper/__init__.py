"""A sample newspaper: three news sites on loopback, for a first crawl, the tests and the docs.

>>> with Newspaper() as paper:  # doctest: +SKIP
...     paper.seeds
"""

from __future__ import annotations

from newscrawl.newspaper.facts import expected, expected_changes, expected_misses
from newscrawl.newspaper.process import Newspaper

__all__ = ["Newspaper", "expected", "expected_changes", "expected_misses"]
