"""Makes the fork server that imports it ignore SIGTERM: who stops a service may signal all its processes.

The command ends by itself and takes the fork server along; until then pages that it has in hand are read.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
