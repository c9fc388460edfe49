"""Shards on a cluster: a real scheduler and two workers, one of which is killed at work."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from processes import still_runs

from newscrawl.archive.files import archive_files
from newscrawl.errors import StorageError
from newscrawl.replay.cluster_executor import ClusterExecutor
from newscrawl.replay.shard import Shard
from newscrawl.replay.split import starts
from tests.conftest import kill_group, newscrawl, start_newscrawl, start_python
from tests.replay.test_shards import CONFIG, into, made, replay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from started_commands import StartedCommand

    from tests.conftest import Crawled

    Process = StartedCommand | subprocess.Popen[str]

#: Not imported here: it takes each worker of pytest-xdist half a second.
pytestmark = pytest.mark.skipif(
    find_spec("distributed") is None, reason="distributed is not installed: newscrawl[cluster]"
)

HERE = ("--host", "127.0.0.1", "--no-dashboard")


@contextmanager
def dask(*arguments: object) -> Iterator[Process]:
    process = start_python("-m", "dask", *arguments, *HERE)
    try:
        yield process
    finally:
        # The processes that read its pages are in its group, and go with it.
        kill_group(process)
        process.communicate()


def wait_for(path: Path, *processes: Process) -> None:
    while not (path.exists() and path.stat().st_size):
        assert all(still_runs(process) for process in processes)


@pytest.fixture
def pieces(few: Crawled, tmp_path: Path) -> list[Path]:
    """The sample's WARC as a file for each shard."""
    [warc] = archive_files(few.archive)
    data = warc.read_bytes()
    begins = [0, *starts(warc, shard_bytes=8_000)]
    paths = [tmp_path / f"{number:02d}.warc.gz" for number, _ in enumerate(begins)]
    for path, begin, end in zip(paths, begins, [*begins[1:], len(data)], strict=True):
        path.write_bytes(data[begin:end])
    return paths


def test_a_worker_that_is_killed_costs_nothing(pieces: list[Path], tmp_path: Path) -> None:
    address, root = tmp_path / "scheduler.json", tmp_path / "again"
    with ExitStack() as running:
        scheduler = running.enter_context(
            dask("scheduler", "--port", 0, "--scheduler-file", address)
        )
        wait_for(address, scheduler)
        how = ("--no-nanny", "--nthreads", 1, "--scheduler-file", address)
        victim, _ = (
            running.enter_context(
                dask("worker", *how, "--local-directory", tmp_path / name, "--name", name)
            )
            for name in ("one", "two")
        )
        where = json.loads(address.read_text())["address"]
        going = start_newscrawl(
            *("replay", *pieces, "--into", root, "--cluster", where), stdout=subprocess.PIPE
        )
        while not any((root / "shards").glob("*.shard")):
            assert still_runs(going, 0.001), going.communicate()
        victim.kill()
        done = len(list((root / "shards").glob("*.shard")))
        out, err = going.communicate()
    assert done < len(pieces) - 2
    assert (going.returncode, "Traceback" in err) == (0, False), err
    assert f"written to {root}/" in out
    replay(pieces, workers=1).run(into(tmp_path / "here"))
    assert made(root) == made(tmp_path / "here")


def test_a_scheduler_that_goes_away_is_an_error_of_each_shard(
    pieces: list[Path], tmp_path: Path
) -> None:
    address, shard = tmp_path / "scheduler.json", Shard(pieces[0], "")
    with ExitStack() as running:
        scheduler = running.enter_context(
            dask("scheduler", "--port", 0, "--scheduler-file", address)
        )
        wait_for(address, scheduler)
        where = json.loads(address.read_text())["address"]
        cluster = running.enter_context(
            closing(ClusterExecutor(where, CONFIG, shard_bytes=1, patience=1))
        )
        threads = running.enter_context(ThreadPoolExecutor(2))
        made = threads.submit(list, cluster.process([(shard, tmp_path / "output")]))
        begins = threads.submit(list, cluster.starts([shard]))
        while len(cluster._client.futures) < 2:
            assert still_runs(scheduler)
        scheduler.kill()
        [(failed, error)] = made.result(60)
        assert failed == shard
        assert isinstance(error, StorageError)
        with pytest.raises(StorageError, match="the scheduler may be gone"):
            begins.result(60)


def test_a_scheduler_that_cannot_be(pieces: list[Path], tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"--cluster tcp://127\.0\.0\.1:9: no scheduler"):
        ClusterExecutor("tcp://127.0.0.1:9", CONFIG, shard_bytes=1, patience=0.1)
    address = "nonsense://x"
    ran = newscrawl("replay", pieces[0], "--into", tmp_path / "again", "--cluster", address)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert f"newscrawl: --cluster {address}: " in ran.err
    ran = newscrawl("replay", pieces[0], "--cluster", "tcp://127.0.0.1:9")
    assert (ran.code, "--cluster goes with" in ran.err) == (2, True)
