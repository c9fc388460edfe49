"""Which blocks of a read text are not the article's: the headline again, links elsewhere, calls.

Blocks are judged by what they repeat, by how much of them is a link, and by the words with which such
calls begin. Near the middle of a text only links are suspect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.extraction import endings
from newscrawl.extraction.wording import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawl.extraction.blocks import Block

#: From this share on a block is a link and not a text with links.
_LINK = 0.8
_PARTLY_LINK = 0.25
#: Blocks at each end where the words of a call are enough.
_HEAD = 4
#: Blocks among which headline and standfirst may stand again.
_FIRST = 6
#: A shorter headline may be part of any sentence.
_TELLING = 8
#: Letters that a kicker may add to a headline.
_KICKER = 40
_TAIL = 6
_LONGEST_CALL = 260

# "Read more: ...", in the languages of the press.
_POINTER = re.compile(
    r"\W*(?:read (?:more|next|also|on)|also read|see (?:more|also)|more (?:on this|from|about)"
    r"|you (?:might|may) (?:also )?like"
    r"|related(?: (?:articles?|stories|coverage|news|content|posts?))?|don['’]?t miss"
    r"|must[- ]reads?|recommended(?: stories| reading)?|watch(?: now| more)?|listen(?: now)?"
    r"|explore more|dive deeper|top stories|you may also like|editor'?s picks?"
    r"|lesen sie (?:auch|hier|mehr)|mehr (?:zum thema|dazu|zu)|auch interessant|das könnte sie"
    r"|zum thema|zum artikel|weiterlesen|hier geht|passend dazu|empfohlene\w*"
    r"|(?:à )?lire (?:aussi|également|la suite|plus)|voir aussi|à voir aussi|pour aller plus loin"
    r"|sur le même"
    r"|le[ae] (?:también|más|además)|lee (?:también|más|además)|te (?:puede|podría) interesar"
    r"|también te|más información|ver más|noticias? relacionad"
    r"|leggi (?:anche|di più|tutto)|potrebbe interessarti|approfondi|leia (?:também|mais)"
    r"|saiba mais|veja (?:também|mais)"
    r"|l[äæe]s (?:också|også|mer|mere)|lees (?:ook|verder|meer)|lue (?:myös|lisää)|czytaj (?:też"
    r"|także|więcej|również)|zobacz (?:też|także|również)"
    r"|(?:přečtěte si|čtěte) (?:také|též|více)|olvasta már|citește și|citeşte şi|ilgili haber\w*"
    r"|читайте (?:также|ещё|еще)|читать (?:далее|также)|читайте також"
    r"|اقر[أا] أيضا|للمزيد|اقرأ المزيد|関連記事|あわせて読みたい"
    r"|相关(?:阅读|新闻|文章)|延伸(?:閱讀|阅读)|相關(?:新聞|文章|報導)"
    r"|관련 ?기사|baca juga|xem thêm|यह भी पढ़ें|ये भी पढ़ें)\b",
    re.IGNORECASE,
)
# What asks the reader for something, or speaks of the page and not of the world.
_CALL = re.compile(
    r"\b(?:newsletters?|sign up (?:for|to|here|now|today)|subscribe (?:to|now|here|today)"
    r"|your inbox|follow us|join our|download (?:the|our) app|whatsapp channel"
    r"|breaking news alerts"
    r"|support (?:our|independent) journalism|become a member|already a subscriber"
    r"|got a (?:story|tip|news tip)|our standards:|create an account|log in to|leave a comment"
    r"|comment policy"
    r"|(?:store|access) information on (?:a|your) device|our partners (?:store|process|use)"
    r"|legitimate interest|(?:use|uses|accept) cookies|unsere partner (?:speichern|verarbeiten)"
    r"|verwenden cookies"
    r"|nos partenaires|utilis(?:ons|e) des cookies|nuestros socios|utiliza(?:mos)? cookies|i nostri partner"
    r"|all rights reserved|this (?:copy|material) (?:is for|may not)"
    r"|personal,? non-?commercial use|order reprints|(?:first|originally) (?:appeared"
    r"|published) (?:in|on|by)|terms of (?:use|service)|privacy policy"
    r"|jetzt (?:abonnieren|anmelden|testen)|alle rechte vorbehalten|kostenlos testen"
    r"|folgen sie uns|ihre meinung|schreiben sie uns|fehler gefunden"
    r"|abonnez-vous|inscrivez-vous|tous droits réservés|suivez-nous|déjà abonné|infolettre"
    r"|suscr[ií]bete|suscriptores|regístrate|síguenos|todos los derechos reservados|únete a"
    r"|boletín|iscriviti|abbonati|seguici|tutti i diritti|riproduzione riservata"
    r"|assine|inscreva-se|siga-nos|todos os direitos|prenumerera|nyhetsbrev|nyhedsbrev"
    r"|nieuwsbrief|uutiskirje|подписывайтесь|подпишитесь|рассылк\w+|все права защищены"
    r"|subskrybuj|zapisz się|wszelkie prawa|předplaťte|odebírejte|abone olun?|bülten\w*)\b"
    r"|اشترك في|النشرة البريدية|جميع الحقوق|メルマガ|会員登録|無断転載|版权所有|뉴스레터|무단 ?전재",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:tags?|topics?|keywords|schlagworte|themen|etiquetas|mots[- ]clés|etiketler|теги|標籤|标签"
    r"|태그|share(?: this)?|teilen|partager|compartir|comments?|kommentare|advertisement|anzeige"
    r"|werbung|publicité|publicidad"
    r"|image|photo|foto|video|bild|save|print|listen|bookmark|copy link|e-?mail|follow|drucken|merken"
    r"|vorlesen|imprimer|écouter|enregistrer|guardar|escuchar|imprimir|salvar|stampa|salva|opslaan"
    r"|luister|lytt|spara|zapisz|drukuj|reklama|сохранить|保存|分享|印刷"
    r"|weitere informationen|(?:more|further) information|plus d['’]informations?|más información"
    r"|maggiori informazioni|mais informações|więcej informacji|подробнее)\s*:?\s*$"
    r"|\W*(?:tags|etiketler|etiquetas|теги|schlagworte|keywords)\s*:"
    # Where an advertisement or a player stood.
    r"|\W*(?:(?:the )?(?:article|story) continues (?:below|after)"
    r"|(?:advertisement[. -]+)?scroll to continue|(?:artikel|text)? ?weiter nach der anzeige"
    r"|nach der anzeige geht|la suite après (?:la|cette) publicité"
    r"|(?:la noticia |el artículo )?contin[uú]a (?:después de|tras|debajo de) la publicidad"
    r"|(?:o artigo )?continua (?:após|depois d[ae]|dopo) (?:a|la)? ?pub"
    r"|(?:lees|artikel loopt) (?:verder|door) (?:onder|na) de"
    r"|(?:artikkelen|artikeln|artiklen) forts[eæä]tter|juttu jatkuu mainoksen"
    r"|dalsza część (?:artykułu|tekstu) (?:pod|znajduje)|продолжение после рекламы"
    r"|video player is loading|this is a modal window)",
    re.IGNORECASE,
)


def without(
    blocks: Sequence[Block], *, titles: Iterable[str], standfirsts: Iterable[str] = ()
) -> list[Block]:
    """The blocks of the article itself."""
    blocks = endings.cut(blocks)
    told = [f for t in titles if (f := folded(t))]
    under = {folded(t) for t in standfirsts}
    kept = [
        b
        for i, b in enumerate(blocks)
        if i >= _FIRST or not ((f := folded(b.text)) in under or _repeats(f, told))
    ]
    last = len(kept) - 1
    foreign = [_is_foreign(b, i < _HEAD or i > last - _TAIL) for i, b in enumerate(kept)]
    kept = [
        b
        for i, b in enumerate(kept)
        if _heads_text(kept[i : i + 2]) or not (foreign[i] or _heads_foreign(b, kept, foreign, i))
    ]
    while kept and (kept[-1].kind == "heading" or _is_label(kept[-1])):
        kept.pop()
    return kept


def _heads_foreign(block: Block, blocks: Sequence[Block], foreign: Sequence[bool], i: int) -> bool:
    """Whether a sub-headline stands over a call, or over several links elsewhere."""
    if block.kind != "heading" or not any(foreign[i + 1 : i + 2]):
        return False
    return all(foreign[i + 1 : i + 3]) or not blocks[i + 1].linked


def _heads_text(pair: Sequence[Block]) -> bool:
    """Whether a sub-headline, though it is a link, has text of the article under it."""
    return (
        len(pair) == 2
        and pair[0].kind == "heading"
        and not _POINTER.match(pair[0].text)
        and pair[1].kind == "p"
        and pair[1].linked < _LINK
        and len(pair[1].text) > 120
    )


def _repeats(text: str, titles: list[str]) -> bool:
    """Whether `text` is a title, perhaps with a kicker or cut short."""
    for title in titles:
        longest = len(title) + min(_KICKER, len(title) // 2)
        if text == title:
            return True
        if len(title) < _TELLING:
            continue
        if title in text and len(text) <= longest:
            return True
        if len(text) >= 0.6 * len(title) and text in title:
            return True
    return False


def _is_foreign(block: Block, at_end: bool) -> bool:
    words = len(block.text.split())
    if block.kind == "row":
        return at_end and block.linked >= _LINK
    if block.linked >= _LINK and (words >= 3 or _POINTER.match(block.text)):
        return True
    if _POINTER.match(block.text) and (block.linked >= _PARTLY_LINK or words <= 4):
        return True
    if _is_label(block):
        return True
    call = len(block.text) <= _LONGEST_CALL and _CALL.search(block.text)
    return bool(call and (block.linked > 0 or at_end) and not _is_quoted(block))


_DURATION = re.compile(
    r"(?:\d+\s?(?:h|hrs?|min|mins|minutes?|sec|seconds?|s|Std|Sek)\.?\s?){1,3}"
    r"|(?:\d{1,2}:)?\d{1,2}:\d{2}|\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?[ ,|]*(?:\d{1,2}:\d{2})?",
    re.IGNORECASE,
)


def _is_label(block: Block) -> bool:
    if len(block.text) > 120:
        return False
    return bool(_LABEL.match(block.text) or _DURATION.fullmatch(block.text))


def _is_quoted(block: Block) -> bool:
    return block.kind == "quote" or block.text[:1] in "\"“„«»'‘"
