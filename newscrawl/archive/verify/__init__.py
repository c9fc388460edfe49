"""Whether an archive is sound: every fault with its place, and sound copies of damaged files."""

from newscrawl.archive.verify.faults import Fault, Summary
from newscrawl.archive.verify.known import Known
from newscrawl.archive.verify.proof import Beside, verify
from newscrawl.archive.verify.reindex import rebuild_index
from newscrawl.archive.verify.repair import Repaired, repair

__all__ = [
    "Beside",
    "Fault",
    "Known",
    "Repaired",
    "Summary",
    "rebuild_index",
    "repair",
    "verify",
]
