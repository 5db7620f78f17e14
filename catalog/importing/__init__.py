"""The workbook of entries and items: its template, how it is read, and what importing would do."""
