"""Read a total from a table in text or output.

In:   lines, and the words of a label.
Out:  the numbers that stand in a column headed by the label, or in a row of a total.
Pure.

Understood: Markdown tables, what pandas prints, and tables of characters with columns
two blanks apart. A row says that it is the total (total, sum, Summe, gesamt); without
such a row a column of one entry is an answer, and a column of several is none.
"""

import re
from collections.abc import Iterator, Sequence

from grader.find.numerals import Numeral, numerals
from grader.find.patterns import folded, mentions

TOTAL = re.compile(
    r"\b(?:grand\s+)?(?:total|sum|summe|gesamt\w*|insgesamt|overall|together|all)\b|[Σ∑]"
)
RULE = re.compile(r"^[\s|:=+_-]*$")
CUT = re.compile(r"\s*\|\s*|\s{2,}|\t")
MOST_ROWS = 200


def totals(lines: Sequence[str], near: Sequence[str]) -> Iterator[tuple[int, Numeral]]:
    """The line and the number of every total of a column headed by one of the words."""
    for index, line in enumerate(lines):
        heads = _cells(line)
        columns = [i for i, head in enumerate(heads) if mentions(head, near)]
        if not columns or any(numerals(head) for head in heads):
            continue
        if len(heads) == 1 and not ("|" in line or line.startswith("  ")):
            continue  # a sentence
        column = columns[-1] - len(heads)  # from the right: an index has no head
        rows = list(_rows(lines, index + 1, len(heads)))
        said = [row for row in rows if TOTAL.search(folded(lines[row]))]
        alone = (
            rows if len(rows) == 1 and len(_cells(lines[rows[0]])) <= len(heads) + 1 else []
        )
        chosen = said[-1:] or alone
        for row in chosen:
            if number := _entry(lines[row], column):
                yield row, number


def _rows(lines: Sequence[str], start: int, width: int) -> Iterator[int]:
    """The rows below a head, up to the first line that is none."""
    for row in range(start, min(len(lines), start + MOST_ROWS)):
        if RULE.match(lines[row]) and lines[row].strip():
            continue
        if abs(len(_cells(lines[row])) - width) > 1 or not numerals(lines[row]):
            return
        yield row


def _cells(line: str) -> list[str]:
    return [part for part in CUT.split(line.strip().strip("|").strip()) if part]


def _entry(line: str, column: int) -> Numeral | None:
    cells = _cells(line)
    entry = cells[column] if -len(cells) <= column else ""
    found = numerals(entry) or (numerals(cells[-1]) if cells else [])
    return found[0] if len(found) == 1 else None
