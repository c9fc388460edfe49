"""The reader as an ASGI application: routes to pages, forms, errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newscrawl.archive.drawn_pages import screenshot_of
from newscrawl.errors import CaptureNotFound, NewscrawlError, UsageError
from newscrawl.printable import printable
from newscrawl.reader.asked import Asked, NotThere
from newscrawl.reader.capture_app import shown_at
from newscrawl.reader.exchange import payload_of, read_exchange
from newscrawl.reader.forms import MEDIA_TYPES, written
from newscrawl.reader.guard import Access, Guard
from newscrawl.reader.openapi import document
from newscrawl.reader.pages import PAGES
from newscrawl.reader.pages.capture import page_of
from newscrawl.reader.templating import environment, stamp

if TYPE_CHECKING:
    from newscrawl.reader.library import Library
    from newscrawl.reader.view import Form, PageKind, View

#: Nothing but our own style sheet, script and icon; no frame, no form to anywhere else.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_STATIC = {"reader.css": "text/css", "reader.js": "text/javascript", "icon.svg": "image/svg+xml"}
_Endpoint = Callable[[Request], Response]


def make_app(library: Library, access: Access) -> Guard:
    """The application over one archive."""
    routes = [
        Route(_route(kind, form), _endpoint(library, kind, form), methods=["GET"])
        for kind in PAGES
        # `/article/X.json` is the page of X as JSON, and no page of `X.json`.
        for form in sorted(kind.forms, key=lambda each: each == "html")
    ]
    for name, media_type in _STATIC.items():
        routes.append(Route(f"/static/{name}", _static(name, media_type), methods=["GET"]))
    environment().globals["sections"] = {kind.name for kind in PAGES}
    routes.append(Route("/openapi.json", _openapi, methods=["GET"]))
    routes += [
        Route("/article", _article_of, methods=["GET"]),
        Route("/article/{id}/diff", _diff_of, methods=["GET"]),
        Route("/capture/{record_id}/payload", _payload(library), methods=["GET"]),
        Route("/capture/{record_id}/screenshot", _screenshot(library), methods=["GET"]),
        Route("/at/{time}/{url:path}", _at(library), methods=["GET"]),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: _http_error(library),
            NotThere: _error(library, 404),
            UsageError: _error(library, 400),
            CaptureNotFound: _error(library, 404),
            NewscrawlError: _error(library, 503),
        },
    )
    return Guard(app, access, {"Content-Security-Policy": POLICY})


def _route(kind: PageKind, form: Form) -> str:
    """The path of a form as the router has it: the name of a source may have any character."""
    return kind.path_of(form).replace("/source/{name}", "/source/{name:path}")


def _endpoint(library: Library, kind: PageKind, form: Form) -> _Endpoint:
    names = [each.name for each in kind.parameters]

    def endpoint(request: Request) -> Response:
        asked = Asked.of(
            request.url.path.removesuffix(f".{form}"),
            request.path_params,
            request.scope["query_string"],
            library.now(),
            form,
        )
        asked.require_known(names)
        view = kind.view(library, asked)
        if form == "html":
            return _page(library, kind, asked, view)
        content = written(view, form, base=str(request.base_url), now=stamp(library.now()))
        return Response(
            content, media_type=MEDIA_TYPES[form], headers={"Cache-Control": "no-store"}
        )

    return endpoint


def _page(library: Library, kind: PageKind, asked: Asked, view: View) -> Response:
    twins = {
        form: asked.with_(path=_twin(asked.path, form)) for form in kind.forms if form != "html"
    }
    text = environment().get_template(view.template).render(
        **{**view.data, **view.shown}, page_title=view.title, archive=library.title, twins=twins,
        feed=view.feed, searched=asked.text("q") if kind.name == "search" else "", page=kind.name,
    )  # fmt: skip
    return _html(text)


def _twin(path: str, form: Form) -> str:
    return ("/index" if path in ("", "/") else path) + f".{form}"


def _html(text: str, status: int = 200) -> Response:
    return Response(
        text.encode("utf-8", "backslashreplace"),
        status,
        headers={"Cache-Control": "no-store"},
        media_type=MEDIA_TYPES["html"],
    )


def _static(name: str, media_type: str) -> _Endpoint:
    content = files("newscrawl.reader").joinpath("static", name).read_bytes()

    def endpoint(_: Request) -> Response:
        headers = {"Cache-Control": "max-age=300"}
        return Response(content, media_type=media_type, headers=headers)

    return endpoint


def _openapi(_: Request) -> Response:
    return Response(document(), media_type="application/json")


def _article_of(request: Request) -> Response:
    """`/article?url=URL` leads to the article at an address."""
    from newscrawl.reader.addresses import HERE
    from newscrawl.store.articles import ids_of

    url = request.query_params.get("url", "")
    return RedirectResponse(HERE.article(ids_of(url)[-1]), 303)


def _diff_of(request: Request) -> Response:
    """`/article/ID/diff?from=1&to=2` leads to the comparison."""
    from newscrawl.reader.addresses import HERE

    named = [request.query_params.get(name, "") for name in ("from", "to")]
    if not all(each.isascii() and each.isdigit() and len(each) < 7 for each in named):
        raise UsageError("from and to: the numbers of two revisions")
    return RedirectResponse(HERE.diff(request.path_params["id"], *map(int, named)), 303)


def _payload(library: Library) -> _Endpoint:
    """The body of a capture as it was sent, to be saved; without its transfer coding."""

    def endpoint(request: Request) -> Response:
        page = page_of(library, request.path_params["record_id"])
        name = page.capture.record_id.rpartition(":")[2]
        headers = {
            "Content-Disposition": f'attachment; filename="{re.sub("[^A-Za-z0-9-]", "", name)}.payload"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        found = payload_of(read_exchange(library.archive.layout, page))
        return Response(found, media_type="application/octet-stream", headers=headers)

    return endpoint


def _screenshot(library: Library) -> _Endpoint:
    """The picture that a browser drew with the document of a capture."""

    def endpoint(request: Request) -> Response:
        page = page_of(library, request.path_params["record_id"])
        found = screenshot_of(library.archive.layout, page.url, page.capture.captured_at)
        if found is None:
            raise NotThere(f"there is no screenshot beside {page.capture.record_id}")
        return Response(found, media_type="image/png", headers={"Cache-Control": "no-store"})

    return endpoint


def _at(library: Library) -> _Endpoint:
    """`/at/TIME/URL` leads to the capture nearest to a time, on the port where captures are shown."""

    def endpoint(request: Request) -> Response:
        raw = request.scope["raw_path"].decode("latin-1").split("/", 3)[3]
        query = request.scope["query_string"].decode("latin-1")
        url = f"{raw}?{query}" if query else raw
        host = request.headers["host"]
        return RedirectResponse(shown_at(library, host, request.path_params["time"], url), 302)

    return endpoint


def _http_error(library: Library) -> Any:
    def handle(request: Request, error: HTTPException) -> Response:
        return _said(library, request, error.status_code, "There is no such page.")

    return handle


def _error(library: Library, status: int) -> Any:
    def handle(request: Request, error: Exception) -> Response:
        return _said(library, request, status, str(error))

    return handle


def _said(library: Library, request: Request, status: int, text: str) -> Response:
    """An error in the form that was asked for."""
    import json

    form = request.url.path.rpartition(".")[2]
    if form == "json":
        body = json.dumps({"error": printable(text)}, ensure_ascii=False) + "\n"
        return Response(body, status, media_type="application/json")
    if form in ("csv", "jsonl", "atom", "link"):
        return Response(f"{printable(text)}\n", status, media_type="text/plain; charset=utf-8")
    title = {400: "That cannot be asked", 404: "Not here"}.get(status, "That did not work")
    shown = environment().get_template("error.html").render(
        page_title=title, archive=library.title, says=text, twins={}, feed=None, searched="", page="",
    )  # fmt: skip
    return _html(shown, status)
