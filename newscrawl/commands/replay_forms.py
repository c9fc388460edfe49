"""The forms of a replay.

An entry of `FORMS` says which options a form has, what it goes with, how its sink is made and its end told.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import ArchiveError, NothingToDo, UsageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newscrawl.replay import (
        Adoption,
        Comparison,
        Execution,
        Replay,
        ReplayConfig,
        ReplayInput,
        Selection,
        Sink,
    )

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a replay: the values of the forms' options, and what all forms have.

    `read_config` reads the rules for sites, too, and says so. `is_ruled`: the user named rules, or none.
    """

    values: Mapping[str, Any]
    inputs: ReplayInput
    selection: Selection
    execution: Execution
    read_config: Callable[[], ReplayConfig]
    is_ruled: bool


class Form(ABC, Generic[T]):
    """One form of replay, which the option `--NAME` asks for."""

    name: ClassVar[str] = ""
    #: The options that it adds to the command, by name: the one that asks for it first.
    options: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    #: Whether its option names a folder that is written to. Pages that could not be read are named then.
    writes_folder: ClassVar[bool] = False
    uses_cluster: ClassVar[bool] = True
    uses_database: ClassVar[bool] = True
    #: The option with which it uses no database after all.
    no_database_with: ClassVar[str | None] = None
    #: Why no captures can be chosen.
    takes_all_because: ClassVar[str | None] = None

    @abstractmethod
    def sink(self, request: Request, config: ReplayConfig) -> Sink[T]:
        """Where the results go."""

    def finish(self, _: Request, /) -> None:
        """Do what is left once the sink has taken the results, before anything is told."""

    @abstractmethod
    def tell(self, request: Request, job: Replay, result: T) -> bool:
        """Print how it ended; whether records differ."""

    def run(self, request: Request) -> int:
        """Replay in this form; return the exit code."""
        from newscrawl.commands.replay_output import TerminalObserver
        from newscrawl.replay import Replay

        observer = TerminalObserver(name_failed_pages=self.writes_folder)
        config = request.read_config()
        job = Replay(request.inputs, config, request.execution, observer)
        try:
            result = job.run(self.sink(request, config))
        except NothingToDo as error:
            self.nothing_to_do(job, error)
            differ = False
        else:
            self.finish(request)
            observer.print_failed()
            differ = self.tell(request, job, result)
        return ArchiveError.exit_code if differ or job.has_damage else 0

    def nothing_to_do(self, _: Replay, error: NothingToDo, /) -> None:
        """Raise the error, or say it, where another one is what counts."""
        raise error


class PrintedRecords(Form[int]):
    """What is done if no other form is asked for: the records are printed."""

    uses_cluster = False
    uses_database = False

    def sink(self, _request: Request, _config: ReplayConfig) -> Sink[int]:
        from newscrawl.replay import RecordSink

        return RecordSink(terminal.json_line)

    def tell(self, _request: Request, _job: Replay, _result: int) -> bool:
        return False


class Check(Form["Comparison"]):
    name = "check"
    options: ClassVar = {
        "check": click.option(
            "--check",
            is_flag=True,
            help="Compare with the records beside the captures; exit 3 if they differ."
            " For some WARCs of an archive, revisions continue from the records beside its other ones.",
        )
    }

    def sink(self, request: Request, _: ReplayConfig) -> Sink[Comparison]:
        from newscrawl.replay import ComparisonSink

        return ComparisonSink(request.inputs, database=options.named_database())

    def tell(self, request: Request, _: Replay, result: Comparison) -> bool:
        from newscrawl.commands import diff_output

        with closing(result) as comparison:
            diff_output.tell_absent_rules(comparison)
            return self.report(request, comparison)

    def report(self, _: Request, comparison: Comparison) -> bool:
        """Print what differs; whether anything does."""
        from newscrawl.commands import diff_output

        return diff_output.print_check(comparison)


