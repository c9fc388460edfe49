"""What two texts are to each other, in six scripts."""

from __future__ import annotations

import pytest

from newscrawl.lineage.boilerplate import MAX_KEPT, AnalysedTexts
from newscrawl.lineage.labels import judge
from newscrawl.lineage.shingles import (
    MIN_SHARED,
    density,
    hashes,
    hashes_by_line,
    hashes_with_places,
)
from newscrawl.lineage.units import _IS_PLAIN, _LETTER, _PLAIN_UNIT, _UNIT, units
from newscrawl.lineage.writing import HAN, HANGUL, KANA, SOUTHEAST, SPACED, compiled
from newscrawl.store.reuse_derivation import MAX_COMPARED, _compared
from tests.support.reworded_pairs import SCRIPTS, Writer

SEEDS = range(4)


def _is_found(a: str, b: str) -> bool:
    one, other = units(a), units(b)
    return len(hashes(one) & hashes(other)) >= MIN_SHARED


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.33])
def test_a_copy_with_replaced_words_is_found_and_labelled(script: str, share: float) -> None:
    writer = Writer.of(script)
    for seed in SEEDS:
        text = writer.text(seed)
        a, b = writer.joined(text), writer.joined(writer.spun(text, share, seed))
        verdict = judge(units(a), units(b))
        assert _is_found(a, b)
        assert verdict is not None
        assert verdict.label == ("reworded" if share else "reprint")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_part_of_eighty_words_is_found(script: str) -> None:
    writer = Writer.of(script)
    for seed in SEEDS:
        text, own = writer.text(seed), writer.text(1000 + seed, 300)
        own[5:5] = writer.part(text, 80, seed)
        a, b = writer.joined(text), writer.joined(own)
        assert _is_found(a, b)
        verdict = judge(units(a), units(b))
        assert verdict is not None
        assert verdict.label == "part"


@pytest.mark.parametrize("script", SCRIPTS)
def test_texts_of_their_own_are_unrelated(script: str) -> None:
    writer = Writer.of(script)
    for seed in SEEDS:
        verdict = judge(
            units(writer.joined(writer.text(seed))), units(writer.joined(writer.text(seed + 50)))
        )
        assert verdict is not None
        assert verdict.label == "unrelated"


def test_very_short_texts_say_nothing() -> None:
    cat, dog = units("cat"), units("dog")
    assert judge(cat, cat) is judge(cat, dog) is None
    assert hashes(cat) == hashes(dog) == set()


def test_what_both_only_quote_is_a_quotation() -> None:
    writer = Writer.of("latin")
    said = " ".join(word for sentence in writer.text(1, 40) for word in sentence)
    texts = [
        writer.joined(writer.text(n, 150)) + f"\n“{said}”\n" + writer.joined(writer.text(n + 9, 90))
        for n in (21, 22)
    ]
    verdict = judge(units(texts[0]), units(texts[1]))
    assert verdict is not None
    assert (verdict.label, verdict.overlap.longest) == ("quotation", 40)
    unquoted = judge(units(texts[0]), units(texts[1].replace("“", "").replace("”", "")))
    assert unquoted is not None
    assert unquoted.label == "part"


def test_one_paper_that_repeats_its_words_is_no_copy() -> None:
    writer = Writer.of("latin")
    footer = writer.joined(writer.text(3, 60))
    a, b = (units(writer.joined(writer.text(n, 200)) + "\n" + footer) for n in (31, 32))
    verdicts = judge(a, b), judge(a, b, one_source=True)
    assert [v.label for v in verdicts if v] == ["part", "unrelated"]


def test_both_sides_see_the_same() -> None:
    writer = Writer.of("latin")
    text = writer.text(5)
    a, b = units(writer.joined(text)), units(writer.joined(writer.spun(text, 0.25)))
    there, back = judge(a, b), judge(b, a)
    assert there is not None
    assert back is not None
    assert (there.label, there.overlap.a_in_b) == (back.label, back.overlap.b_in_a)
    assert there.overlap.longest == back.overlap.longest


