"""Results of chance: explained by the student's own starts and data, or left open."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import kept
from grader.checks.laws import WRONG, Sample, courses
from grader.model.criteria import Tolerance
from grader.model.evidence import Drawing
from grader.model.finds import FindArray, FindDrawings, FindMatrices, FindStated
from grader.model.stochastic import (
    DistancesStated,
    ObjectiveDrawn,
    Process,
    Rates,
    StochasticMatches,
)
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
N, K = 400, 2000
STEPS = (5e-5, 5e-4, 5e-3)
TRUTH = np.linalg.inv(np.array([[1, 0.5], [0.5, 1]]))
X = np.random.default_rng(0).multivariate_normal([0, 0], np.linalg.inv(TRUTH), size=N)
STARTS = [
    np.array([[3.0, 1.0], [1.0, 2.0]]),
    np.array([[2.0, 0.0], [0.0, 4.0]]),
    np.array([[4.0, -1.0], [-1.0, 3.0]]),
]
FALLING = [9.1, 8.2, 7.3, 5.1, 4.2, 3.3, 1.1, 0.2, 0.3]
RATES = Rates(false_reject=0, false_accept=0, trials=1, because="a test")
PROCESS = Process(
    law="precision_ascent",
    steps=STEPS,
    factors=(0.5, 1),
    iterations=K,
    starts=3,
    state=FindMatrices(shape=(2, 2)),
    data=FindArray(names=("data",), shape=(N, 2)),
)
TARGET = FindArray(names=("truth",), shape=(2, 2))
RESULTS = StochasticMatches(
    id="2.results", states="They fit.", check="stochastic_matches", process=PROCESS,
    errors=FindStated(), target=TARGET, rates=RATES,
)  # fmt: skip
DISTANCES = DistancesStated(
    id="2.errors", states="Stated.", check="distances_stated", find=FindStated(),
    process=PROCESS, target=TARGET, rates=RATES,
)  # fmt: skip
CURVES = ObjectiveDrawn(
    id="2.curves", states="Drawn.", check="objective_drawn",
    find=FindDrawings(kinds=("line",)), process=PROCESS, rates=RATES,
)  # fmt: skip


def right(p: Array, x: Array) -> Array:
    """The increment of one step."""
    return 0.5 * (np.linalg.inv(p) - np.outer(x, x))


def run(start: Array, step: float, seed: int, rule: Any = right, steps: int = K) -> Array:
    """One run, all its states."""
    rng = np.random.default_rng(seed)
    states = [start]
    for x in X[rng.integers(N, size=steps)]:
        states.append(states[-1] + step * rule(states[-1], x))
    return np.array(states)


def ends(rule: Any = right, steps: int = K, starts: Any = STARTS) -> list[Array]:
    """The nine results."""
    return [
        run(start, step, 10 * i + j, rule, steps)[-1]
        for i, step in enumerate(STEPS)
        for j, start in enumerate(starts)
    ]


@pytest.fixture(scope="module")
def results() -> list[Array]:
    """Results of a right iteration."""
    return ends()


def decided(decide: Decide, place: Any, options: Any, matrices: Any, numbers: Any = (),
            data: Any = (X,), **more: Any) -> Verdict:  # fmt: skip
    """Decide with what was kept and stated."""
    got = {
        FindMatrices: matrices,
        "data": list(data),
        FindStated: [place(float(n), confidence=0.9) for n in numbers],
    }
    return decide(options, got | more.pop("got", {}), {"truth": [TRUTH]}, **more)


@pytest.mark.parametrize(("points", "outcome"), [(X.T, Outcome.PASS), (X[:200], None)])
def test_points_may_be_columns(
    decide: Decide, place: Any, results: Any, points: Array, outcome: Any
):
    """The sample is found where each point is a column; other arrays are no sample."""
    verdict = decided(decide, place, RESULTS, [*STARTS, *results], data=[points])

    assert verdict.outcome is (outcome or Outcome.PENDING)


def squares(results: list[Array]) -> list[float]:
    """Their squared distances from the truth."""
    return [float(((TRUTH - p) ** 2).sum()) for p in results]


def test_a_start_is_no_result_of_another(decide: Decide, place: Any):
    """Where the third run began lies where the first ended; all nine results are needed."""
    end = courses(np.array(STARTS[:1]), Sample.of(X), (0.5 * STEPS[2],), K)[0, 0]
    starts = [*STARTS[:2], end]
    nine = ends(starts=starts)
    last_of_first = 6

    whole = decided(decide, place, RESULTS, [*starts, *nine])
    one_less = nine[:last_of_first] + nine[last_of_first + 1 :]
    short = decided(decide, place, RESULTS, [*starts, *one_less])

    assert (whole.outcome, short.outcome) == (Outcome.PASS, Outcome.PENDING)


def test_the_likeliest_matrix_is_no_result():
    """It is told from one a millionth beside it, where chance may end."""
    best = np.linalg.inv(X.T @ X / N)

    got = kept.optimal(np.stack([best, best * (1 + 1e-6)]), Sample.of(X))

    assert got.tolist() == [True, False]


def test_results_from_the_students_own_starts(decide: Decide, place: Any, results: Any):
    """Starts and results are told apart by what the law does, in any order."""
    kept = [np.eye(2), *results[::-1], TRUTH, *STARTS]

    assert decided(decide, place, RESULTS, kept).outcome is Outcome.PASS


def test_without_the_factor_one_half(decide: Decide, place: Any):
    """Each declared factor of the step is right."""
    kept = [*STARTS, *ends(lambda p, x: 2 * right(p, x))]

    assert decided(decide, place, RESULTS, kept).outcome is Outcome.PASS


WRONG_RULES = [
    lambda p, x: -right(p, x),
    lambda p, x: 0.5 * (p - np.outer(x, x)),
    lambda p, x: 0.5 * (np.linalg.inv(p) + np.outer(x, x)),
]


def passes(step: float, start: Array, whole: bool) -> Array:
    """The state after passes over all points: shuffled, or with their mean every time."""
    rng, mean, state = np.random.default_rng(5), X.T @ X / N, start
    for _ in range(K // N):
        for x in X[rng.permutation(N)]:
            step_to = mean if whole else np.outer(x, x)
            state = state + step * 0.5 * (np.linalg.inv(state) - step_to)
    return state


@pytest.mark.parametrize("are_kept", [True, False])
@pytest.mark.parametrize(("whole", "outcome"), [(True, "pending"), (False, "pass")])
def test_results_without_any_chance(
    decide: Decide, place: Any, whole: bool, outcome: str, are_kept: bool
):
    """A full gradient's are no stochastic one's; shuffled passes cancel chance nearly."""
    found = [passes(step, start, whole) for step in STEPS for start in STARTS]
    told = [] if are_kept else squares(found)

    verdict = decided(
        decide, place, RESULTS, [*STARTS, *(found if are_kept else [])], numbers=told
    )

    assert verdict.outcome.value == outcome, verdict.reason
    assert ("no chance" in verdict.reason) is whole


def test_the_mean_course_beside_results_of_chance(decide: Decide, place: Any, results: Any):
    """Whoever computes it for comparison has results of chance, too, kept or stated."""
    mean = [passes(step, start, True) for step in STEPS for start in STARTS]
    both = [*results, *mean]

    are_kept = decided(decide, place, RESULTS, [*STARTS, *both])
    stated = decided(decide, place, RESULTS, STARTS, numbers=squares(both))

    assert are_kept.outcome is Outcome.PASS
    assert stated.outcome is Outcome.PASS


@pytest.mark.parametrize("rule", WRONG_RULES, ids=["sign", "inverse", "plus"])
def test_known_mistakes(decide: Decide, place: Any, rule: Any):
    """Results that a known mistake explains are wrong, and the mistake is named."""
    kept = [m for m in (*STARTS, *ends(rule)) if np.isfinite(m).all()]

    verdict = decided(decide, place, RESULTS, kept)

    assert verdict.outcome is Outcome.FAIL
    assert any(name in verdict.reason for name in WRONG)


def test_the_larger_steps_tell_a_run_that_is_read_backwards(decide: Decide, place: Any):
    """Forwards or backwards, the smallest step is of a wrong sign: the others tell which.

    Matrices have no order, so a run backwards is as right as one forwards.
    """
    good, bad = ends(), ends(WRONG_RULES[0])
    backwards = [*STARTS, *bad[:3]]

    whole = decided(decide, place, RESULTS, [*backwards, *good[3:]])
    doubted = decided(decide, place, RESULTS, [*backwards, *good[3:8]])
    wrong = decided(decide, place, RESULTS, [*backwards, *good[3:6], *bad[6:]])

    got = (whole.outcome, doubted.outcome, wrong.outcome)
    assert got == (Outcome.PASS, Outcome.PENDING, Outcome.FAIL)
    assert doubted.proposal == pytest.approx(8 / 9)


def test_too_few_iterations(decide: Decide, place: Any):
    """A tenth of the iterations is a known mistake."""
    kept = [*STARTS, *ends(steps=K // 10)]

    assert decided(decide, place, RESULTS, kept).reason == (
        "The results are what comes out if there are ten times fewer iterations."
    )


def test_an_unknown_mistake_goes_to_a_person(decide: Decide, place: Any):
    """What nothing explains is no fail: a person looks."""
    kept = [*STARTS, *ends(lambda p, x: 4 * right(p, x))]

    verdict = decided(decide, place, RESULTS, kept)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)


def test_stated_distances_alone(decide: Decide, place: Any, results: Any):
    """With starts and data, distances are nearly as good as the results."""
    verdict = decided(decide, place, RESULTS, STARTS, squares(results))

    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("off", "outcome"),
    [((1.0, 0.6), Outcome.PASS), ((0.02, 0.01), Outcome.PENDING)],
    ids=["tells at all steps but the largest", "tells nothing"],
)
def test_stated_distances_from_a_start_near_the_truth(
    decide: Decide, place: Any, off: Any, outcome: Any
):
    """At the largest step everything arrives there; the other two must tell something."""
    starts = [STARTS[0], STARTS[1], TRUTH + np.diag(off)]

    got = decided(decide, place, RESULTS, starts, squares(ends(starts=starts)))

    assert got.outcome is outcome


def test_of_many_numbers_those_of_a_cell_are_the_distances(
    decide: Decide, place: Any, results: Any
):
    """Among a hundred others some would fit by chance; not so in a cell of their own."""
    others = [place(n / 7, confidence=0.9, cell=1) for n in range(1, 100) if n % 7]
    wrong = ends(lambda p, x: -right(p, x))
    for numbers, cell, outcome in (
        (squares(results), 2, Outcome.PASS),
        (squares(results), 1, Outcome.PENDING),
        (squares(wrong), 2, Outcome.PENDING),
    ):
        own = [place(n, confidence=0.9, cell=cell) for n in numbers]
        for options in (RESULTS, DISTANCES):
            got = decided(decide, place, options, STARTS, got={FindStated: others + own})

            assert got.outcome is outcome


def from_inverse(results: list[Array]) -> list[float]:
    """Their squared distances from the covariance."""
    return [float(((np.linalg.inv(TRUTH) - p) ** 2).sum()) for p in results]


def test_distances_from_the_inverse_tell_of_the_results(
    decide: Decide, place: Any, results: Any
):
    """They are no estimation errors; a right iteration is proposed all the same."""
    one, other = (
        decided(decide, place, options, STARTS, from_inverse(results))
        for options in (RESULTS, DISTANCES)
    )

    assert (one.outcome, one.proposal) == (Outcome.PENDING, 1.0)
    assert (other.outcome, other.proposal) == (Outcome.PENDING, 0.0)


@pytest.mark.parametrize("rule", [
    lambda p, x: -right(p, x), lambda p, x: 4 * right(p, x), lambda p, x: -np.outer(x, x),
])  # fmt: skip
def test_distances_of_wrong_results_from_the_inverse(decide: Decide, place: Any, rule: Any):
    """A wrong iteration is not right from there either."""
    for options in (RESULTS, DISTANCES):
        got = decided(decide, place, options, STARTS, from_inverse(ends(rule)))

        assert got.outcome is Outcome.PENDING
        assert not got.proposal


def test_a_mistake_that_stated_distances_tell(decide: Decide, place: Any):
    """Downhill: nothing for the results, and the distances are those of such results."""
    numbers = squares(ends(lambda p, x: -right(p, x)))
    one, other = (
        decided(decide, place, options, STARTS, numbers) for options in (RESULTS, DISTANCES)
    )

    assert (one.outcome, one.proposal) == (Outcome.PENDING, 0.0)
    assert "it goes downhill" in one.reason
    assert (other.outcome, other.proposal) == (Outcome.PENDING, 1.0)


def test_no_zero_is_proposed_where_no_mistake_is_seen(decide: Decide, place: Any):
    """Results that were not kept, and numbers that are no distances: nothing is known."""
    got = decided(decide, place, RESULTS, STARTS, [1.5, 2.5, 77.7])

    assert (got.outcome, got.proposal) == (Outcome.PENDING, None)


@pytest.mark.parametrize(
    ("rule", "right_one"),
    [
        (right, True),
        (lambda p, x: -right(p, x), False),
        (lambda p, x: 4 * right(p, x), False),
    ],
    ids=["right", "downhill", "four times the step"],
)
def test_starts_that_were_not_kept(decide: Decide, place: Any, rule: Any, right_one: bool):
    """The results of the smallest step may tell them; then no share is proposed."""
    got = decided(decide, place, RESULTS, ends(rule))

    assert (got.outcome, got.proposal == 1.0) == (Outcome.PENDING, False)
    assert got.reason.startswith("Starts that were not kept may explain") is right_one
    assert not right_one or got.proposal is None


@pytest.mark.parametrize(("numbers", "proposal"), [(FALLING, 1.0), ([1.5, 2.5], None)])
def test_printed_numbers_alone(decide: Decide, place: Any, numbers: Any, proposal: Any):
    """Without starts only an order can be read; a miss is never a fail."""
    verdict = decided(decide, place, RESULTS, [], numbers, data=())

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)


def test_a_table_where_nothing_is_labelled(decide: Decide, place: Any):
    """Nine numbers in one cell may be the errors; eight, or whole numbers, are not."""
    for numbers, outcome in (
        (FALLING, Outcome.PENDING),
        (FALLING[:8], Outcome.NO_ANSWER),
        ([*FALLING[:8], FALLING[0]], Outcome.NO_ANSWER),
        (list(range(20)), Outcome.NO_ANSWER),
    ):
        far = {FindStated: [place(float(n), confidence=0.795) for n in numbers]}
        for options in (RESULTS, DISTANCES):
            got = decided(decide, place, options, [], got=far, data=())

            assert got.outcome is outcome


@pytest.mark.parametrize(("kind", "outcome"), [
    ("markdown", Outcome.NO_ANSWER), ("code", Outcome.PENDING),
])  # fmt: skip
def test_labels_in_a_text_are_no_errors(
    decide: Decide, place: Any, sheet: Any, kind: str, outcome: Outcome
):
    """A text that numbers its answers 2.1 to 2.9 states nothing; an output may."""
    sheet.cell("2.1 and so on", kind)
    labels = {FindStated: [place(2 + n / 10, confidence=0.795) for n in range(1, 10)]}
    errors = {FindStated: [place(n + 0.1234, confidence=0.795) for n in range(1, 10)]}

    for options in (RESULTS, DISTANCES):
        got = decided(decide, place, options, [], got=labels, data=(), sheet=sheet)
        real = decided(decide, place, options, [], got=errors, data=(), sheet=sheet)

        assert got.outcome is outcome
        assert real.outcome is Outcome.PENDING


def test_nothing_at_all(decide: Decide, place: Any):
    """No matrices, no data, no numbers."""
    assert decided(decide, place, RESULTS, [], data=()).outcome is Outcome.NO_ANSWER


def test_stated_distances_of_kept_results(decide: Decide, place: Any, results: Any):
    """Rounded to three decimals, among indices and step sizes."""
    numbers = [round(s, 3) for s in squares(results)]

    verdict = decided(
        decide, place, DISTANCES, [*STARTS, *results], [1, 2, 3, 5e-5, *numbers]
    )

    assert verdict.outcome is Outcome.PASS


def test_distances_that_are_printed_and_kept(decide: Decide, place: Any, results: Any):
    """Results were not kept; nine distances count, however often each is stated."""
    nine = squares(results)

    often = decided(decide, place, DISTANCES, STARTS, nine * 6)
    eight = decided(decide, place, DISTANCES, STARTS, nine[:8] * 6)

    assert often.outcome is Outcome.PASS
    assert eight.outcome is Outcome.PENDING


def test_distances_of_wrong_results_cost_nothing(decide: Decide, place: Any):
    """A mistake in the iteration costs once."""
    wrong = ends(WRONG_RULES[1])

    assert decided(decide, place, DISTANCES, [*STARTS, *wrong], squares(wrong)).credit == 1


def test_the_place_named_is_that_of_the_numbers_that_match(
    decide: Decide, place: Any, results: Any
):
    """Not of the first number, which may be anything, even equal to one of them."""
    other = place(squares(results)[0], confidence=0.9, cell=1)
    own = [place(n, confidence=0.9, cell=2) for n in squares(results)]
    for matrices in ([*STARTS, *results], STARTS):
        for options in (DISTANCES, RESULTS):
            if options is RESULTS and matrices is not STARTS:
                continue  # the results themselves are named
            got = decided(decide, place, options, matrices, got={FindStated: [other, *own]})

            assert (got.outcome, got.binding and got.binding.cell) == (Outcome.PASS, 2)


def test_some_distances(decide: Decide, place: Any, results: Any):
    """The credit is the share that is stated."""
    verdict = decided(decide, place, DISTANCES, [*STARTS, *results], squares(results)[:3])

    assert verdict.credit == pytest.approx(1 / 3)


def test_another_norm(decide: Decide, place: Any, results: Any):
    """The root of what is asked for is proposed half."""
    numbers = np.sqrt(squares(results))

    verdict = decided(decide, place, DISTANCES, [*STARTS, *results], numbers)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.5)


def test_another_norm_of_results_that_were_not_kept(
    decide: Decide, place: Any, results: Any
):
    """The mean course from the starts tells it, too; the square of the norm is right."""
    norms = np.sqrt(squares(results))
    proposals = [
        decided(decide, place, DISTANCES, STARTS, numbers).proposal
        for numbers in (norms, 1.5 * norms, norms**2)
    ]

    assert proposals == [0.5, None, None]
    assert decided(decide, place, DISTANCES, STARTS, norms).reason == (
        "Distances in another norm (not squared) are stated; a person will look."
    )
    assert decided(decide, place, DISTANCES, STARTS, norms**2).outcome is Outcome.PASS


@pytest.mark.parametrize(("starts", "proposal"), [([], 1.0), (STARTS, None)])
def test_an_order_is_proposed_only_where_no_more_can_be_known(
    decide: Decide, place: Any, starts: Any, proposal: Any
):
    """Numbers fall with the step size; with starts and data they are seen to be others."""
    got = decided(decide, place, DISTANCES, starts, FALLING)

    assert (got.outcome, got.proposal) == (Outcome.PENDING, proposal)


def test_distances_from_something_else(decide: Decide, place: Any, results: Any):
    """Distances from the covariance are wrong."""
    numbers = [((np.linalg.inv(TRUTH) - p) ** 2).sum() for p in results]

    verdict = decided(decide, place, DISTANCES, [*STARTS, *results], numbers)

    assert verdict.outcome is Outcome.FAIL


def curves(
    decide: Decide,
    place: Any,
    new_sheet: Any,
    objective: Any,
    wanted: int = 9,
    shown: Callable[[int, int], tuple[int, int]] = lambda i, j: (i, j),
    sure: float = 1.0,
) -> Verdict:
    """Decide about drawn objectives of nine runs, three to a panel.

    `shown` says which run stands in the place of step size i and start j.
    """
    sheet, lines = new_sheet(), []
    runs = {
        (i, j): run(start, step, 10 * i + j)
        for i, step in enumerate(STEPS)
        for j, start in enumerate(STARTS)
    }
    for i, j in runs:
        y = sheet.keep(objective(runs[shown(i, j)]))
        drawing = Drawing(cell=0, figure=i, panel=0, method="plot", y=y)
        lines.append(place(drawing, confidence=sure))
    return decided(
        decide, place, CURVES, [*STARTS, *(states[-1] for states in runs.values())],
        got={FindDrawings: lines[:wanted]}, sheet=sheet,
    )  # fmt: skip


SAMPLE = Sample.of(X)
OBJECTIVES = {
    "log-likelihood": lambda p: SAMPLE.objective(p) - N * np.log(2 * np.pi),
    "without constant": SAMPLE.objective,
    "per point, negative": lambda p: -SAMPLE.objective(p) / N,
    "begun late": lambda p: SAMPLE.objective(p)[1:],
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_drawn_objectives(decide: Decide, place: Any, new_sheet: Any, name: str):
    """Sign, constant and usual factors are free."""
    verdict = curves(decide, place, new_sheet, OBJECTIVES[name])

    assert verdict.outcome is Outcome.PASS


def test_one_figure_of_three(decide: Decide, place: Any, new_sheet: Any):
    """The credit is the share of the curves."""
    verdict = curves(decide, place, new_sheet, SAMPLE.objective, wanted=3)

    assert verdict.credit == pytest.approx(1 / 3)


def test_the_place_named_is_that_of_a_curve_that_matches(
    decide: Decide, place: Any, sheet: Any
):
    """Another curve may be drawn first."""
    states = run(STARTS[0], STEPS[0], 0)
    lines = [
        place(Drawing(cell=k, figure=0, panel=0, method="plot", y=sheet.keep(y)), 1.0, k)
        for k, y in enumerate((np.arange(900.0), SAMPLE.objective(states)))
    ]

    got = decided(
        decide, place, CURVES, [*STARTS, states[-1]], got={FindDrawings: lines}, sheet=sheet
    )

    assert (got.credit, got.binding and got.binding.cell) == (pytest.approx(1 / 9), 1)


@pytest.mark.parametrize(("wanted", "outcome"), [(9, "pending"), (8, "no_answer")])
def test_curves_under_another_label(
    decide: Decide, place: Any, new_sheet: Any, wanted: int, outcome: str
):
    """As many as are asked for, over all iterations: the label may have been misread."""
    verdict = curves(decide, place, new_sheet, SAMPLE.objective, wanted=wanted, sure=0.3)

    assert (verdict.outcome, verdict.proposal) == (outcome, None)


AGAIN: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "one step size in all figures": lambda i, j: (2, j),
    "one start three times": lambda i, j: (i, 0),
}


@pytest.mark.parametrize("name", AGAIN)
def test_a_run_that_is_drawn_again_is_no_other_one(
    decide: Decide, place: Any, new_sheet: Any, name: str
):
    """Nine curves of three runs are three."""
    verdict = curves(decide, place, new_sheet, SAMPLE.objective, shown=AGAIN[name])

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, pytest.approx(1 / 3))


OTHERS = {
    "single point": lambda p: Sample.of(X[:1]).objective(p),
    "error": lambda p: ((p - TRUTH) ** 2).sum(axis=(1, 2)),
    "no determinant": lambda p: -np.einsum("nij,ij->n", p, SAMPLE.second),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_curves_go_to_a_person(decide: Decide, place: Any, new_sheet: Any, name: str):
    """What is no objective of the kept runs earns nothing by itself."""
    verdict = curves(decide, place, new_sheet, OTHERS[name])

    assert verdict.outcome is Outcome.PENDING
    assert verdict.proposal is not None
    assert verdict.proposal < 0.5


def test_the_mean_course():
    """It goes to the inverse of the second moments, and is the same every time."""
    starts = np.array(STARTS)

    far = courses(starts, SAMPLE, (0.05,), 2000)[:, 0]

    assert np.allclose(far, np.linalg.inv(SAMPLE.second), atol=1e-3)


def test_tolerances_say_why():
    """The rates of a criterion are part of it."""
    assert Tolerance(rtol=0, atol=0, because="exact").because
    assert RESULTS.rates.because == "a test"


@pytest.mark.parametrize(
    ("count", "steps", "others", "proposal"),
    [(9, K, 3, 1.0), (9, K // 10, 0, None), (8, K, 3, None)],
    ids=["whole", "a tenth", "one is missing"],
)
def test_curves_that_cannot_be_recomputed(
    decide: Decide, place: Any, new_sheet: Any, count: int, steps: int, others: int,
    proposal: float | None,
):  # fmt: skip
    """Full credit is proposed for enough of them over all iterations; others are free."""
    sheet = new_sheet()
    drawn = [np.linspace(0, 1 + k, steps + 1) for k in range(count)]
    drawn += [np.linspace(1, 0, 60) for _ in range(others)]
    lines = [
        place(Drawing(cell=0, figure=k, panel=0, method="plot", y=sheet.keep(y)), 1.0)
        for k, y in enumerate(drawn)
    ]

    verdict = decided(
        decide, place, CURVES, [], got={FindDrawings: lines}, data=[], sheet=sheet
    )

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)
