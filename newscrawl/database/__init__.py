"""One SQL database for the frontier and the store: how it is opened and brought up to date."""
