"""How much the tests try that could always try more: examples of a property, sizes of bodies without end.

NEWSCRAWL_THOROUGH=1 asks for what takes longer.
"""

from __future__ import annotations

import os

IS_THOROUGH = os.environ.get("NEWSCRAWL_THOROUGH") == "1"


def amount(usual: int, *, thorough: int) -> int:
    """The number for this run of the suite."""
    return thorough if IS_THOROUGH else usual
