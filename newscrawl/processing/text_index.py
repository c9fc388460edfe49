"""What the tables index of an article's texts, made in the worker that read its page.

It follows from these texts alone. Whoever stores the article looks it up by them, and makes it anew where it
is not there: a pipeline may have changed a text since.
"""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from newscrawl.lineage.shingles import HASH_BITS, hashes_with_places
from newscrawl.lineage.units import units
from newscrawl.text.stems import rare_stems_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.items import Article


_HASH = (1 << HASH_BITS) - 1


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The stems of a record (`rare_stems_of`), and what its body is compared by.

    `key` is that of `texts_key`, `rarity` that of the body's writing. `packed` are its sampled hashes with
    their places, 8 bytes each.
    """

    key: bytes
    stems: str
    rarity: int
    packed: bytes

    @property
    def placed(self) -> tuple[tuple[int, int], ...]:
        """The sampled hashes of the body with their places (`hashes_with_places`)."""
        numbers = struct.unpack(f"<{len(self.packed) // 8}Q", self.packed)
        return tuple((number >> HASH_BITS, number & _HASH) for number in numbers)

    def to_json(self) -> str:
        """On one line."""
        packed = base64.b64encode(self.packed).decode()
        return json.dumps([self.key.hex(), self.stems, self.rarity, packed])

    @classmethod
    def from_json(cls, text: str | bytes) -> TextIndex:
        """What `to_json` made `text` from."""
        key, stems, rarity, packed = json.loads(text)
        return cls(bytes.fromhex(key), stems, rarity, base64.b64decode(packed))


def texts_key(record: dict[str, Any]) -> bytes:
    """16 bytes that two records have in common which say the same in the same language."""
    texts = [record.get(name) or "" for name in ("language", "title", "description", "body")]
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def text_index(article: Article) -> TextIndex:
    """What the tables index of an article in the form in which records are stored."""
    record = {name: getattr(article, name) for name in ("language", "title", "description", "body")}
    body = units(article.body or "")
    numbers = [place << HASH_BITS | hash_ for place, hash_ in hashes_with_places(body)]
    packed = struct.pack(f"<{len(numbers)}Q", *numbers)
    return TextIndex(texts_key(record), rare_stems_of(record), body.writing.rarity, packed)


def indexed(call: Callable[..., Article], *args: Any, **given: Any) -> tuple[Article, TextIndex]:
    """What `call` makes of a page, and what will be indexed of it once it is normalised. Raises Missed."""
    # Commands that only read an archive make none.
    from newscrawl.processing.record_rules import normalised

    article = call(*args, **given)
    return article, text_index(normalised(article))
