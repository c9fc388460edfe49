"""Seeded texts in six scripts, and copies of them: whole, in part, and with words replaced by a fixed map."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

#: By script: letters that words are made of, and what stands between words.
SCRIPTS = {
    "latin": ("abcdefghijklmnoprstuvwz", " "),
    "cyrillic": ("абвгдежзиклмнопрстуфхцчшыюя", " "),
    "arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", " "),
    "devanagari": ("कखगघचजटडतदनपबमयरलवसह", " "),
    "han": ("".join(chr(0x4E00 + 7 * n) for n in range(700)), ""),
    "thai": ("กขคงจชซดตทนบปพมยรลวสหอ", ""),
}
_VOWELS = {"devanagari": "ािीुेो", "thai": "ะาิีุ", "latin": "aeiou", "cyrillic": "аеиоу"}
_WORDS = 6_000
_STOPS = {"han": ("，", "。"), "thai": (" ", "\n"), "devanagari": (", ", "। ")}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes texts of one script; a word's frequency falls with its rank, as in language."""

    script: str
    words: tuple[str, ...]

    @classmethod
    @cache
    def of(cls, script: str, seed: int = 1) -> Writer:
        rng = random.Random(f"{script} {seed}")
        letters, _ = SCRIPTS[script]
        vowels = _VOWELS.get(script, "")
        found: dict[str, None] = {}
        while len(found) < _WORDS:
            if script == "han":
                word = "".join(rng.choices(letters, k=rng.choice((1, 2, 2, 2, 3))))
            else:
                syllables = rng.choice((1, 2, 2, 3))
                word = "".join(
                    rng.choice(letters) + (rng.choice(vowels) if vowels else rng.choice(letters))
                    for _ in range(syllables)
                )
            found[word] = None
        return cls(script, tuple(found))

    def text(self, seed: int, length: int = 400) -> list[list[str]]:
        """Sentences as lists of words, together `length` words."""
        rng = random.Random(f"{self.script} text {seed}")
        weights = [1 / (rank + 20) for rank in range(len(self.words))]
        words = rng.choices(self.words, weights, k=length)
        out, at = [], 0
        while at < length:
            size = rng.randint(8, 22)
            out.append(words[at : at + size])
            at += size
        return out

    def joined(self, sentences: list[list[str]]) -> str:
        """The text, four sentences in a paragraph."""
        between = SCRIPTS[self.script][1]
        _, stop = _STOPS.get(self.script, (", ", ". "))
        lines = [between.join(sentence) + stop for sentence in sentences]
        return "\n".join("".join(lines[n : n + 4]).strip() for n in range(0, len(lines), 4))

    def spun(self, sentences: list[list[str]], share: float, seed: int = 0) -> list[list[str]]:
        """The text with `share` of its words replaced, the same word always by the same one."""
        rng = random.Random(f"{self.script} spin {seed}")
        words = [word for sentence in sentences for word in sentence]
        kinds = sorted(set(words))
        rng.shuffle(kinds)
        replaced: dict[str, str] = {}
        number = 0
        for word in kinds:
            if number >= share * len(words):
                break
            replaced[word] = rng.choice(self.words)
            number += words.count(word)
        return [[replaced.get(word, word) for word in sentence] for sentence in sentences]

    def part(self, sentences: list[list[str]], words: int, seed: int = 0) -> list[list[str]]:
        """Consecutive sentences of the text that have at least so many words."""
        rng = random.Random(f"{self.script} part {seed}")
        first = rng.randint(0, max(0, len(sentences) // 2))
        out: list[list[str]] = []
        for sentence in sentences[first:]:
            out.append(sentence[: words - sum(map(len, out))])
            if sum(map(len, out)) >= words:
                break
        return out
