"""Which pages a replay reads, without making their records; and a whole replay in this process."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.replay import ReplayConfig, Selection
from newscrawl.replay.merge import Merge
from newscrawl.replay.revisit_shards import revisit_shards
from newscrawl.replay.shard import output_name
from newscrawl.replay.shard_output import PAGE, ShardAnswer, write_output
from newscrawl.replay.shard_reader import ShardReader
from newscrawl.replay.split import Split, Splitter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newscrawl.replay.captured_page import CapturedPage
    from newscrawl.replay.shard import Shard
    from newscrawl.warc.reader import OnDamage


def split(
    warcs: Iterable[Path],
    selection: Selection | None = None,
    index: Path | None = None,
    *,
    on_damage: OnDamage,
    shard_bytes: int = 1 << 30,
    folder: Path | None = None,
) -> Split:
    """The shards of these files."""
    splitter = Splitter(selection or Selection(), shard_bytes, on_damage, index, folder)
    return splitter.split(warcs)


def captured_pages(
    warcs: Iterable[Path],
    selection: Selection | None = None,
    index: Path | None = None,
    *,
    on_damage: OnDamage,
) -> list[CapturedPage]:
    """The pages that a replay reads, the oldest first; each damage is told once."""
    chosen, told = selection or Selection(), set()

    def tell(damage: object) -> None:
        if str(damage) not in told:
            told.add(str(damage))
            on_damage(damage)

    def note(shard: Shard, path: Path) -> None:
        missed = Missed("not-extracted")
        with write_output(path) as write:
            for page in shard.pages:
                write(ShardAnswer(PAGE, page.page, "", original=page.original, result=missed))
            if not shard.pages:
                for answer, *_ in ShardReader(shard, chosen, write).answers():
                    write(replace(answer, result=missed) if answer.kind == PAGE else answer)

    with TemporaryDirectory() as folder:
        found = split(warcs, chosen, index, on_damage=tell, folder=Path(folder))
        config = ReplayConfig(60, selection=chosen)
        with closing(merged(found, config, Path(folder), note)) as merge:
            for damage in merge.damages:
                tell(damage)
            return [captured for captured, _ in merge.results()]


def merged(
    found: Split, config: ReplayConfig, folder: Path, process: Callable[[Shard, Path], None]
) -> Merge:
    """The outputs of all shards and revisits, which `process` writes. To be closed."""
    merge = Merge(keep_answered=False)

    def add(shards: Iterable[Shard]) -> None:
        for shard in shards:
            path = folder / output_name(shard, config)
            process(shard, path)
            merge.add(path, shard)

    add(found.shards)
    add(list(revisit_shards(merge, config.selection, found)))
    return merge
