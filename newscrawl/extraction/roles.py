"""The words that stand around names in bylines, by what they do there, in the languages of the press."""

from __future__ import annotations

import re

from newscrawl.extraction.wording import folded, words

# Before a name: "By A", "Text: A", "Ein Kommentar von A", "文／A".
_BY = r"""
by|(?:words|text|story|report|opinion|analysis|review|interview|article|commentary|column|as told to
|\w+(?:ed|en)) by|as told to|words|from|author[s]?|byline|staff writer[s]?|contributor[s]?
|von|vom|text von|(?:erstellt|gespeichert|eingetragen|eingestellt|veröffentlicht|publiziert
|gepostet|notiert) von|(?:blog[- ]?)?(?:beitrag|artikel|post) von|autor(?:in|en|/in|:in|\*in)?
|verfasst von|geschrieben von|ein (?:\w+ )?von
|(?:kommentar|analyse|bericht|interview|gastbeitrag|essay|reportage|kolumne|glosse|eine (?:analyse
|kolumne|reportage|glosse)|aufgezeichnet) von|aus [^,|]{2,30} berichten?|das (?:interview|gespräch) führten?
|mit [^,|]{3,60} sprach(?:en)?|text|fotos?|protokoll|interview
|par|texte|propos recueillis par|écrit par|publié par|rédigé par|auteur(?:e|s)?
|por|un (?:artículo|texto|reportaje|análisis) de|enviad[oa] especial|escrito por|publicado por
|redactado por|texto|autor(?:a|es|as)?
|di|dal(?:la|l')? nostr[oa] (?:inviat[oa]|corrispondente)|intervista di|a cura di|scritto da|articolo di
|autore|testo
|door|auteur|tekst|af|av|skrevet af|skrevet av|skriven av|tekst af|text av|text|tekst|foto
|journalist
|autor|autorka|oprac(?:ował[a]?)?\.?|rozmawiał[a]?|připravil[a]?|zpracoval[a]?|scrie|autoare|napsal[a]?
|napisał[a]?|tekst|przez|piše|szerző|írta|de|scris de|autorul
|автор(?:ы|ка)?|текст|записал[а]?|беседовал[а]?|подготовил[а]?|автори
|συντάκτης|του|της|γράφει(?: ο| η| ο/η)?|επιμέλεια|yazan|haber|hazırlayan|editör|penulis|oleh|reporter|tác giả
|theo|thực hiện|ditulis oleh|laporan|โดย|ผู้เขียน
|بقلم|كتب(?:ت)?|إعداد|تحرير|تقرير|الكاتب|كتبه|نوشته|نویسنده|מאת|כתב|लेखक|द्वारा
|escribe|artikel von|kommentar von
|pressemitteilung von|nachricht von
|聞き手|構成|文|撰文|作者|記者|记者|来源|來源|글|기사|執筆|取材|筆者|취재
"""
BY = re.compile(
    r"^(?:"
    + re.sub(r"\s*\n\s*", "", _BY)
    + r")(?:\s*[:：／/・—–]\s*|\s+|$)|^โดย(?=[\u0e00-\u0e7f])",
    re.IGNORECASE,
)

# Of these words, that are also names, each opens a byline in its languages alone: elsewhere
# "Oleh Baturyn" and "Theo Lankford" are persons. A colon after the word tells, too.
ALSO_NAMES = {
    "oleh": ("id", "ms", "su", "jv"),
    "theo": ("vi",),
    "di": ("it", "id"),
    "de": ("es", "pt", "fr", "ro", "ca", "gl", "nl", "af"),
    "door": ("nl", "af"),
    "af": ("da", "is", "fo"),
    "av": ("sv", "no", "nb", "nn"),
    "yazan": ("tr", "az"),
    "haber": ("tr", "az"),
    "laporan": ("id", "ms"),
}
#: Words that stand over many things: without a colon they open a byline only before a name of two words.
NAMING = frozenset(
    words(
        """
        text texte texto testo tekst words story report opinion analysis review interview article
        commentary column foto fotos protokoll journalist reporter haber editör author authors
        autor autora autore auteur autori
        """
    )
)
WEEKDAYS = frozenset(
    map(
        folded,
        words(
            """
            monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs
            fri sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lundi
            mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes
            sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag
            woensdag donderdag vrijdag zaterdag zondag mandag tirsdag onsdag torsdag fredag lørdag
            søndag måndag tisdag lördag söndag maanantai tiistai keskiviikko torstai perjantai
            lauantai sunnuntai poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí
            úterý středa čtvrtek pátek neděle понедельник вторник среда четверг пятница суббота
            воскресенье понеділок вівторок середа четвер пʼятниця субота неділя δευτέρα τρίτη
            τετάρτη πέμπτη παρασκευή σάββατο κυριακή pazartesi salı çarşamba perşembe cuma cumartesi
            pazar الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت شنبه یکشنبه دوشنبه سه‌شنبه
            چهارشنبه پنجشنبه جمعه senin selasa rabu kamis jumat sabtu minggu
            """
        ),
    )
)

