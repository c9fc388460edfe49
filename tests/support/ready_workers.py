"""A fork server for a command's workers that need not start anew: forked from the command before it began.

A fork server is a new interpreter that imports what the workers need, half a second for each crawl and
replay. Here a spare process, which has it all, waits until multiprocessing would start one, and becomes it.
Before, it forks the process that tracks the resources of both, which would be a new interpreter, too.
"""

from __future__ import annotations

import json
import os
import socket
from multiprocessing import util


def keep_one_ready() -> None:
    """Fork the spare; the command goes on, and starts its fork server from it."""
    mine, its = socket.socketpair()
    if spare := os.fork():
        its.close()
        _use(spare, mine)
        return
    mine.close()
    try:
        _become_it(its)
    finally:
        # A fork server ends with SystemExit. To free all modules first would take longer than all it did.
        os._exit(0)


def _use(spare: int, mine: socket.socket) -> None:
    start_anew = util.spawnv_passfds

    def start(path: bytes, args: list[str], passfds: list[int]) -> int:
        code, given = args[-1], sorted(passfds)
        is_tracker = "multiprocessing.resource_tracker" in code
        if mine.fileno() < 0 or not (is_tracker or "multiprocessing.forkserver" in code):
            return start_anew(path, args, passfds)
        told = {"code": code, "fds": given, "is_tracker": is_tracker}
        socket.send_fds(mine, [json.dumps(told).encode()], given)
        if is_tracker:
            return int(mine.recv(32))
        mine.close()
        return spare

    util.spawnv_passfds = start


def _become_it(its: socket.socket) -> None:
    while True:
        told, received, _, _ = socket.recv_fds(its, 1 << 16, 16)
        if not told:
            return  # the command has ended, and needed none
        wanted = json.loads(told)
        if not wanted["is_tracker"]:
            break
        if tracker := os.fork():
            its.send(b"%d" % tracker)
            for each in received:
                os.close(each)
            continue
        break
    its.close()
    # All of them out of the way first: one may have the number that another one is to have.
    free = max(*received, *wanted["fds"]) + 1
    for place, fd in enumerate(received):
        os.dup2(fd, free + place)
        os.close(fd)
    for place, number in enumerate(wanted["fds"]):
        os.dup2(free + place, number)
        os.close(free + place)
    exec(wanted["code"], {"__name__": "__main__"})
