"""Runs the commands of the documentation's pages against the sample newspaper.

    python -m tools.run_examples                    # says of each page what it does not print
    python -m tools.run_examples --write PAGE...    # puts what is printed now into these pages

With --write, `???` in the place of a command's lines becomes all of them. Where lines are left out (`...`),
as many lines as the page has before and behind them are kept. Where port 8471 is taken nothing
is run or written: the addresses of the examples, and the ids that are made from them, would be others.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.errors import NewscrawlError
from newscrawl.newspaper import Newspaper
from tools.examples import (
    BUCKET,
    DATABASE,
    PORT,
    Block,
    Command,
    blocks,
    differs,
    pages,
    starts_empty,
)
from tools.pipelines import Pipeline, pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
#: Loopback need not be spared.
FAST = "-s DOWNLOAD_DELAY=0 -s AUTOTHROTTLE_ENABLED=False"
#: What a page may run. Anything else (sudo, pip, docker, curl) needs a mark that says why it is not run.
_PROGRAMS = {
    "newscrawl",
    "export",
    "python",
    "cat",
    "head",
    "cut",
    "grep",
    "jq",
    "mkdir",
    "mv",
    "ls",
    "openssl",
    "scrapy",
}
#: Folders outside of the sandbox.
_OUTSIDE = re.compile(r"(?:^|[\s='\"])(?:/|~|\.\./)")
_ELSEWHERE = re.compile(r"https?://(?!127\.0\.0\.\d)")
_NOISE = re.compile(r"newscrawl: port \d+ is taken|\d+ fetched \| ")

#: Exit code, standard output and standard error.
Ended = tuple[int, str, str]


def _by_a_shell(text: str, folder: Path, environment: dict[str, str], given: str = "") -> Ended:
    done = subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment, text=True, check=False,
        capture_output=True, input=given, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@dataclass
class Sandbox:
    """A folder in which the commands of one page are run, one after the other.

    `start` runs one of `pipelines.PROGRAMS` without a shell: its words, the folder, what the page has
    exported, and its standard input. None has the shell run all commands.
    """

    folder: Path
    paper: Newspaper
    start: Callable[[list[str], Path, dict[str, str], str], Ended] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    #: A PostgreSQL database that is empty, for pages that name `examples.DATABASE`.
    database: str = DATABASE

    @property
    def port(self) -> int:
        return self.paper.own_port

    def prepare(self, block: Block) -> None:
        """Write the block's file, and serve its edition."""
        if name := block.notes.get("file"):
            self.write(name, block.text)
        if block.begins_second_edition:
            self.paper.turn_to(2)

    def write(self, name: str, text: str) -> None:
        """Write a file of the example."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(text), "utf-8")

    def run(self, text: str) -> tuple[int, str]:
        """Exit code and output of a command; `export` holds for all that come behind it."""
        command = self._here(text)
        # The newspaper is there already, at another port than a second one would have; and what is printed
        # must not depend on whether this machine has a browser.
        command = command.replace(
            "newscrawl sample crawl", f"newscrawl crawl {' '.join(self.paper.seeds)}"
        )
        command = re.sub(
            r"(?<!sample )\bnewscrawl (crawl|recrawl|sources (?:add|discover|check))\b(?! --help)",
            rf"newscrawl \1 {FAST}",
            command,
        )
        if exported := re.fullmatch(r"export (.+)", command):
            self.environment.update(pair.split("=", 1) for pair in shlex.split(exported[1]))
            return 0, ""
        if refused := why_not(command):
            return -1, refused
        piped = pipeline(command) if self.start else None
        code, out, err = self._run_piped(piped) if piped else self._run_by_a_shell(command)
        printed = out + err
        lines = [line for line in printed.splitlines() if not _NOISE.match(line)]
        shown = "\n".join(lines).replace(f"{sys.executable} -m newscrawl", "newscrawl")
        shown = shown.replace(self.database, DATABASE).replace(
            f"file://{self.folder}/bucket", BUCKET
        )
        return code, shown.replace(f":{self.port}", f":{PORT}")

    def _run_piped(self, piped: Pipeline) -> Ended:
        """Run the commands of a pipeline one after the other."""
        code, given, said = 0, "", ""
        for part in piped.parts:
            if part.words and self.start:
                ended = self.start(part.words, self.folder, self.environment, given)
            else:
                ended = self._run_by_a_shell(part.text, given)
            code, given = ended[:2]
            said += ended[2]
        if piped.file:
            (self.folder / piped.file).write_text(given, "utf-8")
            given = ""
        return code, given, said

    def _run_by_a_shell(self, text: str, given: str = "") -> Ended:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, **self.environment, "PATH": path, "COLUMNS": "120"}
        return _by_a_shell(text, self.folder, environment, given)

    def _here(self, text: str) -> str:
        text = text.replace(f":{PORT}", f":{self.port}").replace(DATABASE, self.database)
        return text.replace(BUCKET, f"file://{self.folder}/bucket")


def why_not(command: str) -> str | None:
    """Why the suite does not run a command that has no mark; None if it does."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", re.sub(r"\s#.*", "", command))
    programs = {part.split()[0] for part in re.split(r"[|;]|&&", bare) if part.split()}
    if unknown := programs - _PROGRAMS:
        return f"needs a mark: {', '.join(sorted(unknown))} is not run by the suite"
    if _OUTSIDE.search(command):
        return "needs a mark: a folder outside of the example"
    return "needs a mark: a host of the internet" if _ELSEWHERE.search(command) else None


