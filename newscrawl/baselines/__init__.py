"""Is what a source does now what it used to do? Values in, verdicts out.

A moment is an hour: a whole number, of hours since the epoch (UTC). The past is the eight weeks before.
"""

from newscrawl.baselines.baseline import Range, Usual, usual, usual_range
from newscrawl.baselines.feeds import Health, Hub, health, never_worked, when_lost
from newscrawl.baselines.fields import FIELDS, OLD, Lost, lacks, lost_fields
from newscrawl.baselines.outage import Few, Silence, few, silence
from newscrawl.baselines.refusals import Ends, Refused, refused

__all__ = [
    "FIELDS",
    "OLD",
    "Ends",
    "Few",
    "Health",
    "Hub",
    "Lost",
    "Range",
    "Refused",
    "Silence",
    "Usual",
    "few",
    "health",
    "lacks",
    "lost_fields",
    "never_worked",
    "refused",
    "silence",
    "usual",
    "usual_range",
    "when_lost",
]
