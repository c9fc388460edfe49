"""Puts damaged pages, feeds, sitemaps, HTTP messages and archives into the readers until the time is up.

    python benchmarks/fuzz.py feed --minutes 10     # or: sitemap, front-page, http, article, archive
    python benchmarks/fuzz.py article FILE...       # the same inputs once more

An input is wanted that raises what is not documented, whose result breaks its promises, or that takes
more than a few seconds. Each kind of failure is told once, and its input is kept in a folder. atheris
(`pip install -e '.[fuzz]'`) looks for inputs that reach new lines. It begins with pages of the tests and
of the sample newspaper, and with real ones where ../shared/gold is beside the checkout.
"""

from __future__ import annotations

import argparse
import gzip
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "gold" / "pages"

#: Seconds of CPU, of code that notes which of its lines are reached.
SLOW = 5.0
LONGEST = 250_000
#: Pages of ../shared/gold to begin with; the corpus is to stay small.
REAL = 60
_TOKENS = r"""
<item> </item> <entry> <link> <![CDATA[ ]]> <!-- --> <?xml <!DOCTYPE &amp; &#0; &lol; <url> <loc> <lastmod>
<script_type="application/ld+json"> </script> {"@type":"NewsArticle" "datePublished" "author" <meta_name=
<time_datetime= <a_href= <div> </div> <p> <table> <svg> <base_href= http:// // ../ %00 \x00 \xff\xfe \x1f\x8b
Content-Encoding:_ Transfer-Encoding:_ chunked gzip br zstd HTTP/1.1_200 \r\n\r\n ffff 2026-03-10T10:00:00Z
"""
#: Pieces of what the readers know, a `_` for a space.
TOKENS = [
    token.replace("_", " ").encode().decode("unicode_escape").encode("latin-1")
    for token in _TOKENS.split()
]


def main() -> int:
    options = _options()
    if options.files:
        return sum(not holds(options.target, path) for path in options.files) and 1
    kept = Path(tempfile.mkdtemp(prefix=f"fuzz-{options.target}-"))
    for number, seed in enumerate(seeds(options.target)):
        (kept / f"seed-{number}").write_bytes(seed[:LONGEST])
    command = [sys.executable, __file__, options.target, "--into", str(kept)]
    # It ends by itself, and takes the process with it.
    ran = subprocess.run([*command, "--minutes", str(options.minutes)], check=False)
    found = sorted((kept / "found").iterdir())
    corpus = sum(path.is_file() for path in kept.iterdir())
    print(
        f"{options.target}: {len(found)} kinds of failure in {kept}/found; corpus {corpus} inputs"
    )
    return 1 if found or ran.returncode else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.into:
        fuzz(options.target, options.into, options.minutes)
    return options


def fuzz(target: str, kept: Path, minutes: float) -> None:
    """Until the time is up; does not return."""
    with atheris.instrument_imports(include=["newscrawl"]):
        call = TARGETS[target]()
    (kept / "found").mkdir()
    known: set[str] = set()

    def one(data: bytes) -> None:
        before = time.process_time()
        failure = failure_of(call, data)
        took = time.process_time() - before
        if failure is None and took > SLOW:
            failure = f"slow: {took:.0f} s"
        if failure and (kind := failure.partition(":")[0]) not in known:
            known.add(kind)
            (kept / "found" / f"{len(known)}").write_bytes(data)
            print(f"{target}: {failure}", flush=True)

    atheris.Setup(
        [sys.argv[0], str(kept), f"-max_total_time={minutes * 60:.0f}", f"-max_len={LONGEST}",
         "-timeout=120", "-rss_limit_mb=3000", "-verbosity=0", "-len_control=0",
         "-print_final_stats=1", "-report_slow_units=1000",
         f"-artifact_prefix={kept}/found/"],
        one, custom_mutator=mutate,
    )  # fmt: skip
    atheris.Fuzz()


def mutate(data: bytes, longest: int, seed: int) -> bytes:
    """What a machine does to bytes, and what a hostile hand does: tokens, and the same a thousand times."""
    rng = random.Random(seed)
    if not data or rng.random() < 0.5:
        return atheris.Mutate(data, longest)
    at = rng.randrange(len(data) + 1)
    if rng.random() < 0.5:
        return (data[:at] + rng.choice(TOKENS) + data[at + rng.choice((0, 0, 3, 40)) :])[:longest]
    piece = rng.choice([data[at : at + rng.choice((1, 8, 60))], *rng.sample(TOKENS, 3)])
    return (data[:at] + piece * rng.choice((5, 100, 3000, 20_000)) + data[at:])[:longest]


def failure_of(call: Callable[[bytes], None], data: bytes) -> str | None:
    """`kind: text` of what is wrong with what this input gives."""
    try:
        call(data)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{Path(f.filename).name} {f.lineno}" for f in frames if "newscrawl" in f.filename]
        return f"{type(error).__name__} in {' < '.join(reversed(where[-3:]))}: {error!s:.300}"
    return None


