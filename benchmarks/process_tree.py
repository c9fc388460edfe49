"""What a command and all its processes use while it runs: wall time, CPU by kind of process, memory.

Memory is the sum of the proportional set sizes (PSS): a page that several processes share counts once.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_EVERY = 0.2


@dataclass(slots=True)
class Use:
    """`cpu` has seconds by kind of process: `main`, `worker`; `samples` (seconds, MiB) over time.

    `largest` has the MiB of the largest process of each kind.
    """

    seconds: float = 0.0
    cpu: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[float, float]] = field(default_factory=list)
    largest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    output: str = ""
    code: int = 0

    @property
    def total_cpu(self) -> float:
        return sum(self.cpu.values())

    @property
    def peak(self) -> float:
        return max((mib for _, mib in self.samples), default=0.0)


def run(command: list[str], *, memory: bool = False, env: dict[str, str] | None = None) -> Use:
    """Run the command to its end; memory is looked at only if asked for, because looking costs time."""
    use, cpu = Use(), {}
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, **(env or {})},
    )  # fmt: skip
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_EVERY):
            tree = processes(process.pid)
            for pid in tree:
                if (found := cpu_of(pid)) is not None:
                    cpu[pid] = ("main" if pid == process.pid else "worker", found)
            if memory:
                sizes = {pid: memory_of(pid) for pid in tree}
                use.samples.append((time.perf_counter() - began, sum(sizes.values())))
                for pid, size in sizes.items():
                    kind = "main" if pid == process.pid else "worker"
                    use.largest[kind] = max(use.largest[kind], size)

    watching = threading.Thread(target=watch)
    watching.start()
    use.output, _ = process.communicate()
    use.seconds = time.perf_counter() - began
    ended.set()
    watching.join()
    use.code = process.returncode
    for kind, seconds in cpu.values():
        use.cpu[kind] += seconds
    return use


def processes(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (stat := _read(path / "stat")):
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.name))
    found, new = [], [root]
    while new:
        found += new
        new = [child for pid in new for child in children.get(pid, ())]
    return found


def cpu_of(pid: int) -> float | None:
    stat = _read(Path(f"/proc/{pid}/stat"))
    fields = stat.rpartition(")")[2].split() if stat else []
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else None


def memory_of(pid: int) -> float:
    """MiB of one process: what it shares counts in part."""
    found = re.search(r"^Pss:\s+(\d+)", _read(Path(f"/proc/{pid}/smaps_rollup")), re.M)
    return int(found[1]) / 1024 if found else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""  # it has ended
