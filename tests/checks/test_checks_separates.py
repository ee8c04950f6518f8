"""A line separates two classes if every point is on its class's side."""

import math
from typing import Any

import numpy as np
import pytest

from grader.model.criteria import Separates
from grader.model.finds import FindArray
from grader.model.verdict import Outcome, Verdict

LINE = Separates(
    id="1c.separates",
    states="It separates.",
    check="separates",
    weights=FindArray(names=("w",), shape=(2,)),
    bias=FindArray(names=("b",)),
    classes=(((1, 1), (2, 2)), ((1, 2), (2, 3))),
    hint="Check the sign.",
)


def judged(decide: Any, *pairs: tuple[Any, Any]) -> Verdict:
    """Decide about weight vectors and biases."""
    weights = [np.asarray(w) for w, _ in pairs]
    return decide(LINE, {"w": weights, "b": [np.asarray(b) for _, b in pairs]})


GOOD = [
    ((1, -1), 0.5),
    ((-1, 1), -0.5),
    ((2, -2), 1),
    ((1.0, -1.0), 1e-9),
    ((1, -1), 1 - 1e-9),
    ((1e6, -1e6), 5e5),
    ((1e-9, -1e-9), 5e-10),
    ((np.float32(1), np.float32(-1)), np.float32(0.5)),
]


@pytest.mark.parametrize(("w", "b"), GOOD)
def test_separating_lines(decide: Any, w: Any, b: Any):
    """Either polarity, any length, and any line between the classes."""
    assert judged(decide, (w, b)).outcome is Outcome.PASS


def test_words_of_a_pass(decide: Any):
    """The pair that separates is shown."""
    assert judged(decide, ((1, -1), 0.5)).reason == (
        "w = (1, -1) and b = 0.5 separate the classes."
    )


BAD = [
    ((1, -1), 0),
    ((1, -1), 1),
    ((-1, 1), 0),
    ((1, -1), 1.1),
    ((1, -1), -0.1),
    ((1, 1), 0.5),
    ((0, 0), 0),
    ((0, 0), 1),
    ((0, 0), -1),
    ((1, 0), -1.5),
    ((True, True), True),
    ((math.nan, 1), 0),
    ((1, -1), math.nan),
    ((math.inf, -math.inf), 0),
    ((1, -1), math.inf),
    ((1e308, -1e308), 1e308),
]


@pytest.mark.parametrize(("w", "b"), BAD)
def test_lines_that_do_not_separate(decide: Any, w: Any, b: Any):
    """A point on the line, a point on the wrong side, no line at all, NaN: nothing."""
    verdict = judged(decide, (w, b))

    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Check the sign.")


@pytest.mark.parametrize(
    ("w", "b", "words"),
    [
        (
            (1, -1),
            0,
            "(1, -1) and b = 0 leave the point (1, 1)",
        ),
        (
            (1, -1),
            1,
            "(1, -1) and b = 1 leave the point (1, 2)",
        ),
        (
            (1, 0),
            -1.5,
            "(1, 0) and b = -1.5 leave the point (2, 2)",
        ),
    ],
)
def test_words_of_a_fail(decide: Any, w: Any, b: Any, words: str):
    """The first point that is not on its side is named."""
    reason = judged(decide, (w, b)).reason

    assert reason == f"w = {words} on the wrong side or on the line."


@pytest.mark.parametrize(
    ("w", "b", "credit"),
    [
        ((1, -1), -0.5, 0.5),
        ((1, -1), 0, 0.5),
        ((-3, 3), 7, 0.5),
        ((1, 0), -1.5, 0.0),
        ((1, -0.5), 0, 0.0),  # (1, 1) and (2, 3) both at 0.5
        ((0, 0), 1, 0.0),
        ((math.inf, -math.inf), 0, 0.0),
    ],
)
def test_a_direction_may_earn_a_part(decide: Any, w: Any, b: Any, credit: float):
    """Where the rubric says so: only the bias is wrong."""
    options = LINE.model_copy(update={"direction": 0.5})

    verdict = decide(options, {"w": [np.asarray(w)], "b": [np.asarray(b)]})

    assert verdict.credit == credit
    assert ("With another b" in verdict.reason) is (credit > 0)


def test_one_good_pair_is_enough(decide: Any):
    """Among several vectors and biases the pair that separates counts."""
    assert judged(decide, ((1, 1), 9), ((1, -1), 0.5)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({}, "no_answer"),
        ({"w": [np.ones(2)]}, "no_answer"),
        ({"b": [np.ones(())]}, "no_answer"),
    ],
)
def test_a_half_is_no_answer(decide: Any, found: Any, outcome: str):
    """Both a weight vector and a bias are needed."""
    assert decide(LINE, found).outcome == outcome


@pytest.mark.parametrize("bias", [0.5, 0.0])
def test_a_pair_is_as_sure_as_its_unsurer_half(decide: Any, place: Any, bias: float):
    """A bias from another section makes the pair unsure, whether it separates or not."""
    unsure = place(np.asarray(bias), confidence=0.3)

    verdict = decide(LINE, {"w": [np.array([1, -1])], "b": [unsure]})

    assert verdict.binding is not None
    assert verdict.binding.confidence == 0.3