def holds(target: str, path: Path) -> bool:
    """Read an input once more, and tell what comes of it."""
    call, before = TARGETS[target](), time.process_time()
    failure = failure_of(call, path.read_bytes())
    took = time.process_time() - before
    print(f"{path}: {failure or 'holds'} ({took:.1f} s)")
    return failure is None and took < SLOW


def discovering(path: str, content_type: str | None) -> Callable[[bytes], None]:
    from newscrawl.discovery import discover
    from newscrawl.processing.limits import LIMITS
    from newscrawl.processing.markup_limits import markup_excess
    from newscrawl.urls import fetchable

    def call(data: bytes) -> None:
        if path == "/" and markup_excess(data, LIMITS):
            return
        found = discover(data, url=f"https://paper.example{path}", content_type=content_type)
        for link in found.links:
            assert fetchable(link.url) == link.url, link.url
        assert all("\n" not in fault for fault in found.faults)

    return call


def messages() -> Callable[[bytes], None]:
    from newscrawl.errors import NotHttp, TooLarge
    from newscrawl.warc.http import body_of

    def read(blocks: list[bytes]) -> Any:
        try:
            return body_of(blocks, limit=5_000_000, ratio=200)
        except (NotHttp, TooLarge) as error:
            return type(error)

    read_message = _hostile_bytes().read_message

    def call(data: bytes) -> None:
        read_message(data)
        half = len(data) // 2
        assert read([data]) == read([data[:half], data[half:]]), "it depends on how the bytes come"

    return call


def articles() -> Callable[[bytes], None]:
    from newscrawl.errors import Missed
    from newscrawl.extraction import extract_article
    from newscrawl.items import Article
    from newscrawl.printable import FORBIDDEN, json_line
    from newscrawl.processing.interstitials import wall  # noqa: F401 - to be instrumented
    from newscrawl.processing.limits import LIMITS
    from newscrawl.processing.markup_limits import markup_excess
    from newscrawl.processing.record_rules import check, normalised

    def call(data: bytes) -> None:
        if markup_excess(data, LIMITS):
            return
        article = normalised(extract_article(data, url="https://paper.example/news/story"))
        record = article.to_dict()
        assert not FORBIDDEN.findall(json_line(record))
        assert Article.from_dict({**record, "capture": None}).to_dict() == record
        try:
            check(article)
        except Missed:
            return

    return call


def archives() -> Callable[[bytes], None]:
    hostile = _hostile_bytes()
    file = Path(tempfile.mkdtemp(prefix="fuzz-archive-")) / "a.warc.gz"

    def call(data: bytes) -> None:
        file.write_bytes(hostile.stored(data))
        hostile.read_file(file)

    return call


def _hostile_bytes() -> Any:
    """What must hold of any bytes, as the tests have it."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    import hostile_bytes

    return hostile_bytes


TARGETS: dict[str, Callable[[], Callable[[bytes], None]]] = {
    "feed": lambda: discovering("/feed.xml", "application/rss+xml"),
    "sitemap": lambda: discovering("/sitemap.xml", "application/xml"),
    "front-page": lambda: discovering("/", "text/html"),
    "http": messages,
    "article": articles,
    "archive": archives,
}


def seeds(target: str) -> list[bytes]:
    """Where the search begins."""
    pages = [path.read_bytes() for path in sorted(ROOT.glob("tests/pages/*/page.html"))]
    papers = sorted((ROOT / "newscrawl" / "newspaper" / "pages").rglob("*.html"))
    pages += [path.read_bytes() for path in papers]
    real = (
        random.Random(1).sample(found, REAL) if (found := sorted(GOLD.rglob("*.html.gz"))) else []
    )
    pages += [gzip.decompress(path.read_bytes()) for path in real]
    lists = [p.read_bytes() for p in sorted((ROOT / "tests" / "discovery" / "faulty").iterdir())]
    if target in ("feed", "sitemap"):
        return [*lists, *map(gzip.compress, lists[:5])]
    if target == "archive":
        hostile = _hostile_bytes()
        whole = b"".join(hostile.RECORDS)
        return [b"g" + whole, b"m" + whole, b"p" + whole, b"p" + hostile.ARC]
    if target == "http":
        return [message for page in pages[:12] for message in _messages(page[:3000])]
    return pages


def _messages(page: bytes) -> list[bytes]:
    packed, size = gzip.compress(page), f"Content-Length: {len(page)}\r\n".encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (page[:900], page[900:], b""))
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    return [
        start + size + b"\r\n" + page,
        start + b"Content-Encoding: gzip\r\n\r\n" + packed,
        start + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + start + b"\r\n" + page,
    ]


if __name__ == "__main__":
    sys.exit(main())
