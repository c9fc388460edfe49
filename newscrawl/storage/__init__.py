"""The bytes of archive files, wherever they are: on this disk, inside a WACZ, or in a remote store.

`files.open_stored` opens any of them. `stored_file` has the plain files, `wacz_members` those in a WACZ,
`remote` those at a URL, to which a pointer file `NAME.url` leads. `file_names` has the patterns of their
names, `durable` makes written bytes safe and names the file in errors. Nothing here knows what a record is.
"""
