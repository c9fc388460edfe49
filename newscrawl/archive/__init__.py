"""WARC files and what is known about them: writing, reading, index, proof and packages."""
