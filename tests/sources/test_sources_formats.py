"""Sources as TOML and as OPML, there and back."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Any

import pytest
from amounts import amount
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.errors import SourceError
from newscrawl.sources import (
    Poll,
    RequestOptions,
    Source,
    example,
    parse_sources,
    read_opml,
    table,
    write_opml,
    write_toml,
)
from newscrawl.sources.parser import KEYS, REQUEST_KEYS
from newscrawl.text.toml_positions import Scan

_WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=12)
_NAMES = _WORDS.map(lambda t: " ".join(t.split())).filter(lambda t: t and t.isprintable())
_LENGTHS = st.floats(0.001, 3e8) | st.integers(1, 3_000_000).map(lambda n: float(60 * n))
_PATTERNS = st.text(max_size=8).map(re.escape).filter(bool).map(re.compile)
_OPTIONS = RequestOptions(
    headers=(("X-Key", 'a "key"'), ("Accept-Language", "de")),
    cookies="my cookies.txt",
    user_agent="library/1 (+https://library.example)",
    proxy="http://user:word@proxy.example:3128",
    auth=("PAPER_USER", "PAPER_PASSWORD"),
)


@st.composite
def _sources(draw: st.DrawFn) -> list[Source]:
    names = draw(st.lists(_NAMES, max_size=4, unique_by=str.casefold))
    return [draw(_source(name, number)) for number, name in enumerate(names)]


@st.composite
def _source(draw: st.DrawFn, name: str, number: int) -> Source:
    home = f"https://p{number}.example/"
    feeds = tuple(f"{home}feed{n}" for n in range(draw(st.integers(0, 3))))
    low, high = sorted(draw(st.tuples(_LENGTHS, _LENGTHS)))
    return Source(
        name,
        home,
        feeds=feeds,
        sitemaps=tuple(f"{home}map{n}?a=%22" for n in range(draw(st.integers(0, 2)))),
        include=tuple(draw(st.lists(_PATTERNS, max_size=2))),
        exclude=tuple(draw(st.lists(_PATTERNS, max_size=2))),
        language=draw(st.sampled_from([None, "de", "pt-BR", "zh-Hant-TW"])),
        zone=draw(st.sampled_from([None, "Europe/Berlin"])),
        rate=draw(st.none() | st.floats(1e-6, 100)),
        poll=draw(st.sampled_from([Poll(), Poll(low, high)])),
        revisit=tuple(sorted(set(draw(st.lists(_LENGTHS, max_size=3))))),
        valid_until=draw(st.none() | st.dates()),
        enabled=draw(st.booleans()),
        owner=draw(st.sampled_from([None, "The Holding"])),
        request=draw(st.sampled_from([RequestOptions(), _OPTIONS])),
        requisites=draw(st.sampled_from([None, "look"])),
        render=draw(st.sampled_from([None, "always"])),
    )


def test_every_key_is_read_held_and_written() -> None:
    whole = Source(
        "A", "https://a.example/", ("https://a.example/feed",), ("https://a.example/map",),
        (re.compile("a"),), (re.compile("b"),), "de", "Europe/Berlin", 2.0, Poll(60.0, 120.0), (60.0,),
        date(2027, 1, 1), enabled=False, owner="The Holding", request=_OPTIONS, requisites="look",
        render="always",
    )  # fmt: skip
    assert parse_sources(write_toml([whole]), file="x") == (whole,)
    [stated] = tomllib.loads(write_toml([whole]))["source"]
    assert [key for key in KEYS if key not in stated] == []
    own = set(KEYS) - set(REQUEST_KEYS)
    assert sorted(own - whole.to_dict().keys()) == []


@settings(max_examples=amount(30, thorough=60), deadline=None)
@given(_sources())
def test_what_is_written_is_read_back(sources: list[Source]) -> None:
    if sources:
        assert parse_sources(write_toml(sources), file="x") == tuple(sources)


@settings(max_examples=amount(30, thorough=60), deadline=None)
@given(_sources())
def test_what_opml_can_say_is_read_back(sources: list[Source]) -> None:
    kept = [
        Source(s.name, s.home, feeds=s.feeds, language=s.language if s.feeds else None)
        for s in sources
    ]
    faults: list[str] = []
    assert read_opml(write_opml(sources).encode(), faults=faults) == tuple(kept)
    assert faults == []


def test_the_example_has_every_key_and_no_mistake() -> None:
    sources = parse_sources(example(), file="example.toml")
    assert len(sources) == 2
    # What requests carry would have to be there: it is shown in comments.
    shown = example().replace("# headers", "headers")
    for key in REQUEST_KEYS:
        shown = shown.replace(f"# {key} =", f"{key} =")
    assert set(tomllib.loads(shown)["source"][0]) == set(KEYS)
    assert parse_sources(shown, file="x")[0].request.described()


def test_notes_become_comments_and_cannot_leave_them() -> None:
    feed = "https://a.example/f"
    source = Source("A", "https://a.example/", feeds=(feed,), valid_until=date(2027, 1, 2))
    evil = 'Title\n[[source]]\nname = "evil"\x00\u2028x'
    text = table(source, notes={"": ["found"], "feeds": [evil], feed: [evil]})
    assert parse_sources(text, file="x") == (source,)
    assert text.startswith("# found\n[[source]]\n")
    assert text.count("# Title [[source]] name") == 2


OPML = """<?xml version="1.0"?>
<!DOCTYPE opml [<!ENTITY secret SYSTEM "file:///etc/passwd"><!ENTITY a "{a}">]>
<OPML version="1.1"><head><title>x</title></head><body>
<outline text="SourceRules"><outline text="Deep">
 <outline type="rss" text="The Paper - World" xmlUrl="https://p.example/world" htmlUrl="https://p.example/"
   language="en-us"/>
 <outline type="rss" title="The Paper - Sport" xmlurl=" feed://p.example/sport " htmlurl="https://www.p.example"/>
