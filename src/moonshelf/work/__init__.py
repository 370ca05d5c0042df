"""What is to be read, in which order, and when it will be done."""
