"""Whether an archive is sound: every fault with its place, and sound copies of damaged files."""

from newscrawl.archive.verify.faults import Fault, Summary
from newscrawl.archive.verify.proof import verify
from newscrawl.archive.verify.repair import Repaired, repair

__all__ = ["Fault", "Repaired", "Summary", "repair", "verify"]
