"""What a page says of itself to its readers is no text that another one has copied."""

from __future__ import annotations

import pytest

from newscrawl.lineage.labels import judge
from newscrawl.lineage.notices import without_notices
from newscrawl.lineage.units import units
from tests.support.reworded_pairs import Writer

WALLS = {
    "en": "We use cookies to show you advertising that fits. Our partners read your device. You can"
    " change your privacy settings. By continuing you say yes to all of this, and to what follows.",
    "de": "Wir setzen auf unserer Website Cookies und andere Technologien ein, um alles anzubieten. Durch"
    " die Nutzung sagen Sie ja dazu. Mehr finden Sie in unserer Datenschutzerklärung, Abschnitt vier.",
    "pl": "Przykro nam, ale z adresu IP z którego się łączysz odnotowaliśmy ogromną ilość połączeń. Jeśli"
    " chcesz połączyć się z nami zaznacz, że nie jestem robotem. Potem możesz czytać dalej, jak zawsze.",
    "ru": "Мы используем файлы cookie, чтобы показывать вам рекламу. Наших партнёров интересует то же."
    " Подробнее об этом говорит политика конфиденциальности, которую можно прочитать здесь.",
}


@pytest.mark.parametrize("language", WALLS)
@pytest.mark.parametrize("words", [4, 150])
def test_pages_that_share_only_a_notice_are_unrelated(language: str, words: int) -> None:
    writer = Writer.of("cyrillic" if language == "ru" else "latin")
    bodies = [writer.joined(writer.text(n, words)) for n in (1, 2)]
    a, b = (units(f"{body}\n{WALLS[language]} {WALLS[language]}") for body in bodies)
    verdict = judge(a, b)
    assert verdict is not None
    assert verdict.label == "unrelated"
    assert verdict.overlap.longest >= 40


def test_a_copy_of_a_page_with_a_notice_is_one() -> None:
    writer = Writer.of("latin")
    body = writer.joined(writer.text(1, 150))
    for a, b in (
        (body, f"{body}\n{WALLS['en']}"),
        (f"{body}\n{WALLS['en']}", f"{WALLS['de']}\n{body}"),
    ):
        verdict = judge(units(a), units(b))
        assert verdict is not None
        assert verdict.label in ("reprint", "part")


def test_reports_on_what_notices_speak_of_are_no_notices() -> None:
    report = (
        "The bakery sold a million cookies last year. Personal data of its customers was leaked in May, and"
        " the court asked for the consent of all. A robot packs the boxes; nobody subscribes to that view."
    )
    assert without_notices(report) == report
    names = [f"Land{chr(97 + n)}" for n in range(26)] + [
        "Northland",
        "Southland",
        "Eastland",
        "Westland",
    ]
    assert "Landc" not in without_notices(f"{report}\n{' '.join(names)}\n{report}")
    assert without_notices(f"{report}\n{', '.join(names)}") == f"{report}\n{', '.join(names)}"


def test_the_notice_is_found_where_letters_get_longer_in_lower_case() -> None:
    text = "İİİİİİİ is a letter. " * 9 + "\nWe use cookies on this page.\nThe end of it is near."
    without = ("İİİİİİİ is a letter. " * 9 + "The end of it is near.").split()
    assert without_notices(text).split() == without
