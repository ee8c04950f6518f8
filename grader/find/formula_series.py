"""Sums with an ellipsis: 1 + 2 + ... + n, and n + (n-1) + ... + 1.

In:   the terms of a sum; None stands for the ellipsis.
Out:  the terms without it, or None where the ellipsis could mean anything.
Pure: trees in, trees out.

Only runs in steps of one are understood, and two terms must stand before the ellipsis:
1 + 2 + 4 + ... could go on in many ways, and we do not guess.
"""

from collections.abc import Sequence

from grader.find.formula_tree import (
    Apply,
    Name,
    Node,
    Series,
    UndefinedError,
    free,
    value,
)

TRIED = (7.0, 11.5, 20.25)
FEW_STEPS = 100
INDEX = "index of the ellipsis"


def elided(terms: Sequence[Node | None]) -> list[Node] | None:
    """Replace start + next + ... + end by one sum over whole numbers."""
    if None not in terms:
        return [term for term in terms if term is not None]
    gap = terms.index(None)
    before = [term for term in terms[:gap] if term is not None]
    after = [term for term in terms[gap + 1 :] if term is not None]
    if len(before) < 2 or not after or gap + 1 + len(after) != len(terms):
        return None
    step = _step(before[-2], before[-1])
    if step not in (1.0, -1.0):
        return None
    first = _first(before, step)
    return [*before[:first], _run(before[first], after[0], step), *after[1:]]


def _first(terms: Sequence[Node], step: float) -> int:
    """Find where the run that ends `terms` begins."""
    first = len(terms) - 2
    while first and _step(terms[first - 1], terms[first]) == step:
        first -= 1
    return first


def _run(start: Node, end: Node, step: float) -> Node:
    low, high = (start, end) if step > 0 else (end, start)
    return Series(INDEX, low, high, Name(INDEX))


def _step(left: Node, right: Node) -> float | None:
    """Tell the difference of two terms if it is one number whatever the names are."""
    difference = Apply("+", (right, Apply("negate", (left,))))
    found = {_at(difference, x) for x in TRIED}
    return found.pop() if len(found) == 1 else None


def _at(node: Node, x: float) -> float | None:
    try:
        return value(node, dict.fromkeys(free(node), x), FEW_STEPS)
    except UndefinedError:
        return None
