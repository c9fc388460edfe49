"""What a page says: HTML in, fields with their provenance out. Pure: no clock, no network, no settings."""

from __future__ import annotations

# First of all: what trafilatura imports is deferred before trafilatura is imported.
import newscrawl.extraction.deferred  # noqa: F401
from newscrawl.extraction.article import extract_article

__all__ = ["extract_article"]
