"""Formats that are marked-up text inside: web pages, electronic books, drawings."""
