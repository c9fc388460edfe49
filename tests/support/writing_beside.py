"""A writer in a process of its own: `writing_beside.py ARCHIVE TOKEN NUMBER` writes so many pages."""

from __future__ import annotations

import sys
from pathlib import Path

from making import page, writer

if __name__ == "__main__":
    root, writer_id, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    out = writer(root, writer_id=writer_id, roll_bytes=3000)
    first = int(writer_id, 16) % 1000 * 1000
    for n in range(first, first + number):
        out.write([page(n)], None, "")
    out.close()