def faults(page: str, sandbox: Sandbox) -> list[str]:
    """What the commands of a page do otherwise than it says."""
    found = []
    for block in blocks(page):
        if block.reason is not None:
            continue
        sandbox.prepare(block)
        for command in block.commands if block.language == "console" else ():
            code, printed = sandbox.run(command.text)
            if code != command.code:
                found.append(
                    f"{command.text}: exit code {code}, not {command.code}: {printed[-800:]}"
                )
            elif difference := differs(command, printed):
                found.append(f"{command.text}: {difference}")
    return found


def rewritten(page: str, sandbox: Sandbox) -> str:
    """The page with what its commands print now."""
    text, grown = page, 0
    for block in blocks(page):
        if block.reason is not None:
            continue
        sandbox.prepare(block)
        if block.language == "console":
            new = _rewritten_block(block, sandbox)
            text = text[: block.begin + grown] + new + text[block.end + grown :]
            grown += len(new) - len(block.text)
    return text


def _rewritten_block(block: Block, sandbox: Sandbox) -> str:
    lines = []
    for command in block.commands:
        code, printed = sandbox.run(command.text)
        if code != command.code:
            print(f"{command.text}: exit code {code}\n{printed}", file=sys.stderr)
        lines += [f"$ {command.text}", *_kept(command, [x.rstrip() for x in printed.splitlines()])]
    return "\n".join(lines) + "\n"


def _kept(command: Command, printed: list[str]) -> list[str]:
    shown = [line for line in command.printed if line.strip()]
    if shown == ["???"]:
        return printed
    if not shown or shown == ["..."]:
        return shown
    if "..." not in shown:
        return printed
    if shown.count("...") > 1:
        return shown
    before = shown.index("...")
    behind = len(shown) - before - 1
    if len(printed) <= before + behind:
        return printed
    return [*printed[:before], "...", *(printed[-behind:] if behind else [])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true")
    parser.add_argument(
        "--database", help=f"stands for {DATABASE}; without it such pages are left out"
    )
    parser.add_argument("pages", nargs="*", type=Path)
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        for number, path in enumerate(options.pages or pages(ROOT)):
            page, folder = path.read_text("utf-8"), Path(name) / str(number)
            if DATABASE in page and not options.database:
                continue
            try:
                with Newspaper(port=PORT) as paper:
                    if starts_empty(page):
                        folder.mkdir()
                    else:
                        shutil.copytree(_crawled(Path(name) / "crawled", paper), folder)
                    sandbox = Sandbox(folder, paper, database=options.database or DATABASE)
                    if options.write:
                        path.write_text(rewritten(page, sandbox), "utf-8")
                    elif found := faults(page, sandbox):
                        failed = True
                        print(path, *found, sep="\n  ")
            except NewscrawlError as error:
                print(f"{path}: {error}", file=sys.stderr)
                return 1
    return int(failed)


def _crawled(folder: Path, paper: Newspaper) -> Path:
    """A folder with an archive of the newspaper, made once."""
    if not folder.exists():
        folder.mkdir()
        Sandbox(folder, paper).run(f"newscrawl crawl {' '.join(paper.seeds)}")
    return folder


if __name__ == "__main__":
    sys.exit(main())
