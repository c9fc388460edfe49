"""The examples at the end of each command's help; a test tries whether the commands take them."""

from __future__ import annotations

import inspect

import click

#: By the command's full name.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "crawl": (
        "newscrawl crawl https://paper.example/ --limit 20",
        "newscrawl crawl @urls.txt",
        "newscrawl crawl --sources sources.toml",
    ),
    "recrawl": ("newscrawl recrawl https://paper.example/story",),
    "watch": ("newscrawl watch --sources sources.toml",),
    "sources init": ("newscrawl sources init",),
    "sources discover": ("newscrawl sources discover https://paper.example/",),
    "sources add": ("newscrawl sources add https://paper.example/",),
    "sources check": ("newscrawl sources check",),
    "sources list": ("newscrawl sources list",),
    "sources pause": ("newscrawl sources pause 'The Paper'",),
    "sources resume": ("newscrawl sources resume 'The Paper'",),
    "sources import": ("newscrawl sources import feeds.opml -o sources.toml",),
    "sources export": ("newscrawl sources export -o feeds.opml",),
    "rules init": ("newscrawl rules init",),
    "rules check": ("newscrawl rules check",),
    "rules try": ("newscrawl rules try https://paper.example/story",),
    "rules coverage": ("newscrawl rules coverage",),
    "replay": (
        "newscrawl replay archives/news --check",
        "newscrawl replay 'warcs/*.warc.gz' --into archives/replayed",
    ),
    "show": (
        "newscrawl show https://paper.example/story",
        "newscrawl show 5ada13e7f4581b0f --json",
    ),
    "search": ("newscrawl search 'ferry -storm' --since 7d",),
    "history": ("newscrawl history https://paper.example/story",),
    "diff": ("newscrawl diff https://paper.example/story --from 1 --to 2",),
    "changes": ("newscrawl changes --since 7d --headline",),
    "related": ("newscrawl related https://paper.example/story",),
    "compare": ("newscrawl compare https://paper.example/story https://other.example/story",),
    "stories": ("newscrawl stories --since 3d",),
    "stats": ("newscrawl stats --by source,day --since 7d",),
    "status": ("newscrawl status", "newscrawl status --check"),
    "runs": ("newscrawl runs --since 24h",),
    "audit": ("newscrawl audit --since 7d",),
    "export": (
        "newscrawl export --format csv --fields published_at,source,title",
        "newscrawl export --format xlsx --latest -o articles.xlsx",
        "newscrawl export misses",
    ),
    "verify": ("newscrawl verify --records", "newscrawl verify news.wacz"),
    "prune": ("newscrawl prune --before 180d --keep records --dry-run",),
    "compact": ("newscrawl compact --dry-run",),
    "archive backup": ("newscrawl archive backup backup/news",),
    "archive copy": ("newscrawl archive copy archives/copy",),
    "archive merge": ("newscrawl archive merge archives/other",),
    "archive move": ("newscrawl archive move /mnt/large/news",),
    "archive restore": ("newscrawl archive restore backup/news --archive archives/restored",),
    "archive upload": ("newscrawl archive upload --store s3://our-bucket/news --keep 30d",),
    "migrate": ("newscrawl migrate --dry-run",),
    "remove": ('newscrawl remove https://paper.example/story --reason "court order 12"',),
    "extract": ("newscrawl extract page.html --url https://paper.example/story",),
    "browse": ("newscrawl browse --open",),
    "serve": ("newscrawl serve --pywb pywb",),
    "proxy": ("newscrawl proxy --archive archives/mine",),
    "doctor": ("newscrawl doctor",),
    "completion": ('eval "$(newscrawl completion bash)"    # in ~/.bashrc',),
    "man": ("newscrawl man | man -l -",),
    "sample crawl": ("newscrawl sample crawl",),
    "sample serve": ("newscrawl sample serve --edition 2",),
}


def add_examples(command: click.Command, name: str) -> None:
    """Put the examples of a command, and of those below it, at the end of their help."""
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            add_examples(each, f"{name} {below}")
        return
    text, examples = inspect.cleandoc(command.help or ""), EXAMPLES.get(name, ())
    if examples and "\nExample" not in text:
        heading = "Examples:" if len(examples) > 1 else "Example:"
        command.help = "\n".join([text, "", "\b", heading, *(f"  {each}" for each in examples)])
