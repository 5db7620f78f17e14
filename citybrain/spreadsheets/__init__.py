"""Spreadsheets in and out: uploaded .xlsx and CSV files read safely, exports that run nothing.

Nothing here knows what the columns mean: a ``SheetSpec`` says what to expect, and the caller judges
the rows.
"""

from citybrain.spreadsheets.cells import cell_text, date_text, line_text, neutralise
from citybrain.spreadsheets.reading import raw_sheets, read_csv, read_workbook
from citybrain.spreadsheets.specs import (
    CellIssue,
    Column,
    Limits,
    Row,
    Sheet,
    SheetSpec,
    SpreadsheetError,
    Workbook,
    column_letter,
)
from citybrain.spreadsheets.streaming import stream_xlsx
from citybrain.spreadsheets.writing import Flagged, OutSheet, save_xlsx, write_csv, write_xlsx

__all__ = [
    "CellIssue",
    "Column",
    "Flagged",
    "Limits",
    "OutSheet",
    "Row",
    "Sheet",
    "SheetSpec",
    "SpreadsheetError",
    "Workbook",
    "cell_text",
    "column_letter",
    "date_text",
    "line_text",
    "neutralise",
    "raw_sheets",
    "read_csv",
    "read_workbook",
    "save_xlsx",
    "stream_xlsx",
    "write_csv",
    "write_xlsx",
]
