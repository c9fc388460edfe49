"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")

DEFAULT_ARCHIVE = Path("archives/news")


def archive(command: F) -> F:
    """`--archive DIR`."""
    return click.option(
        "--archive",
        type=click.Path(path_type=Path),
        default=DEFAULT_ARCHIVE,
        show_default=True,
        help="The archive's folder.",
    )(command)


def as_json(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="JSON lines instead of a table.")(
        command
    )
