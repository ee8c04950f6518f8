"""Check a weight vector and a bias by what they do to the two classes."""

import numpy as np

from grader.checks.registry import check
from grader.checks.words import number, unwritten
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import Separates
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, failed, graded, passed

MOST = 8


@check("separates")
def separates(options: Separates, case: Case) -> Verdict:
    """Ask whether a weight vector and a bias put the two classes on opposite sides.

    Either class may be on the positive side. A point on the line is on neither side.

    Pass:      a pair that was found separates the classes.
    Partial:   the weight vector does with another bias, if the rubric gives credit for it.
    Fail:      pairs were found, and none does; one point on the wrong side is named.
    Pending:   no weight vector or no bias was found, and there is code that may say it.
    No answer: neither these nor code.
    Fooled by: a pair that stands there for another purpose and happens to separate.
    """
    weights: Found[Array] = case.seek(options.weights)
    bias: Found[Array] = case.seek(options.bias)
    if not weights:
        return unwritten(case, weights, options.hint)
    if not bias:
        return unwritten(case, bias, options.hint)
    pairs = [(w, b) for w in weights.hits[:MOST] for b in bias.hits[:MOST]]
    pairs.sort(key=_apart)
    for w, b in pairs:
        if not wrong_side(options, w.value, float(b.value)):
            return passed(_words(w, b) + " separate the classes.", binding=_pair(w, b))
    w, b = pairs[0]
    point = wrong_side(options, w.value, float(b.value))
    told = f"{_words(w, b)} leave the point {point} on the wrong side or on the line."
    if options.direction and splits(options, w.value):
        told += " With another b, this w would separate them."
        return graded(options.direction, told, binding=_pair(w, b), hint=options.hint)
    return failed(told, binding=_pair(w, b), hint=options.hint)


def _apart(pair: tuple[Hit[Array], Hit[Array]]) -> tuple[float, int]:
    """Trustworthy pairs first, then those that stand close together."""
    w, b = pair
    distance = abs((w.binding.cell or 0) - (b.binding.cell or 0))
    return -min(w.binding.confidence, b.binding.confidence), distance


def _pair(w: Hit[Array], b: Hit[Array]) -> Binding:
    """Where the two were found; as sure as the less sure of them."""
    sure = min(w.binding.confidence, b.binding.confidence)
    what = f"{w.binding.what} and {b.binding.what}"
    names = (*w.binding.names, *b.binding.names)
    how, cell = w.binding.how, w.binding.cell
    return Binding(cell=cell, what=what, how=how, confidence=sure, names=names)


def _words(w: Hit[Array], b: Hit[Array]) -> str:
    vector = ", ".join(number(float(v)) for v in w.value)
    return f"w = ({vector}) and b = {number(float(b.value))}"


def splits(options: Separates, w: Array) -> bool:
    """Whether some bias makes this weight vector separate the classes."""
    with np.errstate(over="ignore", invalid="ignore"):
        one, other = (np.array(g, dtype=float) @ w.astype(float) for g in options.classes)
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    return bool(one.min() > other.max() or other.min() > one.max())


def wrong_side(options: Separates, w: Array, b: float) -> str:
    """The first point that is not on its class's side; "" if all are."""
    points = [np.array(group, dtype=float) for group in options.classes]
    with np.errstate(over="ignore", invalid="ignore"):
        sides = [p @ w.astype(float) + b for p in points]
    if not all(np.isfinite(side).all() for side in sides):
        return "at a weight that is not finite"
    sign = 1.0 if sides[0][0] > 0 else -1.0
    for group, side, wanted in zip(points, sides, (sign, -sign), strict=True):
        for point, s in zip(group, side, strict=True):
            if s * wanted <= 0:
                return f"({', '.join(number(float(v)) for v in point)})"
    return ""
