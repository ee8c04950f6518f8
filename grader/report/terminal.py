"""The table a TA sees in the terminal after grading.

In:   results, lines of the rubric, the terminal's width and abilities.
Out:  text that fits the width; nothing in it moves the cursor.
Pure: no terminal is asked; no files, no clock, no randomness.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size

from grader.model.verdict import Result
from grader.report.lines import AssignmentLines
from grader.report.plain import one_line, to_ascii
from grader.report.tally import Tally, by_question, in_order, mean, tally
from grader.report.words import UNSCORED, count, number

GAPS = ("  ", " ")
SHORTEST_NAME = 12
LONGEST_STATUS = 16
COLOURS = {"bold": "\x1b[1m", "dim": "\x1b[2m", "yellow": "\x1b[33m", "red": "\x1b[31m"}
RESET = "\x1b[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    name: str
    groups: tuple[str, ...]
    score: str
    pending: str
    status: str
    style: str = ""

    def cells(self) -> tuple[str, ...]:
        return (self.name, *self.groups, self.score, self.pending, self.status)


def terminal(
    results: Iterable[Result],
    lines: AssignmentLines,
    *,
    width: int = 100,
    colour: bool = False,
    ascii_only: bool = False,
) -> str:
    """Render the score sheet as a table of at most `width` columns.

    Questions become columns if they fit; else exercises do (1 for 1a, 1b, 1c); else
    only the score is shown. "1?" is 1 point so far, "?" nothing scored yet.
    """
    ordered = in_order(results)
    layouts = [
        (_rows(ordered, lines, groups, ascii_only), gap)
        for groups in _groupings(lines)
        for gap in GAPS
    ]
    fitting = [each for each in layouts if _needed(*each) <= width] or layouts[-1:]
    rows, gap = fitting[0]
    if (
        _needed(rows, gap) + _hidden(rows) > width
        and fitting[1:2]
        and fitting[1][0] == rows
    ):
        gap = fitting[1][1]  # names before air
    table = _paint(_fit(rows, gap, width), colour)
    text = "\n".join([*table, "", *_summary(ordered, width)]) + "\n"
    return _only_ascii(text) if ascii_only else text


def _hidden(rows: Sequence[_Row]) -> int:
    """By how much the longest name is longer than the shortest a column may be."""
    return max(max(cell_len(row.name) for row in rows) - SHORTEST_NAME, 0)


def _rows(
    ordered: Sequence[Result],
    lines: AssignmentLines,
    groups: dict[str, tuple[str, ...]],
    ascii_only: bool,
) -> list[_Row]:
    rows = [_head(groups, lines), *(_row(result, lines, groups) for result in ordered)]
    return [_in_ascii(row) for row in rows] if ascii_only else rows


def _groupings(lines: AssignmentLines) -> list[dict[str, tuple[str, ...]]]:
    """Give the sets of columns to try, widest first: header to question ids."""
    each: dict[str, tuple[str, ...]] = {line.id: (line.id,) for line in lines.questions}
    exercises: dict[str, tuple[str, ...]] = {}
    for line in lines.questions:
        found = re.match(r"\d+", line.id)
        head = found.group() if found else line.id
        exercises[head] = (*exercises.get(head, ()), line.id)
    return [each, exercises, {}]


def _head(groups: dict[str, tuple[str, ...]], lines: AssignmentLines) -> _Row:
    bonus = {line.id for line in lines.questions if line.bonus}
    heads = (
        one_line(head) + ("*" if bonus.issuperset(ids) else "")
        for head, ids in groups.items()
    )
    maximum = math.fsum(line.points for line in lines.criteria if not line.bonus)
    return _Row(
        name="submission",
        groups=tuple(heads),
        score=f"of {number(maximum)}",
        pending="pending",
        status="status",
        style="bold",
    )


def _row(
    result: Result, lines: AssignmentLines, groups: dict[str, tuple[str, ...]]
) -> _Row:
    marks = by_question(result, lines)
    whole = tally(result.marks)
    parts = (
        tally(mark for name in names for mark in marks[name]) for names in groups.values()
    )
    broken = result.status not in ("ok", "errors", "repaired")
    return _Row(
        name=one_line(result.submission),
        groups=tuple(_points(part) for part in parts),
        score=_points(whole),
        pending=str(whole.pending or ""),
        status=one_line(result.status.replace("_", " ")),
        style="red" if broken else "yellow" if whole.pending else "",
    )


def _points(part: Tally) -> str:
    if part.points is None:
        return "?"
    return number(part.points) + ("?" if part.pending_points else "")


def _widths(rows: Sequence[_Row]) -> list[int]:
    columns = zip(*(row.cells() for row in rows), strict=True)
    return [max(map(cell_len, column)) for column in columns]


def _needed(rows: Sequence[_Row], gap: str) -> int:
    """The smallest width in which every column but the first and last is in full."""
    widths = _widths(rows)
    name, status = min(widths[0], SHORTEST_NAME), min(widths[-1], LONGEST_STATUS)
    return sum(widths[1:-1]) + name + status + len(gap) * (len(widths) - 1)


def _fit(rows: Sequence[_Row], gap: str, width: int) -> list[tuple[str, str]]:
    """Lay rows out as (line, style), the first column as wide as there is room."""
    widths = _widths(rows)
    widths[-1] = min(widths[-1], LONGEST_STATUS)
    others = sum(widths[1:]) + len(gap) * (len(widths) - 1)
    widths[0] = min(widths[0], max(width - others, min(widths[0], SHORTEST_NAME)))
    laid = [(_line(row.cells(), widths, gap), row.style) for row in rows]
    rule = "─" * (sum(widths) + len(gap) * (len(widths) - 1))
    return [laid[0], (rule, "dim"), *laid[1:]]


def _line(cells: Sequence[str], widths: Sequence[int], gap: str) -> str:
    first, *middle, last = zip(cells, widths, strict=True)
    right = [" " * (size - cell_len(text)) + text for text, size in middle]
    return gap.join([_cut(*first), *right, _cut(*last)]).rstrip()


def _cut(text: str, size: int) -> str:
    if cell_len(text) > size:
        return set_cell_size(text, size - 1) + "…"
    return set_cell_size(text, size)


def _paint(table: Sequence[tuple[str, str]], colour: bool) -> list[str]:
    if not colour:
        return [line for line, _ in table]
    return [f"{COLOURS[style]}{line}{RESET}" if style else line for line, style in table]


def _summary(ordered: Sequence[Result], width: int) -> list[str]:
    tallies = [tally(result.marks) for result in ordered]
    waiting = [each for each in tallies if each.pending]
    done = [each.points for each in tallies if not each.pending and each.points is not None]
    parts = [count(len(ordered), "submission")]
    if done:
        parts.append(f"mean {number(mean(done))} over {len(done)} fully scored")
    if waiting:
        looks = count(sum(each.pending for each in waiting), "verdict")
        people = count(len(waiting), "submission")
        parts += [f"a person must look at {looks} in {people}", "? not scored yet"]
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]} · {part}" if lines[-1] else part
        lines[-1:] = [joined] if cell_len(joined) <= width else [lines[-1], part]
    return lines


def _in_ascii(row: _Row) -> _Row:
    """Spell what comes from others in ASCII, before widths are measured."""
    groups = tuple(map(to_ascii, row.groups))
    name, status = to_ascii(row.name), to_ascii(row.status)
    return replace(row, name=name, groups=groups, status=status)


def _only_ascii(text: str) -> str:
    signs = str.maketrans({"─": "-", "…": "~", "·": "-", UNSCORED: "-"})
    return text.translate(signs).encode("ascii", "replace").decode("ascii")
