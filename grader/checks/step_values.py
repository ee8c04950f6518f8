"""Check values that one step of training computes on its way: predictions, a loss."""

from collections.abc import Callable
from fnmatch import fnmatchcase

import numpy as np

from grader.checks.registry import check
from grader.checks.updates import expected, still
from grader.checks.words import reference_lacks
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.steps import Stepped, StepShows, UpdateMatches, readings
from grader.model.value import Array
from grader.model.verdict import Verdict, no_answer, passed, pending

SMALL_STEP = 0.01
"""By how much a value may have moved after a small step, relative to the largest."""


@check("step_shows")
def step_shows(options: StepShows, case: Case) -> Verdict:
    """Ask whether a step of the student's training computes a value of the reference's.

    Compared is everything small that the student's variables and functions hold after a
    turn from chosen parameters: predictions, a loss.

    Pass:      something has the reference's values at every start, up to the order of
               axes (and, if the rubric says so, a common positive factor); or the step
               itself is right, which it could not be without this value.
    Pending:   neither, with a proposal unless something has the value of one example (a
               loop over the examples leaves the last one); or what is called like the
               value has others; or there is no step to look at, or only one in which a
               parameter stands still.
    No answer: there is no code.
    Fooled by: a value that is computed and not used.
    """
    step = _criterion(options, case)
    got: Found[Stepped] = case.find(step.find, step, case.question)
    want = expected(step, case)
    code = [c for c in case.own_cells if c.kind == "code" and c.source.strip()]
    if not code:
        return no_answer(f"Looked for {got.looked_for} and found no code.")
    for hit in got.hits:
        name = _shown(options, step, hit.value, want)
        name = name or _shown(options, step, hit.value, want, small=True)
        if name:
            told = f"{name} in {hit.value.where} has the right values."
            return passed(told, binding=hit.binding)
    verdict = case.verdicts.get(options.of)
    if name := _miscalled(options, got):
        return pending(
            f"{name} has other values; a person will look.",
            binding=got.hits[0].binding,
            proposal=0.0,
            hint=options.hint,
        )
    if verdict is not None and verdict.credit == 1:
        return passed(
            "One turn of the training changes the parameters as it should, which it could "
            "not without these values.",
            binding=verdict.binding,
        )
    if not got:
        return pending("No step of the training could be run; a person will look.")
    for hit in got.hits:
        name = _shown(options, step, hit.value, want, same=_same_once)
        name = name or _shown(options, step, hit.value, want, small=True, same=_same_once)
        if name:
            return pending(
                f"{name} in {hit.value.where} has the right value for one example; a "
                "person will look at the others.",
                binding=hit.binding,
                hint=options.hint,
            )
    left = still(got.hits[0].value)
    told = f", with a {' and a '.join(left)} that no turn changes" if left else ""
    return pending(
        f"Nothing in {got.hits[0].value.where} has the right values{told}; a person will "
        "look.",
        binding=got.hits[0].binding,
        proposal=None if left else 0.0,
        hint=options.hint,
    )


def _miscalled(options: StepShows, got: Found[Stepped]) -> str:
    """A number of theirs that is called like the value and changes with the start."""
    for hit in (h for h in got.hits if h.value.small):  # else it may be of the turn's end
        for name in dict.fromkeys(n for t in hit.value.turns.values() for n in t.seen):
            plain = name.lower().partition("(")[0].partition("[")[0].rstrip("'")
            values = [
                t.seen[name].ravel() for t in hit.value.turns.values() if name in t.seen
            ]
            if any(fnmatchcase(plain, pattern) for pattern in options.called) and (
                {v.size for v in values} == {1} and np.ptp(np.concatenate(values)) > 0
            ):
                return name
    return ""


def _criterion(options: StepShows, case: Case) -> UpdateMatches:
    found = case.criteria.get(options.of)
    if not isinstance(found, UpdateMatches):
        raise reference_lacks(options.id, f"criterion {options.of} about a step")
    return found


def _same(theirs: list[Array], ours: list[Array], options: StepShows, slack: float) -> bool:
    if [a.shape for a in theirs] != [b.shape for b in ours]:
        return False
    a, b = np.concatenate(theirs), np.concatenate(ours)
    if not np.isfinite(a).all():  # an infinite number is every multiple of any
        return False
    if options.scaled and np.ptp(a) == 0:
        return False
    with np.errstate(all="ignore"):
        factor = float(a @ b / (b @ b)) if options.scaled else 1.0
        size = float(np.abs(factor * b).max())
        close = np.isclose(
            a,
            factor * b,
            rtol=options.tolerance.rtol + slack,
            atol=options.tolerance.atol + slack * size,
        )
    return bool(factor > 0 and size > 0 and close.all())


def _same_once(
    theirs: list[Array], ours: list[Array], options: StepShows, slack: float
) -> bool:
    """Tell whether they are numbers, and the entry of ours at one and the same place."""
    places = range(min(b.size for b in ours)) if ours[0].size > 1 else range(0)
    return any(_same(theirs, [b[i : i + 1] for b in ours], options, slack) for i in places)


def _shown(
    options: StepShows,
    step: UpdateMatches,
    got: Stepped,
    want: Stepped,
    *,
    small: bool = False,
    same: Callable[[list[Array], list[Array], StepShows, float], bool] = _same,
) -> str:
    """The name of what has the reference's values at every start; "" if nothing has.

    After a small step the values are still (nearly) those of the start, wherever in the
    turn they were computed.
    """
    count = len(readings(step.parameters))
    at = got.small if small else got.turns
    turns = [at.get(k * count) for k in range(step.starts)]
    if any(turn is None for turn in turns):
        return ""
    seen = [turn.seen for turn in turns if turn is not None]
    for r in range(count):
        values = [
            want.turns[k * count + r].seen.get(options.value) for k in range(step.starts)
        ]
        ours = [np.ravel(v) for v in values if v is not None]
        if len(ours) < step.starts:
            raise reference_lacks(options.id, f"value called {options.value!r} in its step")
        for name in seen[0]:
            theirs = [np.ravel(s[name]) for s in seen if name in s]
            if same(theirs, ours, options, SMALL_STEP if small else 0.0):
                return name
    return ""
