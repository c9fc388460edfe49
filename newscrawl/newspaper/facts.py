"""What a careful reader finds at each address of the sample newspaper, to compare a crawl with."""

from __future__ import annotations

from typing import Any

from newscrawl.newspaper.stories import Site, read_sites


def expected(sites: dict[str, str], edition: int = 1) -> dict[str, dict[str, Any]]:
    """The record of every story by its full URL; `sites` maps each site's name to its base URL."""
    out: dict[str, dict[str, Any]] = {}
    for name, site in read_sites(edition).items():
        for story in site.stories.values():
            if not _is_forbidden(site, story.path):
                record = dict(story.record)
                for member in ("url", "canonical_url", "image"):
                    if record[member]:
                        record[member] = sites[name] + record[member]
                out[record["url"]] = record
    return out


def expected_misses(sites: dict[str, str], edition: int = 1) -> dict[str, str]:
    """Every other address that the sites announce, and the cause for which it gives no record."""
    out: dict[str, str] = {}
    for name, site in read_sites(edition).items():
        for path, cause in _misses(site).items():
            out[sites[name] + path] = cause
    return out


def _misses(site: Site) -> dict[str, str]:
    plan = site.plan
    out = dict.fromkeys(plan["moved"], "moved")
    out |= dict.fromkeys(plan["gone"], "http-410") | dict.fromkeys(plan["missing"], "http-404")
    out |= dict.fromkeys((s.path for s in site.withdrawn.values()), "http-410")
    out |= dict.fromkeys([*plan["listings"], *plan["standing"]], "not-an-article")
    for story in site.stories.values():
        out |= {story.page[v]: "duplicate" for v in ("amp", "print") if v in story.page}
        out[story.path] = ""  # replaced below for those that robots.txt forbids
    return {
        p: "robots" if _is_forbidden(site, p) else c
        for p, c in out.items()
        if c or _is_forbidden(site, p)
    }


def _is_forbidden(site: Site, path: str) -> bool:
    return any(path.startswith(prefix) for prefix in site.plan["robots"]["disallow"])
