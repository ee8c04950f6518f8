"""Check a function by what it answers on fresh inputs."""

import builtins
from dataclasses import replace
from itertools import product

import numpy as np

from grader.checks.closeness import margin, matches
from grader.checks.registry import check
from grader.checks.words import counted, not_found, reference_lacks
from grader.model.answers import Found, Function, Hit
from grader.model.case import Case
from grader.model.criteria import FunctionMatches, Tolerance
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict, graded, no_answer, pending

SINGLE = ", one vector at a time"
SURE = ("by name", "bound")
MOST_RIVALS = 3
"""With more wrong functions of other names beside it, a right one may be a guess."""
ALIKE = 0.99
"""Cosine between a function's values and the reference's, if only a factor is wrong."""
TINY = 0.01
"""From this share of the tolerance on, it is told how much was used."""
Judged = list[tuple[Hit[Function], Verdict]]


@check("function_matches")
def function_matches(options: FunctionMatches, case: Case) -> Verdict:
    """Ask whether a function gives the reference's values on fresh inputs.

    The inputs are drawn after the student's code has ended. Documented calling
    conventions are tried; the values must be right under one of them, for all inputs.

    Gradients and Hessians may come in the layouts that the rubric declares; the same
    layout must fit all values.

    Pass:      every value matches.
    Partial:   some of the tried settings (one per entry of `values`) match throughout.
    Fail:      no setting matches.
    No answer: no function of a fitting name, and none that behaves like the reference;
               or it is a stub.
    Pending:   a function of a fitting name raises, or gives another shape, under every
               convention; or a right one stands beside wrong ones and is not singled
               out by its section, by exactly a wanted name or by being the last
               (with `which: best`: beside more than three).
    Fooled by: a function that is right only where the inputs are drawn.
    """
    want = _expected(options, case)
    got: Found[Function] = case.seek(options.find)
    signs = _signs(options, case)
    judged = [(hit, _judged(options, hit, want, signs)) for hit in got.hits]
    if verdict := _singled_out(options, judged):
        return verdict
    best = _best([v for hit, v in judged if hit.binding.how in SURE])
    other = case.verdicts.get(options.instead)
    if other is not None and not any(_meant(options, hit, want) for hit, _ in judged):
        best = _instead(other, [hit for hit, v in judged if _answers(v)])
    return _unless_charged(options, case, best or not_found(got, options.hint))


def _unless_charged(options: FunctionMatches, case: Case, verdict: Verdict) -> Verdict:
    """A wrong function that may repeat a mistake in what it follows is for a person."""
    earlier = case.verdicts.get(options.follows)
    if earlier is None or not _answers(verdict) or 1 in (earlier.credit, earlier.proposal):
        return verdict
    return pending(
        f"{verdict.reason} It may follow from {options.follows}, where the mistake counts; "
        "a person will look.",
        binding=verdict.binding,
        detail=verdict.detail,
        hint=verdict.hint,
    )


def _singled_out(options: FunctionMatches, judged: Judged) -> Verdict | None:
    """A right function, if it is the one meant; a question to a person, if it may be.

    Right for the machine is only what the student may be said to have answered with:
    many functions of which one is right are guesses.
    """
    sure = [(hit, v) for hit, v in judged if hit.binding.how in SURE]
    sure.sort(key=lambda pair: _standing(options, pair[0]))
    others = [(hit, v) for hit, v in judged if hit.binding.how not in SURE]
    for group, beside in ((sure, sure), (others, [*sure, *others])):
        place = next((i for i, (_, v) in enumerate(group) if v.credit == 1), None)
        if place is None:
            continue
        first, verdict = group[place]
        later = [hit for hit, v in group[:place] if _answers(v)]
        ahead = group is sure and options.find.which != "best" and bool(later)
        wrong = [hit for hit, v in beside if _answers(v)]
        rivals = _rivals(options, first, wrong) | _drafts(options, first, later)
        if not ahead and len(rivals) <= MOST_RIVALS:
            return verdict
        return pending(
            f"{first.binding.what} is right, but {counted(len(wrong), 'other function')} "
            "beside it may be meant and gave other values; a person will look.",
            binding=first.binding,
            proposal=1.0,
        )
    return None


def _answers(verdict: Verdict) -> bool:
    """It gave numbers, and they are not all right."""
    return verdict.outcome in (Outcome.PARTIAL, Outcome.FAIL)


def _standing(options: FunctionMatches, hit: Hit[Function]) -> tuple[bool, bool]:
    """First the section's own, and of these the ones of exactly a wanted name."""
    exact = {name.casefold() for name in options.find.names}
    named = any(name.casefold() in exact for name in hit.value.candidate.names)
    return not hit.value.here, not named


def _rivals(
    options: FunctionMatches, first: Hit[Function], wrong: list[Hit[Function]]
) -> set[str]:
    """Other names of wrong functions of the same standing; drafts of one name are none."""
    same = [hit for hit in wrong if _standing(options, hit) <= _standing(options, first)]
    names = {(hit.value.candidate.names or ("",))[-1] for hit in same}
    return names - set(first.value.candidate.names)


