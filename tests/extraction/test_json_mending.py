"""JSON-LD beyond the known faults."""

from __future__ import annotations

import html
import json

import pytest

from newscrawl.extraction.json_mending import mended
from newscrawl.extraction.jsonld import nodes

NODE = {
    "@type": "NewsArticle",
    "headline": "A ferry",
    "author": {"@type": "Person", "name": "Ada Quill"},
}
SOUND = json.dumps(NODE)


@pytest.mark.parametrize(
    ("block", "described"),
    [
        (
            '{"description": "The "ferry" that never came", ' + SOUND[1:],
            'The "ferry" that never came',
        ),
        ('{"description": "He said "no", and left", ' + SOUND[1:], 'He said "no", and left'),
        ('{"description": ""Half a ferry"", ' + SOUND[1:], '"Half a ferry"'),
        ('{"description": "A ferry"\n "@type": "NewsArticle", ' + SOUND[1:], "A ferry"),
        ('{"description": undefined, "n": NaN, ' + SOUND[1:], None),
        (html.escape('{"description": "A ferry", ' + SOUND[1:]), "A ferry"),
    ],
)
def test_faults(block, described):
    (found,) = mended(block)
    assert found["headline"] == "A ferry"
    assert found["author"] == {"@type": "Person", "name": "Ada Quill"}
    assert found["description"] == described


def test_json_in_a_json_string():
    assert nodes([json.dumps(SOUND)])[0]["headline"] == "A ferry"


def test_the_author_of_a_block_that_is_cut_off():
    (found,) = nodes([SOUND[:-1] + ', "articleBody": "It goes on and'])
    assert (found["headline"], found["author"]["name"]) == ("A ferry", "Ada Quill")


@pytest.mark.parametrize(
    "block", ['"' * 200_000, '{"a": "' * 50_000, "{&quot;" * 50_000, '{"a" "b"' * 30_000]
)
def test_what_is_no_json_takes_no_long_time(block):
    mended(block)
