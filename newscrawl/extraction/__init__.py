"""What a page says: HTML in, fields with their provenance out. Pure: no clock, no network, no settings."""

from __future__ import annotations

from newscrawl.extraction.article import extract_article

__all__ = ["extract_article"]
