"""Uploads: from a multipart body to a spooled file, with what its form says."""
