"""Prove that an archive is sound: every fault with its place, and sound copies of damaged files.

`whole_archive.verify` checks an archive: each WARC with `warc_check` and `header_fields`, the index with
`index_check`, the records beside it with `record_check`; `catalog` holds what the checks across files need.
`file_check.verify_files` checks files of any tool. `independent` reads a file with warcio as well
(`warcio_reading`) and compares the `record_reading`s. `repair` and `reindex` write anew.
"""

from newscrawl.archive.verify.catalog import RecordCatalog
from newscrawl.archive.verify.faults import Fault, Summary
from newscrawl.archive.verify.file_check import verify_files
from newscrawl.archive.verify.reindex import rebuild_index
from newscrawl.archive.verify.repair import Repaired, repair
from newscrawl.archive.verify.whole_archive import CrossCheck, verify

__all__ = [
    "CrossCheck",
    "Fault",
    "RecordCatalog",
    "Repaired",
    "Summary",
    "rebuild_index",
    "repair",
    "verify",
    "verify_files",
]
