"""Numbers and arrays: both sides of each tolerance, and nothing for the comparator zoo."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.closeness import margin, matches
from grader.errors import JudgeError
from grader.model.answers import FAR_OFF
from grader.model.criteria import ArrayClose, KnownWrong, NumberClose, Tolerance
from grader.model.finds import FindArray, FindNetwork, FindNumber
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
NETWORK = FindNetwork(inputs=2, outputs=1)


def tol(rtol: float = 0, atol: float = 0) -> Tolerance:
    """A tolerance."""
    return Tolerance(rtol=rtol, atol=atol, because="a test")


def number(tolerance: Tolerance | None = None, **more: Any) -> NumberClose:
    """A criterion on a number."""
    return NumberClose(
        id="3a.count",
        states="It is 81.",
        check="number_close",
        find=FindNumber(near=("parameter",)),
        tolerance=tolerance or tol(),
        hint="Count again.",
        **more,
    )


def array(tolerance: Tolerance | None = None, shape: tuple[int, ...] = (3,)) -> ArrayClose:
    """A criterion on an array."""
    return ArrayClose(
        id="3a.values",
        states="They are these.",
        check="array_close",
        find=FindArray(names=("v",), shape=shape),
        tolerance=tolerance or tol(),
    )


BOUNDARIES = [
    (1.5, 1.0, tol(atol=0.5), True),
    (1.5000001, 1.0, tol(atol=0.5), False),
    (0.5, 1.0, tol(atol=0.5), True),
    (0.4999999, 1.0, tol(atol=0.5), False),
    (5.0, 4.0, tol(rtol=0.25), True),
    (5.0001, 4.0, tol(rtol=0.25), False),
    (4.0, 5.0, tol(rtol=0.2), True),
    (4.0, 5.0, tol(rtol=0.19), False),
    (5.5, 4.0, tol(rtol=0.25, atol=0.5), True),
    (5.6, 4.0, tol(rtol=0.25, atol=0.5), False),
    (-5.0, -4.0, tol(rtol=0.25), True),
    (0.1, 0.0, tol(rtol=1), False),
    (81.0, 81.0, tol(), True),
    (math.nextafter(81.0, 82.0), 81.0, tol(), False),
    (math.nan, math.nan, tol(atol=9), False),
    (math.nan, 1.0, tol(atol=9), False),
    (math.inf, math.inf, tol(), True),
    (-math.inf, math.inf, tol(rtol=1, atol=9), False),
    (math.inf, 3.0, tol(rtol=1, atol=9), False),
    (3.0, math.inf, tol(rtol=1, atol=9), False),
    (0.0, -0.0, tol(), True),
]


@pytest.mark.parametrize(("got", "want", "tolerance", "same"), BOUNDARIES)
def test_the_boundary_of_a_match(got: float, want: float, tolerance: Tolerance, same: bool):
    """Matching is |x - r| <= atol + rtol |r|; NaN matches nothing, inf itself."""
    assert bool(matches(np.array(got), np.array(want), tolerance)) is same


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ((3,), (3, 1)),
        ((), (3,)),
        ((1, 3), (3,)),
        ((0,), (1,)),
        ((0,), (0,)),
        ((3, 3), (3,)),
    ],
)
def test_shapes_are_compared_first(got: tuple[int, ...], want: tuple[int, ...]):
    """What numpy would broadcast, or call close because it is empty, is an error."""
    with pytest.raises(ValueError, match="cannot compare shapes"):
        matches(np.ones(got), np.ones(want), tol(atol=9))


MARGINS = [
    ([1.0], [1.0], tol(), 0.0),
    ([1.25], [1.0], tol(atol=0.5), 0.5),
    ([1.5], [1.0], tol(atol=0.5), 1.0),
    ([3.0, 1.0], [1.0, 1.0], tol(atol=0.5), 4.0),
    ([2.0], [1.0], tol(), math.inf),
    ([math.nan], [1.0], tol(atol=1), math.inf),
    ([math.inf], [math.inf], tol(), 0.0),
    (np.array([1], "uint8"), np.array([2], "uint8"), tol(atol=1), 1.0),
    (np.array([True]), np.array([True]), tol(), 0.0),
]


@pytest.mark.parametrize(("got", "want", "tolerance", "ratio"), MARGINS)
def test_margins(got: Any, want: Any, tolerance: Tolerance, ratio: float):
    """The largest error, with 1 at the boundary; infinite where nothing is tolerated."""
    assert margin(np.asarray(got), np.asarray(want), tolerance) == ratio


def count(
    decide: Decide, *got: Any, options: NumberClose | None = None, **more: Any
) -> Verdict:
    """Decide about stated numbers where 81 is right."""
    found = {FindNumber: list(got), FindNetwork: more.get("networks", [])}
    return decide(options or number(), found, {FindNumber: [81.0]})


def test_the_right_number(decide: Decide):
    """81 passes, and the words do not tell what was expected."""
    verdict = count(decide, 81.0)

    assert (verdict.outcome, verdict.reason) == (Outcome.PASS, "Found 81.")
    assert verdict.detail == (("expected", "81"), ("found", "81"))


def test_a_wrong_number(decide: Decide):
    """Another number fails with its value and a hint, not with the expected one."""
    verdict = count(decide, 82.0)

    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Count again.")
    assert verdict.reason == "Found 82, which is not right."


@pytest.mark.parametrize(
    "value", [0.0, 1.0, -81.0, math.nan, math.inf, -math.inf, 80.999, 8.1, 810]
)
def test_no_other_number_earns(decide: Decide, value: float):
    """Zero, one, NaN and infinities earn nothing, exact or with a tolerance."""
    for options in (number(), number(tol(rtol=1e-6))):
        assert count(decide, value, options=options).credit == 0


def test_no_number(decide: Decide):
    """Nothing found says what was looked for and what came near."""
    verdict = count(decide)

    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.reason == "Looked for it and found none. Nearest: this; that."


def test_a_reference_without_the_number(decide: Decide):
    """That is our fault, never the student's."""
    with pytest.raises(JudgeError, match=r"^3a\.count: the reference has no number$"):
        decide(number(), {FindNumber: [81.0]}, {})


