"""Limits of one response, in time, rate and size, and the watchdog that enforces them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import Missed

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, TimerHandle
    from collections.abc import Callable
    from typing import Self

    from scrapy.settings import BaseSettings

    from newscrawl.causes import CauseName


@dataclass(frozen=True, slots=True)
class ResponseLimits:
    """`header_bytes` of the head with interim responses, `body_bytes` of the body as it is transferred.

    The first byte must come within `first_byte_seconds` of the request, connecting included; after that
    at least `slowest` bytes a second on the average of each `slow_seconds`. 0 means no limit.
    """

    header_bytes: int
    body_bytes: int
    first_byte_seconds: float
    slowest: int
    slow_seconds: float

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        return cls(
            header_bytes=settings.getint("NEWSCRAWL_HEADER_BYTES"),
            body_bytes=settings.getint("DOWNLOAD_MAXSIZE"),
            first_byte_seconds=settings.getfloat("NEWSCRAWL_FIRST_BYTE_SECONDS"),
            slowest=settings.getint("NEWSCRAWL_SLOWEST_BYTES"),
            slow_seconds=settings.getfloat("NEWSCRAWL_SLOW_SECONDS"),
        )


class Watchdog:
    """Watches one request from its start to its end, and calls `end` once if it exceeds a limit.

    `missed` then has the cause. Bytes are counted over all transmissions of the request.
    """

    def __init__(
        self, limits: ResponseLimits, loop: AbstractEventLoop, end: Callable[[], None]
    ) -> None:
        self.missed: Missed | None = None
        self._limits, self._loop, self._end = limits, loop, end
        self._received = self._counted = self._head = 0
        self._timer: TimerHandle | None = None
        if limits.first_byte_seconds:
            self._timer = loop.call_later(limits.first_byte_seconds, self._no_first_byte)

    def received(self, size: int, *, in_head: bool) -> None:
        """Count received bytes; `in_head` if the head has not ended with them."""
        limits = self._limits
        if not self._received:
            self._start_measuring()
        self._received += size
        if in_head:
            self._head = self._received
        if limits.header_bytes and self._head > limits.header_bytes:
            self._exceeded("header-too-large", f"more than {limits.header_bytes} bytes of head")
        elif limits.body_bytes and self._received - self._head > (
            limits.body_bytes + limits.header_bytes
        ):
            self._exceeded("too-large", f"more than {limits.body_bytes} bytes")

    def close(self) -> None:
        """The request has ended."""
        if self._timer is not None:
            self._timer.cancel()

    def _no_first_byte(self) -> None:
        seconds = self._limits.first_byte_seconds
        self._exceeded("first-byte", f"not a byte of an answer within {seconds:g} s")

    def _start_measuring(self) -> None:
        self.close()
        if self._limits.slowest and self.missed is None:
            self._timer = self._loop.call_later(self._limits.slow_seconds, self._measure)

    def _measure(self) -> None:
        came, self._counted = self._received - self._counted, self._received
        seconds = self._limits.slow_seconds
        if came < self._limits.slowest * seconds:
            self._exceeded("too-slow", f"{came} bytes in {seconds:g} s")
        else:
            self._start_measuring()

    def _exceeded(self, cause: CauseName, detail: str) -> None:
        if self.missed is None:
            self.missed = Missed(cause, detail)
            self.close()
            self._end()
