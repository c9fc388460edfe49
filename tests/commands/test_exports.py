"""What `newscrawl export` writes is what others read."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from newscrawl.archive.layout import Layout
from newscrawl.collection.commit import Collection, commit, revise
from newscrawl.collection.results import Result
from newscrawl.database.engine import open_database
from newscrawl.export import columns, workbook
from newscrawl.export.csv_files import cells_of, csv_line, write_csv
from newscrawl.export.field_reader import FieldReader
from newscrawl.export.folder import write_folder
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.items import Article, Capture
from newscrawl.store import Store
from tests.conftest import newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled

WARC = "news-20260519000000000-a0614337-00000.warc.gz"
#: URL, source, language, when it was published, when it was captured, title, body.
STORIES = [
    ("https://a.example/1", "Gazette", "en-GB", "2026-05-19T00:30:00+02:00", "One", "Text."),
    ("https://a.example/2", "Gazette", "en", "2026-05-19", "=SUM(A1)", "Two\nlines."),
    ("https://b.example/3", "Paper", "es", "2026-05-20T01:00:00Z", "Policía <b>", "La policía, ß."),
    ("https://b.example/4", "Paper", None, None, "Undated", "Straße 漢字"),
    (
        "https://a.example/1",
        "Gazette",
        "en-GB",
        "2026-05-19T00:30:00+02:00",
        "One",
        "Text, edited.",
    ),
]


def capture(number: int) -> Capture:
    moment = f"2026-05-21T00:00:0{number}Z"
    return Capture(WARC, number, 9, f"urn:uuid:{number}", f"sha256:{number}", moment, 200)


def opened(book: Path) -> Any:
    """A workbook as openpyxl reads it."""
    import openpyxl  # takes half a second, which workers without these tests save

    return openpyxl.load_workbook(book)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of five records of four articles, and one miss, without captures."""
    layout = Layout(tmp_path_factory.mktemp("exports") / "news")
    layout.create()
    (layout.warcs / WARC).touch()
    engine = open_database(layout.database)
    collection = Collection(layout, Store(engine), SqlFrontier(engine))
    for number, (url, source, language, published, title, body) in enumerate(STORIES):
        article = Article(
            url=url, source=source, language=language, published_at=published, title=title,
            body=body, capture=capture(number), authors=("Ann", "Bob"),
        )  # fmt: skip
        at = f"2026-05-21T00:00:0{number}Z"
        end = Outcome("article", status=200, seen_at=at, capture=capture(number))
        results, seen = revise(collection, [Result(url, source, end, article)])
        commit(collection, results, now=0, observed=seen, sync=False, new_urls=True)
    frontier = collection.frontier
    frontier.add([DiscoveredUrl("https://a.example/gone", "article", "Gazette")], now=0)
    miss = Outcome("miss", cause="http-404", status=404, seen_at="2026-05-22T00:00:00+00:00")
    frontier.settle([("a.example/gone", miss)], now=0)
    engine.dispose()
    return layout.root


def exported(archive: Path, *options: object) -> str:
    ran = newscrawl("export", "--archive", archive, *options)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def titles(archive: Path, *options: object) -> list[str]:
    return [json.loads(line)["title"] for line in exported(archive, *options).splitlines()]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["One", "=SUM(A1)", "Policía <b>", "Undated", "One"]),
        (("--latest",), ["=SUM(A1)", "Policía <b>", "Undated", "One"]),
        (("--source", "Paper"), ["Policía <b>", "Undated"]),
        (("--language", "en"), ["One", "=SUM(A1)", "One"]),
        (("--language", "en-GB", "--language", "es"), ["One", "Policía <b>", "One"]),
        # 00:30 in +02:00 is the day before in UTC; the undated one was captured on the 21st.
        (("--since", "2026-05-19", "--until", "2026-05-19"), ["=SUM(A1)"]),
        (("--until", "2026-05-18"), ["One", "One"]),
        (("--since", "2026-05-20T01:00:00Z"), ["Policía <b>", "Undated"]),
        (("--since", "2026-05-20", "--latest", "--source", "Gazette"), []),
        (("--query", "policia OR strasse"), ["Policía <b>", "Undated"]),
        (("--query", "text source:Gazette", "--latest"), ["One"]),
    ],
)
def test_filters_choose_records(
    archive: Path, options: tuple[str, ...], expected: list[str]
) -> None:
    assert titles(archive, *options) == expected


