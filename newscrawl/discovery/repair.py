"""XML as it should have been written: what HTML allows and XML does not, mended in one pass.

Comments and document types are left out, so that no entity is ever declared, expanded or loaded.
The cost is linear in the length of the text, whatever the text.
"""

from __future__ import annotations

import html
import re

from newscrawl.discovery.links import note

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SUSPECT = re.compile(
    r"<!\[CDATA\[|<!--|<!DOCTYPE\b|<(?![A-Za-z_/!?])|&(?:#?\w{1,32};)?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]",
    re.IGNORECASE,
)
_XML_KNOWS = frozenset(("&amp;", "&lt;", "&gt;", "&quot;", "&apos;"))
_SECTIONS = {"<![cdata[": "]]>", "<!--": "-->", "<!doctype": ">"}


def repair(text: str, faults: list[str]) -> str:
    """The text with every offence mended; each kind of offence is added to `faults` once."""
    seen: set[str] = set()
    endless: set[str] = set()
    out: list[str] = []
    at = 0
    while match := _SUSPECT.search(text, at):
        out.append(text[at : match.start()])
        at = match.end()
        opener = match[0].lower()
        if opener not in _SECTIONS:
            out.append(_mend(match[0], seen))
            continue
        end = -1 if opener in endless else _section_end(text, match, opener)
        if end < 0:  # never closed: the opener goes, what follows stays
            endless.add(opener)
            seen.add(f"{opener.upper()} without an end")
            if opener == "<![cdata[":
                out.append(match[0])
            continue
        if opener == "<![cdata[":
            out.append(FORBIDDEN.sub(" ", text[match.start() : end]))
        at = end
    out.append(text[at:])
    for fault in sorted(seen):
        note(faults, fault)
    return "".join(out)


def _section_end(text: str, match: re.Match[str], opener: str) -> int:
    closer = _SECTIONS[opener]
    end = text.find(closer, match.end())
    if opener == "<!doctype" and end >= 0 and "[" in text[match.end() : end]:
        closer, end = "]>", text.find("]>", match.end())
    return end + len(closer) if end >= 0 else -1


def _mend(found: str, seen: set[str]) -> str:
    if found in _XML_KNOWS:
        return found
    if found == "<":
        seen.add("an unescaped <")
        return "&lt;"
    if not found.startswith("&"):
        seen.add("a character that XML forbids")
        return " "
    char = html.unescape(found) if found.endswith(";") else found
    if char == found:
        seen.add("an unescaped &")
        return "&amp;" + found[1:]
    if not found.startswith("&#"):
        seen.add("an entity that is not declared")
    if FORBIDDEN.search(char) or not char:
        seen.add("a reference to a character that XML forbids")
        return " "
    return html.escape(char, quote=True)
