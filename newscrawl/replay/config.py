"""What is replayed, within which limits, and by how many processes: the values a replay is made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.replay.selection import Selection
from newscrawl.rules import NO_RULES, Ruleset

if TYPE_CHECKING:
    from pathlib import Path

#: Files of more stored bytes than this are split into shards of about this size.
SHARD_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReplayInput:
    """The files to read, as a user names them: see `InputFiles`. `index` is a CDXJ that chooses captures."""

    paths: tuple[str, ...]
    base: str | None = None
    index: Path | None = None

    def __str__(self) -> str:
        return ", ".join(self.paths)


@dataclass(frozen=True, slots=True)
class ReplayConfig:
    """What decides, together with its bytes, what the output of a shard is.

    `seconds` of CPU and `memory` in bytes (0: no limit) are what one page may take. `rules` are those for
    sites. With `indexes_texts` workers make what tables index of the texts of records, too.
    """

    seconds: float
    memory: int = 0
    selection: Selection = field(default_factory=Selection)
    limits: Limits = LIMITS
    rules: Ruleset = NO_RULES
    indexes_texts: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """Who does the work: `processes` of this machine, or the workers of a Dask scheduler (`cluster`)."""

    processes: int = 1
    cluster: str | None = None
    shard_bytes: int = SHARD_BYTES
