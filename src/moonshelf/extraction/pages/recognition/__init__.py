"""Recognition: words read from pixels, and what else of a scan can be told from them."""
