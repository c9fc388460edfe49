"""The records again, from captures alone: no network, no clock, the same rooms as a crawl."""
