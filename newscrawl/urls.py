"""One spelling for every URL: what is fetched, what identifies it, where it lives.

`fetchable` keeps all that a server might look at; `key` drops what only tells two spellings of one
address apart (scheme, `www.`, order of the query, a closing slash) and is never fetched.
"""

from __future__ import annotations

import re
import socket
import sys
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import canonicalize_url, safe_url_string

from newscrawl.addresses import is_address
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from tldextract import TLDExtract
    from tldextract.tldextract import ExtractResult

#: Longest URL that is followed; servers refuse longer ones, and crawl traps grow them.
MAX_LENGTH = 2083

_DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that tell the sender of a click apart, never the page. Only names that are used for
# nothing else are listed: `cid`, `source` or `ref` choose the article on some sites.
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|itm|hsa|vero|oly)_\w+"
    r"|(?:fbc|gc|dc|twc|yc|ysc|ttc)lid|(?:msclk|gbra|wbra)id|igshi?d?"
    r"|at_(?:medium|campaign|link_\w+|format|ptr_name|bbc_team|custom\d)"
    r"|mc_[ce]id|_ga|_gl|cmpid|icid|ncid|xtor|smid|smtyp|ocid|guccounter|guce_referrer\w*|__twitter_impression",
    re.IGNORECASE,
)

_TRACKED = re.compile(rf"[?&](?:{_TRACKING.pattern})", re.IGNORECASE)
#: A URL that is requested as it stands, unless its query has something of the above. Of those that pages
#: name most are such; to take one apart and to put it together again takes twenty times as long.
_PLAIN = re.compile(
    r"https?://(?:(?!xn--)[a-z](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,20}/[\w./~,:;=@%+*!$()-]*+"
    r"(?:\?[\w./~,:;=@%+*!$()?-]++(?:&[\w./~,:;=@%+*!$()?-]++)*+)?",
    re.ASCII,
)

_WWW = re.compile(r"^www\d?\.")


def fetchable(url: str, base: str | None = None, *, longest: int = MAX_LENGTH) -> str | None:
    """The URL as it is requested and stored, or None if it is not one that can be.

    Joined to `base`, percent-encoded as browsers do, scheme and host in lower case, without
    fragment, default port, credentials and tracking parameters.
    """
    if len(url) <= longest and _PLAIN.fullmatch(url) and not _TRACKED.search(url):
        return url
    url = _with_slashes(re.sub(r"[\t\r\n]", "", url.strip()))
    try:
        url = urljoin(base, url) if base else url
        parts = urlsplit(safe_url_string(url if url.isascii() else _with_ascii_host(url)))
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), _as_browsers_read(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or not _is_host(host):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    query = _without_tracking(parts.query)
    out = urlunsplit((scheme, netloc, parts.path or "/", query, ""))
    return out if len(out) <= longest else None


def in_header(value: bytes) -> str:
    """A URL in a header as browsers read its bytes: UTF-8, or Latin-1 where they are none."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _with_ascii_host(url: str) -> str:
    """The URL with its host as IDNA 2008 has it (UTS 46, not transitional): `ß` is a letter of its own.

    A host that cannot be one, such as one with a space, stays as it is.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host.isascii():
        return url
    try:
        coded = idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except idna.IDNAError:
        return url
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port is not None else ""
    return parts._replace(netloc=f"{user}{at}{coded}{port}").geturl()


def is_too_long(url: str, base: str | None = None) -> bool:
    """Whether it could be requested if it were not so long."""
    return len(url) > MAX_LENGTH / 3 and fetchable(url, base) is None is not fetchable(
        url, base, longest=sys.maxsize
    )


def joined(url: str, base: str) -> str:
    """An announced address as text with the address of its list before it where it is relative."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def named(text: str) -> str:
    """The URL that a user typed; `paper.example` means `https://paper.example/`.

    Raises UsageError, naming the text, if it is not an http or https URL.
    """
    typed = text.strip()
    if re.match(r"[a-z][a-z0-9+.-]*://", typed, re.IGNORECASE):
        scheme = typed.split(":", 1)[0].lower()
        if scheme not in _DEFAULT_PORTS:
            raise UsageError(f"{text!r}: the scheme {scheme!r} is not http or https")
    elif re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)", typed):
        typed = f"https://{typed}"
    else:
        raise UsageError(f"{text!r} is not a URL")
    url = fetchable(typed)
    if url is None:
        raise UsageError(f"{text!r} is not a URL")
    return url


@lru_cache(maxsize=65536)
def key(url: str) -> str:
    """What two spellings of one address have in common; identifies a URL in the frontier."""
    parts = urlsplit(canonicalize_url(url))
    host = _WWW.sub("", parts.netloc)
    path = parts.path.rstrip("/") or "/"
    return host + path + (f"?{parts.query}" if parts.query else "")


def host(url: str) -> str:
    """`host:port` as politeness counts it; the port only where it is not the default."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def bare_host(url: str) -> str:
    """As `host`, without `www.`: as `key` begins."""
    return _WWW.sub("", host(url))


@lru_cache(maxsize=4096)
def site(url: str) -> str:
    """The registrable domain (`bbc.co.uk`), or the host with its port where there is none."""
    parts = urlsplit(url)
    found = _split_host(parts.hostname or "", has_private_suffixes=False)
    return found.top_domain_under_public_suffix or parts.netloc.lower()


def same_site(a: str, b: str) -> bool:
    """Whether two URLs belong to one registrable domain."""
    return site(a) == site(b)


def same_owner(a: str, b: str) -> bool:
    """As `same_site`; of a domain under which anybody may have a site, the same site there."""
    owners = [
        _split_host(urlsplit(url).hostname or "", has_private_suffixes=True) for url in (a, b)
    ]
    domains = [owner.top_domain_under_public_suffix for owner in owners]
    return same_site(a, b) and (domains[0] == domains[1])


def _split_host(host: str, *, has_private_suffixes: bool) -> ExtractResult:
    return _suffix_list()(host, include_psl_private_domains=has_private_suffixes)


@lru_cache(maxsize=1)
def _suffix_list() -> TLDExtract:
    """The snapshot of the Public Suffix List that the package carries; nothing is fetched."""
    # Imported here: it takes a quarter of the time of a short command, few of which need it.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def is_front(url: str) -> bool:
    """Whether the URL is a site's root."""
    parts: SplitResult = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _with_slashes(url: str) -> str:
    """A backslash before the query is a slash (WHATWG URL, special schemes)."""
    if "\\" not in url:
        return url
    path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{path.replace(chr(92), '/')}{mark}{rest}"


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    kept = [p for p in query.split("&") if not _TRACKING.fullmatch(p.split("=", 1)[0])]
    return "&".join(p for p in kept if p or parse_qsl(p))


def _as_browsers_read(host: str) -> str:
    """The host without a closing dot; an IPv4 address in any of its old spellings is written plainly.

    `127.1`, `2130706433` and `0x7f.1` are all 127.0.0.1 (WHATWG URL, host parsing).
    """
    host = host.rstrip(".")
    if re.fullmatch(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)", host) and not is_address(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return ""
    return host


@lru_cache(maxsize=4096)
def _is_host(host: str) -> bool:
    return bool(host) and (
        is_address(host) or re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", host) is not None
    )
