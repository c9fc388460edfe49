"""Where does a text speak of its page and not of the world? Consent, registration, subscription, contact.

Such notices are the same in all articles of a paper, and in those of papers that use one service. Nothing
has to be known of a paper to see them: they are sentences with words of `notices.txt`, long lists of names
without commas (menus, the countries of a form), and what is between two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from pathlib import Path

#: The version of these rules.
NOTICES_RULE = "notices/1"
#: Characters between two notices that belong to them.
MAX_BETWEEN = 250
#: Words with a capital that make a list of entries, and their share of its words.
MIN_LISTED, MIN_CAPITAL = 30, 0.7
_SENTENCE = re.compile(r"[^.!?\n。！？]+[.!?。！？]*")
_ADDRESS = re.compile(r"[\w.+-]{2,64}@[\w-]{2,64}\.\w{2,}")


@cache
def _words() -> tuple[str, ...]:
    lines = Path(__file__).with_name("notices.txt").read_text("utf-8").splitlines()
    stated = [line.partition(": ")[2].split("|") for line in lines if not line.startswith("#")]
    return tuple(dict.fromkeys(word for words in stated for word in words))


def notices(text: str) -> list[tuple[int, int]]:
    """Begin and end of the notices of a text, in their order."""
    found = _places(text)
    spans = [each.span() for each in _SENTENCE.finditer(text)]
    begins = [begin for begin, _ in spans]
    lists = {n for n, (begin, end) in enumerate(spans) if _is_list(text[begin:end])}
    told = sorted({max(0, bisect_right(begins, at) - 1) for at in found} | lists)
    out = list[tuple[int, int]]()
    for begin, end in (spans[n] for n in told):
        if out and begin - out[-1][1] <= MAX_BETWEEN:
            out[-1] = out[-1][0], end
        else:
            out.append((begin, end))
    return out


def _is_list(sentence: str) -> bool:
    """Whether a sentence is none, but entries of a menu or form: names beside names, and nothing between."""
    words = sentence.split() if len(sentence) > MIN_LISTED * 3 and "," not in sentence else ()
    capital = sum(word[:1].isupper() for word in words)
    return capital >= MIN_LISTED and capital >= MIN_CAPITAL * len(words)


def _places(text: str) -> list[int]:
    """Where the words of notices and e-mail addresses begin."""
    # A letter whose lower case is longer moves what is behind it.
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
    out = [m.start() for m in _ADDRESS.finditer(text)] if "@" in text else []
    for word in _words():
        at = lowered.find(word)
        while at >= 0:
            if at == 0 or not lowered[at - 1].isalnum():
                out.append(at)
            at = lowered.find(word, at + 1)
    return out


def without_notices(text: str) -> str:
    """A text without its notices; the same text if it has none."""
    at, kept = 0, []
    for begin, end in notices(text):
        kept.append(text[at:begin])
        at = end
    return "\n".join([*kept, text[at:]]) if kept else text
