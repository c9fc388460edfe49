"""One reader of each kind of text: dates, characters, compressed bytes, robots.txt, white space.

Discovery, extraction, the archive and the commands read through this room, so that a feed, a page and an
option that say the same are understood alike. It knows no clock, setting or log: `now` is an argument.
"""
