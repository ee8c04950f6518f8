"""Check one step of training, run from parameters that we chose.

End results do not prove a gradient: a wrong backward pass often ends at the same minima
as the right one. A step from chosen parameters does.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from grader.checks.registry import check
from grader.checks.words import reference_lacks
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.steps import Reading, Stepped, UpdateMatches, readings
from grader.model.value import Array
from grader.model.verdict import Verdict, graded, no_answer, passed, pending

Changes = list[Mapping[str, Array]]
"""Start -> parameter -> by how much the step changes it."""


@check("update_matches")
def update_matches(options: UpdateMatches, case: Case) -> Verdict:
    """Ask whether one step of the student's training is the reference's step.

    One turn of the student's own loop is run on copies of the student's variables, from
    parameters that are chosen after the notebook has run, once at the student's step
    size and once at a small one. What the parameters are called, whether they are
    variables, attributes, entries, names that a function holds on to, parts of one vector
    that a turn takes apart or the first of many runs that are trained at once, and where
    the loop stands, is found out. Compared is by how much the parameters change, up
    to one positive factor for all of them, so that the sum, the mean and any step size
    are right.

    Pass:      the changes agree; or they do at a small step size, which means that
               examples or parameters are updated one after the other.
    Partial:   some of the parameters change as they should; the credit is their share.
    Fail:      none does, or the step goes uphill.
    Pending:   no loop could be run as a step; or it updates after each example at a
               step size that has no name; or a parameter stands still, and none of the
               others is right with it.
    No answer: there is no code.
    Fooled by: a mistake that shows only at other parameters than the chosen ones.
    """
    got: Found[Stepped] = case.seek(options.find)
    want = expected(options, case)
    if not got:
        return _nothing(options, case, got)
    verdicts = [_judged(options, hit, want) for hit in got.hits]
    passes = [v for v in verdicts if v.credit == 1]
    if passes:
        return passes[0]
    outermost, last = verdicts[-1], got.hits[-1].value
    if (len(verdicts) > 1 or last.inside) and not last.small:
        return pending(
            "Examples are updated one after the other, so the step cannot be compared; a "
            "person will look.",
            binding=got.hits[-1].binding,
        )
    return outermost


def expected(options: UpdateMatches, case: Case) -> Stepped:
    """The reference's step, known at every start under every reading."""
    starts = options.starts * len(readings(options.parameters))
    found: Found[Stepped] = case.find_want(options.find, options, case.question)
    for hit in found.hits:
        if all(hit.value.turns.get(i) and hit.value.turns[i].moved for i in range(starts)):
            return hit.value
    raise reference_lacks(options.id, "loop that is such a step")


def _nothing(options: UpdateMatches, case: Case, got: Found[Stepped]) -> Verdict:
    code = [c for c in case.own_cells if c.kind == "code" and c.source.strip()]
    if not code:
        return no_answer(f"Looked for {got.looked_for} and found no code.")
    return pending(
        f"No step of the training could be run: looked for {got.looked_for}. A person "
        "will look.",
        detail=(("tried", "; ".join(got.nearest)),),
    )


def _judged(options: UpdateMatches, hit: Hit[Stepped], want: Stepped) -> Verdict:
    """Compare one loop under the reading that fits best."""
    ways = readings(options.parameters)
    best: tuple[float, list[str], float] | None = None
    for small in (False, True):
        for r, reading in enumerate(ways):
            theirs = changes(options, hit.value, reading, r=0, small=small)
            ours = changes(options, want, ways[0], r=r, small=False)
            if theirs is None or ours is None:
                continue
            off, good, factor = _compared(theirs, ours, options.tolerance.rtol)
            if best is None or len(good) > len(best[1]):
                best = off, good, factor
            if off <= options.tolerance.rtol:
                return _right(hit, off, small)
    return _wrong(options, hit, best or (np.inf, [], 0.0))


def changes(
    options: UpdateMatches, step: Stepped, reading: Reading, *, r: int, small: bool
) -> Changes | None:
    """By how much a step changes the parameters, start by start; None if unknown.

    `r` is the reading under which the starts were sent.
    """
    count = len(readings(options.parameters))
    turns = step.small if small else step.turns
    found: Changes = []
    for k in range(options.starts):
        i = k * count + r
        turn = turns.get(i)
        if turn is None or not turn.moved:
            return None
        own = {p.name: reading.read(turn.moved, p.name) for p in options.parameters}
        found.append(own)
    return found


def _compared(
    theirs: Changes, ours: Changes, rtol: float
) -> tuple[float, list[str], float]:
    """Largest deviation of a start, parameters that agree, and the common factor.

    The deviation is |theirs - c ours| / |c ours| with the best common c > 0.
    """
    names = list(ours[0])
    factor = _factor(theirs, ours, names)
    off = max(_off([a], [b], names, factor) for a, b in zip(theirs, ours, strict=True))
    own = {name: _factor(theirs, ours, [name]) for name in names}
    good: list[str] = []
    for c in own.values():
        here = [n for n in names if c > 0 and _off(theirs, ours, [n], c) <= rtol]
        good = max(good, here, key=len)
    return off, good, factor


def _flat(moved: Changes, names: Sequence[str]) -> Array:
    return np.concatenate([np.ravel(start[name]) for start in moved for name in names])


def _factor(theirs: Changes, ours: Changes, names: Sequence[str]) -> float:
    a, b = _flat(theirs, names), _flat(ours, names)
    with np.errstate(all="ignore"):
        factor = float(a @ b / (b @ b))
    return factor if np.isfinite(factor) else 0.0


def _off(theirs: Changes, ours: Changes, names: Sequence[str], factor: float) -> float:
    if factor <= 0:
        return np.inf
    a, b = _flat(theirs, names), factor * _flat(ours, names)
    with np.errstate(all="ignore"):
        off = float(np.linalg.norm(a - b) / np.linalg.norm(b))
    return off if np.isfinite(off) else np.inf


def still(step: Stepped) -> list[str]:
    """The parameters that no turn changes: what the loop computes may not read them."""
    turns = [turn for turn in step.turns.values() if turn.moved]
    return [n for n in step.places if not any(turn.moved[n].any() for turn in turns)]


def _right(hit: Hit[Stepped], off: float, small: bool) -> Verdict:
    told = f"One turn of {hit.value.where} changes the parameters as it should"
    if small:
        told += "; at a small step size, since they are updated one after the other"
    return passed(f"{told} (off by {off:.1%}).", binding=hit.binding)


def _wrong(
    options: UpdateMatches, hit: Hit[Stepped], best: tuple[float, list[str], float]
) -> Verdict:
    off, good, factor = best
    if not any(a.any() for turn in hit.value.turns.values() for a in turn.moved.values()):
        told = f"One turn of {hit.value.where} was run and changed nothing"
        return pending(f"{told}; a person will look.", binding=hit.binding)
    if not good and (left := still(hit.value)):
        told = f"One turn of {hit.value.where} changes {' and '.join(left)} nowhere"
        more = "whether the rest is right without, a person will see"
        return pending(f"{told}; {more}.", binding=hit.binding, hint=options.hint)
    names = [p.name for p in options.parameters]
    told = f"One turn of {hit.value.where} does not change the parameters as it should"
    if factor < 0 and not good:
        told += ": it goes uphill"
    elif good:
        bad = ", ".join(n for n in names if n not in good)
        told += f": right for {', '.join(good)}, not for {bad}"
    detail = (("deviation", f"{off:.3g}"),)
    credit = len(good) / len(names) if len(good) < len(names) else 0.0
    return graded(credit, f"{told}.", binding=hit.binding, hint=options.hint, detail=detail)
