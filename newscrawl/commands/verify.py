"""`newscrawl verify`: prove an archive."""

from __future__ import annotations
