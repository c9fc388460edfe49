"""A TimeMap of Memento (RFC 7089) in link format."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def link_format(data: Mapping[str, Any], base: str) -> str:
    """A TimeMap in link format (RFC 6690), as RFC 7089, 5, has it."""
    root = base.rstrip("/")
    some = data["mementos"]["list"]
    own = f"{root}{data['timemap_uri']['link']}"
    span = f'from="{_http_date(some[0]["datetime"])}"; until="{_http_date(some[-1]["datetime"])}"'
    lines = [
        f'<{_target(data["original_uri"])}>; rel="original"',
        f'<{_target(own)}>; rel="self"; type="application/link-format"; {span}',
        f'<{_target(root + data["timegate_uri"])}>; rel="timegate"',
    ]
    for n, each in enumerate(some):
        ends = ("first " if n == 0 else "") + ("last " if n == len(some) - 1 else "")
        at = _http_date(each["datetime"])
        lines.append(f'<{_target(root + each["uri"])}>; rel="{ends}memento"; datetime="{at}"')
    return ",\n".join(lines) + "\n"


def _http_date(stated: str) -> str:
    return format_datetime(datetime.fromisoformat(stated).astimezone(UTC), usegmt=True)


def _target(uri: str) -> str:
    return uri.replace("<", "%3C").replace(">", "%3E").replace("\n", "").replace("\r", "")
