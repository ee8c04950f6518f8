"""Align a notebook with the skeleton that was handed out.

In:   the student's cells and the skeleton's.
Out:  which cell stands where which of the skeleton's stood; and what of a text is the
      student's own.
Pure.

A sequence alignment: no two pairs cross, and the sum of the similarities is largest.
A cell that was filled in is like the one handed out if most words of that one are still
there, or if it defines the same names; a heading whose number was deleted still has its
words. So an answer is found where the skeleton put it, although its heading is gone.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.find.patterns import folded
from grader.model.evidence import Cell

ALIKE = 0.6
"""From this similarity on, a cell is taken for the one handed out."""
DEFINED = 0.85
"""Similarity of cells that define the same names."""
MOST_CELLS = 400
WORD = re.compile(r"[^\W\d_]\w*|\d+")
DEFINES = re.compile(r"^\s*(?:def|class)\s+(\w+)", re.M)
HEADING = re.compile(r"\s*#{1,6}\s+(.*)")
LETTERS = re.compile(r"[^\W\d_]{2,}")
HEADED = 0.95
"""Similarity of texts with the same heading, numbers left out."""
NOTHING = frozenset(
    {"todo", "raise", "notimplementederror", "pass", "your", "code", "here"}
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is compared of a cell."""

    kind: str
    words: Counter[str]
    defines: frozenset[str]
    source: str
    heading: frozenset[str] = frozenset()


def likeness(cell: Cell) -> Likeness:
    """Read what is compared of a cell."""
    words = Counter(w for w in WORD.findall(folded(cell.source)) if w not in NOTHING)
    names = frozenset(DEFINES.findall(cell.source)) if cell.kind == "code" else frozenset()
    title = HEADING.match(cell.source) if cell.kind == "markdown" else None
    heading = frozenset(LETTERS.findall(folded(title[1]))) if title else frozenset()
    return Likeness(cell.kind, words, names, cell.source.strip(), heading)


def similarity(own: Likeness, given: Likeness) -> float:
    """0 to 1: how much a student's cell is what was handed out, filled in or not."""
    if own.kind != given.kind or not given.words or not own.words:
        return 0.0
    if own.source == given.source:
        return 1.0
    if given.defines:
        return DEFINED if given.defines <= own.defines else 0.0
    if given.heading and own.heading:
        same = 2 * len(given.heading & own.heading)
        alike = same / (len(given.heading) + len(own.heading))
        if alike >= ALIKE + 0.2:
            return HEADED * alike
    common = (own.words & given.words).total()
    kept = common / given.words.total()
    both = 2 * common / (own.words.total() + given.words.total())
    return 0.7 * kept + 0.3 * both if given.words.total() > 1 else both


def aligned(
    cells: Sequence[Cell], skeleton: Sequence[Cell]
) -> dict[int, tuple[int, float]]:
    """For a student's cell index: the place in the skeleton, and the similarity.

    Notebooks of more than 400 cells are compared in their first 400.
    """
    own = [likeness(cell) for cell in cells[:MOST_CELLS]]
    given = [likeness(cell) for cell in skeleton[:MOST_CELLS]]
    best = [[0.0] * (len(given) + 1) for _ in range(len(own) + 1)]
    pairs = [[similarity(one, other) for other in given] for one in own]
    for i in range(len(own)):
        for j in range(len(given)):
            taken = best[i][j] + pairs[i][j] if pairs[i][j] >= ALIKE else 0.0
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], taken)
    found: dict[int, tuple[int, float]] = {}
    i, j = len(own), len(given)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found[cells[i].index] = (j, pairs[i][j])
    return found


def given_lines(skeleton: Sequence[Cell]) -> frozenset[str]:
    """The lines of the skeleton's texts, headings left out."""
    return frozenset(
        line.strip()
        for cell in skeleton
        if cell.kind == "markdown"
        for line in cell.source.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    )


def without(source: str, given: frozenset[str]) -> str:
    """A text with the lines that were handed out left blank."""
    lines = source.split("\n")
    return "\n".join("" if line.strip() in given else line for line in lines)
