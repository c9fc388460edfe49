"""Where the text of an article ends: at its comments, and at the list of other stories behind it.

A short line that announces readers' comments ends the text where comments follow it or most of the text
stands before it. One that announces other stories ends it where short lines, links and dates follow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.extraction.blocks import Block

#: A longer line announces nothing.
_LONGEST = 60
#: Characters that stand before the end of a text at least.
_LEAST = 300
_RUNNING = 200
_LINKED = 0.25

_COMMENTS = re.compile(
    r"\W*(?:\d+\s*)?(?:(?:reader |all |latest )?comments?|(?:leave|post|add|write) a (?:comment"
    r"|reply)|discussion"
    r"|(?:leser)?kommentare?|kommentar (?:schreiben|verfassen|hinterlassen)|komentarze|komentarz"
    r"|dodaj komentarz"
    r"|przejdź do dyskusji.*|komentáře|hozzászólások|comentarii|commentaires?|laisser un commentaire"
    r"|vos réactions"
    r"|comentarios?|deja (?:un|tu) comentario|commenti|lascia un commento|comentários?"
    r"|deixe um comentário|reacties"
    r"|kommentarer|kommentit|(?:добавить |оставить |отправить )?комментари[ийя]|комментариев"
    r"|обсуждение|коментарі"
    r"|σχόλια|yorumlar|yorum yap|التعليقات|تعليقات|نظرات|نظر شما|ارسال نظر|תגובות"
    r"|评论|評論|网友评论|网友跟帖|留言|回應"
    r"|コメント|댓글|komentar|bình luận|ความคิดเห็น)\s*[:：]?\s*(?:[(\[]?\d+[)\]]?)?\W*",
    re.IGNORECASE,
)
_OF_A_COMMENT = re.compile(
    r"\b(?:reply|says:|said:|log ?in|sign in|register|guest|anonymous|antworten|anmelden|odpowiedz"
    r"|zgłoś|gość"
    r"|répondre|connect|responder|iniciar sesión|rispondi|accedi|ответить|войдите|авториз\w+|гость|απάντηση"
    r"|yanıtla|عضویت|پاسخ)\b|回复|回覆|登录|登入|返信|답글|\d{1,2}:\d{2}",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\W*(?:read (?:this )?(?:next|also|more)|(?:more|other|latest|related|similar|recent|popular"
    r"|most read)"
    r" (?:news|stories|articles|posts|headlines)|related|see also|up next|next (?:story|article|up)"
    r"|recommended"
    r"|you (?:may|might) (?:also )?like|introducing|weitere (?:artikel|nachrichten|meldungen)"
    r"|mehr zum thema|lesen sie auch"
    r"|nächster artikel|à lire aussi|articles? (?:liés|similaires)|dans la même rubrique"
    r"|noticias relacionadas"
    r"|te puede interesar|más noticias|articoli correlati|leggi anche|notícias relacionadas"
    r"|leia também|lees ook"
    r"|następny (?:tekst|artykuł)|zobacz (?:też|także|również)|czytaj (?:też|także|również)"
    r"|podobne artykuły"
    r"|(?:также |новости |статьи |материалы |другие новости )(?:по теме|партн[её]ров|раздела|рубрики)"
    r"|читайте также"
    r"|самые популярные.*|другие новости|новости партн[её]ров|похожие (?:новости|материалы)|ещё новости"
    r"|σχετικά (?:άρθρα|θέματα|νέα)|διαβάστε (?:επίσης|ακόμα)|τελευταία (?:νέα|ενημέρωση)|ilgili haberler"
    r"|أخبار ذات صلة|اقرأ أيضا|مواضيع ذات صلة|اخبار مرتبط|مطالب مرتبط"
    r"|相关(?:新闻|文章|阅读|报道)|相關(?:新聞|文章|報導)"
    r"|延伸閱讀|推荐阅读|热门(?:新闻|文章)|下一篇|関連記事|あわせて読みたい|おすすめ"
    r"|관련 ?기사|많이 본 뉴스)\s*[:：]?\W*",
    re.IGNORECASE,
)


def cut(blocks: Sequence[Block]) -> list[Block]:
    """The blocks up to the first one that announces comments or other stories."""
    sizes = [len(b.text) for b in blocks]
    total, before = sum(sizes), 0
    for i, block in enumerate(blocks):
        if before >= _LEAST and sizes[i] <= _LONGEST and block.kind != "row":
            rest = blocks[i + 1 :]
            if _COMMENTS.fullmatch(block.text) and (2 * before >= total or _are_comments(rest)):
                return list(blocks[:i])
            if _OTHERS.fullmatch(block.text) and _are_others(rest, before):
                return list(blocks[:i])
        before += sizes[i]
    return list(blocks)


def _are_comments(blocks: Sequence[Block]) -> bool:
    return any(len(b.text) <= 2 * _LONGEST and _OF_A_COMMENT.search(b.text) for b in blocks[:4])


def _are_others(blocks: Sequence[Block], before: int) -> bool:
    """Whether blocks are a list of stories rather than text that goes on behind a box."""
    running = sum(len(b.text) for b in blocks if len(b.text) >= _RUNNING and b.linked < _LINKED)
    short = sum(len(b.text) < 100 or b.linked >= _LINKED for b in blocks)
    return bool(blocks) and 2 * short >= len(blocks) and running <= before
