"""Check what a WACZ says of itself: the digests of its files, of its description, and its signature.

https://specs.webrecorder.net/wacz/1.1.1/ and https://specs.webrecorder.net/wacz-auth/0.1.0/.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from newscrawl.archive.signing import signature_fault
from newscrawl.archive.verify.faults import Fault
from newscrawl.errors import ArchiveError
from newscrawl.storage.files import open_stored
from newscrawl.storage.wacz_members import names_in, read_small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DESCRIPTION, _DIGEST = "datapackage.json", "datapackage-digest.json"
#: A description of a million files has some 200 MB.
_MAX_DESCRIPTION_BYTES = 256 * 1024 * 1024
_COPY_BYTES = 1024 * 1024


def package_faults(wacz: Path) -> Iterator[Fault]:
    """What is wrong with a package, apart from the records in its WARCs. An unsigned one has a note."""
    try:
        yield from _faults(wacz)
    except ArchiveError as error:
        yield Fault(str(wacz), None, str(error))


def _faults(wacz: Path) -> Iterator[Fault]:
    data = read_small(wacz, _DESCRIPTION, limit=_MAX_DESCRIPTION_BYTES)
    if data is None:
        yield Fault(str(wacz), None, f"has no {_DESCRIPTION}")
        return
    yield from _described(wacz, _parsed(data))
    digest = read_small(wacz, _DIGEST, limit=_MAX_DESCRIPTION_BYTES)
    if digest is None:
        yield Fault(
            str(wacz), None, f"has no {_DIGEST}: nothing proves its description", is_note=True
        )
        return
    stated = _parsed(digest)
    hash_ = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if not isinstance(stated, dict) or stated.get("hash") != hash_:
        yield Fault(str(wacz), None, f"{_DESCRIPTION} does not have the digest in {_DIGEST}")
    elif "signedData" not in stated:
        yield Fault(str(wacz), None, "is not signed", is_note=True)
    elif fault := signature_fault(stated["signedData"], hash_=hash_):
        yield Fault(str(wacz), None, f"{_DIGEST}: {fault}")


def _described(wacz: Path, description: Any) -> Iterator[Fault]:
    resources = description.get("resources") if isinstance(description, dict) else None
    if not isinstance(resources, list):
        yield Fault(str(wacz), None, f"{_DESCRIPTION} has no list of resources")
        return
    known = set()
    names = set(names_in(wacz))
    for each in resources:
        path, hash_ = (
            (each.get(k) for k in ("path", "hash")) if isinstance(each, dict) else (None,) * 2
        )
        if not isinstance(path, str):
            yield Fault(str(wacz), None, f"{_DESCRIPTION}: a resource without a path")
            continue
        known.add(path)
        if path not in names:
            yield Fault(str(wacz), None, f"{path} is described and not there")
        elif isinstance(hash_, str) and (fault := _digest_fault(wacz / path, hash_)):
            yield Fault(str(wacz), None, f"{path}: {fault}")
    for name in sorted(names - known - {_DESCRIPTION, _DIGEST}):
        if not name.endswith("/"):
            yield Fault(str(wacz), None, f"{name} is not described")


def _digest_fault(path: Path, stated: str) -> str | None:
    algorithm, _, expected = stated.rpartition(":")
    if (algorithm or "sha256") not in ("sha256", "md5"):
        return f"its digest is of an unknown kind: {stated[:80]!r}"
    state = hashlib.new(algorithm or "sha256", usedforsecurity=False)
    with open_stored(path) as file:
        while data := file.read(_COPY_BYTES):
            state.update(data)
    return None if state.hexdigest() == expected.lower() else "does not have its stated digest"


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
