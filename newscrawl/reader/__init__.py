"""The web reader: how is an archive read, searched, followed and checked in a browser?

`app.make_app` is the ASGI application, `server.serve` runs it. A page is a function of `pages/` that makes a
`View`: data, which is the JSON twin of the page as it is, and the template that shows it. `pages.PAGES` lists
all pages with their parameters; the routes and the OpenAPI document are made from it. What was captured is
text to the templates, which escape everything; captured pages are shown by `capture_app`, on another port.
Everything is read through `Library`; nothing is written.
"""
