"""What other tools say of the files, with the exceptions that are theirs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def run(*command) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60)


def test_gzip_finds_every_member_whole(odd):
    done = run("gzip", "-t", *odd.warcs)
    assert (done.returncode, done.stderr) == (0, "")


def test_warcio_accepts_every_record(odd, tmp_path):
    # warcio 1.8 ends with a traceback at any `Content-Encoding: br`.
    checked = tmp_path / odd.warcs[0].name
    data = odd.warcs[0].read_bytes()
    kept = [r for r in odd.records if b"Content-Encoding: br" not in r.block]
    assert len(kept) == len(odd.records) - 1
    checked.write_bytes(b"".join(data[r.offset : r.offset + r.length] for r in kept))
    done = run(BIN / "warcio", "check", checked)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not (BIN / "fastwarc").exists(), reason="fastwarc is not installed")
def test_fastwarc_accepts_every_record(odd):
    done = run(BIN / "fastwarc", "check", *odd.warcs)
    assert done.returncode == 0, done.stdout + done.stderr