def test_fields_are_chosen_in_their_order(archive: Path) -> None:
    [line] = exported(archive, "--fields", "title,id,captured_at", "--source", "Paper",
                      "--language", "es").splitlines()  # fmt: skip
    assert list(json.loads(line).items())[0::2] == [
        ("title", "Policía <b>"), ("captured_at", "2026-05-21T00:00:02Z"),
    ]  # fmt: skip
    ran = newscrawl("export", "--archive", archive, "--fields", "title,colour")
    assert ran.code == 2
    assert "--fields colour: not one of id, url," in ran.err


@pytest.mark.parametrize("options", [(), ("--source", "Gazette", "--language", "de")])
def test_json_is_one_array(archive: Path, options: tuple[str, ...]) -> None:
    records = json.loads(exported(archive, "--format", "json", *options))
    assert records == [json.loads(line) for line in exported(archive, *options).splitlines()]


def test_csv_has_what_a_table_needs(archive: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(archive, "--format", "csv"))))
    assert list(rows[0]) == list(columns.COLUMNS)
    assert (rows[1]["title"], rows[1]["body"]) == ("'=SUM(A1)", "Two\nlines.")
    assert (rows[2]["source"], rows[2]["captured_at"]) == ("Paper", "2026-05-21T00:00:02Z")
    assert rows[0]["authors"] == "Ann; Bob"


@given(st.lists(st.text(st.sampled_from("a\",;\r\n '\t\x00ß")), min_size=1, max_size=4))
def test_rows_are_those_of_the_module_csv(cells: list[str]) -> None:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    assert csv_line(cells) == file.getvalue()


@given(st.data(), st.integers(1, 3), st.booleans())
def test_tables_are_those_of_the_module_csv(data: st.DataObject, width: int, excel: bool) -> None:
    cells = st.none() | st.integers() | st.text(st.sampled_from("ab\",;=\r\n '\t\x00ß"), max_size=5)
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width)))
    found, wanted = io.StringIO(newline=""), io.StringIO(newline="")
    names = ("one", "two", "three")[:width]
    write_csv(found, [rows[:2], rows[2:]], names, excel=excel)
    wanted.write("\ufeff" if excel else "")
    shown = [[columns.text_cell(value) for value in row] for row in rows]
    if excel:
        shown = [[" ".join(cell.splitlines()) for cell in row] for row in shown]
    csv.writer(wanted).writerows([names, *shown])
    assert found.getvalue() == wanted.getvalue()


@given(
    st.lists(
        st.none() | st.integers() | st.text(st.sampled_from('a",;=-@＝\r\n \t\x00\x85ß\u2028漢'))
    )
)
def test_cells_of_a_row_are_those_of_each_value(values: list[Any]) -> None:
    assert cells_of(values) == [columns.text_cell(value) for value in values]


@given(
    st.permutations([*columns.RECORD_FIELDS, *columns.CAPTURE_FIELDS]),
    st.integers(1, 8),
    st.booleans(),
)
def test_chosen_fields_are_read_as_of_whole_records(
    names: list[str], number: int, has_capture: bool
) -> None:
    article = Article(url="https://a.example/1", source="Paper", title="\u00e9 \\n", authors=("A", "B"),
                      is_accessible=False, capture=capture(1) if has_capture else None)  # fmt: skip
    record = article.to_dict()
    text = json.dumps({**record, "source": "Other", "of another version": 1}).encode()
    [values] = FieldReader(names[:number]).rows([("Paper", text)])
    assert list(values) == columns.values_of(record, names[:number])


