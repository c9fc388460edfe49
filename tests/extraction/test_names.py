"""Who is named in a byline, in the languages and shapes of the press."""

from __future__ import annotations

import pytest

from newscrawl.extraction.names import begins_as_byline, parse
from newscrawl.extraction.persons import of_person

PAPERS = frozenset(["riverpost", "rp", "riverpostexample"])


def split(byline, **how):
    found = parse(byline, papers=PAPERS, **how).names
    return [n.text for n in found if n.person], [n.text for n in found if not n.person]


@pytest.mark.parametrize(
    ("byline", "persons", "bodies"),
    [
        ("By Anna Brandt", ["Anna Brandt"], []),
        ("Anna Brandt", ["Anna Brandt"], []),
        ("By Anna Brandt, Idris Okafor and Li Wei", ["Anna Brandt", "Idris Okafor", "Li Wei"], []),
        ("von Jörg Köppen und Anneliese Brandt", ["Jörg Köppen", "Anneliese Brandt"], []),
        ("Par Élodie Marchand avec Karim Benali", ["Élodie Marchand", "Karim Benali"], []),
        ("Por Lucía Ferrer y Tomás Rey", ["Lucía Ferrer", "Tomás Rey"], []),
        ("Di Chiara Neri e Marco Bassi", ["Chiara Neri", "Marco Bassi"], []),
        ("Av Ingrid Moe og Per Dahl", ["Ingrid Moe", "Per Dahl"], []),
        ("Автор: Анна Петрова", ["Анна Петрова"], []),
        ("بقلم: ليلى حداد", ["ليلى حداد"], []),
        ("本报记者 张海燕 李晓明", ["张海燕", "李晓明"], []),
        ("記者王小明／台北報導", ["王小明"], []),
        ("文・佐伯美和", ["佐伯美和"], []),
        ("홍길동·김영희 기자 hong@river.example", ["홍길동", "김영희"], []),
        ("Hartog, Wilma", ["Wilma Hartog"], []),
        ("José Ortega y Gasset", ["José Ortega y Gasset"], []),
        ("Ursula von der Heide", ["Ursula von der Heide"], []),
        ("Dr. Özlem Aydın", ["Özlem Aydın"], []),
        ("Wilma Hartog, Harbour Correspondent", ["Wilma Hartog"], []),
        ("Wilma Hartog Senior Reporter", ["Wilma Hartog"], []),
        ("Redakteurin Anneliese Brandt", ["Anneliese Brandt"], []),
        ("Wilma Hartog in Berlin", ["Wilma Hartog"], []),
        ("Wilma Hartog (who)", ["Wilma Hartog"], []),
        ("Wilma Hartog wilma@riverpost.example @wilma", ["Wilma Hartog"], []),
        ("Wilma Hartog, Updated 9 March 2026", ["Wilma Hartog"], []),
        ("By Wilma Hartog, 9:30 pm", ["Wilma Hartog"], []),
        ("Wilma Hartog, dpa", ["Wilma Hartog"], ["dpa"]),
        ("Wilma Hartog/dpa", ["Wilma Hartog"], ["dpa"]),
        ("Wilma Hartog/Idris Okafor", ["Wilma Hartog", "Idris Okafor"], []),
        ("(AP)", [], ["AP"]),
        ("By Wilma Hartog | Special to the Post", ["Wilma Hartog"], []),
        ("Von unserem Korrespondenten Max Huber", ["Max Huber"], []),
        ("dpa/lno", [], ["dpa/lno"]),
        ("The Associated Press", [], ["The Associated Press"]),
        ("Reuters and AFP", [], ["Reuters", "AFP"]),
        ("River Post", [], ["River Post"]),
        ("River Post Staff", [], ["River Post Staff"]),
        ("Redaktion", [], ["Redaktion"]),
        ("東京新聞デジタル", [], ["東京新聞デジタル"]),
        ("riverpost.example", [], ["riverpost.example"]),
        ("wilma.hartog", ["wilma.hartog"], []),
        ("null", [], []),
        ("", [], []),
        ("https://social.example/wilma", [], []),
        ("di Chiara Neri e Marco Bassi", ["Chiara Neri", "Marco Bassi"], []),
        ("Compiled by Wilma Hartog", ["Wilma Hartog"], []),
        ("Opracował: Jan Kowalik", ["Jan Kowalik"], []),
        ("Audio version: Wilma Hartog", ["Wilma Hartog"], []),
        ("Das Interview führte Max Huber", ["Max Huber"], []),
        ("dal nostro inviato Marco Bassi", ["Marco Bassi"], []),
        ("Un artículo de Tomás Rey", ["Tomás Rey"], []),
        ("โดย สมชาย ใจดี", ["สมชาย ใจดี"], []),
        ("Theo Nguyễn Văn An", ["Nguyễn Văn An"], []),
        ("Του Νίκου Ψαρά", ["Νίκου Ψαρά"], []),
        ("Wilma Hartog, Lea Wagner, Nairobi", ["Wilma Hartog", "Lea Wagner"], []),
        ("القاهرة - ليلى حداد", ["ليلى حداد"], []),
        ("Tomás Ferrer. Madrid", ["Tomás Ferrer"], []),
        ("Tomás Rey | Buenos Aires", ["Tomás Rey"], []),
        ("Madonna and Wilma Hartog", ["Madonna", "Wilma Hartog"], []),
        ("Wilma Hartog River Post", ["Wilma Hartog"], []),
        ("Wilma Hartog with Reuters in London", ["Wilma Hartog"], ["Reuters"]),
        ("STT–Wilma Hartog", ["Wilma Hartog"], ["STT"]),
        ("Wilma HARTOG-Ömer ŞAHİN", ["Wilma HARTOG", "Ömer ŞAHİN"], []),
        ("Anna Lena-Maria Weber", ["Anna Lena-Maria Weber"], []),
        ("Wilma Hartog Political Editor", ["Wilma Hartog"], []),
        ("By Wilma Hartog March 9, 2026", ["Wilma Hartog"], []),
        ("Wilma Hartog 12 min read", ["Wilma Hartog"], []),
        ("By Wilma Hartog; Illustrated by Li Wei", ["Wilma Hartog"], []),
        ("Wilma Hartog, debattør og forfatter", ["Wilma Hartog"], []),
        ("Tomás Rey, do R7", ["Tomás Rey"], []),
        ("Wilma Hartog and Li Wei, The Harbour", ["Wilma Hartog", "Li Wei"], ["The Harbour"]),
        ("wilma@riverpost.example (Wilma Hartog)", ["Wilma Hartog"], []),
        ("【山田太郎】", ["山田太郎"], []),
        ("ニューヨーク=山田太郎", ["山田太郎"], []),
        ("서울=홍길동 기자", ["홍길동"], []),
        ("中央社記者王小明台北1日電", ["王小明"], ["中央社"]),
        ("Alle Beiträge", [], []),
        ("Sponsored by Quayside", [], []),
        ("By Dan Holloway", ["Dan Holloway"], []),
        ("By Con Merriman and Dan Holloway", ["Con Merriman", "Dan Holloway"], []),
        ("BY WILMA HARTOG AND LI WEI", ["WILMA HARTOG", "LI WEI"], []),
        ("Glen Owen And Brendan Carlin", ["Glen Owen", "Brendan Carlin"], []),
        ("O'Brien, Kate", ["Kate O'Brien"], []),
        ("Lloyd-Weber, Andrew", ["Andrew Lloyd-Weber"], []),
        ("van der Meer, Anke", ["Anke van der Meer"], []),
        ("Monday August 27, 2018 10:05 am PDT by Juna Clovery", ["Juna Clovery"], []),
        ("27. August 2018, 10:05 Uhr von Juna Clovery", ["Juna Clovery"], []),
        ("Autor: Joanna Janczy. Data publikacji Wto, 2011-05-31", ["Joanna Janczy"], []),
        ("Tuesday, 17 January, 2012", [], []),
        ("About Rebecca Hartog", ["Rebecca Hartog"], []),
        ("Wilma Hartog on Twitter", ["Wilma Hartog"], []),
        ("Lina Riverposter", ["Lina Riverposter"], []),
        ("Quayside Web Solutions", [], ["Quayside Web Solutions"]),
    ],
)
def test_names(byline, persons, bodies):
    assert split(byline) == (persons, bodies)


