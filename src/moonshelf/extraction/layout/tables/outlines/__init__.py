"""Outlines: where a table stands, told by what is drawn of it and by the rows that belong to that."""
