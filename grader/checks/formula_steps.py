"""Tell steps of a derivation that are surely wrong from those that may have been misread.

In:   two neighbours in a chain of equations that do not have the same values.
Out:  whether a mark may be proposed from that alone.
Pure: no files, no kernels.
"""

from grader.checks.equations import SURE_OF_PLACE, is_zero
from grader.model.answers import Equation, Hit, Side


def surely_wrong(hit: Hit[Equation], left: Side, right: Side) -> bool:
    """Whether a step was surely read, belongs here, and does not hold.

    Not where a letter is set to something, for it may be another letter; where entries
    are listed by number, for vectors of that length it may hold; nor where a number is
    equated with a vector, for then one of them was read as something else.
    """
    if hit.binding.confidence < SURE_OF_PLACE or left.listed or right.listed:
        return False
    return not sets_letter(hit.value, left) and _alike(left, right)


def sets_letter(equation: Equation, left: Side) -> bool:
    """Whether `s = ...` is all that is said: a choice of a letter, maybe of a new one."""
    return left.bare and not left.named and len(equation.sides) == 2


def _alike(left: Side, right: Side) -> bool:
    """Whether both are numbers, or arrays of one shape, up to their orientation."""
    if is_zero(left.values) or is_zero(right.values):
        return True
    pairs = zip(left.values, right.values, strict=True)
    return all(a.shape in (b.shape, b.shape[::-1]) for a, b in pairs)
