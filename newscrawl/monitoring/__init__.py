"""Does the crawl still get what it used to get, and what became of everything that was announced?"""
