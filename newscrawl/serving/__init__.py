"""How are captures shown in a browser, as they were? By tools that the user has installed."""
