"""Which names are agencies: they stand in a byline and are no person.

Names are compared folded (letters and digits only). Each country's agencies are listed by the names
they sign with; a list of a few publishers' own names would not be general and is not kept here.
"""

from __future__ import annotations

import re

from newscrawl.extraction.wording import folded

_SIGNED = """
AP; Associated Press; The Associated Press; Reuters; Thomson Reuters; AFP; Agence France-Presse; Agence France Presse;
dpa; Deutsche Presse-Agentur; dpa-infocom; dpa-AFX; EFE; Agencia EFE; EP; Europa Press; Xinhua; 新华社; 新華社; 中新社; 中新网;
中央社; ANSA; AdnKronos; AGI; LaPresse; Askanews; APA; Austria Presse Agentur; sda; Keystone-SDA; Keystone; SID; epd; KNA;
kathpress; AFX; vwd; TASS; ТАСС; РИА Новости; RIA Novosti; Интерфакс; Interfax; УНИАН; Укринформ; Ukrinform; PA; PA Media;
Press Association; PA Wire; UPI; United Press International; Bloomberg; Bloomberg News; CNN Wire; CNN Newsource; NTB; TT;
TT Nyhetsbyrån; Ritzau; STT; Lehtikuva; Belga; ANP; ČTK; CTK; PAP; Polska Agencja Prasowa; MTI; Lusa; Agência Lusa;
Agência Brasil; Estadão Conteúdo; Folhapress; Notimex; Télam; Telam; Kyodo; Kyodo News; 共同通信; 共同通信社; 共同; 時事通信; 時事通信社;
時事; Jiji; Jiji Press; Yonhap; Yonhap News Agency; 연합뉴스; 뉴시스; 뉴스1; PTI; Press Trust of India; IANS; ANI; UNI; AAP;
Australian Associated Press; The Canadian Press; Canadian Press; La Presse canadienne; Anadolu; Anadolu Agency; AA; DHA; İHA;
Demirören Haber Ajansı; Agerpres; Mediafax; Tanjug; Tanjug; Hina; HINA; STA; TASR; SITA; BTA; БТА; ANA-MPA; ΑΠΕ-ΜΠΕ; BNS; ELTA;
LETA; WAM; SPA; QNA; KUNA; MENA; Petra; SANA; NNA; IRNA; ISNA; رويترز; أ ف ب; فرانس برس; الأناضول; وكالات; وكالة الأنباء;
Antara; Bernama; VNA; TTXVN; Inter Press Service; IPS; States Newsroom; The Conversation; Postmedia; Postmedia News; MAP;
APS; TAP; Panapress; NAN; News Agency of Nigeria; Prensa Latina; Colprensa; Agencia Uno; ATON; Agencias; Agenturen; Agences;
Agencies; Agenzie; Agências; Agencia; Agência; Agentur; Агентства; wire; wires; wire services; wire reports; wire report;
news services; news service reports; staff and news service reports; agencies; dapd; ddp; pressetext; presseportal; ots;
news aktuell; PR Newswire; Business Wire; GlobeNewswire; spot on news; teleschau; Baltic News Service; Ukrainska Pravda
"""

AGENCIES = frozenset(folded(name) for name in re.split(r"[;\n]", _SIGNED) if name.strip())


def is_agency(name: str) -> bool:
    """Whether all that `name` joins with slashes, hyphens and "and" are agencies (`dpa/lno`, `Reuters, AP`).

    Of names joined by a slash the first decides: what follows is a desk's or an editor's sign.
    """
    if folded(name) in AGENCIES:
        return True
    first, *signs = re.split(r"\s*/\s*", name)
    return bool(signs) and folded(first) in AGENCIES and all(len(s.split()) <= 3 for s in signs)