class Diff(Check):
    name = "diff"
    no_database_with = "against"
    options: ClassVar = {
        "diff": click.option(
            "--diff",
            is_flag=True,
            help="Count per source and field what would change in the records beside;"
            " exit 3 if anything does.",
        ),
        "against": click.option(
            "--against",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="With --diff: compare the records of PATH with those in this folder; no page is read.",
        ),
        "html": click.option(
            "--html",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="With --diff: write a page with examples side by side as well.",
        ),
        "json": click.option("--json", is_flag=True, help="With --diff: JSON instead of a table."),
    }

    def run(self, request: Request) -> int:
        if request.values["against"]:
            return self._compare_folders(request)
        return super().run(request)

    def report(self, request: Request, comparison: Comparison) -> bool:
        from newscrawl.commands import diff_output

        values = request.values
        return diff_output.print_diff(comparison, as_json=values["json"], html=values["html"])

    def _compare_folders(self, request: Request) -> int:
        from newscrawl.commands.diff_output import print_diff_of_folders

        values, paths = request.values, request.inputs.paths
        if len(paths) != 1:
            raise UsageError("--against: name one folder to compare with it")
        old, new = Path(paths[0]), values["against"]
        differ = print_diff_of_folders(
            old, new, request.selection, as_json=values["json"], html=values["html"]
        )
        return ArchiveError.exit_code if differ else 0


class Into(Form[int]):
    name = "into"
    writes_folder = True
    options: ClassVar = {
        "into": click.option(
            "--into",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Write records, index and database there.",
        )
    }

    def sink(self, request: Request, _: ReplayConfig) -> Sink[int]:
        from newscrawl.replay import ArchiveSink

        folder = request.values["into"]
        return ArchiveSink(folder, now=time(), database=options.named_database())

    def finish(self, request: Request, /) -> None:
        _honour_tombstones(request.values["into"])

    def tell(self, request: Request, job: Replay, result: int) -> bool:
        from newscrawl.commands import replay_output

        replay_output.print_written(request.values["into"], result, job.pages)
        return False


class Adopt(Form["Adoption"]):
    name = "adopt"
    takes_all_because = "a generation has the records of all captures; choose none of them"
    options: ClassVar = {
        "adopt": click.option(
            "--adopt",
            is_flag=True,
            help="Put the new records of an archive in force; the earlier ones stay as a generation.",
        )
    }

    def sink(self, request: Request, config: ReplayConfig) -> Sink[Adoption]:
        from newscrawl.commands.replay_output import layout_to_adopt
        from newscrawl.replay import AdoptionSink

        layout = layout_to_adopt(request.inputs.paths)
        keeps_rules = not request.is_ruled and not config.rules.rules
        return AdoptionSink(layout, database=options.named_database(), keeps_rules=keeps_rules)

    def tell(self, request: Request, _: Replay, result: Adoption) -> bool:
        from newscrawl.archive.layout import Layout
        from newscrawl.commands import replay_output

        replay_output.print_adoption(Layout(Path(request.inputs.paths[0])), result)
        return False

    def nothing_to_do(self, job: Replay, error: NothingToDo, /) -> None:
        if not job.has_damage:
            raise error
        terminal.say(f"newscrawl: {error}", err=True)


class Parquet(Form[int]):
    name = "parquet"
    writes_folder = True
    uses_database = False
    options: ClassVar = {
        "parquet": click.option(
            "--parquet",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Write the records there as Parquet, a folder for each day of capture.",
        )
    }

    def sink(self, request: Request, _: ReplayConfig) -> Sink[int]:
        from newscrawl.replay import ParquetSink

        return ParquetSink(request.values["parquet"])

    def tell(self, request: Request, job: Replay, result: int) -> bool:
        from newscrawl.commands import replay_output

        replay_output.print_written(request.values["parquet"], result, job.pages)
        return False


def _honour_tombstones(into: Path) -> None:
    """Take out of the new archive what was removed from one of the files, if another has it still."""
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import changing, removal

    with changing.changing(Layout(into), options.named_database()) as collection:
        number = removal.honour(collection, options.signature())
    if number:
        terminal.say(f"newscrawl: {counted(number, 'capture')} of removed URLs taken out", err=True)


#: In the order of --help.
FORMS: tuple[Form[Any], ...] = (Check(), Diff(), Into(), Adopt(), Parquet())
