"""Compare what equations say by the values of their sides.

In:   equations as the finder computed them, in several worlds.
Out:  what they say of a quantity, and whether two formulas agree.
Pure: no files, no kernels, no randomness.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, takewhile

import numpy as np

from grader.checks.closeness import matches
from grader.checks.words import unwritten
from grader.model.answers import IN_CODE, Equation, Found, Passage, Side
from grader.model.case import Case
from grader.model.criteria import Tolerance
from grader.model.criteria_formulas import ClosedForm, Derivation
from grader.model.finds import FindText
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, pending

Values = tuple[Array, ...]
HALF = 0.5
"""Proposed where the result is right and some step towards it does not hold."""
MOST_PROVEN = 24
SURE_OF_PLACE = 0.5


def agrees(side: Side, want: Values, tol: Tolerance, transposed: bool = False) -> bool:
    r"""Whether an answer has the wanted values, or those that its name says it has.

    `\frac{\partial f}{\partial w_1} = 2w_1` is right where w_i is asked for.
    """
    stated = bool(side.stated) and same(side.values, side.stated, tol, transposed)
    return stated or same(side.values, want, tol, transposed)


def answer_of(equation: Equation) -> Side | None:
    """The last side that the quantity's name equals: b of `name = a = b`."""
    sides = equation.sides
    named = next((i for i, side in enumerate(sides) if side.named), None)
    if named is None:
        return None
    run = [*takewhile(lambda side: side.relation == "=", sides[named + 1 :])]
    return _usable(run[:-1] if _condition(run) else run)


def written_answer(equation: Equation) -> Side | None:
    """The last side in the wanted letters that the quantity's name equals, or is equal to.

    None if there is none, or nothing says in which letters an answer is written.
    """
    sides = equation.sides
    if not any(side.written for side in sides):
        return None
    named = next((i for i, side in enumerate(sides) if side.named), None)
    if named is None:
        return None
    behind = takewhile(lambda side: side.relation == "=", sides[named + 1 :])
    first = next((i for i in range(named, 0, -1) if sides[i].relation != "="), 0)
    run = [side for side in (*sides[first:named], *behind) if side.written]
    return _usable(run)


def answer_before(equation: Equation) -> Side | None:
    """The side that ends in the quantity's name: a of `a = name`."""
    for before, side in pairwise(equation.sides):
        if side.named and side.relation == "=":
            return _usable([before])
    return None


def _condition(run: Sequence[Side]) -> bool:
    """Whether a chain ends in setting something to zero: `f' = 2w = 0`."""
    return (
        len(run) > 1
        and bool(run[-1].values and run[-2].values)
        and is_zero(run[-1].values)
        and not all(np.allclose(one, 0) for one in run[-2].values)
    )


def _usable(sides: list[Side]) -> Side | None:
    return sides[-1] if sides and sides[-1].closed and sides[-1].values else None


def same(got: Values, want: Values, tol: Tolerance, transposed: bool = False) -> bool:
    """Whether two formulas have the same values in all worlds."""
    if not got or len(got) != len(want):
        return False
    if _equal(got, want, tol):
        return True
    return transposed and _equal(tuple(g.T for g in got), want, tol)


def _equal(got: Values, want: Values, tol: Tolerance) -> bool:
    # A typed 0 is a vector or a matrix where one is meant.
    if is_zero(got) or is_zero(want):
        pairs = zip(got, want, strict=True)
        got, want = zip(*(np.broadcast_arrays(g, w) for g, w in pairs), strict=True)
    return all(
        g.shape == w.shape and bool(matches(g, w, tol).all())
        for g, w in zip(got, want, strict=True)
    )


def is_zero(values: Values) -> bool:
    """Whether a formula is the number 0."""
    return all(one.shape == () and one == 0 for one in values)


def scalar_for(got: Side, want: Values, tol: Tolerance) -> bool:
    """Whether a number c stands where c times the identity matrix is meant.

    Beside the name of an entry (∂²f/∂w_i∂w_j) a number is meant as one.
    """
    if not got.values or (got.stated and got.stated[0].shape == ()):
        return False
    square = all(w.ndim == 2 and len(set(w.shape)) == 1 and len(w) > 1 for w in want)
    numbers = square and all(g.shape == () for g in got.values)
    return numbers and same(
        tuple(g * np.eye(len(w)) for g, w in zip(got.values, want, strict=True)), want, tol
    )


def false_steps(
    equation: Equation, tol: Tolerance, transposed: bool = False
) -> Iterator[tuple[Side, Side]]:
    """Neighbours that are equated and were computed, and are not equal.

    What is set to zero at the end of a chain of three or more is no step; nor is a letter
    set to a number, `x = 0`.
    """
    sides = equation.sides
    if len(sides) == 2 and sides[0].bare and not sides[0].named and _constant(sides[1]):
        return
    for left, right in pairwise(sides[:-1] if _condition(sides[1:]) else sides):
        read = left.values and right.values and right.relation == "="
        if read and not same(left.values, right.values, tol, transposed):
            yield left, right


def _constant(side: Side) -> bool:
    """Whether a side is one number in all worlds."""
    first = side.values[0] if side.values else None
    return first is not None and all(v.shape == () and v == first for v in side.values)


def proof(got: Side, want: Side, transposed: bool = False) -> bool | None:
    """Whether algebra, too, finds two formulas equal; None: it does not decide."""
    if got.formula is None or want.formula is None:
        return None
    return got.formula.equals(want.formula, transposed)


def all_proven(pairs: Iterable[tuple[Side, Side]], transposed: bool = False) -> bool | None:
    """True if every pair is proven equal; else what is known of the first that is not.

    None without a pair: where nothing was asked, nothing is proven.
    """
    asked = [*islice(pairs, MOST_PROVEN + 1)]
    for got, want in asked[:MOST_PROVEN]:
        answer = proof(got, want, transposed)
        if answer is not True:
            return answer
    return True if 0 < len(asked) <= MOST_PROVEN else None


def true_steps(equation: Equation, tol: Tolerance) -> Iterator[tuple[Side, Side]]:
    """Neighbours that are equated and were computed, and are equal."""
    for left, right in pairwise(equation.sides):
        read = left.values and right.values and right.relation == "="
        if read and same(left.values, right.values, tol):
            yield left, right


def surer(binding: Binding) -> Binding:
    """A place whose formula is proven: half of the doubt that is left about reading it.

    Doubt about the place itself is not lessened.
    """
    if binding.confidence < SURE_OF_PLACE:
        return binding
    return replace(
        binding,
        confidence=(1 + binding.confidence) / 2,
        reasons=(*binding.reasons, "equal by algebra, too"),
    )


def unread(options: ClosedForm | Derivation, case: Case, got: Found[Equation]) -> Verdict:
    """Nothing to compare: a person looks, unless there is nothing at all."""
    text: Found[Passage] = case.seek(FindText(section=options.find.section))
    typed = (h.value.about is not None or h.binding.how != IN_CODE for h in got.hits)
    if not text and not any(typed):
        return unwritten(case, got, options.hint)
    binding = (got.hits or text.hits)[0].binding
    return pending(
        "No formula for what is asked could be read; a person will look.", binding=binding
    )
