"""Two articles that both have their words from a third one: neither is a copy of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import newscrawl
from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.reuse import related
from newscrawl.store import Store
from tests.support.reworded_pairs import Writer

if TYPE_CHECKING:
    from pathlib import Path

WRITER = Writer.of("latin")
WIRE = WRITER.text(1, 400)


def article(source: str, minute: int, body: list[list[str]]) -> Article:
    seen = f"2026-03-01T08:{minute:02}:00Z"
    capture = Capture("w.warc.gz", 0, 1, f"<urn:{source}>", f"d{minute}", seen, 200)
    return Article(url=f"https://{source}.test/story", source=source, title=f"Title of {source}",
                   body=WRITER.joined(body), capture=capture)  # fmt: skip


def archive(root: Path, some: list[Article]) -> Path:
    (root / "warc").mkdir(parents=True)
    store = Store(open_database(root / "news.db"))
    for each in some:
        store.add_articles([(each.source or "", each)])
    store.close()
    return root


def test_two_papers_that_cut_one_wire_story_have_it_from_the_same_source(tmp_path: Path) -> None:
    third = len(WIRE) // 3
    wire = article("wire", 0, WIRE)
    first = article("first", 10, [*WIRE[: 2 * third], *WRITER.text(2, 150)])
    second = article("second", 20, [*WRITER.text(3, 150), *WIRE[third:]])
    alone = article("alone", 30, WRITER.text(4, 300))
    found = {}
    with newscrawl.open_archive(archive(tmp_path / "news", [wire, first, second, alone])) as reader:
        for each in (wire, first, second, alone):
            answer = related(reader, each.id)
            assert answer is not None
            found[each.source] = {r.article.source: (r.label, r.through) for r in answer.articles}
        [pair] = [
            p
            for p in reader.store.reuse_log.pairs()
            if {p.earlier, p.later} == {first.id, second.id}
        ]
    assert found["wire"] == {"first": ("part", None), "second": ("part", None)}
    assert found["first"] == {"wire": ("part", None), "second": ("same-source", wire.id)}
    assert found["second"] == {"wire": ("part", None), "first": ("same-source", wire.id)}
    assert found["alone"] == {}
    assert pair.label == "part"


def test_a_copy_of_a_copy_has_its_words_from_both(tmp_path: Path) -> None:
    wire = article("wire", 0, WIRE)
    first = article("first", 10, [*WIRE[: len(WIRE) // 2], *WRITER.text(2, 200)])
    second = article("second", 20, [*WIRE[: len(WIRE) // 2], *WRITER.text(2, 200)[:-2]])
    with newscrawl.open_archive(archive(tmp_path / "news", [wire, first, second])) as reader:
        answer = related(reader, second.id)
        assert answer is not None
        labels = {r.article.source: r.label for r in answer.articles}
    assert labels == {"first": "reprint", "wire": "part"}