def test_csv_for_excel_has_a_mark_and_a_line_for_each_row(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    exported(archive, "--format", "csv", "--excel", "-o", out)
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,")
    assert content.count(b"\n") == 1 + len(STORIES)
    assert b"Two lines." in content


def test_csv_opens_in_libreoffice_with_right_letters(archive: Path, tmp_path: Path) -> None:
    if (program := shutil.which("soffice")) is None:
        pytest.skip(
            "LibreOffice is not installed (Debian: libreoffice-calc-nogui): no soffice on PATH"
        )
    exported(archive, "--format", "csv", "--excel", "-o", tmp_path / "out.csv")
    arguments = [
        "--headless",
        # Comma, quotation mark, UTF-8: what its dialog proposes, which takes the byte order mark for a sign.
        "--infilter=CSV:44,34,76",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run(
        [program, *arguments, "--outdir", str(tmp_path), str(tmp_path / "out.csv")],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    sheet = opened(tmp_path / "out.xlsx").active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert len(rows) == 1 + len(STORIES)
    assert {"La policía, ß.", "Straße 漢字"} <= {row[columns.COLUMNS.index("body")] for row in rows}


def test_a_workbook_has_text_and_no_formulas(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    exported(archive, "--format", "xlsx", "--fields", "title,body,revision", "-o", out)
    sheet = opened(out).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[0] == ["title", "body", "revision"]
    assert rows[2] == ["=SUM(A1)", "Two\nlines.", 1]
    assert sheet["A3"].data_type == "s"


def test_a_workbook_goes_on_in_another_sheet_and_cuts_long_cells(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    records = [{"title": "x" * 40_000}, {"title": "b"}, {"title": "c"}]
    assert workbook.write_workbook(out, records, ("title",), rows=3) == 3
    book = opened(out)
    assert [[c.value for (c,) in sheet.rows][1:] for sheet in book] == [
        ["x" * 32_766 + "…", "b"], ["c"],
    ]  # fmt: skip


def test_parquet_comes_from_the_tables(archive: Path, tmp_path: Path) -> None:
    exported(archive, "--format", "parquet", "--latest", "-o", tmp_path / "out")
    table = parquet.read_table(tmp_path / "out")
    assert table.column("source").to_pylist() == ["Gazette", "Paper", "Paper", "Gazette"]


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_folder_has_a_page_for_each_record(archive: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    exported(archive, "--format", "folder", "--form", form, "-o", out)
    pages = sorted(path.name for path in out.glob(f"*.{form}") if path.name != "index.html")
    assert len(pages) == len(STORIES)
    index = (out / "index.html").read_text("utf-8")
    assert [name for name in pages if f'href="{name}"' not in index] == []
    [story] = [name for name in pages if "policia" in name]
    text = (out / story).read_text("utf-8")
    assert "La policía, ß." in text.replace("\\", "")
    assert "<b>" not in text.replace("\\<b\\>", "")


@pytest.mark.parametrize("form", ["html", "md"])
def test_nothing_in_a_page_acts(tmp_path: Path, form: Any) -> None:
    evil = '<script>x</script>[a](javascript:x)"><img src=x onerror=x>\u202e'
    record = Article(
        url="javascript:alert(1)", source=evil, title=f"../{evil}", authors=(evil,), language=evil,
        description=evil, body=evil, publisher=evil, section=evil, capture=capture(1),
    ).to_dict()  # fmt: skip
    assert write_folder(tmp_path, [record], form) == 1
    active = {".html": ("<script", "<img", 'href="javascript'), ".md": ("<script", "<img", "](")}
    for path in tmp_path.iterdir():
        text = path.read_text("utf-8").replace("\\<", "")
        assert [bad for bad in (*active[path.suffix], "\u202e") if bad in text] == []
        assert re.fullmatch(r"[a-z0-9-]+\.(html|md)", path.name)


def test_nothing_is_overwritten_unless_it_is_asked_for(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    ran = newscrawl("export", "--archive", archive, "-o", out)
    assert (ran.code, "exists: --force overwrites it" in ran.err) == (2, True)
    assert out.read_text() == "mine"
    exported(archive, "-o", out, "--force")
    assert out.read_text("utf-8").count("\n") == len(STORIES)
    ran = newscrawl("export", "--archive", archive, "--format", "folder", "-o", tmp_path, "--force")
    assert (ran.code, "not empty" in ran.err) == (2, True)


def test_misses_have_a_source_and_take_filters(archive: Path) -> None:
    [miss] = exported(
        archive, "misses", "--source", "Gazette", "--since", "2026-05-22"
    ).splitlines()
    assert json.loads(miss)["source"] == "Gazette"
    assert exported(archive, "misses", "--source", "Paper") == ""
    assert exported(archive, "misses", "--until", "2026-05-21") == ""
    table = exported(archive, "misses", "--format", "csv")
    assert table.startswith("url,source,cause,")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "Nobody"), "knows no such source"),
        (("--format", "xlsx"), "needs --output FILE"),
        (("--format", "parquet"), "needs --output DIR"),
        (("misses", "--format", "folder"), "is for records"),
        (("misses", "--latest"), "misses have none"),
        (("misses", "--query", "a"), "misses have none"),
        (("--excel",), "--excel is for --format csv"),
        (("--form", "md"), "--form is for --format folder"),
        (("--since", "soon"), "--since soon: not a date"),
    ],
)
def test_what_cannot_be_is_said(archive: Path, options: tuple[str, ...], said: str) -> None:
    ran = newscrawl("export", "--archive", archive, *options)
    assert ran.code == 2
    assert said in ran.err


def test_a_package_of_a_selection_has_its_captures_and_records(
    crawled: Crawled, tmp_path: Path
) -> None:
    """And what it says of them is so: they can be made again from the package alone."""
    wanted = sorted(r["published_at"][:10] for r in crawled.records.values() if r["published_at"])[
        0
    ]
    options = ("--archive", crawled.archive, "--until", wanted)
    out = tmp_path / "some.wacz"
    assert newscrawl("export", *options, "--format", "wacz", "-o", out).code == 0
    chosen = newscrawl("export", *options).lines
    assert 0 < len(chosen) < len(crawled.records)
    with zipfile.ZipFile(out) as package:
        assert json.loads(package.read("datapackage.json"))["title"] == crawled.archive.name
        lines = [line for name in package.namelist() if name.startswith("records/")
                 for line in package.read(name).splitlines()]  # fmt: skip
        records = {record["url"]: record for record in map(json.loads, lines)}
    made = {record["url"]: record for record in newscrawl("replay", out).lines}
    assert made == records
    assert set(records) == {record["url"] for record in chosen}
    assert newscrawl("verify", out).code == 0


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def foreign_warc(path: Path, answers: dict[str, tuple[str, bytes]]) -> Path:
    """As other tools make it: with the pictures of pages."""
    with path.open("wb") as file:
        for number, (url, (kind, body)) in enumerate(answers.items()):
            block = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n%s" % (kind.encode(), body)
            head = (
                f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
                f"WARC-Date: 2026-05-20T00:00:0{number}Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
                f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    return path


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_folder_has_the_pictures_that_were_captured(tmp_path: Path, form: str) -> None:
    page = story(1, head='<meta property="og:image" content="{}">')["body"]
    answers = {
        f"https://paper.example/harbour-council-{n}.html":
            ("text/html", page.replace("{}", f"https://img.example/{name}").encode())
        for n, name in enumerate(["1.png?w=9", "evil.png", "none.png"], 1)
    }  # fmt: skip
    answers["https://img.example/1.png?w=9"] = ("image/png", PNG)
    answers["https://img.example/evil.png"] = ("image/png", b"<svg onload=alert(1)>")
    warc = foreign_warc(tmp_path / "foreign.warc.gz", answers)
    ran = newscrawl("replay", warc, "--into", tmp_path / "news")
    assert ran.code == 0, ran.err
    out = tmp_path / "out"
    exported(tmp_path / "news", "--format", "folder", "--form", form, "-o", out)
    [picture] = (out / "images").iterdir()
    assert (picture.suffix, picture.read_bytes()) == (".png", PNG)
    written = (
        f'<img src="images/{picture.name}"' if form == "html" else f"![](images/{picture.name})"
    )
    pages = [path.read_text("utf-8") for path in out.glob(f"*harbour*.{form}")]
    assert sorted(page.count(written) for page in pages) == [0, 0, 1]
    assert sum("<img" in page or "![" in page for page in pages) == 1
