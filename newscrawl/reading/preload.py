"""Imported once by the fork server, so that a new worker starts with everything loaded."""

import newscrawl.discovery.responses
import newscrawl.extraction
import newscrawl.reading.pages  # noqa: F401
