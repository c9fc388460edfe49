# ruff: noqa: E501 - tables
"""Faults of markup, metadata and URLs."""

from __future__ import annotations

from answers import CANARY, ESCAPES, SECRET, Fault, answer, story

ANY = "article|not-an-article|extraction-failed|too-complex|not-html"
FORMULA = "=HYPERLINK(&quot;http://127.0.0.66&quot;)"


def markup(parts: int) -> dict[str, Fault]:
    """Pages of much markup, their length divided by `parts`.

    Not of two: `open-scripts` takes half a minute to read, and `open-comment` does not, though it is long.
    """
    start = "<!doctype html><html><body><h1>A story</h1>"
    pages = {
        "flat": start + "<p>x" * (300_000 // parts),
        "deep": start + "<div>" * (100_000 // parts) + "text",
        "deep-spans": start + "<span>" * (60_000 // parts) + "text" + "</span>" * (60_000 // parts),
        "deep-lists": start + "<ul><li>" * (40_000 // parts) + "text",
        "deep-tables": start + "<table><tr><td>" * (20_000 // parts) + "text",
        "deep-fonts": start + "<b><i><a href=/x>" * (20_000 // parts) + "text",
        "misnested": start + "<b><i><u></b></i></u>" * (40_000 // parts),
        "attributes": start + f"<p {''.join(f'a{n}=b ' for n in range(100_000 // parts))}>text",
        "long-attribute": start + f"<p title='{'x' * (1_500_000 // parts)}'>text",
        "open-comment": start + "<!-- " * 200_000,
        "open-script": story("An open script", more="<script>" + "x" * (900_000 // parts)),
        "open-scripts": start + "<script " * 60_000,
        "open-tag": start + "<a" * (500_000 // parts),
        "brackets": start + "<" * (900_000 // parts),
        "entities": start + "&amp" * (300_000 // parts),
        "bad-entities": start + "&#x110000;&#xD800;&#0;&#x1b;" * (40_000 // parts),
        "breaks": start + "<br>" * (300_000 // parts),
        "one-word": start + "<p>" + "x" * (1_500_000 // parts),
        "spaces": start + "<p>" + " \n\t" * (600_000 // parts) + "end",
        "links": story("Many links", more="".join(f"<a href=/no-such-{n}>Story {n}</a>" for n in range(50_000 // parts))),
        "images": story("Many images", more="<img src=x>" * (100_000 // parts)),
        "forms": start + "<form><input>" * (60_000 // parts),
        "frames": story("Frames", more=f"<iframe src=http://{CANARY}/></iframe>" * 1000),
        "svg": start + "<svg>" + "<g>" * (60_000 // parts),
        "many-heads": "<html><head><title>x</title>" * (60_000 // parts),
        "many-articles": start + "<article><h2>x</h2><p>y</article>" * (60_000 // parts),
        "dots": start + "<p>" + "." * (1_000_000 // parts),
        "digits": start + "<p>" + "2026-" * (300_000 // parts),
        "letters-and-at": start + "<p>" + "a@" * (500_000 // parts),
        "commas": start + "<p class=byline>By " + "A. Name, " * (150_000 // parts),
        "nested-quotes": start + "<blockquote>" * (30_000 // parts) + "text",
        "only-nul": "\0" * (500_000 // parts),
        "no-text": "<html></html>",
    }  # fmt: skip
    ends = dict.fromkeys(pages, ANY) | {"open-comment": "article|not-an-article"}
    return {name: Fault(lambda page=page: answer(page), ends[name]) for name, page in pages.items()}


def metadata(canary: str, parts: int) -> dict[str, Fault]:
    def ld(text: str) -> str:
        return story("Json in the head", f"<script type=application/ld+json>{text}</script>")

    article = '{"@type":"NewsArticle","headline":"x","datePublished":"2026-03-05T10:00:00Z",'
    pages = {
        "title-of-escapes": story(f"Harbour {ESCAPES} council"),
        "author-of-escapes": story(head=f'<meta name=author content="Ann {ESCAPES} Name">'),
        "title-formula": story(FORMULA),
        "title-markup": story("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"),
        "title-path": story("../../../../etc/passwd"),
        "title-json": story('&quot;},{&quot;id&quot;:1}\\n{&quot;id&quot;:2}\n{"id":3}\u2028{"id":4}\x85'),
        "title-surrogates": story("Harbour &#xD83D; \ud83d council"),
        "title-of-mb": story("Harbour " * (120_000 // parts)),
        "section-formula": story(head='<meta property="article:section" content="@SUM(1)"><meta property="article:tag" content="+1">'),
        "ld-large": ld(article + '"x":"' + "y" * (1_500_000 // parts) + '"}'),
        "ld-deep": ld(article + '"x":' + "[" * 100_000),
        "ld-deep-closed": ld(article + '"x":' + "[" * 20_000 + "]" * 20_000 + "}"),
        "ld-deep-objects": ld('{"a":' * (60_000 // parts)),
        "ld-many": ld("[" + article[:-1] + "}," + ",".join(["{}"] * (200_000 // parts)) + "]"),
        "ld-many-blocks": story("Blocks", "<script type=application/ld+json>{}</script>" * (20_000 // parts)),
        "ld-broken": ld(article + "'x': broken,,,}" * (20_000 // parts)),
        "ld-quotes": ld('"\\' * (200_000 // parts)),
        "ld-comments": ld("/*" * (200_000 // parts)),
        "ld-commas": ld("[" + " ," * (300_000 // parts)),
        "ld-number": ld(article + '"x":' + "9" * 6000 + "}"),
        "ld-not-a-number": ld(article + '"x":NaN,"y":-Infinity,"z":1e999}'),
        "ld-surrogates": ld(article + '"author":{"name":"\\ud800\\u001b[2J\\u202e Ann Name"}}'),
        "ld-types": ld('{"@type":["NewsArticle",{"a":[1]},null],"headline":{"@value":[[["x"]]]},"author":[[[{"name":[1,2]}]]],"datePublished":{"x":1}}'),
        "ld-authors": ld(article + '"author":[' + ",".join(f'{{"name":"Ann Name {n}"}}' for n in range(20_000 // parts)) + "]}"),
        "canonical-canary": story("Canonical", f'<link rel=canonical href="{canary}/c"><meta property="og:url" content="{canary}/o">'),
        "amp-of-canary": story("Amp", f'<link rel=amphtml href="{canary}/amp">'),
        "canonical-file": story("File", '<link rel=canonical href="file:///etc/passwd">'),
        "based-on-canary": story("Based", f'<base href="{canary}/">'),
        "image-of-canary": story("Image", f'<meta property="og:image" content="{canary}/i.png"><link rel=preload href="{canary}/p">'),
        "date-0": story("Date", '<meta property="article:published_time" content="0000-00-00T99:99:99+99:99">'),
        "date-99999": story("Date", '<meta property="article:published_time" content="99999-12-31T23:59:59Z">'),
        "date-digits": story("Date", f'<meta property="article:published_time" content="{"1" * 9000}">'),
        "date-words": story("Date", f"<time>{'next monday ' * 3000}</time>"),
        "language-long": story("Language").replace("lang=en", f"lang={'x' * 9000}"),
        "secret-comment": story("Secret", f"<!-- {SECRET} -->"),
        "metas": story("Metas", "".join(f'<meta name="m{n}" content="{n}">' for n in range(50_000 // parts))),
    }  # fmt: skip
    return {
        name: Fault(lambda page=page: answer(page), ANY + "|duplicate")
        for name, page in pages.items()
    }


#: Paths that a feed names; all are answered with a story. Those that cannot be URLs are left out of it.
URLS = [
    "/" + "long" * 400, "/a/b" * 200, "/%", "/%zz%00%ff", "/%1b%5b2J", "/\x1b[2J", "/\u202eabc", "/caf\u00e9",
    "/..%2f..%2f..%2fetc%2fpasswd", "/../../../../etc/passwd", "/a b c", "/back\\slash", "/?" + "a=1&" * 400,
    "/?q=" + "%25" * 500, "/#" + "f" * 3000, "//", "///x", "/;jsessionid=ABC", "/?phpsessid=1", "/'\"<>`{}|^",
    "/\t\ttab", "/=cmd|calc", "/\u2028line", "/\ud83d", "/index.html?" + "&" * 900, "/e\u0301",
]  # fmt: skip
NOT_URLS = [
    "http://[::1", "http://:80/", "http://host:99999/", "http://ho st/", "mailto:a@b", "tel:1", "data:,x",
    "/" + "much-too-long" * 800, "http://" + "a." * 2000 + "com/", "about:blank", "blob:x", "http://%00/", "\\\\host\\x",
    f"ftp://{CANARY}/", f"ws://{CANARY}/", f"gopher://{CANARY}/",
]  # fmt: skip
