"""What do requests to a source's hosts carry, and which hosts are that? Headers, cookies, credentials."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass, field
from http.cookiejar import LoadError, MozillaCookieJar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import Request

from newscrawl import urls
from newscrawl.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.sources import Source


@dataclass(frozen=True, slots=True)
class SourceRequests:
    """The options of one source, with the values that files and the environment have for them."""

    name: str
    home: str
    headers: tuple[tuple[str, str], ...]
    proxy: str | None
    described: str
    jar: MozillaCookieJar | None = field(default=None, compare=False)

    def is_for(self, url: str) -> bool:
        """Whether a URL is of the source's own domain, and not less secret on its way than its home."""
        is_secret = urlsplit(self.home).scheme == "https"
        return urls.same_owner(self.home, url) and (
            urlsplit(url).scheme == "https" or not is_secret
        )

    def headers_of(self, url: str) -> list[tuple[str, str]]:
        """The headers for a request to this URL, cookies by their own domains and paths."""
        found = list(self.headers)
        if self.jar is not None:
            asking = Request(url)  # noqa: S310 - nothing is opened
            self.jar.add_cookie_header(asking)
            if cookie := asking.get_header("Cookie"):
                found.append(("Cookie", cookie))
        return found


def load(sources: Iterable[Source], folder: Path) -> tuple[SourceRequests, ...]:
    """The options of the sources that have some; files are found beside the file of sources, in `folder`.

    Raises SourceError with all that is missing.
    """
    mistakes: list[str] = []
    found = []
    for source in sources:
        options, headers = source.request, list(source.request.headers)
        if not options.described():
            continue
        if options.user_agent:
            headers.append(("User-Agent", options.user_agent))
        if options.auth:
            headers += _basic(source.name, options.auth, mistakes)
        jar = _jar(source.name, folder / options.cookies, mistakes) if options.cookies else None
        described = options.described()
        found.append(
            SourceRequests(source.name, source.home, tuple(headers), options.proxy, described, jar)
        )
    if mistakes:
        raise SourceError(mistakes)
    return tuple(found)


def _basic(name: str, variables: tuple[str, str], mistakes: list[str]) -> list[tuple[str, str]]:
    """The header of RFC 7617."""
    missing = [variable for variable in variables if not os.environ.get(variable)]
    mistakes += [f"{name}: auth: {variable} is not set in the environment" for variable in missing]
    if missing:
        return []
    user, password = (os.environ[variable] for variable in variables)
    if ":" in user:
        mistakes.append(f"{name}: auth: the user in {variables[0]} has a colon")
    return [("Authorization", f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}")]


def _jar(name: str, path: Path, mistakes: list[str]) -> MozillaCookieJar | None:
    jar = MozillaCookieJar(str(path))
    try:
        jar.load(ignore_discard=True, ignore_expires=True)
    except LoadError:
        mistakes.append(f"{name}: cookies: {path} is not a Netscape cookie file")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text in UTF-8"
        mistakes.append(f"{name}: cookies: {path}: {why}")
    else:
        for cookie in jar:
            if cookie.expires == 0:  # so many programs write a cookie of a session
                cookie.expires, cookie.discard = None, True
        return jar
    return None
