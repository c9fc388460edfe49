"""Range headers, as RFC 9110 section 14 has them."""

from __future__ import annotations

import pytest

from newscrawl.serving.ranges import asked_for


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=0-9", range(10)),
        ("bytes=3-5", range(3, 6)),
        ("bytes=5-99", range(5, 10)),
        ("bytes=4-", range(4, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
        ("Bytes = 1 - 2", range(1, 3)),
    ],
)
def test_a_part_of_ten_bytes(header: str, wanted: range) -> None:
    assert asked_for(header, 10) == wanted


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4",
     "bytes=0x1-2", "bytes=\u0661-\u0662", "bytes=0-1 junk"],
)  # fmt: skip
def test_what_asks_for_the_whole(header: str | None) -> None:
    assert asked_for(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_what_is_not_there(header: str) -> None:
    found = asked_for(header, 10)
    assert found is not None
    assert not found


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_an_empty_file_has_no_part(header: str) -> None:
    found = asked_for(header, 0)
    assert found is not None
    assert not found
