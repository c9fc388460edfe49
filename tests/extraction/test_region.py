"""Where on a page the article lies, told from its headline and from how its paragraphs are set."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract_article

TITLES = {
    "en": "A ferry is kept for two summers",
    "ru": "Паром останется ещё на два лета",
    "el": "Το φέρι μένει για δύο καλοκαίρια",
    "zh": "旧渡轮再保留两个夏天",
    "th": "เรือข้ามฟากเก่าจะอยู่ต่ออีกสองฤดูร้อน",
}
TEXTS = {
    "en": [
        "The town council of Saltmarsh voted on Monday evening to keep the old ferry for two summers more.",
        "Seven members spoke for the ferry and four against it, and the treasurer warned of the roof.",
        "The first crossing of the season is planned for the last Saturday in April, if the engine starts.",
        "Until then the boat stays in the shed, where two apprentices are scraping off the paint of years.",
    ],
    "ru": [
        "Городской совет Солончака в понедельник вечером решил сохранить старый паром ещё на два лета.",
        "За паром высказались семь членов совета, против четверо, а казначей напомнил о протекающей крыше.",
        "Первая переправа этого сезона назначена на последнюю субботу апреля, если двигатель заведётся.",
        "До тех пор лодка стоит в сарае, где двое учеников соскребают с неё краску многих лет.",
    ],
    "el": [
        "Το δημοτικό συμβούλιο αποφάσισε το βράδυ της Δευτέρας να κρατήσει το παλιό φέρι για δύο καλοκαίρια.",
        "Επτά μέλη μίλησαν υπέρ του φέρι και τέσσερα εναντίον, και ο ταμίας προειδοποίησε για τη στέγη του.",
        "Το πρώτο πέρασμα της σεζόν έχει οριστεί για το τελευταίο Σάββατο του Απριλίου, αν πάρει μπροστά.",
        "Ως τότε η βάρκα μένει στο υπόστεγο, όπου δύο μαθητευόμενοι ξύνουν την μπογιά πολλών δεκαετιών.",
    ],
    "zh": [
        "盐沼镇议会星期一晚上投票决定，把那艘旧渡轮再保留两个夏天，理由是新桥的造价太高而且工期太长。",
        "七名议员发言支持保留渡轮，四名反对，镇上的司库提醒大家说，会议厅的屋顶漏水已经漏了三个冬天了。",
        "本季的第一次航行定在四月的最后一个星期六，前提是那台已经用了五十年的发动机到时候还能启动起来。",
        "在那之前，渡轮停在船棚里，两名学徒正在把多年来一层又一层刷上去的油漆刮掉，准备重新上色。",
    ],
    "th": [
        "สภาเมืองลงมติเมื่อค่ำวันจันทร์ให้เก็บเรือข้ามฟากลำเก่าไว้อีกสองฤดูร้อนเพราะสะพานใหม่มีราคาแพงเกินไป",
        "สมาชิกเจ็ดคนพูดสนับสนุนเรือและสี่คนคัดค้านส่วนเหรัญญิกเตือนเรื่องหลังคาห้องประชุมที่รั่วมาสามปีแล้ว",
        "การข้ามครั้งแรกของฤดูกาลกำหนดไว้ในวันเสาร์สุดท้ายของเดือนเมษายนหากเครื่องยนต์เก่ายังสตาร์ตติดอยู่",
        "จนกว่าจะถึงวันนั้นเรือจะจอดอยู่ในโรงเก็บซึ่งเด็กฝึกงานสองคนกำลังขูดสีเก่าที่ทาไว้หลายปีออกทีละชั้น",
    ],
}
OTHER = [
    "Our readers tell us every week what moves them, and every week we print the best of it on this page.",
    "Send us what you have seen by the water this year, and we will find a place for it in this column.",
    "The column began in 1951 with a letter about a heron and has never missed a single week since then.",
    "Whoever writes to us agrees that we may shorten a letter, and that we print it with a full name.",
    "Letters without a name are not printed, however good they are, and nobody has ever been told a name.",
]


def paragraphs(texts):
    return "".join(f"<p>{t}</p>" for t in texts)


def read(body, language="en", title=None):
    shown = TITLES[language] if title is None else title
    head = f"<head><title>{shown}</title></head>"
    return extract_article(f"<html lang={language}>{head}<body>{body}</body></html>")


def lines(article):
    return (article.body or "").split("\n")


languages = pytest.mark.parametrize("language", TEXTS)


@languages
def test_what_stands_behind_the_text_is_left_out(language):
    said = "".join(f"<div class=z9><div class=z8>{t}</div></div>" for t in OTHER[:3])
    page = f"<div class=a><h1>{TITLES[language]}</h1>{paragraphs(TEXTS[language])}</div>"
    assert lines(read(f"<div>{page}<div class=q>{said}</div></div>", language)) == TEXTS[language]


@languages
def test_what_stands_before_the_headline_is_left_out(language):
    menu = "".join(f"<div class=m>{t}</div>" for t in OTHER[:3])
    page = f"<div class=a><h1>{TITLES[language]}</h1>{paragraphs(TEXTS[language])}</div>"
    assert lines(read(f"<div>{menu}</div><div>{page}</div>", language)) == TEXTS[language]


@languages
def test_a_text_in_several_boxes_is_read_to_its_end(language):
    boxes = "".join(
        f"<div class=block><div class=in><p>{t}</p></div></div>" for t in TEXTS[language]
    )
    body = f"<h1>{TITLES[language]}</h1><main>{boxes}</main>"
    assert lines(read(body, language)) == TEXTS[language]


@languages
def test_tables_that_lay_out_the_page_are_no_tables(language):
    menu = "".join(f"<tr><td><a href=/{i}>Menu {i}</a></td></tr>" for i in range(9))
    story = f"<b>{TITLES[language]}</b>{paragraphs(TEXTS[language])}"
    cells = f"<td><table>{menu}</table></td><td>{story}</td><td>{OTHER[0]}</td>"
    article = read(f"<table><tr>{cells}</tr></table>", language)
    assert lines(article) == TEXTS[language]
    assert " | " not in article.body_markdown


def test_a_table_of_data_stays_one():
    rows = "".join(f"<tr><td>{year}</td><td>{year * 3} crossings</td></tr>" for year in (1, 2, 3))
    text = TEXTS["en"]
    body = (
        f"<h1>{TITLES['en']}</h1>{paragraphs(text[:2])}<table>{rows}</table>{paragraphs(text[2:])}"
    )
    assert "| 2 | 6 crossings |" in read(f"<article>{body}</article>").body_markdown


def test_a_long_text_over_the_headline_is_not_the_article():
    rules = f"<div class=rules>{paragraphs(OTHER)}</div>"
    page = f"<h1>{TITLES['en']}</h1><div class=t>{paragraphs(TEXTS['en'])}</div>"
    assert lines(read(f"<div>{rules}</div><div>{page}</div>")) == TEXTS["en"]


def test_a_list_under_the_text_that_names_its_title_does_not_begin_it():
    river = f"<ul><li>{TITLES['en']}</li><li>Another story of the day</li></ul><p>{OTHER[0]}</p>"
    page = f"<div class=t>{paragraphs(TEXTS['en'] * 2)}</div><div>{river}</div>"
    assert lines(read(page))[:4] == TEXTS["en"]


def test_boxes_that_break_off_before_a_link_are_other_stories():
    boxes = "".join(
        f"<div class=b><a href=/{i}><b>Story {i}</b></a><br>{t}<br>{t[:70]}... <a href=/{i}>More</a></div>"
        for i, t in enumerate(OTHER)
    )
    page = f"<h1>{TITLES['en']}</h1><div>{paragraphs(TEXTS['en'])}{boxes}</div>"
    assert lines(read(page)) == TEXTS["en"]


def test_one_quotation_that_breaks_off_stays():
    quote = f"<blockquote>{OTHER[0]} {OTHER[1][:60]}… <a href=/1>Read it all</a></blockquote>"
    text = TEXTS["en"]
    page = f"<h1>{TITLES['en']}</h1><div>{paragraphs(text[:2])}{quote}{paragraphs(text[2:])}</div>"
    assert OTHER[0] in read(page).body


def test_places_on_the_page_are_no_links():
    text = "".join(
        f"<p id=p{i}><a name=p{i}></a><a id=c{i}>0</a>{t}</p>" for i, t in enumerate(TEXTS["en"])
    )
    body = read(f"<article><h1>{TITLES['en']}</h1>{text}</article>").body
    assert all(t in body for t in TEXTS["en"])
