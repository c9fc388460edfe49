"""What text reuse finds, how sure it is, and what it costs.

    python benchmarks/lineage.py                      figures on texts of the project's own generator
    python benchmarks/lineage.py --pairs DIR          also on labelled pairs of others, where DIR has them
    python benchmarks/lineage.py --events DIR         also how well articles are told to report on one event
    python benchmarks/lineage.py --held 10000 100000  also what a new article costs beside so many
    python benchmarks/lineage.py --sample FILE        also on a reprint in which a program replaced words

Prints each figure beside its bound, and those that miss it; exits with 1 if one does. The seeded generator is
`tests/support/reworded_pairs.py`. DIR may hold `clough_stevenson.jsonl.gz` (Clough and Stevenson 2009) and
`semeval2022.jsonl.gz` (SemEval-2022 task 8); their texts are read and never written.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from events import figures_of_events

from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.lineage.dictionary import dictionary
from newscrawl.lineage.direction import Revision, Sighting, Witness, direction
from newscrawl.lineage.labels import STATED, Verdict, judge
from newscrawl.lineage.shingles import MIN_SHARED, density, hashes
from newscrawl.lineage.units import Units, units
from newscrawl.store import Store
from newscrawl.store.shingle_index import packed
from tests.support.reworded_pairs import SCRIPTS, Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection


#: Minutes between two polls of a paper, and when the simulation begins.
POLL, EPOCH = 15.0, datetime(2026, 6, 1, tzinfo=UTC)
#: Articles a day of the archive in which the cost is measured, those that are put in together, and ranges.
DAILY, CHUNK, RANGES = 5_000, 10_000, 128
_DOCUMENT = (
    "INSERT INTO lineage_documents (number, article, source, seen_at, density, story, hashes)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_ROW = "INSERT OR IGNORE INTO shingles (hash, document) VALUES (?, ?)"
#: What a program replaced in the sample, as (what stands there, what stood there): the original is restored.
RESTORED = (
    ("once morest", "against"),
    ("he might no longer", "he could no longer"),
    ("speak might mean", "speak could mean"),
    ("regarding", "about"),
    ("wholly redundant", "absolutely needless"),
    ("envisioned", "conceived"),
    ("definitely", "certainly"),
    ("commented on his", "responded to his"),
)
#: Substitutions of a program, for further articles of the sample's source.
PROGRAM = (
    ("again", "once more"),
    ("could", "might"),
    ("about", "regarding"),
    ("certainly", "definitely"),
)
LEADS = (
    "The mayor said that he could not say anything about the bridge. He was always against it, and certainly"
    " would be.",
    "Nobody could know again what the talks were about, she said, and they would certainly go on.",
    "It was the third time that the team could win again, and the paper wrote about it, certainly.",
)


@dataclass(slots=True)
class Figures:
    """The figures that were printed, and whether one missed its bound."""

    missed: bool = False

    def print(self, name: str, value: float, bound: float, *, at_least: bool = True) -> None:
        fits = value >= bound if at_least else value <= bound
        self.missed |= not fits
        sign = ">=" if at_least else "<="
        print(f"{name:66} {value:8.3f}  {sign} {bound:g}{'' if fits else '  MISSED'}")


def found(a: str, b: str) -> Verdict | None:
    """What two texts are to each other, if the sampled shingles bring them together."""
    one, other = units(a), units(b)
    if len(hashes(one) & hashes(other)) < MIN_SHARED:
        return None
    return judge(one, other)


def share(verdicts: Iterable[Verdict | None], labels: Iterable[str] = STATED) -> float:
    """The share of pairs with one of these labels."""
    some, wanted = list(verdicts), set(labels)
    return sum(each is not None and each.label in wanted for each in some) / max(1, len(some))


def seeded(figures: Figures, number: int) -> None:
    """Copies that the generator makes."""
    spun: dict[float, list[Verdict | None]] = {0.2: [], 0.33: []}
    parts, others = list[Verdict | None](), list[Verdict | None]()
    for script in SCRIPTS:
        writer = Writer.of(script)
        for seed in range(number):
            text = writer.text(seed)
            whole = writer.joined(text)
            for rate, verdicts in spun.items():
                verdicts.append(found(whole, writer.joined(writer.spun(text, rate, seed))))
            own = writer.text(10_000 + seed, 300)
            own[5:5] = writer.part(text, 80, seed)
            parts.append(found(whole, writer.joined(own)))
            others.append(found(whole, writer.joined(writer.text(20_000 + seed))))
    figures.print("recall, 20 % of the words replaced, six scripts", share(spun[0.2]), 0.98)
    figures.print("recall, 33 % of the words replaced, six scripts", share(spun[0.33]), 0.95)
    figures.print("recall, a part of 80 words in a text of 300", share(parts), 0.85)
    figures.print("stated of texts that share nothing", share(others), 0, at_least=False)


def clough_stevenson(figures: Figures, path: Path) -> None:
    """Answers that were written from an article, and such that were not."""
    rows = [row for row in lines(path) if row["category"]]
    originals = {row["task"]: row["text"] for row in rows if row["category"] == "orig"}
    for category, bound in (("cut", 0.85), ("light", 0.95), ("heavy", 0.95)):
        some = [r for r in rows if r["category"] == category]
        value = share(found(originals[r["task"]], r["text"]) for r in some)
        figures.print(f"Clough and Stevenson, {len(some)} answers: {category}", value, bound)
    none = [r for r in rows if r["category"] == "non"]
    value = share(found(originals[r["task"]], r["text"]) for r in none)
    figures.print(
        f"Clough and Stevenson, {len(none)} answers of their own", value, 0, at_least=False
    )


def semeval(figures: Figures, path: Path) -> None:
    """Of pairs of news that are stated to be reuse, those that annotators call another story."""
    stated = list[tuple[float, str]]()
    for row in lines(path):
        if row["lang1"] == row["lang2"]:
            verdict = found(row["text1"], row["text2"])
            if verdict is not None and verdict.label in STATED:
                stated.append((float(row["overall"]), f"{row['pair_id']} {verdict.label}"))
    wrong = [each for each in stated if each[0] >= 3]
    value = 1 - len(wrong) / max(1, len(stated))
    figures.print(f"SemEval, precision of {len(stated)} stated pairs, two texts alone", value, 0.99)
    for rating, name in wrong:
        print(f"    rated {rating:.1f}: {name}")


def events(figures: Figures, path: Path) -> None:
    """Stories of the same pairs; the bounds of AUC are those of pairs in one language and across two."""
    found = figures_of_events(list(lines(path)))
    for (name, value), bound in zip(found.items(), (0.9, 0.87, 0.75), strict=True):
        figures.print(name, value, bound)


def sample(figures: Figures, path: Path) -> None:
    """A reprint beside its restored original, and alone."""
    copy = path.read_text("utf-8")
    original = copy
    for there, before in RESTORED:
        original = original.replace(there, before)
    verdict = found(original, copy)
    assert verdict is not None
    assert verdict.rewording is not None
    listed = {(each.after, each.before) for each in verdict.rewording.substitutions}
    wanted = {("might", "could"), ("commented on", "responded to"), *RESTORED} - {
        ("he might no longer", "he could no longer"),
        ("speak might mean", "speak could mean"),
        ("commented on his", "responded to his"),
    }
    figures.print(
        "the sample: share of its substitutions that are listed",
        len(listed & wanted) / len(wanted),
        0.9,
    )
    figures.print(
        "the sample: substitutions listed that are none", len(listed - wanted), 1, at_least=False
    )
    evidence = {}
    for n, lead in enumerate(LEADS):
        spun = lead
        for before, after in PROGRAM:
            spun = spun.replace(before, after)
        pair = judge(units(lead * 2), units(spun * 2))
        evidence[str(n)] = pair.rewording.substitutions if pair and pair.rewording else ()
    known = dictionary(evidence)
    flagged = known.is_known and known.suspicion(units(copy).words).is_flagged
    figures.print("the sample alone is flagged after three articles of its source", flagged, 1)


def directions(figures: Figures, number: int) -> None:
    """Two papers, one of which copies the other after minutes or hours; both are polled every 15 minutes."""
    rng, decided, right = Random(1), 0, 0
    writer = Writer.of("latin")
    for seed in range(number):
        text = writer.text(seed, 150)
        corrected = [*text[:2], *writer.text(30_000 + seed, 12), *text[3:]]
        bodies = [units(writer.joined(each)) for each in (text, corrected)]
        correction = rng.uniform(10, 240) if rng.random() < 0.5 else 10_000.0
        copied = rng.uniform(5, 180)
        copy = bodies[copied > correction]
        phases = [rng.uniform(0, POLL) for _ in range(2)]
        seen = [[_seen(0.0, phases[0]), _seen(correction, phases[0])], [_seen(copied, phases[1])]]
        has_two = correction < 1_000
        original = _witness("one", bodies[: 1 + has_two], seen[0][: 1 + has_two])
        other = _witness("two", [copy], seen[1])
        verdict = judge(original.revisions[0].text, copy)
        assert verdict is not None
        found = direction(original, other, verdict)
        decided += found.first is not None
        right += found.first == "a"
    figures.print("direction: right where decided", right / max(1, decided), 0.95)
    figures.print("direction: decided at polls of 15 minutes", decided / number, 0.6)


def _seen(appeared: float, phase: float) -> float:
    """The first poll (minutes) at which something is there."""
    return phase + POLL * math.ceil((appeared - phase) / POLL)


def _stamp(minutes: float) -> str:
    return (EPOCH + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _witness(name: str, texts: list[Units], seen: list[float]) -> Witness:
    empty = frozenset[str]()
    revisions = tuple(Revision(t, _stamp(s)) for t, s in zip(texts, seen, strict=True))
    sighting = Sighting(_stamp(seen[0] - POLL), _stamp(seen[0]))
    return Witness(frozenset({name}), empty, frozenset({name}), empty, revisions, sighting, None)


def costs(figures: Figures, held: list[int]) -> None:
    """CPU of comparing a new article beside so many young ones, whose rows are made up."""
    writer, rng, per_article = Writer.of("latin"), Random(1), []
    for number in held:
        bodies = [writer.joined(writer.text(40_000 + n, 400)) for n in range(200)]
        bodies = [body if n % 10 else bodies[n // 2] for n, body in enumerate(bodies)]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "news.db"
            store = Store(open_database(path))
            with store.rewriting() as (connection, _):
                _hold(connection, number, rng)
            size = path.stat().st_size
            stored = [_article(n, body) for n, body in enumerate(bodies)]
            spent = _cpu_of_comparing(store, stored)
            store.close()
        per_article.append(spent / len(bodies))
        name = f"CPU ms to compare a new article, {number} held"
        figures.print(name, 1000 * per_article[-1], 10, at_least=False)
        print(f"    {size:,} bytes, {size / number:.0f} for each article that is held", flush=True)
    figures.print(
        "the same, as a multiple of the first",
        per_article[-1] / per_article[0],
        1.2,
        at_least=False,
    )


def crowded(figures: Figures) -> None:
    """CPU of comparing an article with twelve others: copies, reworded copies and parts of one text."""
    writer, bodies = Writer.of("latin"), list[str]()
    for n in range(60):
        text = writer.text(50_000 + n % 4, 400)
        own = writer.text(51_000 + n, 300)
        own[5:5] = writer.part(text, 80, n)
        made = (text, writer.spun(text, 0.2, n), own)[n // 4 % 3]
        bodies.append(writer.joined(made))
    with TemporaryDirectory() as folder:
        store = Store(open_database(Path(folder) / "news.db"))
        stored = [_article(n, body) for n, body in enumerate(bodies)]
        _cpu_of_comparing(store, stored[:48])
        spent = _cpu_of_comparing(store, stored[48:])
        pairs = sum(store.reuse_log.counts().values())
        store.close()
    figures.print("CPU ms to compare an article with twelve others", 1000 * spent / 12, 10,
                  at_least=False)  # fmt: skip
    print(f"    {pairs / len(bodies):.1f} pairs for each of {len(bodies)} articles")


def _cpu_of_comparing(store: Store, stored: list[Article]) -> float:
    """CPU seconds of what is done for text reuse while these articles are stored."""
    spent, settle = 0.0, store.reuse_log.settle_within

    def timed(*arguments: Any, **named: Any) -> None:
        nonlocal spent
        began = time.process_time()
        settle(*arguments, **named)
        spent += time.process_time() - began

    store.reuse_log.settle_within = timed  # type: ignore[method-assign]
    for n in range(0, len(stored), 10):
        store.add_articles((article.source or "", article) for article in stored[n : n + 10])
    return spent


def _hold(connection: Connection, number: int, rng: Random) -> None:
    """Fill the index as a crawl of DAILY articles a day leaves it: a hundred rows of each young article, of
    older ones those that are left when they were thinned.

    Rows come in RANGES of hashes, at random within each: pages are as full as if articles had come one by
    one, and no range is larger than the cache.
    """
    ages: dict[int, list[int]] = {}
    for first in range(1, number + 1, CHUNK):
        made = []
        for n in range(first, min(first + CHUNK, number + 1)):
            days = (number - n) / DAILY
            kept = density(days)
            ages.setdefault(kept, []).append(n)
            hashes_of = packed(kept * rng.getrandbits(43) for _ in range(400 // kept))
            seen_at = (EPOCH - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
            made.append((n, f"{n:016x}", f"p{n % 200}", seen_at, kept, n, hashes_of))
        connection.exec_driver_sql(_DOCUMENT, made)
    width = 2**47 // RANGES
    for begin in range(0, 2**47, width):
        rows = [
            (begin + kept * rng.randrange(width // kept), rng.choice(some))
            for kept, some in ages.items()
            for _ in range(len(some) * 400 // kept // RANGES)
        ]
        rng.shuffle(rows)
        connection.exec_driver_sql(_ROW, rows)


def _article(n: int, body: str) -> Article:
    seen = (EPOCH + timedelta(seconds=20 * n)).strftime("%Y-%m-%dT%H:%M:%SZ")
    capture = Capture("w.warc.gz", 0, 1, f"urn:{n}", f"sha256:{n}", seen, 200)
    url, source = f"https://p{n % 50}.test/{n}", f"p{n % 50}"
    return Article(url=url, source=source, title=f"Title {n}", body=body, capture=capture)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, help="the folder of labelled pairs")
    parser.add_argument(
        "--events", type=Path, help="the same folder: measure stories; takes minutes"
    )
    parser.add_argument("--sample", type=Path, help="the file of the reprint")
    parser.add_argument("--number", type=int, default=40, help="seeded texts of each script")
    parser.add_argument("--held", type=int, nargs="+", default=[], metavar="N",
                        help="measure the cost of a new article beside so many, as 10000 100000")  # fmt: skip
    options = parser.parse_args()
    figures = Figures()
    seeded(figures, options.number)
    for name, measure in (("clough_stevenson", clough_stevenson), ("semeval2022", semeval)):
        if options.pairs and (path := options.pairs / f"{name}.jsonl.gz").exists():
            measure(figures, path)
    if options.events and (path := options.events / "semeval2022.jsonl.gz").exists():
        events(figures, path)
    directions(figures, 10 * options.number)
    if options.held:
        crowded(figures)
        costs(figures, options.held)
    if options.sample:
        sample(figures, options.sample)
    return int(figures.missed)


if __name__ == "__main__":
    sys.exit(main())
