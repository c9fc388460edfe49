from __future__ import annotations

from dataclasses import replace

from newscrawl.edits.change import Change
from newscrawl.edits.wording import entry_ids


def test_entries_of_a_feed_have_ids_of_their_own() -> None:
    note = Change(
        article="a", url="https://paper.example/a", source="paper", kind="correction-note-added",
        field="body", before=None, after="Correction: one.", from_revision=1, to_revision=2,
        not_before="2026-05-18T08:00:00Z", not_after="2026-05-18T09:00:00Z", record_id="urn:uuid:1",
        rule="note/1",
    )  # fmt: skip
    other = replace(note, after="Correction: another.")
    assert entry_ids([note, replace(note, kind="body"), other]) == [
        "urn:uuid:1#correction-note-added",
        "urn:uuid:1#body",
        "urn:uuid:1#correction-note-added-2",
    ]
