"""Checks on numbers and arrays that a student states or computes."""

import numpy as np

from grader.checks.closeness import margin, matches
from grader.checks.registry import check
from grader.checks.words import not_found, number, reference_lacks
from grader.model.answers import FAR_OFF, Found, Hit
from grader.model.case import Case
from grader.model.criteria import ArrayClose, KnownWrong, NumberClose, Tolerance
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, graded, passed, pending

MOST_MEANT = 3
"""With more different answers, a right one among them says nothing, whatever it counts."""
MANY = "Different numbers stand here; a person will look which is meant."


@check("number_close")
def number_close(options: NumberClose, case: Case) -> Verdict:
    """Ask whether a stated or computed number equals the reference's.

    Pass:      a number found for this criterion matches; or, where the rubric says so,
               it is the true parameter count of the student's own network.
    Partial:   it is a known wrong value; its credit and reason are in the rubric.
    Fail:      numbers were found, and none matches.
    Pending:   other numbers stand there as well, and the right one is not the last of
               two, nor the true count of a network (with `which: best`: it stands among
               more than three others); or it only stands in the same line as the one
               that seems to be meant.
    Fooled by: a right number copied beside a wrong model; let another criterion prove
               the model.
    """
    want = case.expect(options.find)
    if not want:
        raise reference_lacks(options.id, "number")
    got: Found[float] = case.seek(options.find)
    if not got:
        return not_found(got, options.hint)
    best = max(hit.binding.confidence for hit in got.hits)
    hits = [hit for hit in got.hits if hit.binding.confidence >= best / 2]
    return _judge_number(options, case, hits, want.hits[0].value)


def _judge_number(
    options: NumberClose, case: Case, hits: list[Hit[float]], want: float
) -> Verdict:
    detail = (
        ("expected", number(want)),
        ("found", ", ".join(number(h.value) for h in hits)),
    )
    right = [hit for hit in hits if close(hit.value, want, options.tolerance)]
    if right:
        best = hits[0].binding.confidence
        meant = [hit for hit in hits if hit.binding.confidence >= best]
        if _is_meant(options, case, meant, want):
            found = f"Found {number(right[0].value)}."
            return passed(found, binding=right[0].binding, detail=detail)
        return pending(MANY, binding=right[0].binding, detail=detail, proposal=1.0)
    near = [hit for hit in hits if hit.binding.how != FAR_OFF]
    own = _own(options, case, near, detail)
    if own is None and (far := _counted(options, case, hits)):
        return pending(MANY, binding=far[0][0].binding, detail=detail, proposal=1.0)
    return own or _wrong(options, near or hits, detail)


def _is_meant(
    options: NumberClose, case: Case, meant: list[Hit[float]], want: float
) -> bool:
    """Whether the right number, among those that seem to be meant, is no mere guess.

    It stands alone; or it corrects one other number, as the last; or it is the proven
    count of a network of the student's own, beside counts of other networks.
    """
    wrong = {h.value for h in meant if not close(h.value, want, options.tolerance)}
    right = [h for h in meant if close(h.value, want, options.tolerance)]
    if not right or not wrong:
        return bool(right)
    if options.find.which == "best":
        return len(wrong) <= MOST_MEANT
    last = max(meant, key=lambda hit: -1 if hit.binding.cell is None else hit.binding.cell)
    final = [h for h in meant if h.binding.cell == last.binding.cell][-1]
    if len(wrong) == 1 and close(final.value, want, options.tolerance):
        return True
    return len(wrong) < MOST_MEANT and bool(_counted(options, case, right))


def close(got: float, want: float, tol: Tolerance) -> bool:
    """`matches` for two numbers."""
    return bool(matches(np.asarray(got), np.asarray(want), tol))


