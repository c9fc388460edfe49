"""Comments, scripts and styles that are never closed: they would swallow the rest of the page.

A browser shows nothing of such a page, but its text is there. What is not closed ends where markup of
the page begins again.
"""

from __future__ import annotations

import re

_OPEN = re.compile(r"<!--|<(script|style)\b[^>]*>", re.IGNORECASE)
# Where a script ends that nobody closed: none of these begins a line of one by chance.
_MARKUP = re.compile(
    r"</(?:head|div|body)\b"
    r"|(?:(?<=\n)|(?<=>))\s*<(?:body|article|main|section|header|div|p|h1|h2|table)\b[^>]*>",
    re.IGNORECASE,
)
#: A comment and two scripts; what is still open then is none of a page's.
_MOST_MENDED = 3
_CLOSING = {
    "script": re.compile(r"</script\b", re.IGNORECASE),
    "style": re.compile(r"</style\b", re.IGNORECASE),
}


def end_of(text: str, tag: str, start: int) -> int:
    """Where the content of a script or style that begins at `start` ends; the text's end if nowhere."""
    found = _CLOSING[tag.lower()].search(text, start)
    return found.start() if found else len(text)


def closed(text: str) -> str:
    """`text` with what is never closed closed where the page goes on; the text itself if all is closed."""
    if not _may_be_open(text):
        return text
    for _ in range(_MOST_MENDED):
        if (found := _unclosed(text)) is None:
            break
        begun = found.start()
        if found[1] is None:
            # The marks alone go: what stood behind them is read. None of the later ones is closed, either.
            text = text[:begun] + text[begun:].replace("<!--", "")
        elif behind := _MARKUP.search(text, found.end()):
            text = f"{text[: behind.start()]}</{found[1]}>{text[behind.start() :]}"
        else:
            break
    return text


def _may_be_open(text: str) -> bool:
    """A look from the end, which is all that a sound page costs."""
    if text.rfind("<!--") > text.rfind("-->"):
        return True
    return any(
        text.rfind(f"<{tag}") > text.rfind(f"</{tag}")
        for tag in ("script", "style", "SCRIPT", "STYLE")
    )


def _unclosed(text: str) -> re.Match[str] | None:
    """The first comment, script or style that goes to the end of the text."""
    at = 0
    while found := _OPEN.search(text, at):
        if found[1] is None:
            end = text.find("-->", found.end() - 2)
            if end < 0:
                return found
        else:
            end = end_of(text, found[1], found.end())
            if end == len(text):
                return found
        at = end + 1
    return None