def test_unsure_numbers_do_not_count_beside_sure_ones(decide: Decide, place: Any):
    """A match with less than half the best confidence is another section's number."""
    right = place(81.0, confidence=0.3)

    assert count(decide, place(82.0, confidence=0.95), right).outcome is Outcome.FAIL
    assert count(decide, place(82.0, confidence=0.6), right).outcome is Outcome.PENDING


@pytest.mark.parametrize(
    ("values", "passes"),
    [
        ([81.0, 81.0, 81.0], True),
        ([82.0, 81.0], True),
        ([82.0, 82.0, 81.0], True),
        ([81.0, 82.0], False),
        ([82.0, 83.0, 81.0], False),
        ([1.0, 2.0, 3.0, 81.0], False),
    ],
)
def test_many_numbers(decide: Decide, values: list[float], passes: bool):
    """One correction passes; of more different answers a person decides which is meant."""
    verdict = count(decide, *values)

    assert (verdict.outcome, verdict.proposal) == (
        (Outcome.PASS, None) if passes else (Outcome.PENDING, 1.0)
    )
    if not passes:
        told = "Different numbers stand here; a person will look which is meant."
        assert verdict.reason == told


def test_many_wrong_numbers(decide: Decide):
    """Where none is right, none is a guess."""
    assert count(decide, 1.0, 2.0, 3.0, 7.0).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("cells", "passes"), [((3, 5), True), ((5, 3), False), ((5, 5), True)]
)
def test_the_last_of_two_numbers(
    decide: Decide, place: Any, cells: tuple[int, int], passes: bool
):
    """A later cell corrects an earlier one, in whichever order they were found."""
    wrong, right = place(82.0, cell=cells[0]), place(81.0, cell=cells[1])

    assert (count(decide, wrong, right).outcome is Outcome.PASS) == passes


