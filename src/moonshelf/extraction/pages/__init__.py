"""Formats of pages: PDF and images, read as page facts from text layers or from pixels."""
