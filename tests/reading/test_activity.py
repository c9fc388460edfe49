"""Which pages a browser may make something else of."""

from __future__ import annotations

import pytest

from newscrawl.processing.activity import is_active


@pytest.mark.parametrize(
    ("markup", "active"),
    [
        ("<p>Closed today.</p>", False),
        ('<script type="application/ld+json">{"onset": 1}</script><p>on time = late</p>', False),
        ("<script type='application/json'>{}</script>", False),
        ("<script>f()</script>", True),
        ("<SCRIPT\nsrc=/a.js></SCRIPT>", True),
        ('<script type="module" src="/json.js"></script>', True),
        ('<script src="/a.json" type=text/javascript></script>', True),
        ("<svg:script>f()</svg:script>", True),
        ('<body class=a onload="f()">', True),
        ("<img src=x\nonerror=f()>", True),
        ("<iframe src=/story></iframe>", True),
        ("<meta http-equiv='Refresh' content='0; url=/story'>", True),
        ("<template shadowrootmode=open><p>Text</p></template>", True),
        ('<?xml-stylesheet href="a.xsl"?><html/>', True),
    ],
)
def test_pages_that_a_browser_may_change(markup: str, active: bool) -> None:
    assert is_active(markup.encode()) is active
    assert is_active(markup.encode("utf-16"))
