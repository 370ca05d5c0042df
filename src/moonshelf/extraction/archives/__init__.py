"""Archives: files that hold files, each of them read as if it had been uploaded."""
