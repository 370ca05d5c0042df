"""What is kept for an account: files, what was read and made of them, and when it goes."""
