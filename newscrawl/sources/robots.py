"""Which lines of a robots.txt hold for this crawler? For people to read; what obeys it is elsewhere."""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*(.*?)\s*(?:#.*)?$")


def rules_for(text: str, agent: str) -> tuple[str, ...]:
    """The lines of the groups that name this crawler, or else of those for all robots."""
    product = agent.partition("/")[0].lower()
    groups: dict[str, list[str]] = {}
    named: list[str] = []
    in_head = False
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        key, value = found[1].lower(), found[2]
        if key == "user-agent":
            named = [*named, value.lower()] if in_head else [value.lower()]
        elif key != "sitemap":
            for name in named:
                groups.setdefault(name, []).append(f"{found[1]}: {value}")
        in_head = key == "user-agent"
    return tuple(groups.get(product, groups.get("*", ())))
