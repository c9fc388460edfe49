"""Regular expressions that most texts need not be asked, and that take long to compile."""

from __future__ import annotations

import re
from typing import Any, cast

#: What is called on a pattern.
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


def deferred(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression that is compiled when it is used for the first time.

    A start pays for none that its texts do not need: the names of months of three calendars take 20 ms.
    A fault in the pattern is raised then, too, so each one needs a test that uses it.
    """
    return cast("re.Pattern[str]", _Deferred(pattern, flags))


class _Deferred:
    """Becomes the pattern: after the first use, its methods are those of the compiled one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(self, name)
