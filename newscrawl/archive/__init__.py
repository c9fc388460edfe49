"""Our archive folder: its files, its index, and how both are written, recovered and proved.

`layout` says where everything is, `files` which archive files a path stands for, `links` how a folder stands
for files elsewhere. `writer` writes exchanges to one `warc_file` after another; `file_recovery` finishes the
files of writers that died. `cdxj_file` reads and merges the index, a `sorted_file`. `captures` gives the HTTP
responses in files, and `revisits` finds the bytes that a revisit stands for. `verify/` proves an archive, and
`wacz` packages it, signed with `signing`.
"""