def _drafts(
    options: FunctionMatches, first: Hit[Function], later: list[Hit[Function]]
) -> set[str]:
    """Wrong functions of its own name that came after it: the right one was given up."""
    standing, names = _standing(options, first), set(first.value.candidate.names)
    return {
        hit.value.candidate.id
        for hit in later
        if _standing(options, hit) <= standing and names & set(hit.value.candidate.names)
    }


def _meant(options: FunctionMatches, hit: Hit[Function], want: tuple[Array, ...]) -> bool:
    """Whether a function of a fitting name is this one, right or wrong by a factor.

    Another one may belong to another exercise; if it is a wrong try, so are the runs.
    """
    if hit.binding.how not in SURE:
        return False
    for form, values in hit.value.values.items():
        for layout in options.layouts:
            turned = tuple(laid(w, layout, form.endswith(SINGLE)) for w in want)
            pairs = zip(values, turned, strict=False)
            if any(_alike(got, w[: len(got)] if got.ndim else w) for got, w in pairs):
                return True
    return False


def _alike(got: Array, want: Array) -> bool:
    """Whether two arrays of one shape point in about the same direction, or opposite."""
    fitted = _fitted(got, want.shape)
    if fitted is None or not np.isfinite(fitted).all():
        return False
    size = float(np.linalg.norm(fitted) * np.linalg.norm(want))
    return size > 0 and abs(float((fitted * want).sum())) > ALIKE * size


def _instead(other: Verdict, answered: list[Hit[Function]]) -> Verdict:
    """The verdict that answers where no function could be asked, or another's may be."""
    named = [hit.binding.what for hit in answered if hit.binding.how in SURE]
    words = f"{named[0]} gives other values" if named else "No function could be asked"
    words = words[0].upper() + words[1:]
    return replace(other, reason=f"{words}. {other.reason}")


def _best(verdicts: list[Verdict]) -> Verdict | None:
    return max(verdicts, key=lambda v: (v.credit or 0.0, v.credit is None), default=None)


def _expected(options: FunctionMatches, case: Case) -> tuple[Array, ...]:
    """The reference's values; whole arrays, as its own convention gives them."""
    hits = case.expect(options.find).hits
    own = options.reference
    for hit in (h for h in hits if not own or own in h.value.candidate.names):
        for form, values in hit.value.values.items():
            if values and not form.endswith(SINGLE):
                return tuple(values)
    raise reference_lacks(options.id, "function that answers the probe")


def _signs(options: FunctionMatches, case: Case) -> tuple[int, ...]:
    """1, and -1 where the negative is as right."""
    with_it = case.verdicts.get(options.negated_with)
    return (1, -1) if with_it is not None and with_it.credit == 1 else (1,)


def _judged(
    options: FunctionMatches,
    hit: Hit[Function],
    want: tuple[Array, ...],
    signs: tuple[int, ...],
) -> Verdict:
    best, told = -1.0, ""
    for form, values in hit.value.values.items():
        single = form.endswith(SINGLE)
        for sign, layout in product(signs, options.layouts):
            turned = tuple(sign * laid(w, layout, single) for w in want)
            compared = _compared(values, turned, options.tolerance, single)
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
    unfit = [why for why in hit.binding.reasons if why.startswith(("it takes", "it needs"))]
    told = f" ({_kind_of(errors[0])})" if errors else f" ({unfit[0]})" if unfit else ""
    return pending(
        f"It could not be called in any way we know{told}; a person will look.",
        binding=hit.binding,
        proposal=0.0 if errors or not unfit else None,  # it may take the rest from outside
        detail=(("errors", "; ".join(errors[:3])),),  # may quote the probe's inputs
    )


def _kind_of(error: str) -> str:
    """The class of a built-in error; a student's own could be named after our inputs."""
    name = error.partition(":")[0]
    kind = getattr(builtins, name, None)
    known = isinstance(kind, type) and issubclass(kind, Exception)
    return name if known else "an error of its own"


def laid(values: Array, layout: str, single: bool) -> Array:
    """The reference's values in another layout; the first axis counts the points.

    Of one gradient per point, shape (n, d), the transpose is (d, n): all points at once;
    asked for one point at a time there is none. Of one matrix per point, shape (n, a, b),
    it is (n, b, a), and flat is (n, a * b).
    """
    if values.ndim == 2 and layout == "transposed" and not single:
        return values.T
    if values.ndim != 3:
        return values
    turned = np.swapaxes(values, -1, -2) if "transposed" in layout else values
    return turned.reshape(len(turned), -1) if "flat" in layout else turned


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
        return 1.0, f"all values match, {_used(worst)}."
    unfinished = sum(int((~np.isfinite(f)).sum()) for f, _ in pairs)
    extra = f" {unfinished} values are NaN or infinite." if unfinished else ""
    return sum(good) / len(good), f"{sum(good)} of {len(good)} settings match.{extra}"


def _used(worst: float) -> str:
    """How much of the tolerance was used at most, as a reader wants to know it."""
    if worst < TINY:
        return "well within the tolerance"
    return f"with at most {worst:.0%} of the tolerance used"


def _fitted(array: Array, shape: tuple[int, ...]) -> Array | None:
    """The array in the wanted shape if only axes of length 1 differ."""
    plain = tuple(n for n in array.shape if n != 1)
    return array.reshape(shape) if plain == tuple(n for n in shape if n != 1) else None
