"""What a diff and the facts about changes cost, how much a diff marks, and how sure silent edits are.

    python benchmarks/history.py              all figures
    python benchmarks/history.py --pairs 20   fewer pairs of texts

Prints each figure beside its bound; exits with 1 if one is missed. Times are CPU seconds of this process.
The texts come from a seeded editor in six scripts (`tests/support/seeded_editor.py`). What is marked is
compared with the least number of tokens that any edit script marks (Indel distance), and a moved paragraph
counts once. Silent edits are scripted: text edited or not, modification time moved, equal or absent, note or
not, noise or not; precision and recall are those of changes that are silent and no noise. Outages, removals
and returns go through the same function as a crawl's captures, at the times at which a crawl looks.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

import process_tree
from rapidfuzz.distance import Indel

from newscrawl import open_archive
from newscrawl.archive.layout import Layout
from newscrawl.collection.commit import Collection, commit, revise
from newscrawl.collection.results import Result
from newscrawl.database.batches import batches
from newscrawl.database.engine import open_database
from newscrawl.edits.diff import diff
from newscrawl.edits.look import Look, look_at
from newscrawl.edits.observation import MIN_MISSING, first_state, observe
from newscrawl.edits.revision import revised
from newscrawl.edits.tokens import tokens
from newscrawl.frontier import Outcome, SqlFrontier
from newscrawl.items import Article, Capture
from newscrawl.newspaper import Newspaper
from newscrawl.newspaper.stories import CLOCK
from newscrawl.store import Store
from tests.support.seeded_editor import SCRIPTS, Editor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.edits.diff import TextDiff

#: Bounds: CPU seconds of a diff by words of its texts, and what is marked as a multiple of the least.
MAX_SECONDS = {8_000: 0.1, 50_000: 1.0}
MAX_MARKED = 1.05
EDITS = 1000
#: A crawl that prints the CPU seconds of what makes facts; to read the last record of an article is in it.
MEASURED = """
import sys, time
from newscrawl.collection import change_files, results
from newscrawl.edits import diff, notes
from newscrawl.store.change_log import ChangeLog

spent = 0.0

def measured(call):
    def run(*arguments, **named):
        global spent
        began = time.thread_time()
        try:
            return call(*arguments, **named)
        finally:
            spent += time.thread_time() - began
    return run

# A long crawl loads and compiles once.
diff.diff("a b", "a c")
notes.is_note("a")
results.observed = measured(results.observed)
change_files.write = measured(change_files.write)
for name in ("enter", "moved_to", "of_publisher_ids", "states"):
    setattr(ChangeLog, name, measured(getattr(ChangeLog, name)))
