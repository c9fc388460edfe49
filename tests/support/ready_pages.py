"""Reads the sample newspaper, so that what is loaded with the first page of a kind is there.

Stop words of a hundred languages, patterns of calendars, word tables and detectors take each worker that
begins without them a third of a second.
"""

from __future__ import annotations

from newscrawl.discovery import discover
from newscrawl.extraction import extract_article
from newscrawl.newspaper.shelf import HTML, Answer, stock
from newscrawl.newspaper.stories import SITES, read_sites
from newscrawl.processing.text_index import indexed


def read_sample() -> None:
    bases = {name: f"http://127.0.0.{number}" for number, name in enumerate(SITES, 1)}
    for name, site in read_sites(1).items():
        for path, answer in stock(site, bases).items():
            if isinstance(answer, Answer) and answer.status == 200:
                _read(bases[name] + path, answer)


def _read(url: str, answer: Answer) -> None:
    if answer.content_type == HTML:
        indexed(extract_article, answer.body, url=url, content_type=HTML)
    if url.count("/") == 3 or "xml" in answer.content_type or "json" in answer.content_type:
        discover(answer.body, url=url, content_type=answer.content_type)
