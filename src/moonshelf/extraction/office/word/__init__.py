"""Word documents, old and new, and what other formats took over from them."""
