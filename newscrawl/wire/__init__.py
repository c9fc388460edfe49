"""The connections of a crawl, and every byte on them.

Only this room uses private names of Scrapy and Twisted.

`handler` is the download handler: it gives each request a `connection` that captures its bytes, a `resolver`
that gives no private address and `response_limits` with their watchdog, and has the `recorder` write the
exchange before the response goes on. `failures` names the cause of a request without response, `in_flight`
ends the requests of a crawl that stops, `clock` tells the time, and `extension` puts them together.

`recorded` is the handler for a crawl whose network is an archive: it replays the responses that
`archive_transport` finds. `offline` has the settings of such a crawl. `per_crawler` makes one object for
each crawler.
"""
