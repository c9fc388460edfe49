"""Options that several commands share."""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from newscrawl.errors import NothingToDo, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.collection.replacement import Signature
    from newscrawl.processing.limits import Limits
    from newscrawl.query import Query
    from newscrawl.rules import Ruleset, RulesRead
    from newscrawl.text.timespec import Span

F = TypeVar("F", bound="Callable[..., object]")

DEFAULT_ARCHIVE = Path("archives/news")
_DATABASE = "newscrawl.database"


def archive(command: F) -> F:
    """`--archive DIR`."""
    return click.option(
        "--archive",
        type=click.Path(path_type=Path),
        default=DEFAULT_ARCHIVE,
        show_default=True,
        envvar="NEWSCRAWL_ARCHIVE",
        show_envvar=True,
        help="The archive's folder.",
    )(command)


def sources_file(help_text: str, *, required: bool = False) -> Callable[[F], F]:
    """`--sources FILE`, as the argument `sources`."""
    return click.option(
        "--sources",
        type=click.Path(path_type=Path),
        metavar="FILE",
        required=required,
        envvar="NEWSCRAWL_SOURCES",
        show_envvar=True,
        help=help_text,
    )


def sources_by_name(command: F) -> F:
    """`--source NAME`, as the argument `source`."""
    return click.option(
        "--source",
        multiple=True,
        metavar="NAME",
        help="Only this source of the file; may be repeated.",
    )(command)


def rules(command: F) -> F:
    """`--rules PATH`; `rules_path` says where they are."""
    return click.option(
        "--rules",
        type=click.Path(path_type=Path),
        metavar="PATH",
        envvar="NEWSCRAWL_RULES",
        show_envvar=True,
        help="A file or folder of rules for sites, or none; default: rules beside the file of sources.",
    )(command)


def rules_path(named: Path | None, sources: Path | None = None) -> Path | None:
    """Where the rules of this command lie: see `newscrawl.rules.locate`. Raises UsageError.

    Of a command that takes no file of sources, NEWSCRAWL_SOURCES names it.
    """
    from newscrawl.rules.location import locate

    found = locate(named, sources or os.environ.get("NEWSCRAWL_SOURCES"))
    if found is not None and not found.exists():
        raise UsageError(f"--rules {found}: no such file or folder")
    return found


def read_rules_of(named: Path | None) -> tuple[Path, RulesRead]:
    """Where the rules of this command lie, and what was read there; mistakes are named on stderr.

    Raises NothingToDo where there are none, UsageError.
    """
    from newscrawl.commands import terminal
    from newscrawl.rules import read_rules

    path = rules_path(named)
    if path is None:
        raise NothingToDo("no rules: name their file with --rules")
    read = read_rules(path)
    for line in read.skipped:
        terminal.say(f"newscrawl: {line}", err=True)
    return path, read


def rules_setting(named: Path | None, sources: Path | None = None) -> dict[str, str]:
    """The same as a setting of a crawl; says on stderr that there are rules."""
    from newscrawl.rules.location import NONE

    found = rules_path(named, sources)
    if found is not None:
        click.echo(f"newscrawl: pages are read by the rules of {found}", err=True)
    return {"NEWSCRAWL_RULES": str(found or NONE)}


def read_ruleset(named: Path | None) -> Ruleset:
    """The rules of a command that reads pages itself; what is wrong with one is said on stderr."""
    from newscrawl.commands import terminal
    from newscrawl.rules import NO_RULES, read_rules

    path = rules_path(named)
    if path is None:
        return NO_RULES
    read = read_rules(path)
    for line in read.skipped:
        terminal.say(f"newscrawl: {line}", err=True)
    click.echo(f"newscrawl: pages are read by the rules of {path}", err=True)
    return read.rules


def archive_arguments(archive: Path) -> list[str]:
    """`--archive` for a command to be shown, where the environment or the default says something else."""
    usual = os.environ.get("NEWSCRAWL_ARCHIVE") or DEFAULT_ARCHIVE
    return [] if archive == Path(usual) else ["--archive", str(archive)]


