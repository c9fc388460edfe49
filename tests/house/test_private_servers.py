"""What the tests start ends with them, even if they are killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import private_postgresql
import pytest

STARTING = """
import private_postgresql

with private_postgresql.running() as cluster:
    print(cluster.socket, flush=True)
    input()
"""


def test_a_server_does_not_outlive_tests_that_are_killed() -> None:
    if reason := private_postgresql.missing():
        pytest.skip(reason)
    support = Path(private_postgresql.__file__).parent
    with subprocess.Popen(
        [sys.executable, "-c", STARTING],
        cwd=support,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        server = (folder / "data" / "postmaster.pid").read_text().split()[0]
        assert is_alive(server)
        tests.kill()
        tests.stdout.read()  # the guard has it open until it ends
    assert not folder.exists()
    assert not is_alive(server)


def is_alive(process: str) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", process], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
