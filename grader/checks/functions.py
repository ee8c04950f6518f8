"""Check a function by what it answers on fresh inputs."""

import numpy as np

from grader.checks.closeness import margin, matches
from grader.checks.registry import check
from grader.checks.words import not_found, number, reference_lacks
from grader.model.answers import Found, Function, Hit
from grader.model.case import Case
from grader.model.criteria import FunctionMatches, Tolerance
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, graded

SINGLE = ", one vector at a time"


@check("function_matches")
def function_matches(options: FunctionMatches, case: Case) -> Verdict:
    """Ask whether a function gives the reference's values on fresh inputs.

    The inputs are drawn after the student's code has ended. Documented calling
    conventions are tried; the values must be right under one of them, for all inputs.

    Pass:      every value matches.
    Partial:   some of the tried settings (one per entry of `values`) match throughout.
    Fail:      no setting matches, or the function raises under every convention.
    No answer: no function of a fitting name, and none that behaves like the reference.
    Fooled by: a function that is right only where the inputs are drawn.
    """
    want = _expected(options, case)
    got: Found[Function] = case.seek(options.find)
    named = [hit for hit in got.hits if hit.binding.how == "by name"]
    others = [hit for hit in got.hits if hit.binding.how != "by name"]
    verdicts = [_judged(options, hit, want) for hit in named]
    if best := _best(verdicts):
        return best
    behaving = [_judged(options, hit, want) for hit in others]
    if (best := _best(behaving)) and best.credit == 1:
        return best
    return not_found(got, options.hint)


def _best(verdicts: list[Verdict]) -> Verdict | None:
    return max(verdicts, key=lambda v: v.credit or 0.0, default=None)


def _expected(options: FunctionMatches, case: Case) -> tuple[Array, ...]:
    """The reference's values; whole arrays, as its own convention gives them."""
    for hit in case.expect(options.find).hits:
        for form, values in hit.value.values.items():
            if values and not form.endswith(SINGLE):
                return tuple(values)
    raise reference_lacks(options.id, "function that answers the probe")


def _judged(
    options: FunctionMatches, hit: Hit[Function], want: tuple[Array, ...]
) -> Verdict:
    best, told = -1.0, ""
    for form, values in hit.value.values.items():
        credit, words = _compared(values, want, options.tolerance, form.endswith(SINGLE))
        if credit > best:
            best, told = credit, f"Called as {form}: {words}"
    if best < 0:
        error = next(iter(hit.value.errors.values()), "it was never called")
        return failed(
            f"It could not be called: {error}.", binding=hit.binding, hint=options.hint
        )
    return graded(best, told, binding=hit.binding, hint="" if best == 1 else options.hint)


def _compared(
    got: tuple[Array, ...], want: tuple[Array, ...], tol: Tolerance, single: bool
) -> tuple[float, str]:
    """Credit, and what to say, for one convention."""
    if single:
        want = tuple(w[: len(got[0])] for w in want)
    if len(got) != len(want):
        return 0.0, "it did not answer every input."
    fitted = [_fitted(g, w.shape) for g, w in zip(got, want, strict=True)]
    if any(f is None for f in fitted):
        return 0.0, f"the result has shape {got[0].shape}, which does not fit the input."
    pairs = [(f, w) for f, w in zip(fitted, want, strict=True) if f is not None]
    good = [bool(matches(f, w, tol).all()) for f, w in pairs]
    worst = max(margin(f, w, tol) for f, w in pairs)
    if all(good):
        return 1.0, f"all values match (at most {number(worst)} of the tolerance used)."
    unfinished = sum(int((~np.isfinite(f)).sum()) for f, _ in pairs)
    extra = f" {unfinished} values are NaN or infinite." if unfinished else ""
    return sum(good) / len(good), f"{sum(good)} of {len(good)} settings match.{extra}"


def _fitted(array: Array, shape: tuple[int, ...]) -> Array | None:
    """The array in the wanted shape if only axes of length 1 differ."""
    plain = tuple(n for n in array.shape if n != 1)
    return array.reshape(shape) if plain == tuple(n for n in shape if n != 1) else None
