"""The score sheet as a workbook: typed cells, frozen headers, filters, no formulas.

In:   frames by the name of their sheet.
Out:  the bytes of an .xlsx file, the same for the same frames.
Pure: no files, no clock (the times that the format insists on are fixed).
"""

import io
import math
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from grader.sheet.cells import plain

EPOCH = (1980, 1, 1, 0, 0, 0)
WIDEST = 60
TELLING = frozenset({"submission", "outcome", "pending", "pending_points"})
HEADER = PatternFill("solid", fgColor="E9E6DF")
PENDING = PatternFill("solid", fgColor="FFF1C9")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def xlsx_bytes(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Spell frames as a workbook, one sheet each."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "grader"
    book.properties.created = datetime(*EPOCH)
    for name, frame in sheets.items():
        _fill(book.create_sheet(name), frame)
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue())


def _fill(sheet: Worksheet, frame: pd.DataFrame) -> None:
    names = [str(name) for name in frame.columns]
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(1, column)
        _put(cell, name)
        cell.font, cell.fill = Font(bold=True), HEADER
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=2):
        waits = _waits(dict(zip(names, values, strict=True)))
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            _put(cell, value)
            if waits and _is_open(names[column - 1], value):
                cell.fill = PENDING
    _arrange(sheet, frame)


def _waits(row: Mapping[str, object]) -> bool:
    """Tell whether a person must look at something in this row."""
    if row.get("outcome") in ("pending", "judge_error"):
        return True
    count = row.get("pending")
    return "submission" in row and isinstance(count, int) and count > 0


def _is_open(name: str, value: object) -> bool:
    """Tell whether a cell of such a row shows what is not scored yet."""
    return name in TELLING or (isinstance(value, float) and math.isnan(value))


def _put(cell: Cell, value: object) -> None:
    """Put a number as a number, text as text, and nothing as nothing."""
    if isinstance(value, str):
        text = plain(value)
        cell.value = text or None
        if text:
            cell.data_type = "s"
            if text[0] in "=+-@":
                cell.quotePrefix = True
    elif not pd.isna(value):  # type: ignore[call-overload]
        cell.value = value


def _arrange(sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Freeze the header and the first column, filter, and fit widths."""
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    for column, name in enumerate(frame.columns, start=1):
        longest = max((_width(value) for value in frame[name]), default=0)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = min(
            max(longest, cell_len(str(name)) + 3, 8) + 1, WIDEST
        )


def _width(value: object) -> int:
    if isinstance(value, str):
        return cell_len(value[: 2 * WIDEST])
    return len(str(value))


def _timeless(data: bytes) -> bytes:
    """Pack a workbook again with every time in it fixed."""
    stamp = b"%04d-%02d-%02dT%02d:%02d:%02dZ" % EPOCH
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", old.read(name))
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, body)
    return buffer.getvalue()
