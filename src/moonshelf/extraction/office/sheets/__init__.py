"""Workbooks: xlsx, xlsb, xls and Parquet, cells as they are shown."""
