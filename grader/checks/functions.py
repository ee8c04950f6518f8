"""Check a function by what it answers on fresh inputs."""

import numpy as np

from grader.checks.closeness import margin, matches
from grader.checks.registry import check
from grader.checks.words import not_found, number, reference_lacks
from grader.model.answers import Found, Function, Hit
from grader.model.case import Case
from grader.model.criteria import FunctionMatches, Tolerance
from grader.model.value import Array
from grader.model.verdict import Verdict, graded, no_answer, pending

SINGLE = ", one vector at a time"


@check("function_matches")
def function_matches(options: FunctionMatches, case: Case) -> Verdict:
    """Ask whether a function gives the reference's values on fresh inputs.

    The inputs are drawn after the student's code has ended. Documented calling
    conventions are tried; the values must be right under one of them, for all inputs.

    Pass:      every value matches.
    Partial:   some of the tried settings (one per entry of `values`) match throughout.
    Fail:      no setting matches.
    No answer: no function of a fitting name, and none that behaves like the reference;
               or it is a stub.
    Pending:   a function of a fitting name raises, or gives another shape, under every
               convention.
    Fooled by: a function that is right only where the inputs are drawn.
    """
    want = _expected(options, case)
    got: Found[Function] = case.seek(options.find)
    named = [hit for hit in got.hits if hit.binding.how == "by name"]
    others = [hit for hit in got.hits if hit.binding.how != "by name"]
    verdicts = [_judged(options, hit, want) for hit in named]
    best = _best(verdicts)
    if best is not None and best.credit == 1:
        return best
    behaving = _best([_judged(options, hit, want) for hit in others])
    if behaving is not None and behaving.credit == 1:
        return behaving
    return best or not_found(got, options.hint)


def _best(verdicts: list[Verdict]) -> Verdict | None:
    return max(verdicts, key=lambda v: (v.credit or 0.0, v.credit is None), default=None)


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
        compared = _compared(values, want, options.tolerance, form.endswith(SINGLE))
        if compared is not None and compared[0] > best:
            best, told = compared[0], f"Called as {form}: {compared[1]}"
    if best >= 0:
        hint = "" if best == 1 else options.hint
        return graded(best, told, binding=hit.binding, hint=hint)
    return _uncalled(options, hit)


def _uncalled(options: FunctionMatches, hit: Hit[Function]) -> Verdict:
    """No convention gave numbers of the right shape: whose fault is that?"""
    errors = list(hit.value.errors.values())
    if any("NotImplementedError" in error for error in errors):
        return no_answer(f"{hit.binding.what} is not written yet.", hint=options.hint)
    if errors and all(error == "lost" for error in errors) and not hit.value.values:
        return pending(
            f"{hit.binding.what} was found, but the kernel had ended before it could be "
            "called; a person will look.",
            binding=hit.binding,
            proposal=0.0,
        )
    told = f" ({errors[0].partition(':')[0]})" if errors else ""
    return pending(
        f"It could not be called in any way we know{told}; a person will look.",
        binding=hit.binding,
        proposal=0.0,
        detail=(("errors", "; ".join(errors[:3])),),  # may quote the probe's inputs
    )


def _compared(
    got: tuple[Array, ...], want: tuple[Array, ...], tol: Tolerance, single: bool
) -> tuple[float, str] | None:
    """Credit, and what to say, for one convention; None if the shapes do not fit."""
    if single:
        want = tuple(w[: len(got[0])] for w in want)
    if len(got) != len(want):
        return None
    fitted = [_fitted(g, w.shape) for g, w in zip(got, want, strict=True)]
    if any(f is None for f in fitted):
        return None
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
