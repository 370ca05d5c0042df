"""The schema's history: each release reads what the one before it wrote."""