</outline>
 <outline text="Again" xmlUrl="http://p.example/world/" htmlUrl="https://elsewhere.example/"/>
 <outline text="&secret;&a;" xmlUrl="feed:https://q.example/atom"/>
 <outline text="Broken" xmlUrl="nowhere"/>
 <outline type="link" text="The Paper" url="https://r.example/front"/>
 <outline text="A note"/>
</outline>
<outline text="Cut & off" xmlUrl="https://s.example/f" htmlUrl="https://s.example/">
</body>"""


def test_lists_of_other_readers() -> None:
    """Folders, entities, other spellings of attributes and of feed URLs, and markup that is cut off."""
    faults: list[str] = []
    found = read_opml(OPML.replace("{a}", "x" * 9).encode(), faults=faults)
    assert [(s.name, s.home, s.feeds, s.language) for s in found] == [
        (
            "The Paper",
            "https://p.example/",
            ("https://p.example/world", "http://p.example/sport"),
            "en-US",
        ),
        ("x" * 9, "https://q.example/", ("https://q.example/atom",), None),
        ("The Paper (r.example)", "https://r.example/front", (), None),
        ("Cut off", "https://s.example/", ("https://s.example/f",), None),
    ]
    assert faults == [
        "https://q.example/atom: no page is named for it, taken for one of https://q.example/",
        "'nowhere' is not a URL",
    ]
    assert parse_sources(write_toml(found), file="x") == found


def test_entities_cannot_grow() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f"<!DOCTYPE opml [<!ENTITY l0 'ha'>{laughs}]><opml><outline text='&l9;' xmlUrl='http://a.b/'/>"
    try:
        assert sum(len(source.name) for source in read_opml(text.encode())) < 1e6
    except SourceError as error:
        assert "not OPML" in str(error)


@pytest.mark.parametrize("data", [b"", b"hello", b"<html/>", b"\x00\xff"])
def test_what_is_no_opml(data: bytes) -> None:
    with pytest.raises(SourceError, match="not OPML"):
        read_opml(data)


_PIECES = st.lists(
    st.sampled_from(
        ["<opml>", "</opml>", "<outline text='a b'", "<outline", " xmlUrl='https://a.example/", "x'", "/>",
         ">", "</outline>", " htmlUrl='//b'", "\x00", "\ud7ff", "&x;", " language='de'", " type='link'",
         " url='http://c.example/'"]
    )
)  # fmt: skip


@settings(max_examples=amount(80, thorough=200), deadline=None)
@given(_PIECES)
def test_whatever_opml_gives_is_a_sources_file(pieces: list[str]) -> None:
    try:
        found = read_opml("".join(["<opml>", *pieces]).encode())
    except SourceError:
        return
    if found:
        assert parse_sources(write_toml(found), file="x") == found


_LINES = st.lists(
    st.sampled_from(
        ["[[source]]", "[source]", "[source.poll]", "name = 1", 'name = "A"', 'home = "a.example"',
         "feeds = [", "]", '"""', "poll.min = 5", "poll = 3", "revisit = [[[]]]", "source = 1", "x",
         'include = ["(", {}]', "valid_until = 1979-05-27T07:32:00Z", "= 1", "rate = 1e999", "\x00"]
    )
)  # fmt: skip


