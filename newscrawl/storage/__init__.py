"""Bytes of archive files wherever they are: on the disk, inside a WACZ, or in a remote store."""
