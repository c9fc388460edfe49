"""Who made what, in the bylines of Chinese, Japanese and Korean pages.

Such a byline puts the role before or behind the name, often without a space: `本报记者 王攀`,
`责任编辑：李航`, `文／蘇敬哲`, `（記者王小明／台北報導）`, `홍길동 기자`, `撮影／山田花子`. The role tells
an author from an editor, a photographer and a translator. Where a role has no name beside it, nobody
is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extraction.wording import words
from newscrawl.text.patterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator

EAST = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")

AUTHOR, SOURCE = "author", "source"

#: A longer text is no byline; one may stand in it, in brackets.
_LONGEST = 80
#: How far from either end of a paragraph brackets are looked for.
_HEAD, _FOOT = 120, 60

_RANK = (
    r"(?:本[报報台刊社紙]|见习|見習|实习|實習|特约|特約|特派|首席|资深|資深|高级|高級"
    r"|全媒体|融媒体|客座|[综綜]合)*"
)
_MARK = r"[:：／/|｜・·＝=]"
# The words of each role. The last group of words is a role only before a colon or a slash.
_ROLES = {
    AUTHOR: (
        rf"{_RANK}(?:记者|記者|特派員|特派员|评论员|評論員|论说委员|論説委員|編集委員)|采写|採寫|采访|採訪|撰文|撰稿"
        r"|撰寫|撰写|执笔|執筆|作者|取材|筆者|聞き手|글쓴이|글(?=\s[\uac00-\ud7af]{2,4}(?:\s|$))",
        r"文字|文|글|構成|취재",
    ),
    "correspondent": (r"通讯员|通訊員", ""),
    "editor": (
        r"责任编辑|責任編輯|责编|責編|主编|主編|编审|值班编辑|编辑|編輯|校对|校對|审核|審核|审校|监制|監製|責任編集|校閲",
        r"編集|편집|에디터|编导|整理|编",
    ),
    "photographer": (
        r"摄影|攝影|撮影|摄像|사진기자|사진(?=\s[\uac00-\ud7af]{2,4}(?:\s|$))",
        r"图片|圖片|图|圖|照片|写真|사진|视频|視頻|영상|摄|攝",
    ),
    "translator": (r"编译|編譯|翻译|翻譯|译者|譯者|翻訳", r"译|譯|訳|번역"),
    SOURCE: ("", r"(?:本文|文章|信息|资料|新闻|新聞)?(?:来源|來源)|稿源|转自|出典|출처"),
}
_LABEL = deferred(
    "|".join(
        f"(?P<{role}>"
        + "|".join(
            p
            for p in (
                f"(?:{free})\\s*{_MARK}?" if free else "",
                f"(?<![\\w])(?:{bound})\\s*{_MARK}" if bound else "",
            )
            if p
        )
        + ")"
        for role, (free, bound) in _ROLES.items()
    )
)
#: Behind the name.
_BEHIND = re.compile(
    r"(?:선임|수습|인턴|전문|객원|명예)?(?P<author>기자|특파원|논설위원|칼럼니스트|앵커|PD)(?![\uac00-\ud7af])"
    r"|(?<=[\u4e00-\u9fff \u3000])(?P<photographer>摄影|攝影|摄|攝)\s*$"
)
# Where and how it was written, behind the names.
_WIRED = deferred(
    r"[\s／/、，,]*(?:[\u4e00-\u9fff]{2}\d{0,2}日?)?(?:[综綜]合)?(?:報導|报道|報道|外电|[电電]|讯)\s*$"
)
_HAN_NAME = r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff][ \u3000]{1,2}[\u4e00-\u9fff](?![\u4e00-\u9fff])"
_NAME = (
    rf"(?:[\u4e00-\u9fff]{{1,6}}(?:[·•‧][\u4e00-\u9fff]{{1,8}})+|{_HAN_NAME}|[\uac00-\ud7af]{{2,4}}"
    r"|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3})"
)
_JAPANESE_NAME = (
    r"(?:[\u4e00-\u9fff々]{1,4}[ \u3000]?[\u3040-\u30ff\u4e00-\u9fff々]{1,5}|[\u30a1-\u30ff]{3,12})"
)
_BETWEEN = r"(?:\s*[、，,;；/／|·・ㆍ]\s*|\s*[和及与與]\s*|\s+)"
_EDGE = r"(?=$|[\s、，,;；/／|·・ㆍ()（）\[\]【】_＿@\d。.])"
_RUN = deferred(rf"{_NAME}{_EDGE}(?:{_BETWEEN}{_NAME}{_EDGE})*")
_JAPANESE_RUN = deferred(rf"{_JAPANESE_NAME}{_EDGE}(?:{_BETWEEN}{_JAPANESE_NAME}{_EDGE})*")
_LAST_RUN = deferred(rf"(?:^|(?<=[\s=＝\]】／/(（]))(?:{_NAME}{_BETWEEN})*?{_NAME}\s*$")
_ONE = deferred(_NAME)
_JAPANESE_ONE = deferred(_JAPANESE_NAME)
_BRACKETS = re.compile(r"[（(\[【]\s*([^（）()\[\]【】]{3,60})\s*[)）\]】]")
#: What ends so is a paper, a desk, a place or a sentence.
_NO_NAME = deferred(
    r".*(?:[报報社网網台]|新闻|新聞|日報|频道|频道|中心|编辑部|編集部|報導|报道|報道"
    r"|快訊|快讯|综合|綜合|整理|日电"
    r"|일보|신문|뉴스|방송|연합|팀)$"
    r"|(?:本|该|網|网)[^·]*$|.*(?:公司|集团|评论|下载|点击|分享|收藏|字号|大小|打印|纠错)"
)
_NOBODY = frozenset(
    words(
        """
        未知 佚名 匿名 不详 不詳 网络 網絡 网友 網友 小编 小編 管理员 管理員 记者 記者 编辑 編輯
        原创 原創 转载 轉載 互联网 作者 来源 來源 暂无 时间 日期 实习生 官方 用户 游客 무단 전재 입력 수정
        """
    )
)
# The commonest surnames, in both spellings: a short run of characters that begins otherwise is hardly a name.
_SURNAMES = frozenset(
    "王李張张刘劉陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何高林羅罗鄭郑梁謝谢宋唐許许韓韩馮冯鄧邓曹彭曾蕭萧肖田董袁"
    "潘於于蔣蒋蔡余杜葉叶程蘇苏魏呂吕丁任沈姚盧卢姜崔鍾钟譚谭陸陆汪范金石廖賈贾夏韋韦付傅方白鄒邹孟熊秦邱江尹薛閻"
    "闫阎段雷侯龍龙史陶黎賀贺顧顾毛郝龔龚邵萬万錢钱嚴严覃武戴莫孔向湯汤溫温康施文牛樊葛邢安齊齐易喬乔伍龐庞顏颜倪"
    "莊庄聶聂章魯鲁岳翟殷詹申歐欧耿關关蘭兰焦俞左柳甘祝包寧宁尚符舒阮柯紀纪梅童凌畢毕單单季裴霍涂成苗谷盛曲翁冉駱"
    "骆藍蓝路游辛靳歐管柴蒙鮑鲍華华喻祁蒲房滕屈饒饶解牟艾尤陽阳時时穆農农司卓古吉繆缪簡简車车項项連连蘆芦麥麦褚婁"
    "娄竇窦戚岑景黨党宮宫費费卜冷晏席衛卫米柏宗瞿桂全佟應应臧閔闵苟鄔邬邊边卞姬師师和仇欒栾隋商刁沙榮荣巫寇桑郎甄"
    "叢丛仲虞敖鞏巩明佘池查麻苑遲迟鄺邝官封談谈匡鞠惠荊荆樂乐冀郁胥南班儲储原栗燕楚鄢勞劳諶谌奚皮粟冼藺蔺樓楼盤盘"
    "滿满聞闻位厲厉伊仝區区郜海闞阚花權权強强帥帅屠豆朴蓋盖練练廉禹井巴漆公冶司令欧阳"
)


@dataclass(frozen=True, slots=True)
class Credit:
    """A name and what its bearer did; a source is a paper or an agency."""

    name: str
    role: str


def read(text: str, language: str = "") -> list[Credit] | None:
    """The names in a byline with roles, or in one that stands in brackets at the ends of a paragraph.

    None where no role is spoken of; an empty list where the role has no name.
    """
    if len(text) <= _LONGEST and not re.search(r"[。！？]\s*\S", text):
        return _credits(text, japanese=language.startswith("ja"))
    if len(text) > _LONGEST and not _BRACKETS.search(text):
        return None
    found: list[Credit] = []
    for place in (text[:_HEAD], text[max(_HEAD, len(text) - _FOOT) :]):
        for inner in _BRACKETS.findall(place):
            opened = _LABEL.match(inner.strip())
            if opened and opened.lastgroup != SOURCE:
                inside = _credits(inner, japanese=language.startswith("ja")) or []
                found += [c for c in inside if c.role != SOURCE]
    return found or None


def is_surname(name: str) -> bool:
    """Whether a Chinese name begins as one does."""
    return name[:1] in _SURNAMES


#: The paper or the agency that stands right before the role.
_HOUSE = re.compile(r"[\u4e00-\u9fff]{1,6}[社报報网網台]$")
# A Japanese reporter, whose role stands behind.
_REPORTER = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff々]{3,6}\s*$")


def _credits(text: str, *, japanese: bool) -> list[Credit] | None:
    text = re.sub(r"[（(\[【）)\]】|]", " ", text).strip()
    japanese = japanese or bool(_KANA.search(text))
    labels = sorted((*_LABEL.finditer(text), *_BEHIND.finditer(text)), key=lambda m: m.start())
    if not labels:
        return None
    found: list[Credit] = []
    told = 0
    for i, label in enumerate(labels):
        end = labels[i + 1].start() if i + 1 < len(labels) else len(text)
        role = label.lastgroup or AUTHOR
        before, behind = text[told : label.start()], text[label.end() : end]
        if label.re is _BEHIND:
            run = _LAST_RUN.search(before)
            names = list(_names(run[0], japanese=False, behind=False)) if run else []
            told = label.end()
        elif role == SOURCE:
            names = [s[0]] if (s := re.match(r"\s*[^\s|，,。；;]{2,30}", behind)) else []
            told = end
        else:
            names = list(_first_names(behind, japanese=japanese))
            if not re.search(_MARK, label[0]):
                names = [
                    n for n in names if not japanese and (is_surname(n) or not _is_short_han(n))
                ]
            joined = i + 1 < len(labels) and labels[i + 1].lastgroup == role
            if joined and behind.strip() and not behind[-1].isspace():
                names = []  # the house of the next one: "采写：南都记者 A"
            if house := _HOUSE.search(before) if role == AUTHOR else None:
                found.append(Credit(house[0], SOURCE))
            elif not names and not behind.strip() and (one := _REPORTER.search(before)):
                names = list(_names(one[0], japanese=True))
            told = end if names else told
        found += [Credit(n.strip(), role) for n in names]
    return found


def _is_short_han(name: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name))


def _first_names(text: str, *, japanese: bool) -> Iterator[str]:
    """The names that a text begins with."""
    text = _WIRED.sub("", text.lstrip(" \u3000:：／/|｜・·＝=—-"))
    run = (_JAPANESE_RUN if japanese else _RUN).match(text)
    if run:
        yield from _names(run[0], japanese=japanese)


def _names(run: str, *, japanese: bool, behind: bool = True) -> Iterator[str]:
    """The names of a run; behind a role, up to the first that is none."""
    for name in (_JAPANESE_ONE if japanese else _ONE).findall(run):
        closed = re.sub(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])", "", name)
        name = name if japanese else closed
        if closed not in _NOBODY and not _NO_NAME.fullmatch(closed):
            yield name
        elif behind:
            return
