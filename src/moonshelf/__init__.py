"""Moonshelf: put any file in front of any model."""
