"""Find all the numbers that a question's answer states: printed, typed, or kept."""

import re

from grader.find.context import Context
from grader.find.numerals import Numeral, numerals
from grader.find.patterns import any_match
from grader.find.within import parts
from grader.model.answers import Found, Hit
from grader.model.finds import FindStated
from grader.model.verdict import Binding

MOST = 600
COMMA = re.compile(r"[-+−]?\d+,\d{2,}")
"""A decimal comma, if it can be nothing else."""


def find_stated(context: Context, what: FindStated, section: str) -> Found[float]:
    """Numbers that a reader of the section sees, and those in variables of fitting names.

    Without such a section, those of the whole notebook. Printed ones come first.
    """
    hits: list[Hit[float]] = []
    for cell in context.own:
        rank = context.rank(cell.index, section)
        if rank < 0.6:
            continue
        text = cell.source if cell.kind == "markdown" else f"{cell.stdout}\n{cell.result}"
        sure = 0.6 + 0.3 * rank
        hits += [_hit(v, cell.index, "a stated number", sure) for v in values(text)]
    for named in context.recorded.evidence.names:
        if named.cell in context.kinds and any_match(named.name, what.names):
            for part in parts(context.recorded, named.value):
                if part.whole and part.array.size <= what.most:
                    hits += [
                        _hit(float(v), named.cell, f"the variable {named.name}", 0.8)
                        for v in part.array.ravel().tolist()
                    ]
    return Found(hits=tuple(hits[:MOST]), looked_for="numbers in this question's output")


def values(text: str) -> list[float]:
    """All numbers of a text; where others have a decimal comma, 1,595 has one, too."""
    found = [(line, n) for line in text.splitlines() for n in numerals(line)]
    commas = any(_has_comma(line, n) and n.other is None for line, n in found)
    return [
        n.other if commas and n.other is not None and _has_comma(line, n) else n.value
        for line, n in found
    ]


def _has_comma(line: str, numeral: Numeral) -> bool:
    return COMMA.fullmatch(line[numeral.start : numeral.end]) is not None


def _hit(value: float, cell: int, what: str, sure: float) -> Hit[float]:
    binding = Binding(cell=cell, what=what, how="as stated", confidence=sure)
    return Hit(value=value, binding=binding)