@settings(max_examples=amount(100, thorough=300), deadline=None)
@given(_LINES)
def test_whatever_a_file_says_it_is_read_or_its_mistakes_are_named(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        found = parse_sources(text, file="f")
    except SourceError as error:
        assert error.lines
        for line in error.lines:
            number = re.match(r"f:(\d+): .", line)
            assert number is not None
            assert 1 <= int(number[1]) <= len(lines) + 1
    else:
        assert found


_KEYS = st.sampled_from(["a", "b-1", "x.y", "k # k", "ü", '"', "'", "[["])
_SCALARS = st.sampled_from(["1.5", "true", '"[[a]] # x"', "'''q\n[[a]]\n'''", '"""\n\\"""\n"""""',
                            "1979-05-27 07:32:00", "+1e3", r'"\"=,]}"'])  # fmt: skip


@st.composite
def _document(draw: st.DrawFn) -> str:
    """A document in as many spellings as there are: of headers, keys, arrays and inline tables."""
    key = _KEYS.map(lambda k: k if k in ("a", "b-1") else '"' + k.replace('"', '\\"') + '"')
    value = st.recursive(
        _SCALARS,
        lambda inner: (
            st.lists(inner, max_size=3).flatmap(
                lambda v: st.sampled_from(
                    [f"[{', '.join(v)}]", "[ # c ]\n" + ",\n\n".join(v) + "\n]"]
                )
            )
            | st.dictionaries(key, inner, max_size=3).map(
                lambda d: "{ " + ", ".join(f"{k} = {v}" for k, v in d.items()) + " }"
            )
        ),
        max_leaves=6,
    )
    lines = []
    for number in range(draw(st.integers(0, 4))):
        header = draw(
            st.sampled_from(["[[source]]", f"[ t{number} ]", '[[ "source" . deep ]]', ""])
        )
        if "deep" in header and "[[source]]" not in lines:
            continue
        lines += [header] if header else []
        for own, each in draw(st.dictionaries(key, value, max_size=4)).items():
            dotted = draw(st.sampled_from(["", f"n{number} . ", f'"n{number}".']))
            lines.append(f"{dotted}{own} = {each}{draw(st.sampled_from(['', ' # x = 1']))}")
    return "\n".join(lines)


@settings(max_examples=amount(80, thorough=200), deadline=None)
@given(_document())
def test_the_line_of_every_key_is_found(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        Scan(text)  # ends
        return
    lines = Scan(text).lines
    assert set(lines) == set(_paths(document))
    stand = text.split("\n")
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1].replace('"', '\\"') in stand[line - 1]


@settings(max_examples=amount(80, thorough=200), deadline=None)
@given(st.text(st.sampled_from("a=[]{}\"'.,#\n \\"), max_size=30))
def test_a_scan_of_anything_ends(text: str) -> None:
    assert Scan(text).line(("a",)) >= 1


def test_lines_of_keys_in_their_tables() -> None:
    text = "[[s]]\na = [\n  1, # [\n  {b.c = 2},\n]\n[s.t]\n'a' = 1\n[[s]]\nt.a = 1\n"
    assert Scan(text).lines == {
        ("s",): 1, ("s", 0): 1, ("s", 0, "a"): 2, ("s", 0, "a", 0): 3, ("s", 0, "a", 1): 4,
        ("s", 0, "a", 1, "b"): 4, ("s", 0, "a", 1, "b", "c"): 4, ("s", 0, "t"): 6,
        ("s", 0, "t", "a"): 7, ("s", 1): 8, ("s", 1, "t"): 9, ("s", 1, "t", "a"): 9,
    }  # fmt: skip


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in members:
        yield (*path, name)
        if isinstance(each, dict | list):
            yield from _paths(each, (*path, name))
