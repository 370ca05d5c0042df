"""Hidden text: what a page holds for programs and does not show to people."""
