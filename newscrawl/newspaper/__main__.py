"""Serves the sample newspaper in the foreground: `python -m newscrawl.newspaper`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from newscrawl.newspaper.server import open_sites
from newscrawl.newspaper.stories import CLOCK

if TYPE_CHECKING:
    from newscrawl.newspaper.site_server import SiteServer


def main() -> int:
    options = _arguments()
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with ExitStack() as stack:
        log: TextIO | None = None
        if options.log:
            log = stack.enter_context(options.log.open("a", encoding="utf-8"))
        try:
            servers = open_sites(options.edition, options.port, log)
        except OSError as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1
        _serve(servers, done)
    return 0


def _serve(servers: list[SiteServer], done: threading.Event) -> None:
    for server in servers:
        # Without an interval nothing is done until there is a request. The end of the process ends the loop.
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": None}, daemon=True
        ).start()
    print(json.dumps({s.site.name: s.base for s in servers}), flush=True)  # noqa: T201
    threading.Thread(target=_await_end_of_input, args=(done,), daemon=True).start()
    done.wait()
    for server in servers:
        server.server_close()


def _await_end_of_input(done: threading.Event) -> None:
    # Whoever started the paper holds the other end: it cannot outlive them. Reads are unbuffered,
    # because a thread inside sys.stdin's lock would hang the interpreter's exit.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    done.set()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m newscrawl.newspaper", description=__doc__)
    parser.add_argument(
        "--edition",
        type=int,
        choices=sorted(CLOCK),
        default=1,
        help="1: the base time; 2: six hours later; 3 to 5: the days after",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        help="the port on each of the three addresses; 0 takes a free one",
    )
    parser.add_argument("--log", type=Path, help="append one JSON line a request to this file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