def database(command: F) -> F:
    """`--db URL`; whoever opens a database asks `named_database`."""
    return click.option(
        "--db",
        "database",
        metavar="URL",
        envvar="NEWSCRAWL_DATABASE",
        show_envvar=True,
        expose_value=False,
        callback=_remember,
        help="Another database than the archive's own, as postgresql+psycopg://user@host/name.",
    )(command)


def named_database() -> str | None:
    """What `--db` says in the command that is running."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_DATABASE) if context else None


def database_arguments() -> list[str]:
    """`--db` as it was given to the command that is running, without its password, for a command to be shown.

    What the environment names, it names the next time, too.
    """
    from sqlalchemy import make_url

    context = click.get_current_context(silent=True)
    given = context.get_parameter_source("database") if context else None
    url = named_database()
    if url is None or given is not ParameterSource.COMMANDLINE:
        return []
    parsed = make_url(url)
    shown = url if parsed.password is None else parsed.set(password=None).render_as_string()
    return ["--db", shown]


def readable(word: str) -> str:
    """An argument as text. Raises UsageError for bytes that are none in the user's encoding."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{os.fsencode(word)!r} is not text in UTF-8") from None
    return word


def _remember(context: click.Context, _: click.Parameter, url: str | None) -> None:
    context.meta[_DATABASE] = url or None


def some_sources(command: F) -> F:
    """`--source NAME` (`named`) and `--sources FILE` (`file`); `opening.require_sources` reads both."""
    for option in (
        click.option(
            "--sources",
            "file",
            type=click.Path(path_type=Path),
            envvar="NEWSCRAWL_SOURCES",
            show_envvar=True,
            help="Only the sources of this file that are crawled today.",
        ),
        click.option("--source", "named", multiple=True, metavar="NAME", help="Only this source."),
    ):
        command = option(command)
    return command


def notification(command: F) -> F:
    """`--notify COMMAND` and `--webhook URL`, as the argument `notifier`."""
    from functools import wraps

    @wraps(command)
    def with_notifier(*args: object, notify: str, webhook: str, **more: object) -> object:
        from newscrawl.monitoring.notification import Notifier

        return command(*args, notifier=Notifier.named(notify, webhook), **more)

    for option in (
        click.option(
            "--webhook", default="", metavar="URL", envvar="NEWSCRAWL_WEBHOOK", show_envvar=True,
            help="Post a JSON object to this URL when there is something to report.",
        ),
        click.option(
            "--notify", default="", metavar="COMMAND", envvar="NEWSCRAWL_NOTIFY", show_envvar=True,
            help="Run this with lines of text on standard input if there is something to report.",
        ),
    ):  # fmt: skip
        with_notifier = option(with_notifier)
    return with_notifier  # type: ignore[return-value]


