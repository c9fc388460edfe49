"""The WARC format: records, gzip members, HTTP messages, digests, SURT and CDXJ lines. No archive folder."""
