"""The HTTP API is as its document says: schemathesis asks what the document allows, and what it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from amounts import amount

from newscrawl.reader.pages import PAGES

if TYPE_CHECKING:
    from tests.reader.conftest import Reading

#: Seconds that the check may take on a busy machine; where nothing else runs it takes some 5.
_PATIENCE = 600


def test_the_document_has_every_page_in_every_form(reading: Reading) -> None:
    document = reading.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {kind.path_of(form) for kind in PAGES for form in kind.forms}


@pytest.mark.long
def test_schemathesis_finds_no_fault(reading: Reading, tmp_path: Path) -> None:
    document = _with_examples(reading)
    stated = tmp_path / "openapi.json"
    stated.write_text(json.dumps(document))
    program = Path(sys.executable).parent / "schemathesis"
    ran = subprocess.run(
        [
            program, "run", stated, "--url", reading.base.rstrip("/"), "--no-color",
            "--max-examples", str(amount(1, thorough=5)), "--generation-deterministic",
            "--phases", "examples,fuzzing",
            # A busy machine is no fault: neither slow answers nor slow making of examples.
            "--request-timeout", "300", "--suppress-health-check", "too_slow",
            # What the query language and times of users refuse no schema can say.
            "--exclude-checks", "positive_data_acceptance",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=_PATIENCE,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert f"Tested: {sum(len(kind.forms) for kind in PAGES)}" in ran.stdout


def _with_examples(reading: Reading) -> dict[str, Any]:
    """The document with ids that this archive has."""
    record = reading.get(f"/article/{reading.changed['id']}.json").json["record"]
    known = {
        "id": record["id"], "old": 1, "new": 2, "date": "2026-05-20", "name": record["source"],
        "record_id": record["capture"]["record_id"], "url": record["url"], "q": "ferry -storm",
    }  # fmt: skip
    document: dict[str, Any] = reading.get("/openapi.json").json
    for path in document["paths"].values():
        for parameter in path["get"]["parameters"]:
            if parameter["name"] in known:
                parameter["example"] = known[parameter["name"]]
    return document
