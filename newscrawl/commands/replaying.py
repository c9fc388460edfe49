"""One replay, as the commands run it: what it reads, what it makes, what it says."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl import settings
from newscrawl.commands import progress, terminal
from newscrawl.errors import ArchiveError, NothingToDo
from newscrawl.processing.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from newscrawl.errors import DamagedRecord, Missed
    from newscrawl.items import Article
    from newscrawl.replay.adopting import Standing
    from newscrawl.replay.captured import Captured
    from newscrawl.replay.compare import Comparison, Difference
    from newscrawl.replay.kept import Elsewhere, Key
    from newscrawl.replay.selection import Selection

    Result = tuple[Captured, Article | Missed]

#: Differences that are listed; the rest is counted.
_LISTED = 200


class Job:
    """One replay: what it reads, and what was damaged."""

    def __init__(
        self,
        paths: Sequence[str],
        workers: int | None = None,
        *,
        seconds: float = settings.NEWSCRAWL_PAGE_SECONDS,
        memory: int = settings.NEWSCRAWL_WORKER_BYTES,
        chosen: Selection | None = None,
        index: Path | None = None,
        base: str | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        from newscrawl.processing.workers import Workers
        from newscrawl.replay.captured import captures_of
        from newscrawl.replay.inputs import Inputs

        self._paths, self._chosen, self._limits = paths, chosen, limits
        self.damages: list[DamagedRecord] = []
        self._folder = tempfile.TemporaryDirectory(prefix="newscrawl-")
        self.warcs = Inputs(Path(self._folder.name), base=base).files(paths)
        self.captures = captures_of(self.warcs, on_damage=self._damaged, chosen=chosen, index=index)
        here = all(any(p.is_file() for p in (warc, *warc.parents)) for warc in self.warcs)
        self._workers = Workers(
            workers or os.cpu_count() or 1, seconds=seconds, memory=memory, network=not here
        )
        #: Pages of a comparison that this run, or the crawl, could not read within its limits.
        self.not_read = 0

    def require_pages(self) -> None:
        """Raise NothingToDo where sound files hold no captured page."""
        if not self.captures.pages and not self.damages:
            what = "no captured page that was chosen" if self._chosen else "no captured page"
            raise NothingToDo(f"{what} in {_names(self._paths)}")

    def results(
        self,
        *,
        elsewhere: Elsewhere | None = None,
        without: Collection[Key] = (),
        standing: Standing | None = None,
    ) -> Iterator[Result]:
        """Each page with its record or why there is none, but those at the places in `without`.

        The records of `standing` count as read.
        """
        from newscrawl.replay.captured import is_ours
        from newscrawl.replay.remade import Remaking, place, read_pages

        pages = (captured for captured in self.captures.pages if place(captured) not in without)
        read = read_pages(pages, self._workers, self._limits)
        remaking = Remaking(
            standing.among(read) if standing else read,
            answered=self.captures.answered.__contains__,
            complete=not all(map(is_ours, self.warcs)),
            elsewhere=elsewhere,
        )
        with closing(remaking):
            total = len(self.captures.pages) - self.not_read
            yield from progress.shown(remaking.results(), total)

    def records(self) -> Iterator[dict[str, Any]]:
        from newscrawl.items import Article

        for _, result in self.results():
            if isinstance(result, Article):
                yield result.to_dict()

    def print(self) -> int:
        for record in self.records():
            terminal.json_line(record)
        return self.code

    def check(self) -> int:
        if not self._comparable():
            terminal.say(
                f"newscrawl: no records beside {_names(self._paths)} to compare with", err=True
            )
            return self.code or NothingToDo.exit_code
        with closing(self.compared()) as comparison:
            found = 0
            for found, each in enumerate(comparison.differences(), 1):
                if found <= _LISTED:
                    _show(each)
            if found > _LISTED:
                terminal.say(f"... and {found - _LISTED} more differences")
            if self.not_read:
                terminal.say(f"{_pages(self.not_read)} not read within the limits")
            terminal.say(f"{comparison.number} records, {comparison.identical} identical")
        return ArchiveError.exit_code if found else self.code

    def diff(self, *, as_json: bool, html: Path | None) -> int:
        """What the current code would change, per source and field."""
        from newscrawl.commands import differing

        if not self._comparable():
            terminal.say(
                f"newscrawl: no records beside {_names(self._paths)} to compare with", err=True
            )
            return self.code or NothingToDo.exit_code
        with closing(self.compared()) as comparison:
            differ = differing.tell(comparison, as_json=as_json, html=html)
        return ArchiveError.exit_code if differ else self.code

    def differences(self) -> tuple[list[Difference], int]:
        """What differs from the records beside the captures, and how many records either side has."""
        with closing(self.compared()) as comparison:
            return list(comparison.differences()), comparison.number

    def compared(self) -> Comparison:
        """The records made again, each compared with the one beside its capture. To be closed."""
        from newscrawl.items import Article
        from newscrawl.replay import kept
        from newscrawl.replay.compare import Comparison
        from newscrawl.replay.remade import place

        warcs = self._comparable()
        records = kept.KeptRecords(warcs, self._chosen)
        without = kept.not_read(warcs).difference(records.keys())
        self.not_read = sum(place(captured) in without for captured in self.captures.pages)
        comparison = Comparison(records)
        for captured, result in self.results(
            elsewhere=kept.elsewhere(warcs, self._chosen), without=without
        ):
            if not isinstance(result, Article):
                self.not_read += result.over_limit
            elif captured.warc in warcs:
                comparison.add(result.to_dict())
        return comparison

    def _comparable(self) -> set[Path]:
        """The files that lie in an archive folder, with records beside."""
        from newscrawl.replay.kept import archives_of

        folders = {layout.warcs for layout in archives_of(self.warcs)}
        return {warc for warc in self.warcs if warc.parent in folders}

    def close(self) -> None:
        self._workers.close()
        self._folder.cleanup()

    def _damaged(self, damage: DamagedRecord) -> None:
        if all(str(damage) != str(known) for known in self.damages):
            self.damages.append(damage)
            terminal.say(f"newscrawl: {damage}", err=True)

    @property
    def code(self) -> int:
        """How the command ends that ran this: 3 if a file was damaged."""
        return ArchiveError.exit_code if self.damages else 0


def _show(each: Difference) -> None:
    terminal.say(f"{each.url} ({each.where})")
    terminal.say(f"  {each.field}: kept {each.kept!r}")
    terminal.say(f"  {'':>{len(each.field)}}  made {each.made!r}")


def _names(paths: Sequence[str]) -> str:
    return ", ".join(paths)


def _pages(number: int) -> str:
    return f"{number} page{'s' if number != 1 else ''}"
