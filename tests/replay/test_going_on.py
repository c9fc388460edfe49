"""Replays of an archive itself go on after a kill, and leave the work of others alone."""

from __future__ import annotations

import json
import shutil
import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from processes import still_runs

from newscrawl.archive.layout import Layout
from newscrawl.replay import AdoptionSink, ComparisonSink, ReplayConfig, ReplayInput, Selection
from newscrawl.replay.checkpoint import Checkpoint
from newscrawl.replay.shard import Shard, output_name
from tests.conftest import newscrawl, start_python
from tests.replay.test_shards import SHORT, into, made, replay

if TYPE_CHECKING:
    from tests.conftest import Crawled

HERE = Path(__file__).parents[2]
KILLED = """
import sys
from pathlib import Path
from tests.replay.test_going_on import FORMS
FORMS[sys.argv[1]](Path(sys.argv[2]))
"""


@pytest.fixture
def archive(few: Crawled, tmp_path: Path) -> Path:
    return shutil.copytree(few.archive, tmp_path / "news")


def check(root: Path) -> list[Any]:
    """The new values of the fields that differ."""
    with closing(replay([root]).run(ComparisonSink(ReplayInput((str(root),))))) as comparison:
        return [each.made for each in comparison.differences()]


def adopt(root: Path) -> list[Any]:
    """The sections of the records in force that no crawl made."""
    replay([root]).run(AdoptionSink(Layout(root)))
    files = [path.read_text("utf-8") for path in (root / "records").glob("*.jsonl")]
    lines = [line for file in files for line in file.splitlines()]
    return [record["section"] for record in map(json.loads, lines) if record["section"] == MARK]


FORMS = {"check": check, "adopt": adopt}
MARK = "from the output"


def finished(work: Path) -> list[Path]:
    return [path for path in work.glob("*.shard") if path.name[0] != "."]


def mark(output: Path) -> None:
    """Change the records in an output, so that they are known by their sections."""
    lines = [line.partition("\t") for line in output.read_text().splitlines()]
    changed = [
        f"{entry}\t{json.dumps({**json.loads(record), 'section': MARK})}" if record else entry
        for entry, _, record in lines
    ]
    output.write_text("".join(f"{line}\n" for line in changed))


@pytest.mark.parametrize("form", FORMS)
def test_a_killed_run_is_gone_on_with(archive: Path, form: str) -> None:
    work = archive / "replay-shards"
    path = {"PYTHONPATH": f"{HERE}:{HERE / 'tests/support'}"}
    process = start_python("-c", KILLED, form, archive, env=path)
    while still_runs(process, 0.001) and not any(
        b'\t{"id"' in output.read_bytes() for output in finished(work)
    ):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    for output in finished(work):
        mark(output)
    # What was done is not read again.
    assert set(FORMS[form](archive)) == {MARK}
    assert not work.exists()


def test_a_check_leaves_what_an_unfinished_one_of_other_captures_has_done(archive: Path) -> None:
    shard, work = Shard(archive, "stamp"), archive / "replay-shards"
    other = ReplayConfig(60, selection=Selection(domains=("paper.example",)))
    with closing(Checkpoint(archive, work.name)) as checkpoint:
        checkpoint.output(shard, other).touch()
    (work / ("0" * 8 + "-of-another-version.shard")).touch()
    assert check(archive) == []
    assert [path.name for path in work.glob("*.shard")] == [output_name(shard, other)]
    with closing(Checkpoint(archive, work.name)) as checkpoint:
        checkpoint.finish_only(other)
    assert not work.exists()


def test_two_checks_at_a_time_do_not_meet(archive: Path) -> None:
    with closing(Checkpoint(archive, "replay-shards")):
        assert newscrawl("replay", archive, "--check").code == 0
        ran = newscrawl("replay", archive, "--adopt")
    assert (ran.code, ran.err) == (
        2,
        f"newscrawl: {archive}: another replay is writing into this folder\n",
    )


def test_a_cluster_goes_with_every_form_that_leaves_its_work_in_a_folder(archive: Path) -> None:
    for form in ("--check", "--diff", "--adopt"):
        ran = newscrawl("replay", archive, form, "--cluster", "nonsense://x")
        assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err
        assert "newscrawl: --cluster nonsense://x: " in ran.err
        assert not (archive / "replay-shards").exists()


def test_what_an_earlier_version_left_unfinished_begins_anew(archive: Path, tmp_path: Path) -> None:
    [warc] = (archive / "warc").iterdir()
    root = tmp_path / "again"
    for folder in ("units", "warc", "records"):
        (root / folder).mkdir(parents=True)
    half = root / "records" / f"{warc.name.removesuffix('.warc.gz')}.jsonl"
    half.write_text('{"id": "half')
    (root / "units" / "lock").touch()
    (root / "units" / "0123.part").write_text('{"kind": "page"}\n')
    (root / "units" / "writing.json").write_text(json.dumps([f"records/{half.name}", "news.db"]))
    replay([warc], shard_bytes=SHORT).run(into(root))
    replay([warc], shard_bytes=1 << 30).run(into(tmp_path / "whole"))
    assert made(root) == made(tmp_path / "whole")
