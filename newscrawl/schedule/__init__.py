"""When is a feed polled again, and an article seen again? Pure functions of what was seen and of `now`."""

from newscrawl.schedule.plan import next_look
from newscrawl.schedule.rhythm import Rhythm

__all__ = ["Rhythm", "next_look"]
