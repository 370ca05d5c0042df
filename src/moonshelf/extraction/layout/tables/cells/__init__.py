"""Cells: how the words of a table are cut into rows and columns."""
