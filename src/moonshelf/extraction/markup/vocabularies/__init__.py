"""XML of known vocabularies, read as what it says: articles, manuals, editions."""
