"""Check that a function keeps within a range."""

from collections.abc import Iterator

import numpy as np

from grader.checks.registry import check
from grader.checks.words import not_found, number
from grader.model.answers import Equation, Found, Function, Hit, Side
from grader.model.case import Case
from grader.model.criteria_formulas import FunctionRange
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, passed, pending


@check("function_range")
def function_range(options: FunctionRange, case: Case) -> Verdict:
    """Ask whether a function keeps within a range, wherever it was asked.

    Pass:      a function of a fitting name gives finite values within the range, and not
               always the same.
    Fail:      a value lies outside, is not finite, or all are the same.
    Pending:   only a typed formula was found: what it does is proposed; or the function
               could not be called.
    No answer: neither a function of a fitting name nor a formula.
    Fooled by: a function that leaves the range between the points that were asked.
    """
    got: Found[Function] = case.seek(options.function)
    judged = [
        (_flaw(values, options), hit)
        for hit in got.hits
        if hit.binding.how == "by name" or not options.function.by_behaviour
        for values in hit.value.values.values()
    ]
    for flaw, hit in judged:
        if not flaw:
            low, high = options.range
            words = f"All values lie within [{number(low)}, {number(high)}]."
            return passed(words, binding=hit.binding)
    if judged:
        flaw, hit = judged[0]
        return failed(flaw, binding=hit.binding, hint=options.hint)
    if verdict := _typed(options, case):
        return verdict
    if got.hits:
        return pending(
            f"{got.hits[0].binding.what} could not be called; a person will look.",
            binding=got.hits[0].binding,
        )
    return not_found(got, options.hint)


def _flaw(values: tuple[Array, ...], options: FunctionRange) -> str:
    """What is wrong with the values; "" if nothing is."""
    every = np.concatenate([np.ravel(v).astype(float) for v in values])
    low, high = options.range
    if not np.isfinite(every).all():
        return "Some values are NaN or infinite."
    slack = options.tolerance.atol + options.tolerance.rtol * max(abs(low), abs(high))
    outside = every[(every < low - slack) | (every > high + slack)]
    if outside.size:
        worst = outside[np.argmax(np.abs(outside))]
        return f"Some values lie outside, for example {number(float(worst))}."
    if options.varies and np.ptp(every) <= slack:
        return "All values are the same."
    return ""


def _typed(options: FunctionRange, case: Case) -> Verdict | None:
    if options.find is None:
        return None
    found: Found[Equation] = case.seek(options.find)
    judged = [(hit, side) for hit in found.hits for side in _formulas(hit)]
    if not judged:
        return None
    flaws = [(_flaw(side.values, options), hit, side) for hit, side in judged]
    flaw, hit, side = min(flaws, key=lambda one: bool(one[0]))
    told = flaw or "Its values lie within the range where it was computed."
    return pending(
        f"Read {side.text[:120]}. {told} A person will confirm it.",
        binding=hit.binding,
        proposal=0.0 if flaw else 1.0,
        hint=options.hint if flaw else "",
    )


def _formulas(hit: Hit[Equation]) -> Iterator[Side]:
    """Sides that say what the function is."""
    if hit.value.about is not None:
        yield from (s for s in hit.value.sides if s.closed and s.values and not s.named)
