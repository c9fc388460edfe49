"""All pairs of an archive that were compared, with their articles and directions: for other programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from newscrawl.items import Article
from newscrawl.lineage.direction import Direction, direction
from newscrawl.lineage.labels import STATED, judge
from newscrawl.printable import printable
from newscrawl.reuse.witnesses import witness

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.store.reuse_log import Pair

#: The columns of a table of links.
LINK_FIELDS = (
    "earlier", "earlier_url", "earlier_source", "later", "later_url", "later_source", "label", "is_stated",
    "reason", "earlier_share", "later_share", "grams", "longest", "runs", "covered", "first", "decided_by",
    "evidence", "substitutions", "reworded", "earlier_revision", "later_revision", "rule", "direction_rule",
)  # fmt: skip
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = {"url": "string", "source": "string", "title": "string"}
_EDGE_KEYS = {
    "label": "string", "earlier_share": "double", "later_share": "double", "longest": "int",
    "first": "string", "decided_by": "string", "rule": "string",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles that were compared; `direction.first` is "a" for the one that was seen first."""

    pair: Pair
    earlier: Article
    later: Article
    direction: Direction

    @property
    def is_stated(self) -> bool:
        """Whether one is said to have the words of the other."""
        return self.pair.label in STATED

    def to_dict(self) -> dict[str, Any]:
        """The facts, ready for JSON, in the order of LINK_FIELDS."""
        pair, decided = self.pair, self.direction
        return {
            "earlier": pair.earlier,
            "earlier_url": self.earlier.url,
            "earlier_source": self.earlier.source,
            "later": pair.later,
            "later_url": self.later.url,
            "later_source": self.later.source,
            "label": pair.label,
            "is_stated": self.is_stated,
            "reason": pair.reason,
            "earlier_share": pair.earlier_share,
            "later_share": pair.later_share,
            "grams": pair.grams,
            "longest": pair.longest,
            "runs": pair.runs,
            "covered": pair.covered,
            "first": {"a": pair.earlier, "b": pair.later}.get(decided.first or ""),
            "decided_by": decided.kind,
            "evidence": [
                {"kind": e.kind, "first": e.first, "detail": e.detail} for e in decided.evidence
            ],
            "substitutions": [each.to_dict() for each in pair.substitutions],
            "reworded": pair.reworded,
            "earlier_revision": pair.earlier_revision,
            "later_revision": pair.later_revision,
            "rule": pair.rule,
            "direction_rule": decided.rule,
        }


def links(archive: ArchiveReader, *, sources: Collection[str] = ()) -> Iterator[Link]:
    """All pairs, those with an article of these sources if any are named, in the order of their ids.

    Those that share too little are among them, with the reason.
    """
    for pair in archive.store.reuse_log.pairs():
        sides = [
            [Article.from_dict(record) for record in archive.store.revisions(id_)]
            for id_ in (pair.earlier, pair.later)
        ]
        if not all(sides):
            continue
        earlier, later = (side[-1] for side in sides)
        if sources and not {earlier.source, later.source} & set(sources):
            continue
        decided = Direction(None, None, ())
        if pair.label != "unrelated":
            a, b = (witness(archive, side) for side in sides)
            if verdict := judge(a.revisions[0].text, b.revisions[0].text):
                decided = direction(a, b, verdict)
        yield Link(pair, earlier, later, decided)


def table_row(link: Link) -> dict[str, Any]:
    """A link for a table: what is a list is written as JSON."""
    row = link.to_dict()
    for name in ("evidence", "substitutions"):
        row[name] = json.dumps(row[name], ensure_ascii=False)
    return row


def graph(found: Iterable[Link]) -> bytes:
    """Stated links as GraphML: an edge goes from the text that was first, if that is known."""
    ET.register_namespace("", _GRAPHML)
    root = ET.Element(f"{{{_GRAPHML}}}graphml")
    for place, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, kind in keys.items():
            named = {"attr.name": name, "attr.type": kind}
            stated = {"id": f"{place}-{name}", "for": place, **named}
            ET.SubElement(root, f"{{{_GRAPHML}}}key", stated)
    body = ET.SubElement(root, f"{{{_GRAPHML}}}graph", {"id": "reuse", "edgedefault": "directed"})
    edges, known = list[ET.Element](), set[str]()
    for link in found:
        if not link.is_stated:
            continue
        for article in (link.earlier, link.later):
            if article.id not in known:
                known.add(article.id)
                node = ET.SubElement(body, f"{{{_GRAPHML}}}node", {"id": article.id})
                _add(node, "node", {name: getattr(article, name) for name in _NODE_KEYS})
        facts = link.to_dict()
        ends = [facts["earlier"], facts["later"]]
        if facts["first"] == facts["later"]:
            ends.reverse()
        edge = ET.Element(f"{{{_GRAPHML}}}edge", {"source": ends[0], "target": ends[1]})
        if facts["first"] is None:
            edge.set("directed", "false")
        _add(edge, "edge", {name: facts[name] for name in _EDGE_KEYS})
        edges.append(edge)
    body.extend(edges)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add(parent: ET.Element, place: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is not None:
            data = ET.SubElement(parent, f"{{{_GRAPHML}}}data", {"key": f"{place}-{name}"})
            data.text = printable(str(value))
