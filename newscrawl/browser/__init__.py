"""How does a page look once its scripts have run? A headless Chromium, whose network is given to it."""
