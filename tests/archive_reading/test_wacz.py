"""Packages: what is in them, that other tools take them, and that they stream."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import multiprocessing
import resource
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from newscrawl.archive import cdxj_file
from newscrawl.archive.captures import iter_captures
from newscrawl.archive.layout import Layout
from newscrawl.archive.verify import Summary, verify_files
from newscrawl.archive.wacz import signer, write_wacz
from newscrawl.errors import ArchiveError, NotAnArchive, StorageError, UsageError
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import SimpleNamespace

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

CREATED = "2026-03-05T15:00:00Z"
PAGES = [
    {"id": "1", "url": "https://paper.example/", "ts": CREATED, "title": "Straße", "text": "Größe"},
    {"id": "2", "url": "https://paper.example/x", "ts": CREATED, "title": None, "text": None},
]


@pytest.fixture
def layout(tmp_path: Path, make: SimpleNamespace) -> Layout:
    layout = Layout(tmp_path / "news")
    layout.create()
    for name in ("b", "a"):
        warc = layout.warcs / f"{name}.warc.gz"
        url = f"https://paper.example/{name}"
        warc.write_bytes(make.gz(make.info(), make.response(name.encode(), uri=url)))
        cdxj_file.merge(
            layout.index, cdxj.index_lines_of(warc, iter_records(warc, on_damage=_fail))
        )
    (layout.warcs / "c.warc.gz.open").write_bytes(b"being written")
    return layout


@pytest.fixture
def wacz(layout: Layout, tmp_path: Path) -> Path:
    out = tmp_path / "news.wacz"
    write_wacz(layout.root, out, pages=PAGES, created=CREATED, title="News")
    return out


def content(wacz: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wacz) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_what_is_in_it(wacz: Path, layout: Layout) -> None:
    files = content(wacz)
    assert sorted(files) == [
        "archive/a.warc.gz",
        "archive/b.warc.gz",
        "datapackage-digest.json",
        "datapackage.json",
        "indexes/index.cdxj",
        "pages/pages.jsonl",
    ]
    assert files["archive/a.warc.gz"] == (layout.warcs / "a.warc.gz").read_bytes()
    assert files["indexes/index.cdxj"] == layout.index.read_bytes()


def test_the_description_accounts_for_every_file(wacz: Path) -> None:
    files = content(wacz)
    described = json.loads(files["datapackage.json"])
    assert (described["profile"], described["wacz_version"]) == ("data-package", "1.1.1")
    assert (described["created"], described["title"]) == (CREATED, "News")
    resources = {r["path"]: (r["hash"], r["bytes"]) for r in described["resources"]}
    assert resources == {
        name: ("sha256:" + hashlib.sha256(data).hexdigest(), len(data))
        for name, data in files.items()
        if not name.startswith("datapackage")
    }
    digest = json.loads(files["datapackage-digest.json"])
    whole = "sha256:" + hashlib.sha256(files["datapackage.json"]).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": whole}


def test_the_directory_tells_of_extra_fields_in_local_headers(wacz: Path) -> None:
    """ReplayWeb.page looks for a file's bytes where they would be without any, unless told."""
    with zipfile.ZipFile(wacz) as package, wacz.open("rb") as file:
        for entry in package.infolist():
            file.seek(entry.header_offset + 28)
            in_local_header = int.from_bytes(file.read(2), "little")
            assert not in_local_header or entry.extra, entry.filename


def test_pages(wacz: Path) -> None:
    header, *pages = map(json.loads, content(wacz)["pages/pages.jsonl"].decode().splitlines())
    assert (header["format"], header["id"]) == ("json-pages-1.0", "pages")
    assert pages[0] == PAGES[0]
    assert pages[1] == {"id": "2", "url": "https://paper.example/x", "ts": CREATED}


