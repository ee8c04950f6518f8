"""Further places where a number may stand: figures, tables, comments, dictionaries.

In:   one submission, and the words and names of what is looked for.
Out:  numbers with their places, each as sure as its place is plain.
Pure.
"""

import ast
import contextlib
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.find.arrays import as_array
from grader.find.context import Context
from grader.find.numerals import Numeral, numerals
from grader.find.patterns import any_match, folded, mentions
from grader.find.totals import TOTAL, totals
from grader.model.evidence import Cell, CellStatus, Drawing, Named
from grader.model.finds import FindNumber
from grader.model.recorded import Recorded
from grader.model.value import ArrayRef, Frame

ASSERTED = re.compile(r"^\s*assert\b.*?==\s*(?P<right>[\d_.,eE+-]+)", re.M)
MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A number and where it stands.

    Attributes:
        numeral: the number; its readings count, its place in the line does not.
        where: in words: "the output". how: what led there. sure: 0..1.
    """

    numeral: Numeral
    cell: int
    where: str
    how: str
    sure: float


def in_tables(context: Context, what: FindNumber) -> Iterator[Place]:
    """Totals of columns that the label heads, in text and output."""
    for cell in context.own:
        for text, where in _seen(context, cell):
            for _, numeral in totals(text.splitlines(), what.near):
                yield Place(
                    numeral, cell.index, f"a table in {where}", "in its column", 0.9
                )


def in_totals(context: Context, what: FindNumber) -> Iterator[Place]:
    """The number beside "total" in the output of a cell whose code is about the label."""
    for cell in context.own:
        if cell.kind != "code" or not mentions(cell.source.replace("_", " "), what.near):
            continue
        for line in f"{cell.stdout}\n{cell.result}".splitlines():
            if match := TOTAL.search(folded(line)):
                behind = [n for n in numerals(line) if n.start >= match.end()]
                for numeral in behind[:1]:
                    how = "beside the word total"
                    yield Place(numeral, cell.index, "the output", how, 0.8)


def _seen(context: Context, cell: Cell) -> list[tuple[str, str]]:
    if cell.kind == "markdown":
        return [(context.said(cell), "the text")]
    return [(cell.stdout, "the output"), (cell.result, "the result")]


def figure_texts(context: Context) -> Iterator[tuple[Cell, str]]:
    """What stands in the figures of a cell: titles, labels of axes and lines."""
    cells = {cell.index: cell for cell in context.own if cell.kind == "code"}
    texts: dict[int, dict[str, None]] = {}
    for drawing in context.recorded.evidence.drawings:
        if drawing.cell in cells:
            texts.setdefault(drawing.cell, {}).update(dict.fromkeys(_words(drawing)))
    for index, found in texts.items():
        yield cells[index], "\n".join(text for text in found if text)


def _words(drawing: Drawing) -> tuple[str, ...]:
    parts = (drawing.figure_title, drawing.title, drawing.label)
    return (*parts, drawing.xlabel, drawing.ylabel)


def comments(cell: Cell) -> Iterator[str]:
    """The comments of a cell that ran, without their marks; then texts on their own."""
    if cell.kind != "code" or cell.status is not CellStatus.OK:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(cell.source).readline):
            if token.type == tokenize.COMMENT:
                yield token.string.lstrip("#! ")
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # magics and the like; what came before was read
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        for statement in ast.parse(cell.source).body:
            text = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield from text.value.splitlines()


def printed(context: Context, what: FindNumber) -> Iterator[Place]:
    """Numbers behind a name, as code prints them that counts by the label's words.

    print(name, sum(p.numel() for p in net.parameters())) shows "shallow 81".
    """
    for cell in context.own:
        if cell.kind != "code" or not _prints(cell.source, what.near):
            continue
        for line in cell.stdout.splitlines():
            found = numerals(line)
            named = len(found) == 1 and line[: found[0].start].strip(" :=\t").isidentifier()
            if named and not line[found[0].end :].strip(" ."):
                how = "printed by code about it"
                yield Place(found[0], cell.index, "the output", how, 0.42)


def _prints(source: str, near: tuple[str, ...]) -> bool:
    """Whether a call of print has one of the words inside, and shows more than a number."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
                inside = ast.get_source_segment(source, node) or ""
                several = len(node.args) > 1 or "{" in inside or "%" in inside
                if several and mentions(inside.replace("_", " "), near):
                    return True
    return False


def asserted(context: Context, what: FindNumber) -> Iterator[Place]:
    """Numbers that a cell asserts without failing: assert count(model) == 81."""
    for cell in context.own:
        if cell.kind != "code" or cell.status is not CellStatus.OK:
            continue
        for match in ASSERTED.finditer(cell.source):
            if mentions(match[0].replace("_", " "), what.near):
                for numeral in numerals(match["right"])[:1]:
                    how = "asserted, and true"
                    yield Place(numeral, cell.index, "the code", how, 0.78)


def kept(context: Context, what: FindNumber) -> Iterator[Place]:
    """Numbers in variables: alone, or under a fitting key of a dictionary or table."""
    for named in context.recorded.evidence.names:
        if named.cell not in context.kinds:
            continue
        if any_match(named.name, what.names) and (one := _single(context.recorded, named)):
            yield Place(one, named.cell, f"the variable {named.name}", "by name", 0.8)
        for key, value in _entries(named.value):
            fits = any_match(key, what.names) or mentions(key.replace("_", " "), what.near)
            if fits and isinstance(value, int | float) and not isinstance(value, bool):
                where = f"{named.name}[{key!r}]"
                yield Place(_numeral(value), named.cell, where, "by its key", 0.78)


def _single(recorded: Recorded, named: Named) -> Numeral | None:
    """A tensor or an array that holds one number."""
    if not isinstance(named.value, ArrayRef):
        return None
    array = as_array(recorded, named.value)
    if array is None or array.size != 1 or array.dtype.kind not in "iuf":
        return None
    return _numeral(float(np.asarray(array, dtype=float).reshape(-1)[0]))


def _entries(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, entry in list(value.items())[:MOST_ENTRIES]:
            if isinstance(key, str):
                yield key, entry
    elif isinstance(value, Frame):
        for column, data in zip(value.columns, value.data, strict=False):
            if (
                isinstance(column, str)
                and isinstance(data, list | tuple)
                and len(data) == 1
            ):
                yield column, data[0]


def _numeral(value: float) -> Numeral:
    return Numeral(float(value) if abs(value) < 2**53 else float("nan"), 0, 0)
