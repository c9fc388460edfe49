"""One pass of a crawl: which URLs are in flight, how each of them ends, and when it is due again."""