@pytest.mark.parametrize(
    ("values", "passes"), [([81.0, 121.0, 60.0], True), ([81.0, 121.0, 60.0, 4.0], False)]
)
def test_numbers_beside_a_proven_count(
    decide: Decide, net: Any, values: list[float], passes: bool
):
    """The true count of the own network is no guess beside the counts of two others."""
    options, networks = number(own_count=NETWORK), [net(2, 20, 1)]

    verdict = count(decide, *values, options=options, networks=networks)

    assert (verdict.outcome is Outcome.PASS) == passes


@pytest.mark.parametrize(
    ("values", "passes"),
    [
        ([81.0, 82.0], True),
        ([1.0, 2.0, 81.0, 3.0], True),
        ([1.0, 2.0, 81.0, 3.0, 4.0], False),
    ],
)
def test_the_best_of_a_few_numbers(decide: Decide, values: list[float], passes: bool):
    """A rubric may let the best count; among more than three others it may be a guess."""
    options = number()
    options = options.model_copy(
        update={"find": FindNumber(near=("parameter",), which="best")}
    )

    verdict = decide(options, {FindNumber: values}, {FindNumber: [81.0]})

    assert (verdict.outcome, verdict.proposal) == (
        (Outcome.PASS, None) if passes else (Outcome.PENDING, 1.0)
    )


@pytest.mark.parametrize(
    ("wrong", "which", "outcome"),
    [(3, "best", Outcome.PASS), (4, "best", Outcome.PENDING), (1, "usual", Outcome.FAIL)],
)
def test_the_best_of_a_few_arrays(
    decide: Decide, place: Any, wrong: int, which: str, outcome: Outcome
):
    """Usually the first counts, however many there are."""
    options = array()
    find = FindArray.model_validate({"names": ("v",), "shape": (3,), "which": which})
    options = options.model_copy(update={"find": find})
    right = np.array([1.0, 2.0, 3.0])
    got = [*(place(right + 10 * (i + 1)) for i in range(wrong)), place(right)]

    verdict = decide(options, {FindArray: got}, {FindArray: [place(right)]})

    assert verdict.outcome is outcome


WRONG = (
    KnownWrong(value=60, credit=0.5, reason="No biases."),
    KnownWrong(value=4, reason="Tensors."),
)


@pytest.mark.parametrize(
    ("value", "credit", "reason"), [(60.0, 0.5, "No biases."), (4.0, 0, "Tensors.")]
)
def test_known_wrong_values(decide: Decide, value: float, credit: float, reason: str):
    """A known mistake has its own credit and words; without a credit it fails."""
    verdict = count(decide, value, options=number(known_wrong=WRONG))

    assert (verdict.credit, verdict.reason) == (credit, reason)


def test_the_best_known_mistake_counts(decide: Decide):
    """60 earns its half also where another wrong number was found first."""
    verdict = count(decide, 20.0, 60.0, options=number(known_wrong=WRONG))

    assert verdict.credit == 0.5


@pytest.mark.parametrize(("many", "passes"), [(3, True), (4, False)])
def test_a_known_mistake_among_many_numbers(decide: Decide, many: int, passes: bool):
    """Part of the credit is not to be guessed either."""
    values = [60.0, 20.0, 30.0, 40.0][:many]

    verdict = count(decide, *values, options=number(known_wrong=WRONG))

    assert (verdict.credit, verdict.proposal) == ((0.5, None) if passes else (None, 0.5))


