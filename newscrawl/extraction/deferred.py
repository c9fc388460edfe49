"""Modules that trafilatura imports, and that nothing here uses, are loaded when somebody uses them.

trafilatura imports py3langid, and that numpy: a tenth of the start of `newscrawl extract` and of each worker.
Languages are read by `newscrawl.extraction.language`. This module is imported before trafilatura is.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands for a module until something of it is asked for.

    importlib's LazyLoader would load it as soon as it is imported a second time.
    """

    def __getattr__(self, attribute: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), attribute)


def defer(name: str) -> None:
    """Have a module, if it is installed, loaded by its first use and not by its import."""
    if name not in sys.modules and find_spec(name) is not None:
        sys.modules[name] = _Deferred(name)


defer("py3langid")
