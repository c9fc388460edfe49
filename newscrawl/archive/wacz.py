"""Package an archive as one WACZ 1.1.1 file: WARCs, index, records and pages, with digests and a signature.

https://specs.webrecorder.net/wacz/1.1.1/. Everything is streamed: memory does not grow with the
archive.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from newscrawl.archive.layout import Layout
from newscrawl.archive.signing import signer
from newscrawl.errors import ArchiveError, NotAnArchive
from newscrawl.printable import json_line
from newscrawl.storage.durable import partial_file, storage_errors
from newscrawl.storage.files import open_stored
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.signing import Signer
    from newscrawl.storage.files import StoredFile

__all__ = ["signer", "write_wacz"]

_COPY_BYTES = 1024 * 1024
_PAGES_HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}


def write_wacz(
    root: Path,
    out: Path | BinaryIO,
    *,
    pages: Iterable[dict[str, Any]],
    created: str,
    title: str | None = None,
    signer: Signer | None = None,
) -> None:
    """Package the archive at `root`; files that are still being written are left out.

    `pages` have `url`, `ts` and, where they are known, `id`, `title` and `text`; `created` is a time
    in ISO 8601. With a signer, `datapackage-digest.json` has `signedData`. A path gets the whole package or
    none; one that exists is replaced.

    Raises NotAnArchive where there is nothing to package, ArchiveError where the index is gone,
    StorageError if it cannot be written.
    """
    layout = Layout(root)
    layout.require()
    with _whole(out) as file, zipfile.ZipFile(file, "w", allowZip64=True) as package:
        writer = _Package(package, created)
        # The index before the files: a file is indexed before it gets its name, so no line lacks its file.
        _add_index(writer, layout)
        _add_warcs(writer, layout)
        _add_records(writer, layout)
        writer.add("pages/pages.jsonl", _page_lines(pages))
        writer.close(title, signer)


class _Package:
    """Adds files to a ZIP and notes their digests."""

    def __init__(self, package: zipfile.ZipFile, created: str) -> None:
        self._package = package
        self._created = created
        moment = datetime.fromisoformat(created)
        self._time = (
            moment.year,
            moment.month,
            moment.day,
            moment.hour,
            moment.minute,
            moment.second,
        )
        # Info-ZIP's time in UTC. ReplayWeb.page takes a file whose entry in the directory has no extra
        # field for one without any in its local header, too, where large files have their sizes.
        self._extra = struct.pack("<HHBI", 0x5455, 5, 1, int(moment.timestamp()) % 2**32)
        self._resources: list[dict[str, Any]] = []

    def add(
        self, path: str, blocks: Iterable[bytes], *, size: int = 0, stored: bool = False
    ) -> None:
        """Add a file. `size` is a hint for large ones; with `stored` it is not compressed."""
        entry = zipfile.ZipInfo(path, self._time)
        entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        entry.extra = self._extra
        entry.file_size = size
        state, length = hashlib.sha256(), 0
        with self._package.open(entry, "w", force_zip64=not size) as file:
            for block in blocks:
                state.update(block)
                length += len(block)
                file.write(block)
        name = path.rpartition("/")[2]
        digest = f"sha256:{state.hexdigest()}"
        self._resources.append({"name": name, "path": path, "hash": digest, "bytes": length})

    def close(self, title: str | None, signer: Signer | None) -> None:
        """Add the descriptions of all files."""
        described = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": f"newscrawl {__version__}",
            "created": self._created,
            "resources": list(self._resources),
        }
        if title:
            described["title"] = title
        description = _json(described)
        self.add("datapackage.json", [description])
        hash_ = self._resources[-1]["hash"]
        digest: dict[str, Any] = {"path": "datapackage.json", "hash": hash_}
        if signer is not None:
            digest["signedData"] = signer.signed_data(
                hash_, created=self._created, software=f"newscrawl {__version__}"
            )
        self.add("datapackage-digest.json", [_json(digest)])


def _add_index(writer: _Package, layout: Layout) -> None:
    if not layout.index.is_file():
        if layout.finished():
            raise ArchiveError(
                f"{layout.root} has no index.cdxj: newscrawl verify --rebuild-index makes it again"
            )
        raise NotAnArchive(f"{layout.root} has no index.cdxj: nothing has been captured")
    with layout.index.open("rb") as file:
        size = layout.index.stat().st_size
        writer.add("indexes/index.cdxj", _blocks(file), size=size)


def _add_warcs(writer: _Package, layout: Layout) -> None:
    for path in layout.finished():
        with open_stored(path) as file:
            writer.add(f"archive/{path.name}", _blocks(file), size=file.size, stored=True)


def _add_records(writer: _Package, layout: Layout) -> None:
    for warc in layout.finished():
        path = layout.records_beside(warc.name)
        if path.is_file():
            with path.open("rb") as file:
                writer.add(f"records/{path.name}", _blocks(file), size=path.stat().st_size)


def _blocks(file: BinaryIO | StoredFile) -> Iterator[bytes]:
    while block := file.read(_COPY_BYTES):
        yield block


def _page_lines(pages: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield _json(_PAGES_HEADER)
    for page in pages:
        yield _json({name: value for name, value in page.items() if value is not None})


def _json(value: dict[str, Any]) -> bytes:
    return json_line(value).encode() + b"\n"


@contextmanager
def _whole(out: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The file to write to. One at a path gets its name once it is whole."""
    if not isinstance(out, Path):
        yield out
        return
    with storage_errors(out), partial_file(out) as working, working.open("wb") as file:
        yield file
