"""Records against the bytes that a server noted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from processes import Exchange
    from strict_warc import Record


def differences(
    exchanges: Iterable[Exchange], records: Iterable[Record], expected: dict[str, dict[str, Any]]
) -> list[str]:
    """Every way in which the records are not what went over the sockets; none if all is well."""
    records = list(records)
    by_id = {record.id: record for record in records}
    requests: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.type == "request":
            requests[record.block.split(b" ")[1].decode()].append(record)
    found = []
    for exchange in exchanges:
        waiting = requests[exchange.target]
        if not waiting:
            found.append(f"{exchange.target}: no request record")
            continue
        request = waiting.pop(0)
        if request.block != exchange.sent:
            found.append(f"{exchange.target}: request {_first(request.block, exchange.sent)}")
        name = exchange.target.partition("?")[0].rpartition("/")[2]
        found += [
            f"{exchange.target}: {what}"
            for what in _answer(exchange.received, request, by_id, records, expected.get(name, {}))
        ]
    found += [
        f"{target}: {len(more)} requests too many" for target, more in requests.items() if more
    ]
    return found


def _answer(
    received: bytes,
    request: Record,
    by_id: dict[str, Record],
    records: list[Record],
    expected: dict[str, Any],
) -> Iterable[str]:
    interim, excess = expected.get("interim", 0), expected.get("excess", 0)
    wanted = received[interim : len(received) - excess]
    kind = expected.get("record", "response") if received else None
    answers = [by_id[i] for i in request.all("WARC-Concurrent-To") if i in by_id]
    about = {request.id, *(answer.id for answer in answers)}
    notes = [
        r for r in records if r.type == "metadata" and about & set(r.all("WARC-Concurrent-To"))
    ]
    if interim:
        yield from _same("interim answers", [n.block for n in notes], received[:interim], False)
        notes = []
    if kind == "metadata":
        yield from _same("metadata", [n.block for n in notes], wanted, False)
        answers, notes = answers, []
    elif kind == "response":
        yield from _same("response", [a.block for a in answers], wanted, expected.get("cut", False))
        answers = []
    if answers or notes:
        yield f"records too many: {[r.type for r in answers + notes]}"


def _same(what: str, blocks: list[bytes], wanted: bytes, cut: bool) -> Iterable[str]:
    if len(blocks) != 1:
        yield f"{len(blocks)} records of the {what}"
    elif cut and wanted.startswith(blocks[0]) and len(blocks[0]) > 1000:
        return
    elif blocks[0] != wanted:
        yield f"{what} {_first(blocks[0], wanted)}"


def _first(have: bytes, wanted: bytes) -> str:
    at = next((i for i, (a, b) in enumerate(zip(have, wanted, strict=False)) if a != b), None)
    at = min(len(have), len(wanted)) if at is None else at
    return f"differs at byte {at}: {have[at : at + 20]!r} instead of {wanted[at : at + 20]!r}"
