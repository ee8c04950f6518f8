"""Check results of chance against what correct solutions produce from the same start."""

from dataclasses import replace

import numpy as np

from grader.checks.kept import Explained, Kept, explain, kept, recovered
from grader.checks.laws import WRONG, inverse
from grader.checks.quantiles import by_quantiles
from grader.checks.registry import check
from grader.checks.stated import (
    answers,
    falls,
    fitting,
    mistake_stated,
    results_among,
    tabled,
    target,
)
from grader.checks.successes import by_successes
from grader.checks.words import counted, not_found
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.stochastic import Process, StochasticMatches
from grader.model.verdict import Binding, Verdict, failed, passed, pending

HALF = 0.5
CHANCELESS = 1e-5
"""Scatters from the mean course: no run of chance lies so near with the largest step. Ten
shuffled passes over the data, whose chance nearly cancels, lie off by 4e-5 and more."""
NO_CHANCE = (
    "but so exactly that no chance was in them, as if every step took the gradient of all "
    "the data; a person will look."
)


@check("stochastic_matches")
def stochastic_matches(options: StochasticMatches, case: Case) -> Verdict:
    """Ask whether a result of chance is one that correct solutions produce.

    Results of chance have no right value. With `process` the host recomputes the mean
    course from every start that was kept, with the student's own data and step sizes;
    each result must lie within `limit` scatters of it. Where the start does not matter,
    or is not known, `quantiles` asks for numbers in the band of all correct solutions,
    and `successes` for as many successes of n trials as these may have. The rubric
    states how often this errs, and an audit measures it.

    Pass:      every step size from enough starts has its result; or, if results were not
               kept, the stated distances are those of the mean course. Numbers in the
               band; successes within the exact binomial bounds.
    Fail:      the results are what a known mistake makes of the starts; or the numbers,
               or the count, lie outside and are what a known mistake gives.
    No answer: neither matrices nor numbers were found.
    Pending:   only some results can be explained, or none; the starts or the data were
               not kept; the stated distances are from the inverse, or those of a known
               mistake; or the starts move too little to tell. Stated numbers alone tell
               only an order, so a miss of it is never a fail. Outside without a known
               mistake, too; and so few trials that any count may happen.
    Fooled by: results computed from the mean course itself, without any chance; a mistake
               whose results lie in the band, as `false_accept` says.
    """
    if options.quantiles is not None:
        return by_quantiles(options, options.quantiles, case)
    if options.successes is not None:
        return by_successes(options, options.successes, case)
    assert options.process is not None
    return by_process(options, options.process, case)


def by_process(options: StochasticMatches, process: Process, case: Case) -> Verdict:
    """Judge results from the student's own starts and data."""
    own = kept(process, case)
    explained = explain(process, own)
    if explained is not None and explained.share == 1:
        return _explained(process, own, explained)
    stated: Found[float] = case.seek(options.errors)
    if verdict := _by_errors(options, process, case, own, stated):
        return verdict
    right = explained is not None and _of_larger(process, explained) > HALF
    if not right and (verdict := _by_mistake(process, own, options.hint)):
        return verdict
    some = explained is not None and explained.share > HALF
    if some and (found := recovered(process, own)):
        return pending(
            "Starts that were not kept may explain the results: from those that lead to "
            "the results of the smallest step the iteration makes the others. A person "
            "will look.",
            binding=_binding(own, found),
        )  # fmt: skip
    if explained is not None and some:
        return pending(
            f"Only {explained.share:.0%} of the results are explained by your starts and "
            "data; a person will look.",
            binding=_binding(own, explained), proposal=explained.share,
        )  # fmt: skip
    return _unexplained(options, process, case, own, stated)


def _of_larger(process: Process, explained: Explained) -> float:
    """The share of the results that are explained, those of the smallest step apart.

    There a right run read backwards is a wrong one, so that the others tell which it is.
    """
    larger = np.array(process.steps) > min(process.steps)
    return float((explained.results[:, larger] >= 0).mean()) if larger.any() else 0.0


def _exactly(process: Process) -> Process:
    """The largest step alone, and results that are the mean course itself."""
    steps = (max(process.steps),)
    return process.model_copy(update={"steps": steps, "limit": CHANCELESS})


