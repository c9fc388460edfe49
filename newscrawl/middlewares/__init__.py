"""The Scrapy ring: what may be requested at all."""
