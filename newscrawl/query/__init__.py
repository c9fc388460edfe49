"""What does a user's query mean? The language of `search`, `export` and `stats`: docs/reference/search.md.

A text in, a syntax tree and notes out. Nothing here knows a database.
"""

from newscrawl.query.filters import narrowed
from newscrawl.query.parser import parse
from newscrawl.query.tree import EVERYTHING, Note, Query

__all__ = ["EVERYTHING", "Note", "Query", "narrowed", "parse"]
