"""The HTTP API as an OpenAPI 3.1 document, made from the table of pages."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from newscrawl.reader.forms import MEDIA_TYPES
from newscrawl.reader.pages import PAGES
from newscrawl.version import __version__

if TYPE_CHECKING:
    from newscrawl.reader.view import Form, PageKind, Parameter


@cache
def document() -> bytes:
    """The document as JSON."""
    paths = {
        kind.path_of(form): {"get": _operation(kind, form)} for kind in PAGES for form in kind.forms
    }
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": "newscrawl reader",
            "version": __version__,
            "summary": "An archive of news articles: pages, and their rows as JSON, CSV and Atom.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {
                "Error": {
                    "type": "object",
                    "properties": {"error": {"type": "string"}},
                    "required": ["error"],
                }
            }
        },
    }
    return json.dumps(found, indent=1).encode() + b"\n"


def _operation(kind: PageKind, form: Form) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"} if form == "json" else {"type": "string"}
    if form == "json" and "csv" in kind.forms:
        rows = {"type": "array", "items": {"type": "object"}}
        schema |= {"properties": {"rows": rows}, "required": ["rows"]}
    responses = {
        "200": {"description": "The page.", "content": _content(form, schema)},
        "400": _error(form, "A parameter has a value that it cannot have; the answer says which."),
        "404": _error(form, "There is no such page."),
        "503": _error(form, "The archive cannot be read now; the answer says why."),
    }
    return {
        "operationId": re.sub(r"\W+", "-", f"{kind.name}-{form}"),
        "summary": kind.says,
        "parameters": [
            *(_parameter(each, "path") for each in kind.parts),
            *(_parameter(each, "query") for each in kind.parameters),
        ],
        "responses": responses,
    }


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    is_list = parameter.schema.get("type") == "array"
    return {
        "name": parameter.name,
        "in": place,
        "required": place == "path" or parameter.is_required,
        "description": parameter.says,
        "schema": dict(parameter.schema),
        **({"style": "form", "explode": True} if is_list else {}),
    }


def _content(form: Form, schema: dict[str, Any]) -> dict[str, Any]:
    return {MEDIA_TYPES[form].partition(";")[0]: {"schema": schema}}


def _error(form: Form, says: str) -> dict[str, Any]:
    if form == "json":
        schema = {"$ref": "#/components/schemas/Error"}
        return {"description": says, "content": {"application/json": {"schema": schema}}}
    media_type = "text/html" if form == "html" else "text/plain"
    return {"description": says, "content": {media_type: {"schema": {"type": "string"}}}}
