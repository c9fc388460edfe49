"""`newscrawl verify`: prove an archive."""

from __future__ import annotations

from pathlib import Path

import click

from newscrawl.commands import options
