"""Which characters belong to scripts that put no spaces between words."""

from __future__ import annotations

#: The inside of a character class: Thai, Lao, Myanmar, Khmer; kana, bopomofo; Han with its extensions and
#: compatibility forms.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u312f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