@pytest.mark.parametrize(
    ("byline", "language", "persons"),
    [
        ("Oleh Baturyn", "en", ["Oleh Baturyn"]),
        ("Oleh Budi Santoso", "id", ["Budi Santoso"]),
        ("Oleh: Budi Santoso", "en", ["Budi Santoso"]),
        ("Theo Lankford", "de", ["Theo Lankford"]),
        ("Theo Nguyễn Văn An", "vi", ["Nguyễn Văn An"]),
        ("Yazan Haddad", "en", ["Yazan Haddad"]),
        ("Yazan: Ayşe Demir", "tr", ["Ayşe Demir"]),
        ("Budi dan Siti Rahma", "id", ["Budi", "Siti Rahma"]),
        ("By Im Soo-jung and In Seok-ho", "en", ["Im Soo-jung", "In Seok-ho"]),
        ("Wilma Hartog, In Berlin", "de", ["Wilma Hartog"]),
    ],
)
def test_words_act_by_language(byline, language, persons):
    assert split(byline, language=language)[0] == persons


@pytest.mark.parametrize(
    ("name", "language", "person"),
    [
        ("Emmy Post", "en", "Emmy Post"),
        ("Brian Leiter", "de", "Brian Leiter"),
        ("Michel Host", "en", "Michel Host"),
        ("Im Soo-jung", "de", "Im Soo-jung"),
        ("Theo Lankford", "vi", "Theo Lankford"),
        ("Hill, John", "en", "John Hill"),
        ("Anke van der Meer", "en", "Anke van der Meer"),
        ("Tyler G. Jonas", "en", "Tyler G. Jonas"),
        ("Анна Петрова", "ru", "Анна Петрова"),
        ("River Post", "en", None),
        ("Buzz Staff", "en", None),
        ("Sports Editor", "en", None),
        ("News Desk", "en", None),
        ("The Guardian", "en", None),
        ("Fox News", "en", None),
        ("Wilma", "en", None),
        ("Wilma Hartog and Li Wei", "en", None),
        ("By Wilma Hartog", "en", None),
        ("Reuters", "en", None),
    ],
)
def test_what_the_markup_calls_a_person(name, language, person):
    found = of_person(name, papers=PAPERS, language=language)
    assert found == person


