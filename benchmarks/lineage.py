"""What text reuse finds, how sure it is, and what it costs.

    python benchmarks/lineage.py                      figures on texts of the project's own generator
    python benchmarks/lineage.py --pairs DIR          also on labelled pairs of others, where DIR has them
    python benchmarks/lineage.py --sample FILE        also on a reprint in which a program replaced words

Prints each figure beside its bound, and those that miss it; exits with 1 if one does. The seeded generator is
`tests/support/reworded_pairs.py`. DIR may hold `clough_stevenson.jsonl.gz` (Clough and Stevenson 2009) and
`semeval2022.jsonl.gz` (SemEval-2022 task 8); their texts are read and never written.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from newscrawl.lineage.dictionary import dictionary
from newscrawl.lineage.labels import STATED, Verdict, judge
from newscrawl.lineage.shingles import MIN_SHARED, hashes
from newscrawl.lineage.units import units
from tests.support.reworded_pairs import SCRIPTS, Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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
    "The mayor said that he could not say anything about the bridge. He was certainly against it.",
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


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, help="the folder of labelled pairs")
    parser.add_argument("--sample", type=Path, help="the file of the reprint")
    parser.add_argument("--number", type=int, default=40, help="seeded texts of each script")
    options = parser.parse_args()
    figures = Figures()
    seeded(figures, options.number)
    for name, measure in (("clough_stevenson", clough_stevenson), ("semeval2022", semeval)):
        if options.pairs and (path := options.pairs / f"{name}.jsonl.gz").exists():
            measure(figures, path)
    if options.sample:
        sample(figures, options.sample)
    return int(figures.missed)


if __name__ == "__main__":
    sys.exit(main())
