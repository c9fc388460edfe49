"""Bylines in Chinese, Japanese and Korean: who wrote, who edited, and where nobody is named."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract_article
from newscrawl.extraction.east import read


@pytest.mark.parametrize(
    ("byline", "language", "told"),
    [
        ("本报记者 王海燕 李晓明", "zh", [("王海燕", "author"), ("李晓明", "author")]),
        ("河口日报记者 王海燕", "zh", [("河口日报", "source"), ("王海燕", "author")]),
        ("采写：河口见习记者 林子木", "zh", [("林子木", "author")]),
        ("日期:2014-05-30 08:06:43 作者:徐晶", "zh", [("徐晶", "author")]),
        ("作者：史蒂芬·河", "zh", [("史蒂芬·河", "author")]),
        ("作者：John Hill 翻译：李明", "zh", [("John Hill", "author"), ("李明", "translator")]),
        ("记者 王攀 通讯员 张文远", "zh", [("王攀", "author"), ("张文远", "correspondent")]),
        ("作者：王 攀", "zh", [("王攀", "author")]),
        ("（文/赵勇）", "zh", [("赵勇", "author")]),
        ("文／蘇敬之 圖／王小明", "zh-TW", [("蘇敬之", "author"), ("王小明", "photographer")]),
        ("記者：邱雯 羅執 台北報導", "zh-TW", [("邱雯", "author"), ("羅執", "author")]),
        ("王五 摄", "zh", [("王五", "photographer")]),
        ("[责任编辑：李航]", "zh", [("李航", "editor")]),
        ("责任编辑：俞昌宗_NBJ11145", "zh", [("俞昌宗", "editor")]),
        ("作者： 责任编辑： 易清", "zh", [("易清", "editor")]),
        ("作者：未知 责任编辑：棒棒糖", "zh", [("棒棒糖", "editor")]),
        ("来源：新华网 2011-12-09", "zh", [("新华网", "source")]),
        ("(编辑： newsroom)", "zh", []),
        ("记者了解到，今天", "zh", []),
        ("记者从交通部获悉", "zh", []),
        ("新 闻 河口新闻 高新速递 创 意 文 娱 文化 娱乐", "zh", None),
        ("取材・文／佐伯 美和", "ja", [("佐伯 美和", "author")]),
        ("撮影／山田花子", "ja", [("山田花子", "photographer")]),
        ("山田太郎記者", "ja", [("山田太郎", "author")]),
        ("取材に応じた。", "ja", []),
        ("홍길동 기자", "ko", [("홍길동", "author")]),
        ("강뉴스 홍길동·김영희 기자", "ko", [("홍길동", "author"), ("김영희", "author")]),
        ("글 홍길동 사진 김철수", "ko", [("홍길동", "author"), ("김철수", "photographer")]),
    ],
)
def test_roles(byline, language, told):
    found = read(byline, language)
    assert (None if found is None else [(c.name, c.role) for c in found]) == told


LONG = "河口镇议会星期一晚上决定把旧渡船再用两个夏天，尽管每天早上都要用手发动它的引擎。" * 4


@pytest.mark.parametrize(
    ("begin", "names"),
    [
        ("新华社河口12月9日电（记者王海燕）", ["王海燕"]),
        ("河口网12月15日消息（ 记者 李文 通讯员张文远）", ["李文", "张文远"]),
        ("议会（这是第三次）", []),
        ("消息（来源：河口网）", []),
    ],
)
def test_a_byline_in_brackets_in_a_paragraph(begin, names):
    assert [c.name for c in read(begin + LONG, "zh") or []] == names


def page(head="", before="", after=""):
    text = f"<article><p>{LONG}</p><p>{LONG}</p>{after}</article>"
    html = (
        f"<html lang=zh-CN><head><title>渡船再用两夏_河口网</title>{head}</head>"
        f"<body><h1>渡船再用两夏</h1>{before}{text}</body></html>"
    )
    found = extract_article(html, url="https://hekou.example/2026/ferry-1.html")
    return list(found.authors), list(found.credit), list(found.contributors), found


def test_an_editor_whom_a_meta_tag_holds_is_no_author():
    meta = '<meta name=author content="李航">'
    authors, _, contributors, found = page(meta, after="<p class=editor>[责任编辑：李航]</p>")
    assert (authors, contributors) == ([], ["李航"])
    assert found.provenance["contributors"].note == "editor: 李航"


def test_a_line_with_a_role_goes_before_a_meta_tag():
    meta = '<meta name=author content="田鸿伟">'
    assert page(meta, after="<p>作者：高艳</p>")[0] == ["高艳"]
    assert page(meta, before="<p>本报记者 王攀</p>")[0] == ["王攀"]
    assert page(meta)[0] == ["田鸿伟"]


def test_what_no_surname_begins_is_a_paper():
    assert page('<meta name=author content="网易">')[:2] == ([], ["网易"])
    assert page('<meta name=author content="新京报">')[:2] == ([], ["新京报"])


def test_a_translator_and_an_editor_are_contributors():
    found = extract_article(
        "<html lang=en><h1>A ferry is kept</h1><p class=byline>By Wilma Hartog. Translated by Li Wei</p>"
        "<p>The town council of Saltmarsh voted on Monday evening to keep the old ferry.</p></html>"
    )
    assert found.authors == ("Wilma Hartog",)
    assert found.contributors == ("Li Wei",)
    assert found.provenance["contributors"].note == "translator: Li Wei"
