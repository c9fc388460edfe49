"""Whether an archive is sound: every fault with its place, and sound copies of damaged files."""

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
