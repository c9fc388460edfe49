"""Archives whose databases tell of months that never were."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from newscrawl.database.engine import open_database
from newscrawl.frontier.tables import hosts, urls
from newscrawl.store.tables import articles, captures
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HOUR, DAY = 3600.0, 86_400.0


class Past:
    """Writes what crawls would have written. Times are seconds before now."""

    def __init__(self, archive: Path, database: str | None) -> None:
        self.archive = archive
        (archive / "warc").mkdir(parents=True)
        self.now = time.time()
        self.engine = open_database(database or archive / "news.db")
        self.options = ["--archive", str(archive), *(["--db", database] if database else [])]
        self._number = 0

    def published(self, source: str, ago: Iterable[float], *, lacks: int = 0) -> None:
        """An article at each of these times."""
        rows = []
        for each in ago:
            self._number += 1
            n = self._number
            rows.append(
                {"number": n, "id": str(n), "revision": 1, "url": f"https://{source}/{n}",
                 "source": source, "fingerprint": "", "published_at": None,
                 "captured_at": self._stated(each), "record_id": str(n),
                 "record": json.dumps({"n": n}), "lacks": lacks}
            )  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(articles), rows)

    def ended(self, source: str, url: str, ago: float | None, outcome: str | None = None,
              cause: str | None = None, **more: Any) -> None:  # fmt: skip
        """A URL that ended so; one that waits if it never did."""
        row = {
            "key": key(url), "url": url, "host": source, "source": source, "kind": "article",
            "depth": 1, "priority": 20, "rank": 0.0, "via": f"https://{source}/feed",
            "state": "done" if outcome else "due", "attempts": 1, "outcome": outcome,
            "cause": cause, "settled_at": None if ago is None else self.now - ago,
            "added_at": self.now - (ago or 0) - 60, **more,
        }  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(urls), [row])

    def feed(self, source: str, ago: float, outcome: str = "links", cause: str | None = None,
             **more: Any) -> None:  # fmt: skip
        hub = {"kind": "feed", "depth": 0, "via": None, "added_at": self.now - 80 * DAY, **more}
        self.ended(source, f"https://{source}/feed", ago, outcome, cause, **hub)

    def answered(self, url: str, ago: Iterable[float]) -> None:
        rows = []
        for each in ago:
            self._number += 1
            rows.append(
                {"record_id": str(self._number), "url": url, "warc": "w", "offset": self._number,
                 "length": 1, "status": 200, "payload_digest": "d",
                 "captured_at": self._stated(each)}
            )  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(captures), rows)

    def parked(self, host: str) -> None:
        row = {"host": host, "gap": 0.0, "hold_until": self.now + DAY, "failures": 11}
        with self.engine.begin() as connection:
            connection.execute(insert(hosts), [row])

    def _stated(self, ago: float) -> str:
        at = datetime.fromtimestamp(self.now - ago, UTC)
        return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.long)])
def past(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Past]:
    database = None
    if request.param == "postgresql":
        database = request.getfixturevalue("postgresql").database()
    made = Past(tmp_path / "news", database)
    yield made
    made.engine.dispose()


def hourly(begin: float, end: float, every: float = HOUR) -> list[float]:
    """Times from so many seconds ago to so many, one an hour."""
    return [begin - n * every for n in range(int((begin - end) / every))]
