"""The addresses of the reader's pages."""

from __future__ import annotations

from urllib.parse import quote, urlencode


class Addresses:
    """Each method gives the path of a page; what it names may hold any characters."""

    def article(self, id_: str, revision: int | None = None) -> str:
        """An article, in its last revision or another one."""
        path = f"/article/{quote(id_, safe='')}"
        return path if revision is None else f"{path}?revision={revision}"

    def history(self, id_: str) -> str:
        return f"{self.article(id_)}/history"

    def related(self, id_: str) -> str:
        return f"{self.article(id_)}/related"

    def story(self, id_: str) -> str:
        return f"/story/{quote(id_, safe='')}"

    def diff(self, id_: str, old: int, new: int) -> str:
        return f"{self.article(id_)}/diff/{old}/{new}"

    def source(self, name: str) -> str:
        return f"/source/{quote(name, safe='')}"

    def day(self, date: str) -> str:
        return f"/day/{quote(date[:10], safe='')}"

    def screenshot(self, record_id: str) -> str:
        """The picture that a browser drew with the document of this record."""
        return f"/capture/{quote(record_id, safe='')}/screenshot"

    def captures(self, url: str) -> str:
        return f"/captures?{urlencode({'url': url})}"

    def search(self, query: str, **more: str) -> str:
        return f"/search?{urlencode({'q': query, **more})}"


HERE = Addresses()