@pytest.mark.parametrize(
    ("line", "persons"),
    [
        (
            "Share | Travel | By | Wilma Hartog | Travel Reporter | 9 March 2026 | Bookmark",
            ["Wilma Hartog"],
        ),
        ("Posted on March 9, 2026 by Wilma Hartog", ["Wilma Hartog"]),
        ("Wilma Hartog | Redakteurin | Folgen", ["Wilma Hartog"]),
        ("Wilma Hartog | , | Idris Okafor", ["Wilma Hartog", "Idris Okafor"]),
        ("Von | Wilma Hartog | und | Idris Okafor", ["Wilma Hartog", "Idris Okafor"]),
        ("By Wilma Hartog | Photographs by Li Wei", ["Wilma Hartog"]),
        ("By River, in | News | , | Portugal", ["River"]),
        ("By | Jack Crowe | About Jack Crowe | Follow Jack Crowe on Twitter", ["Jack Crowe"]),
    ],
)
def test_names_read_off_the_page(line, persons):
    assert split(line, loose=True)[0] == persons


def test_a_japanese_name_is_not_two():
    assert split("山田 太郎", language="ja")[0] == ["山田 太郎"]
    assert split("张海燕 李晓明", language="zh")[0] == ["张海燕", "李晓明"]


@pytest.mark.parametrize(
    ("line", "is_byline"),
    [
        ("By Wilma Hartog", True),
        ("Published 9 March by Wilma Hartog", True),
        ("By the end of the year the ferry will be gone", False),
        (
            "Von Kiel bis Passau fahren Fähren",
            True,
        ),  # a sentence may begin so: its names must be clean
        ("The ferry was built by Wilma Hartog", False),
    ],
)
def test_begins_as_byline(line, is_byline):
    assert begins_as_byline(line) is is_byline
