"""Wrong options, missing tools, a pywb that fails: one line, an exit code, nothing left behind."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import Ran, newscrawl
from tests.serving.conftest import serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Crawled

SOME_WAYBACK = Path(__file__).with_name("some_wayback.py")


@pytest.fixture
def some_pywb(tmp_path: Path) -> Callable[[str], Path]:
    """Makes the virtual environment of a `wayback` with this behaviour."""

    def make(behaviour: str, interpreter: str = sys.executable) -> Path:
        program = tmp_path / behaviour / "bin" / "wayback"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!{interpreter}\n{SOME_WAYBACK.read_text('utf-8')}")
        program.chmod(0o755)
        return program.parents[1]

    return make


def served(archive: Path, tmp_path: Path, *arguments: object) -> Ran:
    """What serving ends with; it leaves no temporary folder, nor prints an address."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {"TMPDIR": str(temporary), "NOTES": str(tmp_path / "notes")}
    ran = newscrawl("serve", "--archive", archive, *arguments, env=env)
    assert list(temporary.iterdir()) == []
    assert ran.err.count("\n") == 1 + ("Ctrl-C" in ran.err)
    return ran


def notes(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "notes").read_text().splitlines()]


@pytest.mark.parametrize(
    "arguments",
    [[], ["--pywb", "a", "--replay-assets", "b"], ["--wacz", "a"], ["--pywb", "a", "--wacz", "b"]],
)
def test_neither_or_both(tmp_path: Path, crawled: Crawled, arguments: list[str]) -> None:
    ran = served(crawled.archive, tmp_path, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "pywb/bin/pip install" in ran.err
    assert "npm pack replaywebpage" in ran.err


def test_tools_that_are_not_there(tmp_path: Path, crawled: Crawled, scripts: Path) -> None:
    pywb = newscrawl("serve", "--archive", crawled.archive, "--pywb", tmp_path)
    assert (pywb.code, pywb.out) == (2, "")
    assert f"newscrawl: {tmp_path} has no bin/wayback; " in pywb.err
    half = tmp_path / "half"
    half.mkdir()
    shutil.copy(scripts / "ui.js", half)
    assets = newscrawl("serve", "--archive", crawled.archive, "--replay-assets", half)
    assert (assets.code, assets.out) == (2, "")
    assert f"newscrawl: {half} has no sw.js: " in assets.err


def test_what_is_no_package(tmp_path: Path, scripts: Path) -> None:
    for name in ("none.wacz", "text.wacz"):
        (tmp_path / "text.wacz").write_text("not a ZIP file")
        ran = newscrawl("serve", "--replay-assets", scripts, "--wacz", tmp_path / name)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == f"newscrawl: {tmp_path / name} is no WACZ file\n"


@pytest.mark.parametrize("made", [False, True], ids=["no-folder", "no-captures"])
def test_an_archive_without_captures(
    tmp_path: Path, some_pywb: Callable[[str], Path], scripts: Path, made: bool
) -> None:
    archive = tmp_path / "empty"
    if made:
        (archive / "warc").mkdir(parents=True)
    said = "nothing has been captured" if made else "is not an archive"
    for tool in (["--pywb", some_pywb("sound")], ["--replay-assets", scripts]):
        ran = newscrawl("serve", "--archive", archive, *tool)
        assert (ran.code, ran.out) == (2, "")
        assert f"newscrawl: {archive} " in ran.err
        assert said in ran.err


@pytest.mark.parametrize(
    ("behaviour", "said", "starts"),
    [
        (
            "broken",
            "pywb has ended with exit code 1: ModuleNotFoundError: No module named 'pkg_res",
            1,
        ),
        ("unlucky-always", "Address already in use", 3),
        ("stranger", "answers, but not from this archive", 1),
    ],
)
def test_a_pywb_that_does_not_start(
    tmp_path: Path,
    crawled: Crawled,
    some_pywb: Callable[[str], Path],
    behaviour: str,
    said: str,
    starts: int,
) -> None:
    ran = served(crawled.archive, tmp_path, "--pywb", some_pywb(behaviour))
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert len(notes(tmp_path)) == starts


def test_a_damaged_line_of_the_index_does_not_end_it(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[[str], Path]
) -> None:
    archive = shutil.copytree(crawled.archive, tmp_path / "news")
    index = archive / "index.cdxj"
    index.write_bytes(b"!\xff cut off\n" + index.read_bytes())
    ran = served(archive, tmp_path, "--pywb", some_pywb("broken"))
    assert "pywb has ended with exit code 1" in ran.err  # so it was started


def test_a_pywb_that_cannot_be_run(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[..., Path]
) -> None:
    ran = served(crawled.archive, tmp_path, "--pywb", some_pywb("moved", "/none/bin/python"))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("moved/bin/wayback: No such file or directory\n")


def test_a_pywb_that_dies_later(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[[str], Path]
) -> None:
    ran = served(crawled.archive, tmp_path, "--pywb", some_pywb("dying") / "bin")
    assert ran.code == 1
    assert ran.err == "Ctrl-C ends it.\nnewscrawl: pywb has ended with exit code 1: MemoryError\n"


def test_a_port_lost_to_another_is_tried_anew(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[[str], Path]
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    pywb = some_pywb("unlucky-once")
    arguments = ("--pywb", pywb, "--archive", crawled.archive)
    with serve(temporary, *arguments, NOTES=str(tmp_path / "notes")) as serving:
        assert len(notes(tmp_path)) == 2
        assert serving.end() == 0
    assert list(temporary.iterdir()) == []


def test_pywb_is_told_its_address_and_nothing_of_ours(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[[str], Path]
) -> None:
    env = {
        "NOTES": str(tmp_path / "notes"),
        "PYTHONPATH": str(tmp_path),
        "PYTHONWARNINGS": "error",
        "http_proxy": "http://127.0.0.1:1",
        "HTTPS_PROXY": "http://127.0.0.1:1",
    }
    with serve(
        tmp_path, "--pywb", some_pywb("sound"), "--archive", crawled.archive, **env
    ) as serving:
        [noted] = notes(tmp_path)
        assert noted["arguments"] == ["--bind", "127.0.0.1", "--port", str(serving.port)]
        names = [name.lower() for name in noted["environment"]]
        assert not [n for n in names if n.startswith("python") or n.endswith("_proxy")]
        # Nothing is copied: the working folder has links.
        folder = Path(noted["folder"])
        assert (folder / "warc").readlink() == (crawled.archive / "warc").resolve()
        assert (folder / "index.cdxj").readlink() == (crawled.archive / "index.cdxj").resolve()
        assert not (folder / "config.yaml").is_symlink()
    assert not folder.exists()


def test_a_port_that_is_taken(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[..., Path]
) -> None:
    env = {"NOTES": str(tmp_path / "notes")}
    arguments = ("--pywb", some_pywb("sound"), "--archive", crawled.archive)
    with serve(tmp_path, *arguments, **env) as serving:
        ran = newscrawl("serve", *arguments, "--port", serving.port, env=env)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"newscrawl: port {serving.port}: Address already in use\n"


def test_files_that_are_in_a_store_alone_are_counted(
    tmp_path: Path, crawled: Crawled, some_pywb: Callable[[str], Path]
) -> None:
    archive = tmp_path / "news"
    shutil.copytree(crawled.archive, archive)
    store = ("--store", f"file://{tmp_path}/store", "--keep", "move")
    assert newscrawl("archive", "upload", "--archive", archive, *store).code == 0
    env = {"NOTES": str(tmp_path / "notes")}
    ran = newscrawl("serve", "--archive", archive, "--pywb", some_pywb("broken"), env=env)
    assert ran.code == 1
    assert "1 WARC not on this disk" in ran.err
