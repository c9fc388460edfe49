"""`newscrawl archive`: copies of an archive, elsewhere."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl import settings
from newscrawl.commands import options, terminal
from newscrawl.commands.command_group import CommandGroup
from newscrawl.errors import UsageError
from newscrawl.printable import counted
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.collection.transfer import Copied

_TO = click.argument("to", type=click.Path(path_type=Path), metavar="DIR")


@click.group(cls=CommandGroup)
def archive() -> None:
    """Copy, move, join, back up and restore archives."""


@archive.command()
@_TO
@options.archive
def copy(to: Path, archive: Path) -> None:
    """Copy an archive to a new folder, also while a crawl writes to it. Links become files."""
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import transfer
    from newscrawl.commands.archive_access import layout_of

    _tell(transfer.copy(layout_of(archive), Layout(to)), to)


@archive.command()
@_TO
@options.archive
def backup(to: Path, archive: Path) -> None:
    """Bring a copy of an archive up to date, also while a crawl writes to it.

    Only WARCs that are not there yet are copied; what was removed from the archive is removed there.
    """
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import transfer
    from newscrawl.commands.archive_access import layout_of

    _tell(transfer.back_up(layout_of(archive), Layout(to)), to)


@archive.command()
@_TO
@options.archive
def move(to: Path, archive: Path) -> None:
    """Move an archive to a new folder, on another disk as well. No crawl may be running in it."""
    from newscrawl.archive.archive_lock import exclusive
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import transfer
    from newscrawl.commands.archive_access import layout_of

    layout = layout_of(archive)
    with exclusive(layout):
        transfer.move(layout, Layout(to))
    terminal.say(f"{archive} is now {to}")


def _tell(copied: Copied, to: Path) -> None:
    more = f", {copied.kept} were there" if copied.kept else ""
    gone = f", {counted(copied.deleted, 'file')} deleted" if copied.deleted else ""
    terminal.say(
        f"{to}: {counted(copied.warcs, 'WARC')} copied ({copied.size:,} bytes){more}{gone}"
    )


@archive.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True), metavar="FROM")
@options.archive
def restore(source: Path, archive: Path) -> None:
    """Make an archive of a copy of one, or of WARCs alone.

    With the database of FROM everything is as it was. Without, records, index and tables are made again from
    the WARCs, which are copied. Sources, pauses, kinds and ends of URLs, what was announced and not fetched,
    and when each URL is due are those that the WARCs state.
    """
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import transfer

    if (source / "news.db").is_file():
        _tell(transfer.copy(Layout(source), Layout(archive)), archive)
        return
    if archive.exists() and any(archive.iterdir()):
        raise UsageError(f"{archive} is there already: name a new folder with --archive")
    with _appearing_whole(archive) as working:
        number = _restore_from_warcs(source, working)
    terminal.say(f"{archive}: {counted(number, 'record')} made again from WARCs")


@contextmanager
def _appearing_whole(folder: Path) -> Iterator[Path]:
    """Where to make a folder, which takes its place at the end; what a killed command left there goes."""
    working = folder.with_name(f".{folder.name}.partial")
    with storage_errors(folder):
        shutil.rmtree(working, ignore_errors=True)
    yield working
    with storage_errors(folder):
        if folder.is_dir():
            folder.rmdir()
        working.rename(folder)


def _restore_from_warcs(source: Path, archive: Path) -> int:
    from contextlib import closing
    from time import time

    from newscrawl.archive.files import archive_files
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import changing, known_urls, recovery, removal

    layout = Layout(archive)
    layout.create()
    with closing(known_urls.KnownUrls(archive_files(source))) as known:
        with changing.changing(layout, None) as collection:
            known.enter(collection.frontier)
        number = _replay_into(source, archive)
        with changing.changing(layout, None) as collection:
            recovery.enter_answers(collection)
            collection.frontier.date_by_captures()
            known.resume(collection.frontier, now=time())
            removal.honour(collection, options.signature())
    return number


def _replay_into(source: Path, archive: Path) -> int:
    """Make the records again, and the tables of the articles."""
    import os
    from time import time

    from newscrawl import settings
    from newscrawl.commands.replay_output import TerminalObserver
    from newscrawl.replay import ArchiveSink, Execution, Replay, ReplayConfig, ReplayInput

    config = ReplayConfig(settings.NEWSCRAWL_PAGE_SECONDS, settings.NEWSCRAWL_WORKER_BYTES)
    job = Replay(
        ReplayInput((str(source),)), config, Execution(os.cpu_count() or 1), TerminalObserver()
    )
    return job.run(ArchiveSink(archive, now=time(), copies=True))


@archive.command()
@click.argument(
    "others",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR...",
)
@options.archive
@options.database
def merge(others: tuple[Path, ...], archive: Path) -> None:
    """Take other archives into this one: captures, records, tables and schedule. They stay as they are.

    WARCs that are here already are passed over. No crawl may be running in any of them.
    """
    from newscrawl.archive.archive_lock import exclusive
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import changing, merging

    layout = Layout(archive)
    layout.create()
    with changing.changing(layout, options.named_database()) as collection:
        for other in others:
            theirs = Layout(other)
            theirs.require()
            if theirs.root.resolve() == layout.root.resolve():
                raise UsageError(f"{other} is the archive itself")
            with exclusive(theirs), changing.looking(theirs) as there:
                merged = merging.merge(collection, there, options.signature())
            more = f", {merged.known} were here" if merged.known else ""
            terminal.say(
                f"{other}: {counted(merged.warcs, 'WARC')}{more},"
                f" {counted(merged.captures, 'capture')}, {counted(merged.records, 'record')}"
            )
            for name in merged.paused:
                terminal.say(f"{name} is paused there, and so here: newscrawl sources resume NAME")
            if merged.interleaved:
                terminal.say(
                    f"newscrawl: {counted(merged.interleaved, 'article')} had other texts in each:"
                    " newscrawl replay --adopt makes revisions of captures that had none",
                    err=True,
                )


@archive.command()
@options.archive
@click.option(
    "--store",
    default=lambda: settings.NEWSCRAWL_STORE,
    show_default="NEWSCRAWL_STORE",
    metavar="URL",
    help="Where to: s3://bucket/folder, or another URL that fsspec knows.",
)
@click.option(
    "--keep",
    default=lambda: settings.NEWSCRAWL_STORE_KEEP,
    show_default="NEWSCRAWL_STORE_KEEP",
    metavar="keep|move|AGE",
    help="Delete WARCs here that are there: never (keep), at once (move), or at an age such as 30d.",
)
def upload(archive: Path, store: str, keep: str) -> None:
    """Put finished WARCs, records and index into an object store; each is read back and compared.

    WARCs that are only there are read there, by ranges. Crawls with NEWSCRAWL_STORE do so by themselves.
    """
    from time import time

    from newscrawl.archive import archive_lock, object_store
    from newscrawl.commands.archive_access import layout_of

    policy = object_store.StorePolicy.named(store, keep)
    layout = layout_of(archive)
    with archive_lock.shared(layout):
        done = object_store.upload(layout, policy, now=time())
    terminal.say(f"{store}: {done}")
