"""Comments, scripts and styles that are never closed: they would swallow the rest of the page.

A browser shows nothing of such a page, but its text is there. What is not closed ends where markup of
the page begins again. `closed` mends what goes to the end of the text, and a title that holds markup of
the head; `reopened` what the next element of its kind closes by chance, of which the missing text tells.
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
_MOST_REOPENED = 20
_CLOSING = {
    "script": re.compile(r"</script\b", re.IGNORECASE),
    "style": re.compile(r"</style\b", re.IGNORECASE),
}


#: What no title contains.
_NO_TITLE = r"</?(?:head|body|meta|link|script|style|article|div|p|h1)\b"
_OPEN_TITLE = re.compile(
    rf"<title\b[^>]*>(?P<title>(?:(?!</title|{_NO_TITLE}).){{0,2000}})(?={_NO_TITLE})",
    re.IGNORECASE | re.DOTALL,
)
#: Bytes in which a page's title stands.
_HEAD = 500_000
#: Where the page goes on, whatever stands before it.
_PAGE = re.compile(r"<(?:/head|body|article|main|h1|p|div)\b", re.IGNORECASE)
#: Signs that a comment was to end before: another one begins in it.
_NESTED = {"comment": "<!--", "script": "<script", "style": "<style"}
#: A quoted value with the end of its tag in it, up to the next quote, and markup before that.
_OPEN_VALUE = re.compile(
    r"""(<[a-z][^<>"']{0,300}=\s*(["'])[^"'<>]{0,2000})(>[^"']*?</?[a-z])""", re.I
)


def end_of(text: str, tag: str, start: int) -> int:
    """Where the content of a script or style that begins at `start` ends; the text's end if nowhere."""
    found = _CLOSING[tag.lower()].search(text, start)
    return found.start() if found else len(text)


def closed(text: str) -> str:
    """`text` with what is never closed closed where the page goes on; the text itself if all is closed."""
    if (title := _OPEN_TITLE.search(text, 0, _HEAD)) is not None:
        text = f"{text[: title.end()]}</title>{text[title.end() :]}"
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


def reopened(text: str) -> str | None:
    """`text` with those comments, scripts, styles and quotes closed early in which markup of the page stands.

    None where there are none. For pages of which nothing could be read otherwise: commented-out markup
    comes out, too.
    """
    mended, at = [], 0
    for _ in range(_MOST_REOPENED):
        if (found := _swallowing(text, at)) is None:
            break
        begun, behind, closing = found
        mended += [text[at:begun], closing]
        at = behind
    with_values, values = _OPEN_VALUE.subn(r"\1\2\3", "".join([*mended, text[at:]]), count=1)
    return with_values if mended or values else None


def _swallowing(text: str, at: int) -> tuple[int, int, str] | None:
    """The first comment, script or style from `at` on that holds another one and markup of the page.

    Where the text ends before it, where it goes on, and what closes it.
    """
    while found := _OPEN.search(text, at):
        kind = found[1].lower() if found[1] else "comment"
        end = (
            text.find("-->", found.end() - 2)
            if kind == "comment"
            else end_of(text, kind, found.end())
        )
        end = end if end >= 0 else len(text)
        page = _PAGE.search(text, found.end(), end)
        nested = text.find(_NESTED[kind], found.end(), end)
        is_body = kind != "comment" and text.find("</head", found.end(), end) >= 0
        if page is not None and (nested >= 0 or is_body):
            if kind == "comment":
                return found.start(), found.end(), ""
            return page.start(), page.start(), f"</{found[1]}>"
        at = end + 1
    return None
