"""The Scrapy ring: which URLs are requested, and where each answer goes."""
