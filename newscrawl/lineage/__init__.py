"""Who has whose words: shingles, alignment, labels, substitutions, direction and stories. Pure functions."""