@pytest.mark.parametrize(
    ("text", "writing"),
    [
        ("The words of a text", SPACED),
        ("世界经济史", HAN),
        ("これは日本語の文章です", KANA),
        ("นี่คือข้อความภาษาไทย", SOUTHEAST),
        ("이것은 한국어 문장입니다", HANGUL),
        ("كتب الولد الدرس", SPACED),
    ],
)
def test_units_follow_the_script(text: str, writing: object) -> None:
    assert units(text).writing == writing


def test_marks_that_carry_words_stay_and_others_do_not() -> None:
    assert units("Ёлка été كَتَبَ").words == ("елка", "ete", "كتب")
    assert units("हिन्दी").words == ("हिन्दी",)
    assert units("ที่นี่").words == ("ที่", "นี่")


def test_a_chinese_text_within_another_is_seen() -> None:
    # ChenghaoMou/text-dedup#103: two short Chinese texts of which one holds the other.
    a = units("世界经济史是研究世界各国经济发展过程及其规律的科学,内容包括各国的农业工业商业和金融")
    b = units(
        "《世界经济史》是研究世界各国经济发展过程及其规律的科学,内容包括各国的农业工业商业和金融。"
    )
    verdict = judge(a, b)
    assert verdict is not None
    assert verdict.label == "reprint"


def test_plain_characters_are_units_of_either_pattern() -> None:
    letter, unit = compiled(_LETTER), compiled(_UNIT)
    plain = [c for c in map(chr, range(0x20000)) if _IS_PLAIN.fullmatch(c)]
    for c in plain:
        is_unit = _PLAIN_UNIT.fullmatch(c) is not None
        assert is_unit == (letter.fullmatch(c) is not None) == (unit.fullmatch(c) is not None)
    assert {"é", "ё", "²", "’", "Ế"} < set(plain)
    assert not {"\u0301", "\u200c", "中", "ก", "한", "\ufe0f"} & set(plain)


def test_what_is_derived_of_a_text_alone_is_derived_once() -> None:
    writer, analysed = Writer.of("latin"), AnalysedTexts()
    body, footer = (writer.joined(writer.text(n, 60)) for n in (1, 2))
    whole = analysed.units_of(f"{body}\n{footer}")
    assert analysed.units_of(f"{body}\n{footer}") is whole
    stops = hashes(units(footer))
    assert analysed.units_of(f"{body}\n{footer}", stops) == units(body)
    assert analysed.units_of(f"{body}\n{footer}", stops) is analysed.units_of(body)
    for n in range(3, 1 + 2 * MAX_KEPT // len(body)):
        analysed.units_of(f"{n}\n{body}")
    assert analysed.units_of(f"{body}\n{footer}") is not whole


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_hashes_of_lines_are_those_of_the_lines_alone(script: str) -> None:
    writer, latin = Writer.of(script), Writer.of("latin")
    lines = [writer.joined(writer.text(n, 20 + 15 * n)) for n in range(6)]
    lines[2:2] = ["", "it's a mother-in-law's café, 12½ %", latin.joined(latin.text(9, 40))]
    body = "\n".join(lines)
    lines, text = body.split("\n"), units(body)
    found = hashes_by_line(text, hashes_with_places(text))
    if found is None:
        assert any(_IS_PLAIN.fullmatch(line) is None for line in lines)
    else:
        assert found == [hashes(units(line)) for line in lines]
    assert (found is None) == (script not in ("latin", "cyrillic", "greek"))
    assert hashes(text) == {hash_ for _, hash_ in hashes_with_places(text)}


def test_where_many_share_as_little_they_are_not_compared() -> None:
    many = [(-3, "2026", f"{n:03}") for n in range(MAX_COMPARED + 1)]
    alike = [(-9, "2026", "a"), (-5, "2026", "b"), (-4, "2026", "c")]
    assert list(_compared([*alike, *many])) == alike
    few = [*alike, *many[: MAX_COMPARED - len(alike)]]
    assert list(_compared(few)) == few
    copies = [(-140, "2026", f"{n:03}") for n in range(MAX_COMPARED + 5)]
    assert list(_compared(copies)) == copies[:MAX_COMPARED]


def test_the_densities_of_hashes_divide_each_other() -> None:
    assert [density(days) for days in (0, 30, 31, 365, 366)] == [4, 4, 16, 16, 64]
