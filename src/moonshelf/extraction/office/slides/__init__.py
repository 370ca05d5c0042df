"""PowerPoint presentations, old and new."""