def _own(
    options: NumberClose,
    case: Case,
    hits: list[Hit[float]],
    detail: tuple[tuple[str, str], ...],
) -> Verdict | None:
    """A mistake in the network was paid for already: the count of that network is right."""
    for hit, network in _counted(options, case, hits):
        return passed(
            f"Found {number(hit.value)}, the true count of your own network ({network}).",
            binding=hit.binding,
            detail=detail,
        )
    return None


def _counted(
    options: NumberClose, case: Case, hits: list[Hit[float]]
) -> list[tuple[Hit[float], Network]]:
    """Numbers that are the proven count of a network of the student's own."""
    if options.own_count is None:
        return []
    networks: Found[Network] = case.seek(options.own_count)
    return [
        (hit, network.value)
        for hit in hits
        for network in networks.hits
        if network.value.proven
        and hit.value in (network.value.count, network.value.distinct)
    ]


def _wrong(
    options: NumberClose, hits: list[Hit[float]], detail: tuple[tuple[str, str], ...]
) -> Verdict:
    first = hits[0]
    known = [(k, hit) for hit in hits for k in _known(options, hit.value)]
    if known:
        best, where = max(known, key=lambda pair: pair[0].credit)
        if best.credit and len({hit.value for hit in hits}) > MOST_MEANT:
            return pending(MANY, binding=where.binding, detail=detail, proposal=best.credit)
        return graded(best.credit, best.reason, binding=where.binding, detail=detail)
    return failed(
        f"Found {number(first.value)}, which is not right.",
        binding=first.binding, detail=detail, hint=options.hint,
    )  # fmt: skip


def _known(options: NumberClose, value: float) -> list[KnownWrong]:
    return [k for k in options.known_wrong if close(value, k.value, options.tolerance)]


@check("array_close")
def array_close(options: ArrayClose, case: Case) -> Verdict:
    """Ask whether an array equals the reference's array.

    Pass:      same shape, every element matches.
    Partial:   same shape; the credit is the fraction of elements that match.
    Fail:      another shape, or no element matches.
    Pending:   with `which: best`, a right one beside more than three others.
    Fooled by: a right answer transposed; a constant near a flat reference.
    """
    want = case.expect(options.find)
    if not want:
        raise reference_lacks(options.id, "array")
    got = case.seek(options.find)
    if not got:
        return not_found(got, options.hint)
    reference, hit = want.hits[0].value, got.hits[0]
    if options.find.which == "best" and (verdict := _best(options, got, reference)):
        return verdict
    if (hit.value.dtype.kind == "b") != (reference.dtype.kind == "b"):
        return failed("Expected numbers, got truth values, or the other way round.",
                      binding=hit.binding)  # fmt: skip
    if hit.value.shape != reference.shape:
        return failed(
            f"Expected shape {reference.shape}, got {hit.value.shape}.", binding=hit.binding
        )
    ok = matches(hit.value, reference, options.tolerance)
    margins = (("margin", number(margin(hit.value, reference, options.tolerance))),)
    if ok.all():
        return passed("Every element matches.", binding=hit.binding, detail=margins)
    place = tuple(int(i) for i in np.argwhere(~ok)[0])
    return graded(
        float(ok.mean()),
        f"{int((~ok).sum())} of {ok.size} elements differ; the first at {place} is "
        f"{number(float(hit.value[place]))}.",
        binding=hit.binding,
        detail=(*margins, ("expected there", number(float(reference[place])))),
    )


def _best(options: ArrayClose, got: Found[Array], reference: Array) -> Verdict | None:
    """A right array, whichever it is; a question to a person if it may be a guess."""
    right = [hit for hit in got.hits if _equal(hit.value, reference, options.tolerance)]
    if not right:
        return None
    if len(got.hits) - len(right) > MOST_MEANT:
        return pending(MANY, binding=right[0].binding, proposal=1.0)
    return passed("Every element matches.", binding=right[0].binding)


def _equal(got: Array, want: Array, tol: Tolerance) -> bool:
    same = got.shape == want.shape and (got.dtype.kind == "b") == (want.dtype.kind == "b")
    return same and bool(matches(got, want, tol).all())
