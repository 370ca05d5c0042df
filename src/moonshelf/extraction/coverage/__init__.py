"""Coverage: what of a document was read, what was lost, and what was kept out because nobody would see it."""
