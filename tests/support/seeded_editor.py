"""Texts of six scripts and edits of them, made from a seed: what a diff is measured with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

#: Letters that words are made of, and whether the script puts spaces between them.
SCRIPTS: dict[str, tuple[str, bool]] = {
    "latin": ("etaoinshrdlucmfwypvbgk", True),
    "cyrillic": ("оеаинтсрвлкмдпуяыьгзбч", True),
    "arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", True),
    "devanagari": ("कखगघचजटडतदनपबमयरलवसह", True),
    "han": ("的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年", False),
    "thai": ("กขคงจชดตถทนบปพฟมยรลวสหอ", False),
}


@dataclass(frozen=True, slots=True)
class Editor:
    """Makes texts, and edits each word with probability `share`, moving `moves` paragraphs."""

    random: Random
    script: str
    share: float
    moves: int = 0

    def text(self, words: int) -> list[list[str]]:
        """Paragraphs of words."""
        out: list[list[str]] = []
        while words > 0:
            size = min(words, self.random.randint(20, 60))
            out.append([self._word() for _ in range(size)])
            words -= size
        return out

    def edited(self, text: list[list[str]]) -> list[list[str]]:
        """The text with words replaced, left out and added, and paragraphs moved."""
        out = [self._edited(paragraph) for paragraph in text]
        for _ in range(self.moves):
            paragraph = out.pop(self.random.randrange(len(out)))
            out.insert(self.random.randint(0, len(out)), paragraph)
        return out

    def joined(self, text: list[list[str]]) -> str:
        """The text as it is read."""
        _, spaced = SCRIPTS[self.script]
        return "\n".join((" " if spaced else "").join(paragraph) for paragraph in text)

    def _edited(self, paragraph: list[str]) -> list[str]:
        out: list[str] = []
        for word in paragraph:
            draw = self.random.random()
            if draw >= self.share:
                out.append(word)
            elif draw < self.share / 2:
                out.append(self._word())
            elif draw < self.share * 3 / 4:
                out += [word, self._word()]
        return out

    def _word(self) -> str:
        letters, spaced = SCRIPTS[self.script]
        if not spaced:
            return self.random.choice(letters)
        # Common words are short and few, as in any language.
        rank = min(int(self.random.paretovariate(0.7)), 5000)
        word = ""
        while rank or not word:
            rank, digit = divmod(rank, len(letters))
            word += letters[digit]
        return word
