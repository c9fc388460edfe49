"""The WARC format: how captures are written as records and read back. No archive folder, no clock, no log.

Reading: `reader` gives the records of a file, `record` one of them with its `record_header`, and
`captured_response` the HTTP response in it; `validity` says whether that is sound. Below are `members`, which
opens a file with the reader for its compression (`gzip_members`, `zstd_members`, `plain_member`), and `arc`.

Writing: an `exchange` holds the bytes of one request and its response; `record_builder` makes records of it,
`warc_fields` those of `application/warc-fields`, with `redaction`, `cipher_names` and `compression`.

Both: `http` and `chunked` split HTTP messages, `digests` takes and verifies digests, `surt` makes the key of
a URL in an index, and `cdxj` the lines of the index.
"""
