"""What is judged of an uploaded workbook before it is stored."""

from pathlib import PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.importing.columns import LIMITS
from citybrain.spreadsheets import SpreadsheetError
from citybrain.spreadsheets.archive import open_archive

EXTENSION = ".xlsx"


def check_file(*, file_name: str, file: BinaryIO) -> None:
    """Judges a file before it is stored: its name, its size, and what it is by its bytes.

    Raises ValidationError for the field `file`.
    """
    if PurePath(file_name).suffix.lower() != EXTENSION:
        raise ValidationError(
            {
                "file": _(
                    "请上传 .xlsx 格式的工作簿；其他格式请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
                )
            }
        )
    try:
        open_archive(file, LIMITS).close()
    except SpreadsheetError as error:
        raise ValidationError({"file": str(error)}) from None
