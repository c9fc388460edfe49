"""Scores the extraction on gold pages, and fails below the floors kept in extraction_floors.json.

    python benchmarks/extraction.py                 # both halves, compared with the floors
    python benchmarks/extraction.py --update        # raises floors to what was reached
    python benchmarks/extraction.py --wrong authors # which pages of the first half, what was answered

The gold pages are not part of the project: they lie in ../shared/gold and ../shared/gold2, beside its
checkout, or in the folder that `--shared` names, with the scorers. Without them there is nothing to do, and
that is no failure. The second set and each group of languages (`gold_groups.py`) have floors of their own,
and of a figure that fell the pages are named. The pages of the first set are
divided in two halves by a hash of their publisher: one to develop on, one to confirm with. What is tuned to
single pages shows as a gap between the two.

`credit` counts as authors here, because the gold pages name agencies and papers among the authors;
`persons_alone` is the same figure without `credit`. `articles` is the share of pages that are taken for
such, `read` that of pages which a crawl does not refuse as too complex.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trafilatura
from gold_groups import FAULTS as GROUP_FAULTS
from gold_groups import Groups, organisations_of
from py3langid.langid import classify

from newscrawl.extraction import extract_article
from newscrawl.processing.limits import LIMITS
from newscrawl.processing.markup_limits import markup_excess

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
GOLD, GOLD2 = SHARED / "gold", SHARED / "gold2"
FLOORS = Path(__file__).with_name("extraction_floors.json")
CORE = ("fundus", "scrapinghub")
HALVES = ("develop", "confirm")

#: Measured, and how it is shown. `cpu` is a ratio to trafilatura's default in the same run.
FIELDS = (
    "body_f1",
    "body_lt50",
    "title_any",
    "author_exact",
    "author_wrong",
    "persons_alone",
    "day",
    "minute",
    "minute_wrong",
    "lang",
    "tuning_authors",
    "tuning_day",
    "tuning_date",
)
#: The smaller the better.
FAULTS = ("body_lt50", "author_wrong", "minute_wrong", "cpu")


def main() -> int:
    global GOLD, GOLD2
    options = _options()
    GOLD, GOLD2 = options.shared / "gold", options.shared / "gold2"
    if not (GOLD / "gold.jsonl").is_file():
        print(f"no gold pages in {GOLD}: nothing to score", file=sys.stderr)
        return 0
    sys.path.insert(0, str(GOLD))
    score = _scorer(GOLD)
    pages = score.read_jsonl(GOLD / "gold.jsonl")
    predictions = [_predict(page, GOLD) for page in pages]
    reached = {half: _figures(score, pages, predictions, half) for half in HALVES}
    reached["both"] = _figures(score, pages, predictions, None)
    groups = _groups(score, pages, predictions)
    reached["groups"] = groups.figures()
    if not options.skip_cpu:
        reached["both"]["cpu"] = _cpu_ratio([p for p in pages if p["source"] in CORE])
    if options.wrong:
        _print_wrong(score, pages, predictions, options.wrong)
    if options.json:
        Path(options.json).write_text(json.dumps(reached, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {}
    _print_table(reached, kept)
    if options.update:
        return _update(reached, kept, lower=options.allow_lower)
    return _compare(reached, kept, groups)


def _groups(score: Any, pages: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> Groups:
    from common import author_set

    listed = organisations_of((GOLD / "persons.py").read_text("utf-8"))
    groups = Groups(author_set(listed), author_set)
    groups.add("gold", score, pages, predictions)
    if (GOLD2 / "gold.jsonl").is_file():
        second = score.read_jsonl(GOLD2 / "gold.jsonl")
        groups.add("gold2", score, second, [_predict(page, GOLD2) for page in second])
    return groups


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--update", action="store_true", help="raise the floors to what was reached"
    )
    parser.add_argument("--allow-lower", action="store_true", help="with --update: lower them too")
    parser.add_argument("--skip-cpu", action="store_true", help="do not compare CPU time")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of gold and gold2")
    parser.add_argument("--json", help="write all figures to this file")
    parser.add_argument("--wrong", choices=["authors", "day", "minute", "title", "body"])
    return parser.parse_args()


def _scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("gold_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _half(page: dict[str, Any]) -> str:
    return HALVES[hashlib.sha256(page["brand"].encode()).digest()[0] & 1]


def _html(page: dict[str, Any], folder: Path) -> bytes:
    import gzip

    return gzip.decompress((folder / page["html"]).read_bytes())


def _captured_at(page: dict[str, Any]) -> datetime | None:
    stated = page.get("capture_date") or ""
    return datetime.fromisoformat(stated).replace(tzinfo=UTC) if len(stated) >= 10 else None


def _predict(page: dict[str, Any], folder: Path) -> dict[str, Any]:
    html = _html(page, folder)
    began = time.process_time()
    article = extract_article(html, url=page["url"], captured_at=_captured_at(page))
    seconds = time.process_time() - began
    return {
        "id": page["id"],
        "title": article.title,
        "authors": [*article.authors, *article.credit],
        "persons": [*article.authors],
        "published": article.published_at,
        "body": article.body,
        "language": article.language,
        "seconds": seconds,
        "problem": article.problem,
        "read": markup_excess(html, LIMITS) is None,
    }


def _figures(
    score: Any, pages: list[dict[str, Any]], predictions: list[dict[str, Any]], half: str | None
) -> dict[str, float]:
    chosen = [p for p in pages if half is None or _half(p) == half]
    groups, _ = score.evaluate(chosen, predictions)
    core = groups["core"]
    figures = {name: core[name] for name in FIELDS if core.get(name) is not None}
    alone, _ = score.evaluate(chosen, [{**p, "authors": p["persons"]} for p in predictions])
    figures["persons_alone"] = alone["core"]["author_exact"]
    figures["tuning_authors"] = groups["trafilatura"]["author_exact"]
    figures["tuning_day"] = groups["trafilatura"]["day"]
    figures["tuning_date"] = groups["htmldate-mc"]["day"]
    known = {p["id"] for p in chosen}
    figures["articles"] = _share(
        not str(p["problem"]).startswith("not-an-article") for p in predictions if p["id"] in known
    )
    figures["read"] = _share(p["read"] for p in predictions if p["id"] in known)
    return figures


def _share(answers: Any) -> float:
    listed = list(answers)
    return sum(listed) / len(listed)


def _cpu_ratio(pages: list[dict[str, Any]]) -> float:
    """CPU a page, whole record, against trafilatura's default with metadata; models loaded before."""
    classify("warm")
    ours = theirs = 0.0
    for i, page in enumerate(pages):
        html, now = _html(page, GOLD), _captured_at(page)
        began = time.process_time()
        extract_article(html, url=page["url"], captured_at=now)
        between = time.process_time()
        trafilatura.bare_extraction(html, url=page["url"], with_metadata=True)
        if i >= 10:  # the first pages fill caches
            ours += between - began
            theirs += time.process_time() - between
    return ours / theirs


