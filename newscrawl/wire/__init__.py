"""The bytes of one exchange: the only room that touches Scrapy's and Twisted's inside."""
