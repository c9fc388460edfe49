"""Which names are agencies: they stand in a byline and are no person.

Names are compared folded (letters and digits only). `agencies.txt` lists, a line each, the names by
which the agencies of the world sign, and the words for "agencies". SourceRules are not listed: a page names
its own.
"""

from __future__ import annotations

import re
from importlib import resources

from newscrawl.extraction.wording import folded

_LIST = resources.files("newscrawl.extraction").joinpath("agencies.txt")
AGENCIES = frozenset(map(folded, _LIST.read_text("utf-8").splitlines()))


def is_agency(name: str) -> bool:
    """Whether all that `name` joins with slashes, hyphens and "and" are agencies (`dpa/lno`, `Reuters, AP`).

    Of names joined by a slash the first decides: what follows is a desk's or an editor's sign.
    """
    if folded(name) in AGENCIES:
        return True
    first, *signs = re.split(r"\s*/\s*", name)
    return bool(signs) and folded(first) in AGENCIES and all(len(s.split()) <= 3 for s in signs)
