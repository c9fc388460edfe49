"""What a careful reader finds at each address of the sample newspaper, to compare a crawl with."""

from __future__ import annotations

from typing import Any

from newscrawl.newspaper.stories import Site, edits, read_sites


def expected(
    sites: dict[str, str], edition: int = 1, *, drawn: bool = False
) -> dict[str, dict[str, Any]]:
    """The record of every story by its full URL; `sites` maps each site's name to its base URL.

    `drawn`: a browser makes the pages whose text comes by a script; without one they are misses.

    Members beside those of an article record: `standfirst` (a line above the text that is not part
    of `body`), `published_ago` (where the page says only how long ago: the ISO 8601 duration before
    the capture), `zone_evidence` (the page states a time without its zone, and this is what tells
    it) and `body_patterns` (regular expressions, by the number of the paragraph, for text that
    changes at each visit).
    """
    out: dict[str, dict[str, Any]] = {}
    for name, site in read_sites(edition).items():
        for story in site.stories.values():
            if story.is_scripted and not drawn:
                continue
            record = dict(story.record)
            for member in ("url", "canonical_url", "image"):
                if record[member]:
                    record[member] = sites[name] + record[member]
            out[record["url"]] = record
    return out


def expected_misses(
    sites: dict[str, str], edition: int = 1, *, drawn: bool = False
) -> dict[str, str]:
    """Every other address that the sites announce, and the cause for which it gives no record."""
    out: dict[str, str] = {}
    for name, site in read_sites(edition).items():
        for path, cause in _misses(site, drawn=drawn).items():
            out[sites[name] + path] = cause
    return out


def expected_changes(sites: dict[str, str], edition: int) -> dict[str, list[dict[str, Any]]]:
    """What the edition changes, by the full URL that shows it: members of changes, in their order."""
    out: dict[str, list[dict[str, Any]]] = {}
    for name, site in read_sites(edition).items():
        known = site.stories | site.withdrawn
        for edit in edits(name, edition):
            for fact in edit["facts"]:
                stated = {"url": known[edit["story"]].path, **fact}
                full = _full(stated, sites[name])
                out.setdefault(full.pop("url"), []).append(full)
    return out


def _full(fact: dict[str, Any], base: str) -> dict[str, Any]:
    return {
        name: base + value if isinstance(value, str) and value.startswith("/") else value
        for name, value in fact.items()
    }


def _misses(site: Site, *, drawn: bool) -> dict[str, str]:
    plan = site.plan
    out = dict.fromkeys(plan["moved"], "moved")
    out |= dict.fromkeys(plan["gone"], "http-410") | dict.fromkeys(plan["missing"], "http-404")
    out |= {s.path: f"http-{s.withdrawn_status}" for s in site.withdrawn.values()}
    out |= dict.fromkeys(site.renamed(301), "moved") | dict.fromkeys(site.renamed(404), "http-404")
    out |= dict.fromkeys([*plan["listings"], *plan["standing"]], "not-an-article")
    for story in site.stories.values():
        if story.is_scripted and not drawn:
            out[story.path] = "not-an-article"
        out |= {story.page[v]: "duplicate" for v in ("amp", "print") if v in story.page}
    forbidden = tuple(plan["robots"]["disallow"])
    return {path: "robots" if path.startswith(forbidden) else cause for path, cause in out.items()}
