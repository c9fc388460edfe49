"""Tables look as rich would lay them out, on a pipe and on terminals of all widths."""

from __future__ import annotations

import io

from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from newscrawl.commands.text_table import Column, name_column, print_table, widths_of

CELLS = st.text("ab é漢字-/. ", max_size=30) | st.integers(0, 10**6)
HEADINGS = st.sampled_from(["Source", "", "Articles", "no date"])
OVERFLOWS = st.sampled_from(["fold", "ellipsis", "crop"])
COLUMNS = st.builds(Column, HEADINGS, st.booleans(), st.booleans(), OVERFLOWS)
NAMES = st.builds(Column, HEADINGS, least=st.sampled_from([5, 24])) | COLUMNS


def console(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, emoji=False, markup=False)


def written(out: Console) -> list[str]:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue().splitlines()


def by_rich(width: int, columns: list[Column], rows: list[list[object]]) -> list[str]:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for each in columns:
        table.add_column(
            each.heading,
            justify="right" if each.is_right else "left",
            no_wrap=not each.is_wrapped,
            overflow=each.overflow,
            min_width=each.least or None,
        )
    for row in rows:
        table.add_row(*(" ".join(str(cell).split()) for cell in row))
    out = console(width)
    out.print(table)
    return written(out)


@given(st.data())
def test_tables_are_laid_out_as_rich_does(data: st.DataObject) -> None:
    columns = [data.draw(NAMES), *data.draw(st.lists(COLUMNS, max_size=4))]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns))))
    width = data.draw(st.sampled_from([60, 80, 120, 1_000_000]))
    lengths = [
        max(cell_len(str(cell)) for cell in (c.heading, *of))
        for c, *of in zip(columns, *rows, strict=True)
    ]
    # Where next to nothing of a column is left rich prints the one or the other blank more.
    assume(min(widths_of(columns, lengths, width)) > 1)
    out = console(width)
    print_table(out, columns, rows)
    assert written(out) == by_rich(width, columns, rows)


def test_a_table_has_a_name_column_and_a_total_in_bold() -> None:
    out = Console(file=io.StringIO(), width=30, force_terminal=True, color_system="standard")
    columns = [name_column("Source", ["a-source.example"]), Column("Articles", is_right=True)]
    print_table(out, columns, [["a-source.example", 1], ["b\x1b[2J", 20]], total=["all", 21])
    assert written(out) == [
        "\x1b[1mSource            Articles\x1b[0m",
        "a-source.example         1",
        "b\\x1b[2J                20",
        "\x1b[1mall                     21\x1b[0m",
    ]
