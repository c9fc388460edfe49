"""What may the selectors of a rule cost, and what becomes of a page where they cost more?

An expression cannot be interrupted. So the worker dies of it, and the page is read again without the rule.
"""

from __future__ import annotations

import resource
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.errors import Missed
    from newscrawl.rules.rule import Rule

#: CPU for all selectors of a rule on one page; the system counts whole seconds.
RULE_SECONDS = 2

FAULT = "the page could not be read with it within the limits"


@contextmanager
def bounded() -> Iterator[None]:
    """Within this the process dies of SIGXCPU if it takes more CPU than a rule may."""
    before = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + RULE_SECONDS + 1
    stricter = [each for each in before if each >= 0]
    resource.setrlimit(resource.RLIMIT_CPU, (min(limit, *stricter, limit), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)


def without_effect(rule: Rule | None, missed: Missed) -> Rule | None:
    """The rule, not to be applied, to read the page with once more: a rule's cost must not cost the page.

    None if there was no rule, or it cannot be why the page was missed.
    """
    if rule is None or rule.fault is not None:
        return None
    if missed.cause != "extraction-failed" or not missed.over_limit:
        return None
    return replace(rule, fault=FAULT)
