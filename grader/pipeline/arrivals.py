"""Say of every file that arrived what became of it."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from grader.intake import Arrival, as_text, listing, receive
from grader.pipeline.runfile import put
from grader.sheet import inert

FILES = "files.csv"
COLUMNS = ("submission", "path", "fate", "size", "reason")


def write_files(arrival: Arrival, out: Path) -> None:
    """Write files.csv into the run's folder: a row per file, none left out."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in listing(arrival.submissions, arrival.strays):
        shown = (row.submission, row.path, row.fate.value, str(row.size), row.reason)
        table.writerow([inert(cell) for cell in shown])
    put(out / FILES, text.getvalue())


def listed(paths: Sequence[Path]) -> str:
    """List what `paths` hold for a terminal; nothing is run.

    Raises: UsageError or NothingToGrade as intake does.
    """
    arrival = receive(paths)
    return as_text(listing(arrival.submissions, arrival.strays))
