"""Formulas: how xls and xlsb keep them, and how those of all workbooks are written."""
