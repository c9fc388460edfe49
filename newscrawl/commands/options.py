"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

DEFAULT_ARCHIVE = Path("archives/news")

archive: Any = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    default=DEFAULT_ARCHIVE,
    show_default=True,
    help="The archive's folder.",
)

as_json: Any = click.option("--json", "as_json", is_flag=True, help="JSON lines instead of a table.")
