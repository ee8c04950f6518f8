"""Results of chance without a start: bands of quantiles, and counts of successes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from grader.checks.quantiles import band
from grader.checks.successes import bounds
from grader.model.finds import FindArray, FindNumber
from grader.model.stochastic import Quantiles, Rates, StochasticMatches, Successes
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
RATES = Rates(false_reject=0.02, false_accept=0.02, trials=100, because="a test")
LOSSES = np.linspace(1, 2, 1001)
DRAWN = {
    "loss": {
        "right": LOSSES.tolist(),
        "fresh": [1.5],
        "wrong": {"the last layer is not trained": np.linspace(4, 5, 1001).tolist()},
    },
    "pair": {
        "right": np.stack([LOSSES, LOSSES + 10], axis=1).tolist(),
        "fresh": [[1.5, 11.5]],
    },
    "solved": {"right": [0.2, 0.3], "wrong": {"there is no bias": 0}},
}


def quantiles(**how: Any) -> StochasticMatches:
    """A criterion that asks for numbers in a band."""
    return StochasticMatches(
        id="2.loss", states="As usual.", check="stochastic_matches", rates=RATES,
        quantiles=Quantiles(**{"draws": ("loss",), "band": 0.98, **how}),
    )  # fmt: skip


def successes(**how: Any) -> StochasticMatches:
    """A criterion that asks for a count of successes."""
    return StochasticMatches(
        id="2.solved", states="As usual.", check="stochastic_matches", rates=RATES,
        successes=Successes(**{"chances": ("solved",), "band": 0.98, "trials": 40, **how}),
    )  # fmt: skip


LOSS = quantiles(number=FindNumber(names=("loss",)))
PAIR = quantiles(array=FindArray(names=("pair",)), draws=("pair",))
COUNT = successes(number=FindNumber(names=("solved",)))
RUNS = successes(array=FindArray(names=("accuracies",)), at_least=0.999)


def decided(decide: Decide, options: Any, *found: Any) -> Verdict:
    """Decide about what was found."""
    how = options.quantiles or options.successes
    name = (how.array or how.number).names[0]
    return decide(options, {name: list(found)}, distribution=DRAWN)


EDGES = [(1.009, "pending"), (1.01, "pass"), (1.99, "pass"), (1.991, "pending"),
         (4.0, "pending"), (4.01, "fail"), (4.99, "fail"), (4.999, "pending"),
         (float("nan"), "pending"), (float("inf"), "pending")]  # fmt: skip


@pytest.mark.parametrize(("loss", "outcome"), EDGES)
def test_both_edges_of_a_band(decide: Decide, loss: float, outcome: str):
    """One draw in a hundred lies out on either side; a mistake has a band of its own."""
    assert decided(decide, LOSS, loss).outcome.value == outcome


def test_outside_of_every_band(decide: Decide):
    """No known mistake explains it, so that a person looks."""
    verdict = decided(decide, LOSS, 3.0)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)
    assert verdict.reason == (
        "Correct solutions hardly give this (fewer than 2.0% of them), and no known "
        "mistake does; a person will look."
    )


def test_a_known_mistake_is_named(decide: Decide):
    """The sentence says what it was."""
    assert decided(decide, LOSS, 4.5).reason == (
        "It is what comes out if the last layer is not trained, and not what correct "
        "solutions give."
    )


def test_two_numbers_of_which_one_fits(decide: Decide):
    """Which is meant, a person sees."""
    verdict = decided(decide, LOSS, 1.5, 7.0)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)


def test_every_number_of_an_array(decide: Decide):
    """All lie within, each in its own band; two tails of either number share 2 %."""
    outcomes = [
        decided(decide, PAIR, np.array(pair)).outcome
        for pair in ([1.005, 11.995], [1.004, 11.5], [1.5, 11.996], [11.5, 1.5])
    ]

    assert outcomes == [Outcome.PASS, *[Outcome.PENDING] * 3]


def test_an_array_in_any_order(decide: Decide):
    """Sorted, if the rubric says so."""
    options = quantiles(array=FindArray(names=("pair",)), draws=("pair",), any_order=True)

    assert decided(decide, options, np.array([11.5, 1.5])).outcome is Outcome.PASS


def test_another_shape(decide: Decide):
    """Nothing is broadcast."""
    verdict = decided(decide, PAIR, np.array([1.5]))

    assert verdict.reason == "Not 2 numbers, as were asked for; a person will look."


@pytest.mark.parametrize("options", [LOSS, PAIR, COUNT, RUNS])
def test_nothing_found(decide: Decide, options: Any):
    """No answer is no answer."""
    assert decided(decide, options).outcome is Outcome.NO_ANSWER


def test_a_band_holds_what_it_says():
    """Of fresh draws of three dependent numbers about 99 % lie within, together."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40_000, 1)) + rng.normal(size=(40_000, 3))

    found = band(rows[:20_000], 0.99)
    held = np.mean([found.holds(row) for row in rows[20_000:]])

    assert 0.988 <= held <= 0.996