from newscrawl.commands import cli
cli.main(sys.argv[1:], standalone_mode=False)
print(spent)
"""
FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
HOUR, DAY = 3600.0, 86_400.0
#: Seconds after its publication at which a crawl looks at an article.
AGES = (0.0, HOUR, 6 * HOUR, DAY, 7 * DAY)
OUTAGES, REMOVALS, CAPTURES = 1000, 100, 1000
BEGIN = datetime(2026, 5, 18, 8, tzinfo=UTC)
URL = "https://paper.example/a"


@dataclass(slots=True)
class Figures:
    """The figures that were printed, and whether one missed its bound."""

    missed: bool = False

    def print(self, name: str, value: float, bound: float, *, at_least: bool = False) -> None:
        fits = value >= bound if at_least else value <= bound
        self.missed |= not fits
        sign = ">=" if at_least else "<="
        print(f"{name:58} {value:8.3f}  {sign} {bound:g}{'' if fits else '  MISSED'}")


def marked(found: TextDiff) -> int:
    """The tokens that a diff marks."""
    rows = [row for row in found.rows if row.kind != "moved-here"]
    spans = [span for row in rows for side in (row.old, row.new) for span in side]
    return sum(len(tokens(span.text)) for span in spans if span.kind == "changed")


def time_diffs(figures: Figures) -> None:
    for words, share in product(MAX_SECONDS, (0.02, 0.2)):
        editor = Editor(Random(words), "latin", share, moves=words // 400)
        text = editor.text(words)
        old, new = editor.joined(text), editor.joined(editor.edited(text))
        spent = []
        for _ in range(3):
            began = time.process_time()
            found = diff(old, new)
            spent.append(time.process_time() - began)
        name = f"diff of {words:,} words, {share:.0%} edited, CPU s"
        figures.print(
            name + ("" if found.is_complete else " (cut)"), min(spent), MAX_SECONDS[words]
        )


def measure_marks(figures: Figures, pairs: int) -> None:
    for script in SCRIPTS:
        worst = 0.0
        for n in range(pairs // len(SCRIPTS) or 1):
            editor = Editor(Random(f"{script} {n}"), script, (0.02, 0.2)[n % 2], moves=n % 3)
            text = editor.text(800)
            old, new = editor.joined(text), editor.joined(editor.edited(text))
            least = Indel.distance([t.text for t in tokens(old)], [t.text for t in tokens(new)])
            there, back = diff(old, new), diff(new, old)
            if [(r.old, r.new) for r in there.rows] != [(r.new, r.old) for r in back.rows]:
                figures.missed = True
                print(f"{script} {n}: one direction is no mirror of the other  MISSED")
            worst = max(worst, marked(there) / max(1, least))
        figures.print(f"marked against the least, worst of {script}", worst, MAX_MARKED)


def measure_silent(figures: Figures) -> None:
    cases = list(product((True, False), ("moved", "equal", "absent"), (True, False), (True, False)))
    told = right = silent = 0
    random = Random(18)
    for n in range(EDITS):
        is_edited, modified, has_note, is_noise = cases[n % len(cases)]
        expected = is_edited and modified != "moved" and not has_note
        found = _tells_silent(random, is_edited, modified, has_note, is_noise)
        silent += expected
        told += found
        right += found and expected
    figures.print("silent edits, precision", right / told, 0.98, at_least=True)
    figures.print("silent edits, recall", right / silent, 1.0, at_least=True)


def _tells_silent(
    random: Random, is_edited: bool, modified: str, has_note: bool, is_noise: bool
) -> bool:
    editor = Editor(random, "latin", 0.1)
    text = editor.text(200)
    body = editor.joined(text) + ' He said "no - never".'
    new = editor.joined(editor.edited(text)) + ' He said "no - never".' if is_edited else body
    if is_noise:
        new = new.replace('"no - never"', "“no – never”")
    if has_note:
        new += "\nCorrection: an earlier version misstated a name."
    stated = None if modified == "absent" else "2026-05-18T09:00:00Z"
    later = "2026-05-18T11:00:00Z" if modified == "moved" else stated
    old = Article(
        url="https://paper.example/a", source="p", title="T", body=body, modified_at=stated
    )
    state = first_state(replace(old, capture=_capture(0)))
    seen, _ = revised(state, replace(old, body=new, modified_at=later, capture=_capture(1)))
    changes = observe(state, Look("https://paper.example/a", _capture(1), seen)).changes
    return any(c.kind == "body" and c.is_silent and c.noise is None for c in changes)


def _capture(hour: int) -> Capture:
    stamp = f"2026-05-18T{hour:02}:00:00Z"
    return Capture("a.warc.gz", hour, 1, f"urn:uuid:{hour}", f"sha256:{hour}", stamp, 200)


def measure_removals(figures: Figures) -> None:
    """Articles whose server fails for minutes, articles that are taken down, and some that come back."""
    random, false = Random(5), 0
    for _ in range(OUTAGES):
        # It begins so that a look falls into it.
        begin = random.choice(AGES[1:]) - random.uniform(0, 1) * (length := random.uniform(1, 900))
        miss = random.choice(((404, "http-404"), (200, "not-an-article"), (503, "http-503")))
        told, _ = _watched(begin, begin + length, miss)
        false += any(kind in ("removed", "returned") for kind, *_ in told)
    figures.print(f"removals told of {OUTAGES:,} outages of up to 15 minutes", false, 0)
    found = dict.fromkeys(("removed", "returned"), 0)
    for n in range(REMOVALS):
        status = (404, 410)[n % 2]
        for kind, begin, end in (
            ("removed", random.uniform(0, 5 * DAY), inf),
            ("returned", random.uniform(0, 3 * HOUR), random.uniform(8 * HOUR, 23 * HOUR)),
        ):
            told, looks = _watched(begin, end, (status, f"http-{status}"))
            changed = end if kind == "returned" else begin
            before = max(at for at in looks if at < changed)
            after = min(at for at in looks if at >= changed)
            found[kind] += [each for each in told if each[0] == kind] == [(kind, before, after)]
    for kind, number in found.items():
        name = f"of {REMOVALS} told as {kind}, between two looks"
        figures.print(name, number, REMOVALS, at_least=True)


def _watched(
    begin: float, end: float, miss: tuple[int, str]
) -> tuple[list[tuple[str, float, float]], list[float]]:
    """An article that misses so from `begin` to `end`: its facts (kind, not before, not after), its looks.

    It is looked at as a crawl does: at `AGES`, and once more an hour after the first look that misses it.
    Times are seconds since its publication.
    """
    article = Article(url=URL, source="p", title="T", body="A text of some words.")
    state = first_state(replace(article, capture=_capture_at(0, 200)))
    due, looks = list(AGES[1:]), [0.0]
    told: list[tuple[str, float, float]] = []
    while due:
        at = due.pop(0)
        looks.append(at)
        if begin <= at < end:
            status, cause = miss
            missed = replace(_capture_at(at, status), payload_digest=f"sha256:missed at {begin}")
            look = look_at(URL, missed, cause=cause, target=None)
            if look.absence == "missing" and state.missing_since is None:
                due = sorted({*due, at + MIN_MISSING + 60})
        else:
            seen, _ = revised(state, replace(article, capture=_capture_at(at, 200)))
            look = Look(URL, _capture_at(at, 200), seen)
        found = observe(state, look)
        state = found.state
        told += [(c.kind, _seconds(c.not_before), _seconds(c.not_after)) for c in found.changes]
    return told, looks


def _capture_at(at: float, status: int) -> Capture:
    stamp = (BEGIN + timedelta(seconds=at)).isoformat().replace("+00:00", "Z")
    return Capture("a.warc.gz", 1, 1, f"urn:uuid:{at}", "sha256:article", stamp, status)


def _seconds(stamp: str) -> float:
    return (datetime.fromisoformat(stamp) - BEGIN).total_seconds()


def measure_generations(figures: Figures) -> None:
    """Captures that a new generation of the extractor reads otherwise, each seen again with other bytes."""
    changed = revisions = 0
    with TemporaryDirectory() as folder, closing(Archive(Path(folder) / "news")) as archive:
        articles = [_of_generation(n, 1) for n in range(CAPTURES)]
        archive.commit(_result(a, _numbered(n, 1)) for n, a in enumerate(articles))
        revisions = archive.commit(
            _result(_of_generation(n, 2), _numbered(n, 2), baseline=_of_generation(n, 2))
            for n in range(CAPTURES)
        )
        changed = sum(1 for _ in archive.collection.store.change_log.changes())
    figures.print(f"revisions of {CAPTURES:,} captures of a new generation", revisions, 0)
    figures.print("changes of them", changed, 0)


class Archive:
    """An archive of its own that results are committed to, as by a crawl."""

    def __init__(self, root: Path) -> None:
        layout = Layout(root)
        layout.create()
        engine = open_database(layout.database)
        self.collection = Collection(layout, Store(engine), SqlFrontier(engine))

    def commit(self, results: Iterable[Result]) -> int:
        """Commit results in batches; return how many made a revision."""
        number = 0
        for some in batches(results, 100):
            new, observed = revise(self.collection, some)
            number += sum(each.article is not None for each in new)
            commit(self.collection, new, now=0, observed=observed, sync=False, new_urls=True)
        return number

    def close(self) -> None:
        self.collection.store.close()


def _of_generation(number: int, generation: int) -> Article:
    """What a generation reads: the second one takes the byline from the text, and finds a section."""
    editor = Editor(Random(number), "latin", 0.1)
    body = editor.joined(editor.text(200))
    by, section = ("By Ann Gray. ", None) if generation == 1 else ("", "Local")
    return Article(
        url=f"https://paper.example/{number}", source="p", title=f"Story {number}", body=by + body,
        section=section, authors=("Ann Gray",) * (generation == 2),
        extractor={"newscrawl": str(generation)},
    )  # fmt: skip


def _numbered(number: int, look: int) -> Capture:
    stamp = (BEGIN + timedelta(days=look, seconds=number)).isoformat().replace("+00:00", "Z")
    return Capture(
        "a.warc.gz", 2 * number + look, 1, f"urn:uuid:{number}-{look}", f"sha256:{number}-{look}",
        stamp, 200,
    )  # fmt: skip


def _result(article: Article, capture: Capture, baseline: Article | None = None) -> Result:
    outcome = Outcome("article", status=200, seen_at=capture.captured_at, capture=capture)
    return Result(article.url or "", "p", outcome, replace(article, capture=capture), baseline)


def measure_crawl(figures: Figures) -> None:
    """The share of the CPU of a crawl and its workers that facts take, where all articles are seen again."""
    spent = total = 0.0
    with TemporaryDirectory() as folder:
        archive, port, urls = Path(folder) / "news", 0, list[str]()
        for edition in sorted(CLOCK):
            with Newspaper(edition=edition, port=port) as paper:
                port = paper.own_port
                ran = process_tree.run(
                    [sys.executable, "-c", MEASURED, "crawl", "--archive", str(archive), *FAST,
                     *paper.seeds, *urls]
                )  # fmt: skip
            spent, total = spent + float(ran.output.splitlines()[-1]), total + ran.total_cpu
            with open_archive(archive) as reader:
                urls = sorted({article.url or "" for article in reader.articles()})
    figures.print(f"facts of a crawl, share of {total:.0f} s CPU", spent / total, 0.03)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--pairs", type=int, default=200, help="pairs of texts whose marks are counted"
    )
    parser.add_argument(
        "--no-crawl", action="store_true", help="all figures but that of the crawls"
    )
    options = parser.parse_args()
    figures = Figures()
    time_diffs(figures)
    measure_marks(figures, options.pairs)
    measure_silent(figures)
    measure_removals(figures)
    measure_generations(figures)
    if not options.no_crawl:
        measure_crawl(figures)
    return int(figures.missed)


if __name__ == "__main__":
    sys.exit(main())
