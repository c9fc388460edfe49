"""A clock that somebody sets back, for `NEWSCRAWL_CLOCK`: by `$TURNED_BACK` seconds once that file is there.

`$TURNED_BACK` is "FILE SECONDS".
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from newscrawl.wire.clock import Clock


class TurnedBack(Clock):
    def wall(self) -> float:
        file, seconds = os.environ["TURNED_BACK"].split()
        return time.time() - (float(seconds) if Path(file).exists() else 0)
