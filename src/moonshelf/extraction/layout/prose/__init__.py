"""Prose: running text as headings, paragraphs, lists, listings and notes."""
