"""How is much put into the database in pieces, so that no statement and no transaction is too long?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in their order, up to `size` at a time, taken when they are asked for."""
    source = iter(values)
    while some := list(islice(source, size)):
        yield some
