"""newscrawl: find each new article, keep the exact bytes, lay a clean record beside them.

>>> from newscrawl import extract_article
>>> article = extract_article(html, url="https://paper.example/story")  # doctest: +SKIP
>>> with newscrawl.open_archive("archives/news") as archive:  # doctest: +SKIP
...     titles = [article.title for article in archive.articles(since="7d")]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.addon import NewscrawlAddon
    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.extraction import extract_article

__all__ = ["NewscrawlAddon", "__version__", "extract_article", "open_archive"]


def open_archive(root: Path | str, *, database: str | None = None) -> ArchiveReader:
    """Open an archive for reading; `database` is the URL of another database than the archive's own.

    Raises NotAnArchive, ArchiveError.
    """
    from newscrawl.archive_reader import ArchiveReader

    return ArchiveReader(root, database=database)


def __getattr__(name: str) -> Any:
    # trafilatura takes half a second to import; `newscrawl --help` must not wait for it.
    if name == "extract_article":
        from newscrawl.extraction import extract_article

        return extract_article
    if name == "NewscrawlAddon":
        from newscrawl.addon import NewscrawlAddon

        return NewscrawlAddon
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
