"""The score sheet's files, as bytes.

In:   results of a batch, and the lines of its rubric.
Out:  scores.csv, verdicts.csv, scores.xlsx: the same bytes for the same results.
Pure: all but `write`, which writes them into a folder.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from grader.model.verdict import Result
from grader.sheet.cells import inert
from grader.sheet.frames import scores, verdicts
from grader.sheet.lines import Assignment
from grader.sheet.statistics import questions
from grader.sheet.workbook import xlsx_bytes


def files(results: Iterable[Result], lines: Assignment) -> dict[str, bytes]:
    """Give the bytes of every file of a score sheet under its name.

    Raises: HarnessError if a submission comes twice or lacks a criterion's mark.
    """
    kept = list(results)
    short, long = scores(kept, lines), verdicts(kept, lines)
    sheets = {"Scores": short, "Verdicts": long, "Questions": questions(kept, lines)}
    return {
        "scores.csv": csv_bytes(short),
        "verdicts.csv": csv_bytes(long),
        "scores.xlsx": xlsx_bytes(sheets),
    }


def write(folder: Path, results: Iterable[Result], lines: Assignment) -> list[Path]:
    """Write the files of a score sheet into a folder, and name them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in files(results, lines).items():
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    return paths


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Spell a frame as CSV: UTF-8, commas, one line per row, no cell a formula."""
    shown = frame.rename(columns=inert)
    for column in shown.columns[[dtype == "str" for dtype in shown.dtypes]]:
        shown[column] = shown[column].map(inert)
    return shown.to_csv(index=False, lineterminator="\n").encode("utf-8")
