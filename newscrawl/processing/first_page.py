"""Reads one page when it is imported, for the fork server: workers then start with what a first page loads.

Patterns are compiled, word tables and the list of public suffixes are read: 0.07 s of CPU in each worker.
"""

from __future__ import annotations

from newscrawl.extraction import extract_article
from newscrawl.processing.text_index import indexed

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>The ferry is kept - The Post</title>
<link rel="canonical" href="https://post.example/news/2026/05/19/the-ferry-is-kept">
<meta property="og:title" content="The ferry is kept"><meta name="author" content="Ann Archer">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The ferry is kept",
"datePublished": "2026-05-19T10:00:00+02:00", "author": {"@type": "Person", "name": "Ann Archer"}}</script>
</head><body><nav class="main-nav"><a href="/news">News</a></nav><article class="post-content">
<h1>The ferry is kept</h1><p class="byline">By Ann Archer, 19 May 2026, 10:00</p>%s</article>
<footer class="site-footer">The Post, all rights reserved.</footer></body></html>"""
_TEXT = (
    "<p>The council of Saltmarsh voted on Monday evening to keep the old ferry for two summers.</p>"
    * 8
)

indexed(
    extract_article, _PAGE % _TEXT, url="https://post.example/news/2026/05/19/the-ferry-is-kept"
)