def _print_wrong(
    score: Any, pages: list[dict[str, Any]], predictions: list[dict[str, Any]], what: str
) -> None:
    key = {"authors": "author_exact", "title": "title_any", "body": "body_f1"}.get(what, what)
    answers = {p["id"]: p for p in predictions}
    for page in pages:
        found = score.score_page(page["gold"], answers[page["id"]]).get(key)
        if (
            _half(page) == "develop"
            and found is not None
            and found < (0.9 if what == "body" else 1)
        ):
            field = "published" if what in ("day", "minute") else what
            answer = str(answers[page["id"]][field])[:160]
            print(f"{page['id']}  gold {str(page['gold'][field])[:160]!r}  got {answer!r}")


def _print_table(reached: dict[str, dict[str, float]], kept: dict[str, Any]) -> None:
    names = [*FIELDS, "articles", "read", "cpu"]
    shares = [*HALVES, "both"]
    print(f"{'':16}" + "".join(f"{group:>10}" for group in shares) + f"{'floor':>10}")
    for name in names:
        figures = [reached[g].get(name) for g in shares]
        if any(f is not None for f in figures):
            floor = kept.get("floors", {}).get(name)
            shown = [f"{f:10.3f}" if f is not None else f"{'-':>10}" for f in (*figures, floor)]
            print(f"{name:16}" + "".join(shown))
    by_group = reached["groups"]
    columns = list(dict.fromkeys(key.split(".")[0] for key in by_group))
    print(f"\n{'':16}" + "".join(f"{group:>10}" for group in columns))
    for name in dict.fromkeys(key.split(".")[1] for key in by_group):
        values = [by_group.get(f"{group}.{name}") for group in columns]
        print(
            f"{name:16}" + "".join(f"{v:10.3f}" if v is not None else f"{'-':>10}" for v in values)
        )


def _is_fault(name: str) -> bool:
    return name.split(".")[-1] in (*FAULTS, *GROUP_FAULTS)


def _compare(reached: dict[str, dict[str, float]], kept: dict[str, Any], groups: Groups) -> int:
    failed = 0
    for name, floor in kept.get("floors", {}).items():
        figure = (reached["both"] | reached["groups"]).get(name)
        if figure is None:
            continue
        tolerance = kept["tolerance"].get(name, kept["tolerance"]["default"])
        short = figure - floor if _is_fault(name) else floor - figure
        if short > tolerance:
            failed += 1
            print(f"{name}: {figure:.4f}, the floor is {floor:.4f} (tolerance {tolerance})")
            if "." in name:
                print(f"  wrong: {' '.join(groups.fallen(name))}")
    return 1 if failed else 0


def _update(reached: dict[str, dict[str, float]], kept: dict[str, Any], *, lower: bool) -> int:
    floors = kept.setdefault("floors", {})
    refused = []
    for name, measured in (reached["both"] | reached["groups"]).items():
        figure = round(measured, 4)
        worse = (
            name in floors and (figure > floors[name]) == _is_fault(name) and figure != floors[name]
        )
        if worse and not lower:
            refused.append(f"{name}: {floors[name]:.4f} -> {figure:.4f}")
            continue
        floors[name] = figure
    FLOORS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for line in refused:
        print(f"not lowered without --allow-lower: {line}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
