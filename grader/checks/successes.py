"""Judge how many of n trials succeeded, by exact binomial bounds."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import binom

from grader.checks.quantiles import NEAR
from grader.checks.words import not_found
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.distribution import chances
from grader.model.stochastic import StochasticMatches, Successes
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, passed, pending


def bounds(trials: int, chance: tuple[float, float], share: float) -> tuple[int, int]:
    """Fewest and most successes that are no surprise, both allowed.

    Whatever the chance from its lowest to its highest, fewer come out with a probability
    of at most (1 - share) / 2, and so do more.
    Source: Clopper and Pearson, Biometrika 26 (1934) 404.
    """
    tail = (1 - share) / 2
    fewest = binom.ppf(tail, trials, chance[0])
    most = binom.isf(tail, trials, chance[1])
    return max(int(fewest), 0), min(int(most), trials)


def by_successes(options: StochasticMatches, how: Successes, case: Case) -> Verdict:
    """Pass within the bounds of correct solutions; fail only within those of a mistake."""
    what = how.array or how.number
    assert what is not None
    got: Found[Array | float] = case.seek(what)
    if not got:
        return not_found(got, options.hint)
    best = got.hits[0].binding.confidence
    meant = [hit for hit in got.hits if hit.binding.confidence >= NEAR * best]
    counts = list(dict.fromkeys(_counts([hit.value for hit in meant], how)))
    binding = meant[0].binding
    if len(counts) != 1:
        words = "Different numbers stand here" if counts else _unread(how)
        return pending(f"{words}; a person will look.", binding=binding, hint=options.hint)
    (good, trials), chance = counts[0], chances(case.distribution, how.chances)
    low, high = bounds(trials, chance.right, how.band)
    told, detail = f"{good} of {trials} succeed", (("bounds", f"{low} to {high}"),)
    if (low, high) == (0, trials):
        return pending(
            f"{told}; so few trials tell nothing, and a person will look.",
            binding=binding, detail=detail,
        )  # fmt: skip
    if low <= good <= high:
        words = f"{told}, as may happen with a correct solution."
        return passed(words, binding=binding, detail=detail)
    for name, wrong in chance.wrong.items():
        fewest, most = bounds(trials, wrong, how.band)
        if fewest <= good <= most:
            return failed(
                f"{told}; that is what comes out if {name}.",
                binding=binding, detail=detail, hint=options.hint,
            )  # fmt: skip
    return pending(
        f"{told}, which correct solutions hardly give (fewer than {1 - how.band:.1%} of "
        "them), and no known mistake does; a person will look.",
        binding=binding, detail=detail, proposal=0.0, hint=options.hint,
    )  # fmt: skip


def _counts(values: list[Array | float], how: Successes) -> Iterator[tuple[int, int]]:
    """(successes, trials) of each answer that can be read as such."""
    for value in values[:1] if how.array is not None else values:
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "iufb" or not np.isfinite(numbers).all():
            continue
        if how.array is not None and numbers.size >= how.trials:
            yield int((numbers >= how.at_least).sum()), int(numbers.size)
        if how.number is not None and float(numbers) in range(how.trials + 1):
            yield int(numbers), how.trials


def _unread(how: Successes) -> str:
    if how.array is not None:
        return f"Not a number for each of {how.trials} trials"
    return f"Not a whole number from 0 to {how.trials}"
