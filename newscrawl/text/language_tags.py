"""Which language tags are there? (BCP 47: a language, perhaps a script, perhaps a region.)"""

from __future__ import annotations

import re
from importlib.resources import files

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)

_FOLDER = files("newscrawl.text")
#: ISO 639, those with a name in the Unicode CLDR.
LANGUAGES = frozenset((_FOLDER / "languages.txt").read_text("ascii").split())
#: ISO 3166-1.
REGIONS = frozenset((_FOLDER / "regions.txt").read_text("ascii").split())


def tag(text: str) -> str | None:
    """The tag in its usual spelling (`pt-BR`, `zh-Hant-TW`), or None if there is no such language."""
    found = _TAG.fullmatch(text.strip())
    if found is None or found[1].lower() not in LANGUAGES:
        return None
    language, script, region = found[1].lower(), found[2], (found[3] or "").upper()
    if region and not region.isdigit() and region not in REGIONS:
        return None
    return "-".join(filter(None, (language, script and script.title(), region)))