def test_the_count_of_the_own_network(decide: Decide, net: Any):
    """A wrong network was paid for already: its true count is right."""
    options = number(own_count=NETWORK)
    verdict = count(decide, 41.0, options=options, networks=[net(2, 10, 1)])

    assert verdict.outcome is Outcome.PASS
    assert verdict.reason == (
        "Found 41, the true count of your own network (linear 2 10, relu, linear 10 1)."
    )
    assert count(decide, 42.0, options=options, networks=[net(2, 10, 1)]).credit == 0
    assert count(decide, 41.0, networks=[net(2, 10, 1)]).credit == 0


def test_the_count_of_a_network_that_uses_a_layer_twice(decide: Decide, net: Any):
    """Its parameters once or each time are both its true count."""
    deep = net(2, 2, 2, 1)
    first, relu, _, *rest = deep.layers
    twice = replace(deep, layers=(first, relu, first, *rest))
    options = number(own_count=NETWORK)

    counted = [count(decide, n, options=options, networks=[twice]) for n in (9.0, 15.0)]

    assert [verdict.outcome for verdict in counted] == [Outcome.PASS] * 2
    assert count(decide, 9.0, options=options, networks=[deep]).credit == 0


def test_a_network_without_a_proof_has_no_count(decide: Decide, net: Any):
    """The count of a claimed network is a claim."""
    unproven = net(2, 10, 1, proven=False)

    assert (
        count(decide, 41.0, options=number(own_count=NETWORK), networks=[unproven]).credit
        == 0
    )


WANT = np.array([1.0, 0.0, -2.0])


def values(
    decide: Decide, got: Any, options: ArrayClose | None = None, want: Any = WANT
) -> Verdict:
    """Decide about an array."""
    return decide(options or array(), {FindArray: [np.asarray(got)]}, {FindArray: [want]})


def test_the_right_array(decide: Decide):
    """Every element matches."""
    verdict = values(decide, [1, 0, -2])

    assert (verdict.outcome, verdict.reason) == (Outcome.PASS, "Every element matches.")


def test_a_part_of_the_array(decide: Decide):
    """The credit is the share that matches; the first difference is shown, as found."""
    verdict = values(decide, [1, 0.5, -2])

    assert verdict.credit == pytest.approx(2 / 3)
    assert verdict.reason == "1 of 3 elements differ; the first at (1,) is 0.5."
    assert ("expected there", "0") in verdict.detail


def test_nan_matches_nothing(decide: Decide):
    """A NaN fails even where the reference holds a NaN too."""
    verdict = values(decide, [math.nan], array(shape=(1,)), np.array([math.nan]))

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason == "1 of 1 elements differ; the first at (0,) is nan."


ZOO = [
    [],
    [[]],
    7.0,
    [7.0],
    [[7.0, 5.0, 9.0]],
    [[7.0], [5.0], [9.0]],
    [math.nan] * 3,
    [math.inf] * 3,
    [-math.inf] * 3,
    [0.0] * 3,
    [1.0] * 3,
    [True] * 3,
    np.eye(3),
    np.ones((3, 3)),
    np.ones((0, 3)),
    np.ones(4),
    np.zeros((3, 1, 1)),
    0,
    True,
    math.nan,
]


@pytest.mark.parametrize("got", ZOO, ids=range(len(ZOO)))
def test_the_comparator_zoo_earns_nothing(decide: Decide, got: Any):
    """Empty, scalar, broadcastable, constant, NaN: no credit for any of them."""
    verdict = values(
        decide, got, array(tol(rtol=1e-3, atol=1e-3)), np.array([7.0, 5.0, 9.0])
    )

    assert (verdict.outcome, verdict.credit) == (Outcome.FAIL, 0)


def test_true_is_not_one(decide: Decide):
    """Truth values in place of numbers earn nothing (True == 1.0 in Python)."""
    assert values(decide, [True, True], array(shape=(2,)), np.array([1.0, 1.0])).credit == 0


def test_masks_are_compared_as_masks(decide: Decide):
    """Where the reference holds truth values, the same truth values pass."""
    mask = np.array([True, False])

    assert values(decide, [True, False], array(shape=(2,)), mask).credit == 1


