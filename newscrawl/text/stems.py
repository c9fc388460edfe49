"""The stems of words, so that a search for one form of a word finds its others: Snowball's, by language.

The full-text indexes have each stem of an article's words once, as a token that no word is: `0en0run` of
its text, `1en1run` of its title. A query asks for the stems of its words in each language that the archive
has. Words are stemmed as they stand, and without accents: who types none finds the same.

More than half of the stems are words of the same text: `run` of *runs* and *run*. SQLite's index has no token
of such a stem. A query asks for the word itself, in texts of its language (`LANGUAGE_MARK`).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from newscrawl.text.folding import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

#: Snowball's stemmers by the first subtag of a language. Those whose vowel signs are no letters are left out.
ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
#: Words that are stemmed have three letters at least. Longer ones than that are none of a language.
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,40}(?![^\W_])")
#: Letters and digits in a row, of which words are those that `_WORD` has.
_RUN = re.compile(r"[^\W_]+")
_SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}
#: What a language is called in the column `language` of SQLite's index.
LANGUAGE_MARK = "0{}0"
#: Words of a language whose stems are kept in memory: 5 MB.
MAX_WORDS = 1 << 15
#: A stemmer may be used by one thread at a time.
_stemmers = threading.local()


def stems_of(record: dict[str, Any]) -> list[str]:
    """The tokens of a record; none where its language has no stemmer."""
    if (code := code_of(record)) is None:
        return []
    title = _words(record.get("title"))
    words = dict.fromkeys([*_words(record.get("description")), *_words(record.get("body"))])
    return [
        *dict.fromkeys(chain.from_iterable(_tokens(code, word, "1") for word in title)),
        *dict.fromkeys(chain.from_iterable(_tokens(code, word, "0") for word in (*title, *words))),
    ]


def rare_stems_of(record: dict[str, Any]) -> str:
    """The tokens of a record that SQLite's index has: of stems that are no word of the same text."""
    if (code := code_of(record)) is None:
        return ""
    title = dict.fromkeys(_runs(record.get("title")))
    words = title | dict.fromkeys(_runs(record.get("description")))
    words |= dict.fromkeys(_runs(record.get("body")))
    return " ".join((*_rare(code, title, "1"), *_rare(code, words, "0")))


def _rare(code: str, words: dict[str, None], mark: str) -> Iterator[str]:
    """The tokens of stems that these words have and that are none of them."""
    found = chain.from_iterable(map(_vocabulary(code).__getitem__, words))
    stems = [stem for stem, is_word in found if not (is_word and stem in words)]
    return (f"{mark}{code}{mark}{stem}" for stem in dict.fromkeys(stems))


def language_mark(record: dict[str, Any]) -> str:
    """What SQLite's index has in its column `language`."""
    code = code_of(record)
    return LANGUAGE_MARK.format(code) if code else ""


def asked_words(word: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Words that SQLite's index is asked for beside the tokens of `asked`, each with its language."""
    found = _asked(word)
    return [
        (stem, code)
        for code in codes
        for stem in (_stems(code, found) if found else ())
        if stem != found and _is_word(code, stem)
    ]


def asked(word: str, codes: Iterable[str], *, is_title: bool = False) -> list[str]:
    """The tokens that this word is searched by in these languages; none if it is not one word of letters."""
    mark = "1" if is_title else "0"
    found = _asked(word)
    return [token for code in codes for token in _tokens(code, found, mark)] if found else []


def has_stem(word: str, code: str, tokens: Collection[str]) -> bool:
    """Whether these tokens of `asked` find this word of a text in this language."""
    return any(token in tokens for each in _words(word) for token in _tokens(code, each, "0"))


def code_of(record: dict[str, Any]) -> str | None:
    """The language whose stemmer a record's words have."""
    code = (record.get("language") or "").lower().replace("_", "-").partition("-")[0]
    return code if code in ALGORITHMS else None


class _Vocabulary(dict[str, tuple[tuple[str, bool], ...]]):
    """Of each word its stems, but for itself, and whether a text that has one as a word needs no token."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __missing__(self, word: str) -> tuple[tuple[str, bool], ...]:
        if len(self) >= MAX_WORDS:
            self.clear()
        found: tuple[tuple[str, bool], ...] = ()
        if _WORD.fullmatch(word) and (stems := _stems(self._code, word)) != (word,):
            found = tuple((stem, _is_word(self._code, stem)) for stem in stems)
        self[word] = found
        return found


_vocabulary = cache(_Vocabulary)


def _is_word(code: str, stem: str) -> bool:
    """Whether a text with this stem as a word has it as a stem, and both indexes have it as that word."""
    return stem.isascii() and bool(_WORD.fullmatch(stem)) and _stems(code, stem) == (stem,)


def _runs(value: str | None) -> list[str]:
    """Letters and digits in a row, as words are compared."""
    if value and value.isascii():
        return value.lower().translate(_SEPARATORS).split()
    return _RUN.findall(_plain(value))


def _asked(word: str) -> str | None:
    """The word of a query that is one word of letters."""
    found = _words(word)
    return found[0] if len(found) == 1 and len(found[0]) == len(_plain(word)) else None


def _plain(value: str | None) -> str:
    return unicodedata.normalize("NFC", value or "").casefold()


def _words(value: str | None) -> list[str]:
    return _WORD.findall(_plain(value))


@lru_cache(maxsize=MAX_WORDS)
def _tokens(code: str, word: str, mark: str) -> tuple[str, ...]:
    return tuple(f"{mark}{code}{mark}{stem}" for stem in _stems(code, word))


def _stems(code: str, word: str) -> tuple[str, ...]:
    """The folded stems of a word as it stands and of the folded word, which mostly are one."""
    stemmer = _stemmer(code)
    if word.isascii():
        return (stem,) if (stem := stemmer.stemWord(word)) else ()
    plain = folded(word)
    found = (folded(stemmer.stemWord(word)), folded(stemmer.stemWord(plain)))
    return tuple(dict.fromkeys(stem for stem in found if stem and " " not in stem))


def _stemmer(code: str) -> Any:
    import Stemmer

    made = getattr(_stemmers, code, None)
    if made is None:
        made = Stemmer.Stemmer(ALGORITHMS[code], 0)
        setattr(_stemmers, code, made)
    return made
