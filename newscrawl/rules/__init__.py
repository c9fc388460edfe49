"""What a user states of one site's pages: selectors of fields, as data.

Pure but for the reading of files. `newscrawl.extraction` applies a rule to a page.
"""

from __future__ import annotations

from importlib.resources import files

from newscrawl.rules.location import locate
from newscrawl.rules.parser import RulesRead, parse_rules, read_rules
from newscrawl.rules.rule import Rule
from newscrawl.rules.ruleset import NO_RULES, Ruleset

__all__ = [
    "NO_RULES", "Rule", "RulesRead", "Ruleset", "example", "locate", "parse_rules", "read_rules",
]  # fmt: skip


def example() -> str:
    """A rules file that explains each key."""
    return files("newscrawl.rules").joinpath("example.toml").read_text("utf-8")