def test_another_shape(decide: Decide):
    """The words tell both shapes; shapes give no value away."""
    assert values(decide, np.ones((3, 1))).reason == "Expected shape (3,), got (3, 1)."


def test_no_array(decide: Decide):
    """Nothing found, and a reference without one."""
    assert decide(array(), {}, {FindArray: [WANT]}).outcome is Outcome.NO_ANSWER
    with pytest.raises(JudgeError, match=r"^3a\.values: the reference has no array$"):
        decide(array(), {FindArray: [WANT]}, {})


FLOATS = st.floats(-1e6, 1e6)
PART = st.floats(0, 10)


@settings(deadline=None)
@given(FLOATS, FLOATS, PART, PART, PART, PART)
def test_a_wider_tolerance_costs_no_number(
    decide: Decide,
    got: float,
    want: float,
    rtol: float,
    atol: float,
    more_r: float,
    more_a: float,
):
    """Law 4 for numbers: widening either part never lowers the credit."""
    close, wide = (
        decide(number(t), {FindNumber: [got]}, {FindNumber: [want]}).credit
        for t in (tol(rtol, atol), tol(rtol + more_r, atol + more_a))
    )

    assert 0 <= close <= wide <= 1


@settings(deadline=None)
@given(FLOATS, st.lists(st.tuples(FLOATS, st.floats(0, 1)), max_size=3), PART, PART)
def test_a_wider_tolerance_costs_no_known_mistake(
    decide: Decide, got: float, known: list[tuple[float, float]], atol: float, more: float
):
    """Law 4 with known wrong values: the nearest mistake stays what it was worth."""
    wrong = tuple(
        KnownWrong(value=v, credit=c, reason="r") for v, c in [(got, 0.5), *known][::-1]
    )
    close, wide = (
        decide(
            number(t, known_wrong=wrong), {FindNumber: [got]}, {FindNumber: [81.0]}
        ).credit
        for t in (tol(atol=atol), tol(atol=atol + more))
    )

    assert 0 <= close <= wide <= 1


ROWS = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(), min_size=n, max_size=n),
        st.lists(FLOATS, min_size=n, max_size=n),
    )
)


@settings(deadline=None)
@given(ROWS, PART, PART, PART, PART)
def test_a_wider_tolerance_costs_no_element(
    decide: Decide,
    rows: tuple[list[float], list[float]],
    rtol: float,
    atol: float,
    more_r: float,
    more_a: float,
):
    """Law 4 for arrays, NaN and infinities among the answers included."""
    got, want = map(np.array, rows)
    close, wide = (
        values(decide, got, array(t, shape=got.shape), want).credit
        for t in (tol(rtol, atol), tol(rtol + more_r, atol + more_a))
    )

    assert close is not None
    assert wide is not None
    assert 0 <= close <= wide <= 1


SIXTY = KnownWrong(value=60.0, credit=0.5, reason="60 leaves out the biases.")


@pytest.mark.parametrize(
    ("how", "value", "outcome"),
    [
        ("by the words beside it", 121.0, Outcome.PASS),
        (FAR_OFF, 121.0, Outcome.PENDING),
        ("by the words beside it", 60.0, Outcome.PARTIAL),
        (FAR_OFF, 60.0, Outcome.FAIL),
        (FAR_OFF, 81.0, Outcome.PENDING),
    ],
)
def test_a_number_far_off_decides_nothing(
    decide: Decide, place: Any, net: Any, how: str, value: float, outcome: Outcome
):
    """Neither a known mistake nor the count of the own network; a person may see more."""
    other = place(value, confidence=0.5)
    other = replace(other, binding=replace(other.binding, how=how))
    options = number(own_count=NETWORK, known_wrong=(SIXTY,))
    hits = (place(82.0, confidence=0.95), other)

    verdict = count(decide, *hits, options=options, networks=[net(2, 30, 1)])

    assert verdict.outcome is outcome