# What follows these is where the text or the picture is from, and who wrote neither.
SOURCE = re.compile(
    r"(?:quellen?|sources?|fuentes?|fonte|bron|kilde|källa|źródło|zdroj|источник|kaynak|来源|來源"
    r"|출처)\s*[:：]",
    re.IGNORECASE,
)
# Between commas after a name: whom it was written for, and of which paper its author is.
BESIDE = re.compile(
    r"(?:(?:[Ss]pecial(?:ly)?|[Ee]xclusive) (?:to|for)|(?:for|via|de la|del|da|do|dal|della|fra|från"
    r"|vom)(?!\w))\b"
)
DEGREE = re.compile(
    r"(?:ph\.?d|m\.?d|r\.?n|r\.?d|mba|ma|msc|bsc|j\.?d|esq|jr|sr|ii|iii|dphil|mph)\.?",
    re.IGNORECASE,
)

# What a person is; with it, whatever else stands between two commas is no name.
_ROLE = r"""
(?:(?:senior|chief|deputy|associate|assistant|managing|executive|contributing|staff|special|freelance|guest
|political|politics|health|science|technology|tech|business|economics|financial|finance|education|crime
|court
|courts|sports?|football|culture|arts|music|film|travel|food|environment|climate|energy|defen[cs]e
|diplomatic
|foreign|world|international|national|local|regional|city|community|digital|data|multimedia|investigative
|home affairs|social affairs|legal|religion|royal|media|consumer|personal finance|property|transport
|breaking news|news|features?|opinion|general assignment|washington|london|brussels|paris|berlin|moscow
|beijing|europe|asia|africa|middle east|white house|westminster|us|u\.s\.|uk|u\.k\.|un|u\.n\.|eu|e\.u\.
|china|russia|india)\s)*
(?:editor(?:s)?(?:[- ]in[- ]chief)?|editor-at-large|correspondent|reporter|writer|journalist
|columnist|producer|analyst|commentator|critic|bureau chief
|head of|director of|director|professor(?: of)?|lecturer|fellow|contributor|photographer|author of
|presenter|anchor|host|blogger|researcher|intern|economist)
|(?:chef|leitende[rn]?\s|politik|wirtschafts|sport|kultur|chefredakt\w+|\w+-?)?(?:redakteur
|korrespondent|reporter|volont[aä]r|autor|ressortleiter|büroleiter|kolumnist|journalist
|herausgeber|mitarbeiter|praktikant|leiter)(?:in|innen|en|s)?
|chefredaktion|(?:\w+-)?(?:hauptstadt|landes)?(?:studio|büro)|chefredakteur(?:in)?|freie[rn]? \w+
|nachrichtenagentur
|journaliste|correspondante?|rédact(?:eur|rice)|reporter|envoyée? spéciale?|chroniqueu(?:r|se)
|éditorialiste|chef de service
|redactora?|corresponsal|periodista|enviad[oa] especial|column?ista|subdirectora?|jef[ea] de
|giornalista|inviat[oa]|corrispondente|redat(?:tore|trice)|caporedattore|vicedirettore
|jornalista|repórter|correspondente|colunista|da redação|da agência
|redakt(?:ør|ör|or|orka|orius)|toimittaja|verslaggever|redacteur|correspondent|dziennikarz
|dziennikarka|novinář(?:ka)?|újságíró|ziarist[ăa]?|δημοσιογράφου|novinar(?:ka)?
|журналист(?:ка)?|корреспондент|обозреватель|редактор|кореспондент|δημοσιογράφος|muhabir|editör
|مراسل(?:ة)?|محرر(?:ة)?|صحفي(?:ة)?|خبرنگار|संवाददाता|रिपोर्टर
"""
ROLE = re.compile(r"(?<!\w)(?:" + re.sub(r"\s*\n\s*", "", _ROLE) + r")(?!\w)", re.IGNORECASE)

