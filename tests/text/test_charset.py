"""Which characters a page's bytes stand for, whatever is declared."""

from __future__ import annotations

import pytest

from newscrawl import extract_article
from newscrawl.text.charset import decode, decode_pieces

TEXT = "<p>Die Fähre fährt über den Fluß, und die Übersetzung kostet drei Mark für Schüler.</p>"
META = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("html", "content_type", "evidence"),
    [
        (TEXT.encode("utf-8-sig"), None, "bom"),
        (TEXT.encode("utf-16"), None, "bom"),
        (TEXT.encode("utf-16-le"), None, "detected"),
        (TEXT.encode("utf-16-be"), "text/html; charset=utf-8", "detected"),
        (TEXT.encode(), None, "utf-8"),
        (TEXT.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (META.format("iso-8859-1").encode() + TEXT.encode(), None, "utf-8"),
        (TEXT.encode("latin-1"), "text/html; charset=iso-8859-1", "header"),
        (META.format("windows-1252").encode() + TEXT.encode("cp1252"), None, "meta"),
        (
            META.format("latin1").encode() + TEXT.encode("cp1252"),
            "text/html; charset=utf-8",
            "meta",
        ),
        (TEXT, None, "text"),
    ],
)
def test_decoding(html, content_type, evidence):
    decoded = decode(html, content_type=content_type)
    assert TEXT in decoded.text
    assert decoded.evidence == evidence


def test_undeclared_text_is_detected():
    russian = (
        "Городской совет решил оставить старый паром ещё на два лета, "
        "хотя мотор приходится заводить вручную. "
    )
    decoded = decode(b"<p>" + (russian * 5).encode("cp1251") + b"</p>")
    assert russian.strip() in decoded.text
    assert decoded.evidence == "detected"


def test_foreign_bytes_in_utf8_do_not_spoil_the_rest():
    mixed = (TEXT * 20).encode() + "“quoted”".encode("cp1252") + (TEXT * 20).encode()
    decoded = decode(mixed)
    assert decoded.text == TEXT * 20 + "“quoted”" + TEXT * 20


@pytest.mark.parametrize(
    "html", [b"", b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", bytes(range(256)) * 9]
)
def test_any_bytes_decode(html):
    decode(html, content_type="text/html; charset=nonsense").text.encode("utf-8", "surrogatepass")


def test_what_is_neither_bytes_nor_text_is_named() -> None:
    with pytest.raises(TypeError, match="html: bytes or str, not NoneType"):
        extract_article(None)


RUSSIAN = "<p>Городской совет решил оставить старый паром ещё на два лета.</p>"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        # UTF-8 in which one byte is of something else, with few letters beyond ASCII.
        ("Città e ponte ".encode() + b"\x93" + b" " * 300, None, "Città e ponte “"),
        (META.format("utf-8").encode() + "Città ".encode() + b"\xe0", None, "Città à"),
        (META.format("latin1").encode() + "Città è più ".encode() + b"\x96", None, "Città è più –"),
        # One letter of Latin-1, and no character that is UTF-8.
        (b"<p>Citt\xe0 e ponte" + b" and so on" * 90, None, "Città e ponte"),
        (RUSSIAN.encode("koi8-r"), "text/html; charset=koi8-r", RUSSIAN),
        (META.format("koi8-r").encode() + RUSSIAN.encode("koi8-r"), None, RUSSIAN),
        # A server that transcodes says so; the document's own word is what it was.
        (
            META.format("windows-1251").encode() + RUSSIAN.encode("koi8-r"),
            "text/html; charset=koi8-r",
            RUSSIAN,
        ),
        # A server whose charset nobody has set.
        (
            META.format("koi8-r").encode() + RUSSIAN.encode("koi8-r"),
            "text/html; charset=iso-8859-1",
            RUSSIAN,
        ),
        (b'<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN.encode("koi8-r"), None, RUSSIAN),
        ("灘浦新報".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "灘浦新報"),
    ],
)
def test_pages_and_feeds_are_read_alike(body, content_type, text):
    assert text in decode(body, content_type=content_type).text
    whole = "".join(decode_pieces([body], content_type, []))
    pieces = "".join(decode_pieces((bytes([b]) for b in body), content_type, []))
    assert text in whole
    assert pieces == whole


def test_what_is_wrong_with_a_charset_is_said():
    assert decode(TEXT.encode(), content_type="text/xml; charset=koi8-r").faults == (
        "the charset is declared koi8-r and is utf-8",
    )
    assert decode(TEXT.encode(), content_type="text/xml; charset=utf-8").faults == ()