LOW, HIGH = bounds(40, (0.2, 0.3), 0.98)
COUNTS = [
    (LOW - 1, "pending"), (LOW, "pass"), (HIGH, "pass"), (HIGH + 1, "pending"),
    (0, "fail"), (40, "pending"), (2.5, "pending"), (41, "pending"), (-1, "pending"),
]  # fmt: skip


@pytest.mark.parametrize(("count", "outcome"), COUNTS)
def test_both_bounds_of_a_count(decide: Decide, count: float, outcome: str):
    """Both bounds are allowed; no success at all is what a known mistake gives."""
    assert decided(decide, COUNT, float(count)).outcome.value == outcome


def test_bounds_are_exact():
    """Each tail is below 1 %, and the next count would make it more."""
    below, above = binom.cdf(LOW - 1, 40, 0.2), binom.sf(HIGH, 40, 0.3)

    assert below <= 0.01 < binom.cdf(LOW, 40, 0.2)
    assert above <= 0.01 < binom.sf(HIGH - 1, 40, 0.3)


def test_certain_and_impossible_successes():
    """Chances of 0 and 1 leave one count each."""
    assert bounds(40, (0, 0), 0.98) == (0, 0)
    assert bounds(40, (1, 1), 0.98) == (40, 40)


def test_accuracies_are_counted(decide: Decide):
    """A run succeeded if its accuracy is 1; a mean over all runs is no count."""
    runs = np.where(np.arange(40) < 10, 1.0, 0.75)

    assert decided(decide, RUNS, runs).reason == (
        "10 of 40 succeed, as may happen with a correct solution."
    )
    assert decided(decide, RUNS, runs[:39]).reason == (
        "Not a number for each of 40 trials; a person will look."
    )


def test_too_few_trials_tell_nothing(decide: Decide):
    """Where any count may happen, none is accepted."""
    few = successes(array=FindArray(names=("accuracies",)), trials=2, band=0.999)

    assert decided(decide, few, np.ones(2)).reason == (
        "2 of 2 succeed; so few trials tell nothing, and a person will look."
    )


def test_different_counts(decide: Decide):
    """Two numbers that are not the same."""
    assert decided(decide, COUNT, 10.0, 12.0).reason == (
        "Different numbers stand here; a person will look."
    )


BOTH = {"array": FindArray(names=("a",)), "number": FindNumber(names=("a",))}


@pytest.mark.parametrize("make", [quantiles, successes])
@pytest.mark.parametrize("find", [{}, BOTH])
def test_one_answer_is_looked_for(make: Any, find: Any):
    """Neither none nor two."""
    with pytest.raises(ValueError, match="needs exactly one of array, number"):
        make(**find)


def test_one_way_to_judge():
    """A criterion judges in one way."""
    with pytest.raises(ValueError, match="exactly one of process, quantiles, successes"):
        StochasticMatches(id="2.x", states="s", check="stochastic_matches", rates=RATES)