def as_json(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(
        command
    )


def overrides(command: F) -> F:
    """`-s NAME=VALUE`."""
    return click.option(
        "-s",
        "--set",
        "overrides",
        multiple=True,
        metavar="NAME=VALUE",
        help="Set a setting for this run.",
    )(command)


def overridden(pairs: tuple[str, ...]) -> dict[str, str]:
    """The settings that `-s` names. Raises UsageError."""
    for pair in pairs:
        if "=" not in pair:
            raise UsageError(f"--set {pair!r}: give NAME=VALUE")
    named = (pair.split("=", 1) for pair in pairs)
    return {name: _checked(name, value) for name, value in named}


def limits(pairs: tuple[str, ...]) -> Limits:
    """The limits of the readers, with those that `-s` names. Raises UsageError for any other setting."""
    from newscrawl import settings
    from newscrawl.processing.limits import SETTINGS, Limits

    given = overridden(pairs)
    for name, value in given.items():
        if name not in SETTINGS:
            raise UsageError(f"--set {name}: a replay takes {', '.join(sorted(SETTINGS))}")
        if not value.isdecimal():
            raise UsageError(f"--set {name}={value}: not a whole number")
    return Limits.from_settings({**vars(settings), **given})


#: What Scrapy takes for a boolean.
_BOOLEANS = frozenset({"0", "1", "true", "false"})


def _checked(name: str, value: str) -> str:
    """The value, if it is one that a setting of this name can have. Raises UsageError."""
    from scrapy.settings import default_settings

    from newscrawl import settings

    default = getattr(settings, name, getattr(default_settings, name, None))
    if name.startswith("NEWSCRAWL_") and not hasattr(settings, name):
        near = difflib.get_close_matches(name, dir(settings), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"--set {name}: there is no such setting{hint}")
    if isinstance(default, bool) and value.lower() not in _BOOLEANS:
        raise UsageError(f"--set {name}={value}: neither True nor False")
    if isinstance(default, dict):
        try:
            json.loads(value)
        except ValueError:
            raise UsageError(f"--set {name}={value}: not a JSON object") from None
    if isinstance(default, (int, float)) and not isinstance(default, bool):
        try:
            float(value)
        except ValueError:
            raise UsageError(f"--set {name}={value}: not a number") from None
    return value


def signature() -> Signature:
    """Who changes files of an archive, and when: this command, now."""
    import secrets
    import socket
    import uuid
    from datetime import UTC, datetime

    from newscrawl.collection.replacement import Signature
    from newscrawl.version import __version__

    info = (("software", f"newscrawl/{__version__}"), ("hostname", socket.gethostname()))
    now, writer_id = datetime.now(UTC), secrets.token_hex(4)
    return Signature(now, writer_id, lambda: uuid.uuid4().urn, info)


def source_names(named: tuple[str, ...], file: Path | None) -> set[str] | None:
    """The sources that `--source` and `--sources` leave, None for all. Raises SourceError, UsageError.

    What was asked for by its URL before there was a file goes by its site.
    """
    if file is None:
        return set(named) or None
    names = {name for pair in papers_in_force(file) for name in pair}
    if unknown := sorted(set(named) - names):
        raise UsageError(f"--source {unknown[0]!r}: {file} has no such source that is in force")
    return set(named) or names


def papers_in_force(file: Path) -> list[tuple[str, str]]:
    """Name and site of the papers of a file that are crawled today. Raises SourceError."""
    from datetime import UTC, datetime

    from newscrawl import urls
    from newscrawl.sources import in_force, read_sources

    sources = in_force(read_sources(file), datetime.now(UTC).date())
    return [(each.name, urls.site(each.home)) for each in sources]


def span(since: str | None, until: str | None) -> Span:
    """What `--since` and `--until` mean, now. Raises UsageError."""
    from datetime import UTC, datetime

    from newscrawl.text import timespec

    return timespec.span(since, until, now=datetime.now(UTC))


def query(text: str) -> Query:
    """The query that a user wrote, now; its notes go to stderr. Raises QueryError."""
    from datetime import UTC, datetime

    from newscrawl.commands import terminal
    from newscrawl.query import parse

    found = parse(text, now=datetime.now(UTC))
    for note in found.notes:
        terminal.say(f"newscrawl: query, {note}", err=True)
    return found


def narrowing(command: F) -> F:
    """`--since`, `--until`, `--source` (`sources`) and `--lang` (`languages`); see `narrowed`."""
    for option in (
        click.option(
            "--lang", "--language", "languages", multiple=True, metavar="TAG", help="As lang:TAG."
        ),
        click.option("--source", "sources", multiple=True, metavar="NAME", help="As source:NAME."),
        click.option("--until", metavar="TIME", help="Dated up to then, inclusive."),
        click.option("--since", metavar="TIME", help="Dated from then on."),
    ):
        command = option(command)
    return command


def narrowed(
    query: Query,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    languages: tuple[str, ...],
) -> Query:
    """The query with these options, which a record has to meet as well. Raises UsageError."""
    from newscrawl.query import narrowed

    limits = span(since, until)
    return narrowed(
        query, since=limits.begin, until=limits.end, sources=sources, languages=languages
    )
