"""The Scrapy ring: what is watched and shown beside the crawl."""
