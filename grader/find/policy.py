"""Several answers to one question: which of them counts, as the rubric says.

In:   what a finder found, and the rubric's word: usual, last, first or best.
Out:  the same, without the answers that do not count.
Pure.

"usual" and "best" keep all: the check decides among them (see its docstring). A person's
binding stands above the rubric's word.
"""

from dataclasses import replace
from typing import Any

from grader.find.context import Context
from grader.model.answers import Found

SERIOUS = 0.5
"""Share of the best confidence from which an answer is one of several."""


def counting(found: Found[Any], which: str, context: Context, section: str) -> Found[Any]:
    """Of the answers in the section, those of the last or of the first cell.

    Where the section holds none, of all. Those that are far less likely than the best
    one are not among the several.
    """
    if which not in ("last", "first") or not found:
        return found
    best = max(hit.binding.confidence for hit in found.hits)
    several = [hit for hit in found.hits if hit.binding.confidence >= SERIOUS * best]
    inside = [
        hit
        for hit in several
        if hit.binding.cell is not None
        and context.sections.holds(hit.binding.cell, section)
    ]
    cells = {hit.binding.cell or 0 for hit in inside or several}
    cell = max(cells) if which == "last" else min(cells)
    kept = tuple(hit for hit in several if (hit.binding.cell or 0) == cell)
    known = {id(hit) for hit in kept}
    passed_over = tuple(hit.binding for hit in found.hits if id(hit) not in known)
    return replace(found, hits=kept, passed_over=passed_over)
