"""Formats that are text as they stand."""
