"""What was read of a file, made ready to be shown."""
