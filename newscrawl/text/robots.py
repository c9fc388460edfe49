"""What a robots.txt says (RFC 9309): which URLs it allows, at which pace, and the sitemaps that it names.

protego reads the rules. The file is read as text in whatever charset its byte order mark tells, else UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from protego import Protego
from w3lib.encoding import read_bom

_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*(.*?)\s*(?:#.*)?$")
_SITEMAP = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsTxt:
    """A robots.txt, by its text."""

    text: str = ""
    _rules: Protego = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rules", Protego.parse(self.text))

    @classmethod
    def decoded(cls, body: bytes) -> RobotsTxt:
        """That of a body without content coding; what cannot be decoded becomes U+FFFD."""
        encoding, mark = read_bom(body)
        return cls(body[len(mark or b"") :].decode(encoding or "utf-8", "replace"))

    @property
    def is_markup(self) -> bool:
        """Whether a page answered in its place."""
        return _MARKUP.match(self.text) is not None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The `Sitemap:` lines as they stand; they are outside the groups and hold for all robots."""
        if self.is_markup:
            return ()
        lines = "\n".join(self.text.splitlines())
        return tuple(found[1] for found in _SITEMAP.finditer(lines))

    def allows(self, url: str, agent: str) -> bool:
        return bool(self._rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float | None:
        return self._rules.crawl_delay(agent)

    def rules_for(self, agent: str) -> tuple[str, ...]:
        """The lines of the groups that name this crawler, or else of those for all robots, for people."""
        product = agent.partition("/")[0].lower()
        groups: dict[str, list[str]] = {}
        named: list[str] = []
        in_head = False
        for line in self.text.splitlines():
            found = _LINE.match(line)
            if found is None:
                continue
            key, value = found[1].lower(), found[2]
            if key == "user-agent":
                named = [*named, value.lower()] if in_head else [value.lower()]
            elif key not in ("sitemap", "site-map"):
                for name in named:
                    groups.setdefault(name, []).append(f"{found[1]}: {value}")
            in_head = key == "user-agent"
        return tuple(groups.get(product, groups.get("*", ())))
