"""How many bytes of captures belong to which source? Goes through all captures: for `status --bytes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newscrawl.database.engine import reading
from newscrawl.frontier.tables import urls
from newscrawl.store.tables import captures

if TYPE_CHECKING:
    from sqlalchemy import Engine


def captured_bytes(engine: Engine) -> dict[str | None, tuple[int, int]]:
    """By source: captures, and the bytes of their response records as they lie in WARCs.

    None has those of URLs that are no source's own, such as robots.txt and the parts of pages.
    """
    size = func.coalesce(func.sum(captures.c.length), 0)
    of_urls = select(urls.c.source, func.count(), size).join(captures, captures.c.url == urls.c.url)
    with reading(engine).connect() as connection:
        found: dict[str | None, tuple[int, int]] = {
            source: (number, int(total))
            for source, number, total in connection.execute(of_urls.group_by(urls.c.source))
        }
        number, total = connection.execute(select(func.count(), size)).one()
    others = number - sum(n for n, _ in found.values())
    if others > 0:
        found[None] = (others, int(total) - sum(size for _, size in found.values()))
    return found
