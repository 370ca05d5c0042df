"""Office formats, old and new: documents, workbooks and presentations."""
