"""What the fonts of a PDF say of themselves and their letters, put right where it is wrong."""