# Chinese, Japanese and Korean bylines put the role at the name without a space.
CJK_ROLE = re.compile(
    r"(?:本[报報]|本社|本紙|[综綜]合|[实實][习習]|特[约約]|特派|首席|[资資]深|高[级級]|見習|见习|【|】)*"
    r"(?:記者|记者|通[讯訊]員|通讯员|責任編輯|责任编辑|[编編][辑輯译譯]|作者|撰文|撰稿|編集委員|特派員|論説委員|評論員|评论员|摄影|攝影)\s*[:：／/]?\s*"
    r"|(?:선임|수습|인턴|전문|객원|명예)?(?:기자|특파원|논설위원|에디터|칼럼니스트|앵커|PD)(?=\s|$|·|,)"
    r"|[\w\s]{0,8}(?:報導|报道|報道|电|電|摄|撰)$"
)

# After these a date, a place or a paper follows, not a name.
TAIL = re.compile(
    r"\s+(?:for|For|FOR|in|IN|at|AT|aus|AUS|pour|para|per|für|FÜR|voor|från|fra|из"
    r"|[Ss]pecial [Tt]o|via|for the)"
    r"\s+(?=\S).*$"
    r"|\s+à\s+(?=\w).*$|\s+(?:on|auf|sur|en|su|bei|på) "
    r"(?:Twitter|X|Facebook|Instagram|LinkedIn|Bluesky|Telegram)\b.*$"
)
# What is left of a tail whose place was an address.
STUB = re.compile(
    r"(?:\s+(?:for|in|at|on|am|um|of|the|le|el|il|del|para|pour|für|per|op|den|på|IN|AT|ON|AM|FOR|OF"
    r"|THE))+$"
)
# A fragment that begins so names a place or a section; with a capital ("Im Soo-jung") in these
# languages alone.
PLACED = re.compile(
    r"(?:[Ss]pecial to|in|im|beim|aus|at|en|à|nel|nella|unter|zum|zur|on)(?:\s|$)"
    r"|(?P<capital>In|Im|Beim|Aus|At|En|À|Nel|Nella|Unter|Zum|Zur|On)(?:\s|$)"
)
PLACED_IN = {
    "in": ("en", "de", "it", "nl"),
    "im": ("de",),
    "beim": ("de",),
    "aus": ("de",),
    "unter": ("de",),
    "zum": ("de",),
    "zur": ("de",),
    "at": ("en",),
    "on": ("en",),
    "en": ("es", "fr", "ca", "gl"),
    "à": ("fr", "pt"),
    "nel": ("it",),
    "nella": ("it",),
}
# What follows these made something else: the pictures, the translation.
OTHER_MAKER = re.compile(
    r"(?<!\w)(?:(?:sponsored|presented|powered)(?= by)|translated|translation|illustrated|photo(?:s"
    r"|graph(?:s|y))?|illustrations?|graphics?|edited"
    r"|editing|video|camera|übersetzt"
    r"|übersetzung|fotos?|bilder|grafik|redigiert|traduit|photographies|traducción|traducido"
    r"|fotografías?|fotografie|fotograf|fotó|foto's|vertaald|zdjęcia|фото|kuva[t]?|φωτογραφ\w+|fotoğraf"
    r"|摄影|攝影|翻译|翻譯)(?:\s*(?:by|von|par|por|di|de|door|av|af|:)(?!\w)|\s+(?=[A-ZÀ-Þ]\w+\s[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
# "Monday August 27, 2018 10:05 am PDT by": a date before the word that opens the byline.
DATE_BEFORE = re.compile(
    r"(?:^|(?<=\| ))(?=[^|]{0,60}(?:\d{4}|\d{1,2}[:.]\d{2}))[^|]{4,70}?"
    r"\s(?=(?:[Bb]y|BY|von|par|por|di|door|av|af|przez|da|от)\s+[^\W\d_])"
)
#: How those words begin, and what their bearers are.
MAKERS = (
    *((w, "translator") for w in ("transl", "übers", "tradu", "vertaal", "翻")),
    *((w, "editor") for w in ("edit", "redig")),
    *((w, "illustrator") for w in ("illustr", "graphic", "grafik")),
    *(
        (w, "photographer")
        for w in ("photo", "foto", "bild", "zdję", "фото", "kuva", "φωτο", "摄影", "攝影")
    ),
    *((w, "camera") for w in ("video", "camera")),
)
# "Posted on 21 September by", up to the word that opens the byline.
POSTED = re.compile(
    r"(?<!\w)(?:posted|published|written|submitted|created|updated|erstellt|veröffentlicht"
    r"|gespeichert"
    r"|eingetragen|publié|posté|écrit|publicado|escrito|pubblicato|scritto|inserito|publicerad"
    r"|geplaatst|opublikowan\w+|dodan\w+)(?!\w)[^|]{0,60}?\s(?=(?:by|von|par|por|da|di|door|av|af"
    r"|przez)\s)",
    re.IGNORECASE,
)
DATED = re.compile(
    r"(?<!\w)(?:updated|published|posted|last (?:updated|modified)|modified|created|aktualisiert"
    r"|veröffentlicht|stand|erstellt"
    r"|publiziert|gepostet|publiée?|mise? à jour|modifiée?|actualizad[oa]|publicad[oa](?! por)"
    r"|pubblicato|aggiornato"
    r"|atualizado|opdateret|oppdatert"
    r"|publisert|publicerad|uppdaterad|gepubliceerd|bijgewerkt|julkaistu|päivitetty|aktualizováno"
    r"|обновлено|опубликовано"
    r"|güncelleme|yayınlanma|发布|更新|發布|입력|수정|更新日)(?!\w).*$",
    re.IGNORECASE,
)

# A name that holds one of these is no person's.
_BODY = r"""
redaktion\w*|\w*redaktion|\w*agentur|redacción|redaccion|rédaction|redazione|redação|redacao
|redactie|redaktsiya|редакция|toimitus|redakce|redakcja|szerkesztőség
|newsroom|newsdesk|news|desk|staff|team|crew|editors|board|bureau|press|pressestelle|presse|online
|digital|agency|agencia|agência|agence|agentur|agenzia|agenturen|agencias|agences
|editorial|services|service|reports|correspondents|contributors|tv|radio|media|network|zeitung
|nachrichten|magazin|magazine|times|gazette|herald|tribune|journal|daily|weekly|post|chronicle
|observer
|institut|institute|foundation|stiftung|university|universität|ministry|ministerium|inc|ltd|llc
|gmbh|ag|e\.? ?v|verband|verlag|council|association|committee|collective|group|company|corporation
|deutschland|webdesk|admin(?:istrator)?|webmaster|haberleri|haber merkezi|gazetesi|noticias
|redacția|redactia|redaksi|redaksjonen|redaktionen|ritstjórn|uredništvo|редакція|σύνταξης|σύνταξη
|toimituksen|toimittajat|merkezi|servisi|ban biên tập|biên tập|מערכת|תחריר|تحریریه|التحرير|عواجل
|noticiero|diario|giornale|journalen|avisen|dagblad|tidning|ajansı|агентство|газета|новости
|solutions|οργανισμός|εφημερίδα|ооо|оао|зао|информагентство|a\.?ş|α\.ε|sp\. z o\.o|s\.r\.l|s\.a|pty
"""
#: Of the words for papers and roles, those that are surnames as well: after a first name, and where the
#: markup says Person, they are one ("Emmy Post", "Brian Leiter").
SURNAMES = frozenset(
    words(
        """
        post press board herald journal times gazette tribune daily chronicle observer ag council
        weekly crew leiter host fellow anchor mitarbeiter presse zeitung magazin diario giornale avisen
        """
    )
)
#: What no person is called, whatever the markup says, and what qualifies a desk or a role.
_INSTITUTION = """
redaktion\\w*|\\w*redaktion|\\w*agentur|redacción|rédaction|redazione|redação|redactie|редакция|newsroom
|newsdesk|editors?|editorial|agency|agence|agentur|agencia|agência|agenzia|online|digital|team|tv|media|services
|reports|correspondents?|contributors?|university|institute|ministry|inc|ltd|llc|gmbh|admin(?:istrator)?
|webmaster|webdesk|magazine|zeitung|nachrichten|noticias|the|der|die|das|le|la|les|el|los|il|lo|het|de|al
|senior|chief|deputy|associate|assistant|managing|executive|contributing|staff|special|freelance|guest|web
|political|politics|health|science|technology|tech|business|economics|financial|finance|education|crime|court
|sports?|football|culture|arts|music|film|travel|food|environment|climate|energy|foreign|world|international
|national|local|regional|city|community|data|opinion|news|daily|sunday|morning|evening|associated|united|global
|today|free|new|our|your|this|christian|jewish|catholic|american|british|european|african|asian|chinese|russian
|indian|washington|london|brussels|paris|berlin|moscow|york|angeles|fox|sky|house|white|royal|public|content
|sponsored|partner|advertising|marketing|website|site|blog|user|author|autor|auteur|reader|press|radio|photo
"""
INSTITUTION = re.compile(
    r"(?<!\w)(?:" + re.sub(r"\s*\n\s*", "", _INSTITUTION) + r")(?!\w)", re.IGNORECASE
)
BODY_WORD = re.compile(r"(?<!\w)(?:" + re.sub(r"\s*\n\s*", "", _BODY) + r")(?!\w)", re.IGNORECASE)
CJK_BODY = re.compile(
    r"(?:編集部|編集局|取材班|新聞|新闻|通信社|日[报報]|晚[报報]|周刊|[电電][视視]|[网網]$|社$|台$|디지털|뉴스|신문|일보|방송|편집[국부]|뉴스팀|취재팀"
    r"|भास्कर|न्यूज|डेस्क|ब्यूरो|टीम|समाचार|هيئة|التحرير|وكالة|جريدة|صحيفة|قناة|خبرگزاری|ดิจิทัล"
    r"|ข่าว|ออนไลน์|กองบรรณาธิการ|온라인|취재부|[뉴스]부$|デジタル|チーム)"
)

# Small words that belong to names.
PARTICLES = frozenset(
    words(
        """
        von van vom zu zum zur der den de del della di da dos das do du la le les los el al bin
        ibn ter ten af av ap y e
        """
    )
)

# "About A", "More from A": what follows a byline and is about its author.
ABOUT = re.compile(
    r"^(?:about|follow|meet|contact|more from|more by|posts by|articles by|stories by"
    r"|(?:view|see) all (?:posts|articles|stories) by|über|folgen sie|mehr von|alle artikel von"
    r"|à propos de|suivre"
    r"|sobre|acerca de|seguir a|informazioni su)\s+(?=\S)",
    re.IGNORECASE,
)

# Statements that are no name at all.
NOBODY = frozenset(
    map(
        folded,
        words(
            """
        kommentar kommentare einkommentar keinekommentare leaveacomment nocomments mehr more
        uncategorized allebeiträge allposts viewallposts advertisement anzeige
        staff staffwriter staffreporter null undefined none unknown na anonymous guest author
        authors autor auteur by admin administrator default user root share comments comment
        readmore follow subscribe home menu news contributor editor redakteur website site seo nan
        true false nobody noauthor guestcontributor guestauthor gastautor gastbeitrag webeditor
        websiteadmin webmaster red pv anónimo anonyme anonym anonimo various diverse varios keinautor
        keineangabe sinautor pressrelease pressemitteilung comunicado communiqué comunicatostampa
        sponsored sponsoredcontent partnercontent advertorial ourcorrespondent specialcorrespondent
        correspondent vanonzecorrespondent ourreporter ourforeigndesk profile profil writer superuser
        superadmin testuser hakkında yazarhakkında عاجل المحرر
        """
        ),
    )
)

# Places of several words that follow a name. Those of one word need no list.
PLACES = frozenset(
    map(
        folded,
        """
        New York|New York City|Los Angeles|San Francisco|San Diego|Las Vegas|New Orleans|Washington DC
        |Washington D.C.
        |St. Louis|Salt Lake City|New Delhi|Hong Kong|Tel Aviv|Abu Dhabi|Kuala Lumpur|Addis Ababa|Cape Town
        |Den Haag|The Hague|São Paulo|Sao Paulo|Rio de Janeiro|Belo Horizonte|Porto Alegre|Buenos Aires
        |Mexico City|Ciudad de México|San José|San Juan|San Salvador|La Paz|La Habana|El Cairo|San Sebastián
        |Santiago de Compostela|Santiago de Chile|Las Palmas|La Coruña|A Coruña|Palma de Mallorca
        |Santa Cruz de Tenerife
        |Frankfurt am Main|Bad Homburg|St. Gallen|St. Pölten|Saint-Denis|La Haye|Nueva York|Nova York
        |Nova Delhi
        |Nueva Delhi|San Petersburgo|São Petersburgo|Ho Chi Minh City|Hà Nội|Phnom Penh|Port Moresby
        |Sri Lanka
        |Saudi Arabia|South Africa|South Korea|North Korea|United States|United Kingdom|Middle East
        |Costa Rica
        """.replace("\n", "").split("|"),
    )
)
