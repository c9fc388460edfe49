"""What a captured answer says, read where it lies: the one path for crawl, recovery and replay."""