def _explained(process: Process, own: Kept, explained: Explained) -> Verdict:
    count = explained.results.size
    words = f"All {count} results are what the iteration makes of your starts and data"
    binding = _binding(own, explained)
    if _without_chance(process, own):
        return pending(f"{words}, {NO_CHANCE}", binding=binding, proposal=HALF)
    if explained.telling:
        return passed(f"{words}.", binding=binding)
    return pending(
        f"{words}, but from these starts nearly any iteration gives them; a person will "
        "look.",
        binding=binding,
    )  # fmt: skip


def _without_chance(process: Process, own: Kept) -> bool:
    """Whether results are the mean course itself, and no others were kept beside them."""
    exact = explain(_exactly(process), own)
    if exact is None or exact.share < 1 or not exact.telling:
        return False
    used = set(exact.results.ravel().tolist())
    others = [i for i in range(len(own.matrices)) if i not in used]
    rest = replace(
        own,
        matrices=own.matrices[others],
        bindings=tuple(own.bindings[i] for i in others),
    )
    again = explain(process, rest)
    return again is None or again.share < 1


def _binding(own: Kept, explained: Explained) -> Binding | None:
    used = explained.results[explained.results >= 0]
    return own.bindings[int(used[0])] if used.size else None


def _by_mistake(process: Process, own: Kept, hint: str) -> Verdict | None:
    """A known mistake that explains all results of the smallest step size.

    At larger ones a mistaken law may magnify chance, or leave what is admissible.
    """
    smallest = process.model_copy(update={"steps": (min(process.steps),)})
    for name in WRONG:
        found = explain(smallest, own, name)
        if found is not None and found.share == 1 and found.telling:
            return failed(
                f"The results are what comes out if {name}.",
                binding=_binding(own, found), hint=hint,
            )  # fmt: skip
    return None


def _by_errors(
    options: StochasticMatches,
    process: Process,
    case: Case,
    own: Kept,
    stated: Found[float],
) -> Verdict | None:
    """Stated squared distances against those of the mean course, on the same scale.

    Distances from the inverse of the true state are wrong answers, and tell less: a run
    may go past it.
    """
    starts = own.starts
    if len(starts) >= process.starts * (1 + len(process.steps)):
        return None  # results were kept, and are to be explained themselves
    assert options.target is not None
    truth = target(case, options.id, options.target)
    count = process.starts * len(process.steps)
    if binding := fitting(process, own, truth, stated):
        words = (
            f"The results were not kept, but {count} stated distances are those that the "
            "iteration makes of your starts and data"
        )
        room = len(set(results_among(process, stated))) >= 2 * count
        if not room and fitting(_exactly(process), own, truth, stated):
            return pending(f"{words}, {NO_CHANCE}", binding=binding, proposal=HALF)
        return passed(f"{words}.", binding=binding)
    if binding := fitting(process, own, inverse(truth), stated, few=True):
        return pending(
            f"The results were not kept, but {count} stated distances, from the inverse of "
            "what is estimated, are those that the iteration makes of your starts and "
            "data; a person will look.",
            binding=binding, proposal=1.0,
        )  # fmt: skip
    if name := mistake_stated(process, own, truth, stated):
        return pending(
            "The results were not kept; the stated distances are what comes out if "
            f"{name}. A person will look.",
            proposal=0.0, hint=options.hint,
        )  # fmt: skip
    return None


def _unexplained(
    options: StochasticMatches,
    process: Process,
    case: Case,
    own: Kept,
    stated: Found[float],
) -> Verdict:
    """Neither right nor a known mistake: a person looks, and is told what there is."""
    kept_any = own.samples or len(own.starts) >= process.starts
    if not (kept_any or answers(stated) or tabled(process, stated, case)):
        return not_found(stated, options.hint)
    ordered = falls(process, results_among(process, stated))
    if len(own.starts) < process.starts or not own.samples:
        words = "The starts, the results or the data were not kept"
        told = "; the stated numbers fall with the step size" if ordered else ""
        return pending(
            f"{words}, so that the results cannot be recomputed{told}. A person will look.",
            proposal=1.0 if ordered else None, hint=options.hint,
        )  # fmt: skip
    whole = len(own.starts) >= process.starts * (1 + len(process.steps))
    return pending(
        f"{counted(len(own.matrices), 'kept array')} of the right shape, but "
        "no results that the iteration makes of your starts and data; a person will look.",
        binding=own.bindings[0], proposal=0.0 if whole else None, hint=options.hint,
    )  # fmt: skip