def test_warcs_are_stored_and_lie_where_the_index_says(wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as package:
        for entry in package.infolist():
            if entry.filename.startswith("archive/"):
                assert entry.compress_type == zipfile.ZIP_STORED
        lines = package.read("indexes/index.cdxj").decode().splitlines()
    for entry in map(cdxj.parse, lines):
        record = read_record(wacz / "archive" / entry.filename, entry.offset, entry.length)
        assert record.uri == entry.url


def test_it_reads_as_the_archive_does(wacz: Path, layout: Layout) -> None:
    from_package = [(a.uri, a.capture, a.body()) for a in iter_captures([wacz], on_damage=_fail)]
    from_folder = [
        (a.uri, a.capture, a.body()) for a in iter_captures([layout.root], on_damage=_fail)
    ]
    assert from_package == from_folder
    assert len(from_package) == 2


def test_the_same_archive_gives_the_same_bytes(wacz: Path, layout: Layout) -> None:
    again = io.BytesIO()
    write_wacz(layout.root, again, pages=PAGES, created=CREATED, title="News")
    assert again.getvalue() == wacz.read_bytes()


class _Pipe(io.RawIOBase):
    """Takes bytes and cannot go back, as stdout."""

    def __init__(self) -> None:
        self.got = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.got += data
        return len(data)


def test_it_can_be_written_to_a_pipe(layout: Layout, tmp_path: Path) -> None:
    pipe = _Pipe()
    write_wacz(layout.root, pipe, pages=PAGES, created=CREATED)  # type: ignore[arg-type]
    path = tmp_path / "piped.wacz"
    path.write_bytes(pipe.got)
    assert len(content(path)) == 6
    assert len(list(iter_captures([path], on_damage=_fail))) == 2


def pem(key: PrivateKeyTypes, path: Path) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


class TestSigned:
    @pytest.fixture(params=[SECP256R1, SECP384R1])
    def key(self, request: pytest.FixtureRequest) -> EllipticCurvePrivateKey:
        return generate_private_key(request.param())

    @pytest.fixture
    def package(self, layout: Layout, key: EllipticCurvePrivateKey, tmp_path: Path) -> Path:
        out = tmp_path / "signed.wacz"
        sign = signer(pem(key, tmp_path / "key.pem"))
        write_wacz(layout.root, out, pages=PAGES, created=CREATED, signer=sign)
        return out

    def test_the_signature_is_of_the_hash_as_the_specification_says(
        self, package: Path, key: EllipticCurvePrivateKey
    ) -> None:
        files = content(package)
        digest = json.loads(files["datapackage-digest.json"])
        signed = digest["signedData"]
        assert signed.keys() == {
            "hash", "created", "software", "version", "signature", "publicKey",
        }  # fmt: skip
        assert signed["hash"] == digest["hash"] == f"sha256:{sha256(files['datapackage.json'])}"
        assert signed["created"] == json.loads(files["datapackage.json"])["created"]
        public = load_der_public_key(base64.b64decode(signed["publicKey"]))
        assert public == key.public_key()
        raw = base64.b64decode(signed["signature"])
        half = len(raw) // 2
        signature = encode_dss_signature(*(int.from_bytes(n) for n in (raw[:half], raw[half:])))
        key.public_key().verify(signature, signed["hash"].encode(), ECDSA(SHA256()))

    def test_verify_finds_no_fault_and_names_what_was_changed(self, package: Path) -> None:
        assert list(verify_files([package], summary=Summary())) == []
        files = content(package)
        digest = json.loads(files["datapackage-digest.json"])
        other = dict(digest, signedData=dict(digest["signedData"], hash="sha256:0"))
        changed = {
            "of another datapackage.json": {"datapackage-digest.json": json.dumps(other).encode()},
            "does not have the digest": {"datapackage.json": files["datapackage.json"] + b" "},
            "pages/pages.jsonl: does not have its stated": {"pages/pages.jsonl": b"{}\n"},
            "not made with the stated key": {
                "datapackage-digest.json": json.dumps(
                    dict(digest, signedData=dict(digest["signedData"], signature="AAAA" * 24))
                ).encode()
            },
            "more.txt is not described": {"more.txt": b"x"},
        }
        for said, parts in changed.items():
            with zipfile.ZipFile(package, "w") as again:
                for name, data in {**files, **parts}.items():
                    again.writestr(name, data)
            causes = [fault.cause for fault in verify_files([package], summary=Summary())]
            assert any(said in cause for cause in causes), (said, causes)

    def test_an_unsigned_package_has_a_note(self, layout: Layout, tmp_path: Path) -> None:
        out = tmp_path / "plain.wacz"
        write_wacz(layout.root, out, pages=PAGES, created=CREATED)
        [fault] = verify_files([out], summary=Summary())
        assert (fault.cause, fault.is_note) == ("is not signed", True)

    @pytest.mark.skipif(shutil.which("wacz") is None, reason="wacz (PyPI) is not installed")
    def test_wacz_validate_takes_it(self, package: Path) -> None:
        ran = subprocess.run(
            ["wacz", "validate", "-f", package], capture_output=True, text=True, check=False
        )
        assert (ran.returncode, "valid" in ran.stdout) == (0, True), ran.stdout

    def test_keys_that_cannot_be_used(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"absent\.pem: No such file"):
            signer(tmp_path / "absent.pem")
        (tmp_path / "junk.pem").write_text("junk")
        with pytest.raises(UsageError, match=r"junk\.pem: no private key"):
            signer(tmp_path / "junk.pem")
        with pytest.raises(UsageError, match="WACZ signatures are ECDSA"):
            signer(pem(Ed25519PrivateKey.generate(), tmp_path / "ed.pem"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_what_cannot_be_packaged(tmp_path: Path, layout: Layout) -> None:
    with pytest.raises(NotAnArchive):
        write_wacz(tmp_path / "absent", tmp_path / "x.wacz", pages=[], created=CREATED)
    with pytest.raises(StorageError, match="No such file"):
        write_wacz(layout.root, tmp_path / "no" / "x.wacz", pages=[], created=CREATED)
    layout.index.unlink()
    with pytest.raises(ArchiveError, match=r"has no index\.cdxj: newscrawl verify --rebuild-index"):
        write_wacz(layout.root, tmp_path / "x.wacz", pages=[], created=CREATED)


def test_a_failure_leaves_the_old_package(wacz: Path, layout: Layout) -> None:
    before = wacz.read_bytes()

    def pages() -> Iterator[dict[str, Any]]:
        yield PAGES[0]
        raise RuntimeError("the table is gone")

    with pytest.raises(RuntimeError):
        write_wacz(layout.root, wacz, pages=pages(), created=CREATED)
    assert wacz.read_bytes() == before
    assert not list(wacz.parent.glob(".*.partial"))


def _package_and_measure(root: Path, out: Path, grown: multiprocessing.SimpleQueue[int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    page = {"url": "https://paper.example/", "ts": CREATED, "text": "word " * 2000}
    write_wacz(root, out, pages=(page for _ in range(5000)), created=CREATED)
    grown.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


def test_memory_does_not_grow_with_the_archive(layout: Layout, tmp_path: Path) -> None:
    with (layout.warcs / "large.warc.gz").open("wb") as file:
        file.truncate(150 << 20)
    context = multiprocessing.get_context("spawn")
    grown: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
    worker = context.Process(
        target=_package_and_measure, args=(layout.root, tmp_path / "large.wacz", grown)
    )
    worker.start()
    kib = grown.get()
    worker.join()
    assert kib < 20 * 1024


def _fail(damage: Exception) -> None:
    raise damage
