"""A fork server for a command's workers that need not start anew: forked from the command before it began.

A fork server is a new interpreter that imports what the workers need, half a second for each crawl and
replay. Here a spare process, which has it all, waits until multiprocessing would start one, and becomes it.
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
    _become_it(its)
    os._exit(0)


def _use(spare: int, mine: socket.socket) -> None:
    start_anew = util.spawnv_passfds

    def start(path: bytes, args: list[str], passfds: list[int]) -> int:
        code = args[-1]
        if mine.fileno() < 0 or "multiprocessing.forkserver" not in code:
            return start_anew(path, args, passfds)
        given = sorted(passfds)
        socket.send_fds(mine, [json.dumps({"code": code, "fds": given}).encode()], given)
        mine.close()
        return spare

    util.spawnv_passfds = start


def _become_it(its: socket.socket) -> None:
    told, received, _, _ = socket.recv_fds(its, 1 << 16, 16)
    if not told:
        return  # the command has ended, and needed none
    its.close()
    wanted = json.loads(told)
    # All of them out of the way first: one may have the number that another one is to have.
    free = max(*received, *wanted["fds"]) + 1
    for place, fd in enumerate(received):
        os.dup2(fd, free + place)
        os.close(fd)
    for place, number in enumerate(wanted["fds"]):
        os.dup2(free + place, number)
        os.close(free + place)
    exec(wanted["code"], {"__name__": "__main__"})
