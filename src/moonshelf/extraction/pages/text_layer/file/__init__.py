"""The file of a PDF, whatever its pages show (ISO 32000-1, 7.5): its objects, its encryption, updates at its end."""
