"""Articles at rest: in SQL for looking up and searching, as JSON lines beside their captures."""

from newscrawl.store.articles import Store

__all__ = ["Store"]
