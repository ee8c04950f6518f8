"""Judge numbers by the quantiles of what correct solutions produce."""

from dataclasses import dataclass

import numpy as np

from grader.checks.words import not_found, number
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.distribution import draws
from grader.model.stochastic import Quantiles, StochasticMatches
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, failed, passed, pending

NEAR = 0.5
"""Answers with less of the best confidence are not the one meant."""


@dataclass(frozen=True, slots=True)
class Band:
    """Lowest and highest of each number, both allowed; shape (k,)."""

    low: Array
    high: Array

    def holds(self, numbers: Array) -> bool:
        """Whether every number lies within; NaN lies nowhere."""
        return bool(((self.low <= numbers) & (numbers <= self.high)).all())

    def __str__(self) -> str:
        pairs = zip(self.low[:5], self.high[:5], strict=True)
        return ", ".join(f"{number(float(a))} to {number(float(b))}" for a, b in pairs)


def band(rows: Array, share: float) -> Band:
    """The band in which all k numbers of a draw lie together in at least `share` of them.

    Each number leaves out (1 - share) / 2k on either side, so that no dependence between
    them matters (Bonferroni); cuts fall on draws, outwards.

    Shapes: rows (n, k), n >= 2 k / (1 - share).
    """
    tail = (1 - share) / (2 * rows.shape[1])
    low = np.quantile(rows, tail, axis=0, method="lower")
    high = np.quantile(rows, 1 - tail, axis=0, method="higher")
    return Band(low, high)


def by_quantiles(options: StochasticMatches, how: Quantiles, case: Case) -> Verdict:
    """Pass within the band of correct solutions; fail only within that of a mistake."""
    what = how.array or how.number
    assert what is not None
    got: Found[Array | float] = case.seek(what)
    if not got:
        return not_found(got, options.hint)
    drawn = draws(case.distribution, how.draws)
    best = got.hits[0].binding.confidence
    meant = [hit for hit in got.hits if hit.binding.confidence >= NEAR * best]
    if how.array is not None:
        meant = meant[:1]  # the last one of the section; numbers may stand anywhere
    numbers = [_ordered(hit, how) for hit in meant]
    binding = meant[0].binding
    if any(one.shape != (drawn.right.shape[1],) for one in numbers):
        return _odd(drawn.right.shape[1], binding, options.hint)
    right = band(_sorted(drawn.right, how), how.band)
    detail = (("band", str(right)),)
    held = [right.holds(one) for one in numbers]
    if all(held):
        return passed(
            "It lies where correct solutions lie.", binding=binding, detail=detail
        )
    if any(held):
        return pending(
            "Different numbers stand here; a person will look which is meant.",
            binding=binding, detail=detail, proposal=1.0,
        )  # fmt: skip
    for name, rows in drawn.wrong.items():
        if all(band(_sorted(rows, how), how.band).holds(one) for one in numbers):
            return failed(
                f"It is what comes out if {name}, and not what correct solutions give.",
                binding=binding, detail=detail, hint=options.hint,
            )  # fmt: skip
    return pending(
        f"Correct solutions hardly give this (fewer than {1 - how.band:.1%} of them), and "
        "no known mistake does; a person will look.",
        binding=binding, detail=detail, proposal=0.0, hint=options.hint,
    )  # fmt: skip


def _ordered(hit: Hit[Array | float], how: Quantiles) -> Array:
    numbers = np.atleast_1d(np.asarray(hit.value))
    if numbers.dtype.kind not in "iufb":
        return np.full(numbers.size, np.nan)
    flat = numbers.astype(np.float64).ravel()
    return np.sort(flat) if how.any_order else flat


def _sorted(rows: Array, how: Quantiles) -> Array:
    return np.sort(rows, axis=1) if how.any_order else rows


def _odd(columns: int, binding: Binding, hint: str) -> Verdict:
    return pending(
        f"Not {columns} numbers, as were asked for; a person will look.",
        binding=binding, hint=hint,
    )  # fmt: skip
