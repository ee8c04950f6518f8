"""Parameters of a model are found together, in variables or typed."""

from typing import Any

import numpy as np
import pytest

from grader.find.parameters import assignments, typed
from grader.model.criteria_layers import FindParameters, Quantity

WHAT = FindParameters(
    parameters=(
        Quantity(name="U", also=("W1",), shape=(2, 2)),
        Quantity(name="b1", shape=(2,)),
        Quantity(name="w", also=("W2",), shape=(2,)),
        Quantity(name="b2", shape=()),
    )
)
MATRICES = [
    r"U=\begin{pmatrix}1&-1\\-1&1\end{pmatrix}",
    r"\mathbf{U} = \begin{bmatrix} 1 & -1 \\ -1 & 1 \end{bmatrix}",
    "U = [[1, -1], [-1, 1]]",
    "U = (1, -1; -1, 1)",
    r"$U = \left[\begin{array}{cc} 1 & -1 \\ -1 & 1 \end{array}\right]$",
    "U = [1 -1; -1 1]",
]
NUMBERS = [
    (r"b_2=-\tfrac12", -0.5),
    (r"b_2 = -\frac{1}{2}", -0.5),
    ("b2 = -1/2", -0.5),
    ("b_2 = −½", -0.5),
    ("b2: -0.5", -0.5),
    ("b_{2} = (-1)", -1.0),
    ("b_1 = b_2 = 0", 0.0),
    ("b_2=-0{,}5", -0.5),
    ("b_2 = -0,5.", -0.5),
    ("b_2=1,w=2", 1.0),
    ("b_2=0,1,1,0", 0.0),
]


@pytest.mark.parametrize("text", MATRICES)
def test_matrices_in_the_usual_spellings(text: str):
    """Each is ((1, -1), (-1, 1))."""
    ((name, rest),) = assignments(text)

    assert name == "U"
    assert np.array_equal(typed(rest, (2, 2)), [[1, -1], [-1, 1]])


@pytest.mark.parametrize(("text", "want"), NUMBERS)
def test_numbers_in_the_usual_spellings(text: str, want: float):
    """A number behind the name, through a chain of equalities."""
    found = dict(assignments(text))

    assert float(typed(found["b2"], ())) == want


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(1, 2, 3)", (2,)),
        ("(1, a)", (2,)),
        ("1, 2", (2,)),
        ("(1, 2, 3, 4)", (2, 2)),
        ("x + 1", ()),
    ],
)
def test_what_is_not_of_that_shape_is_not_read(text: str, shape: tuple[int, ...]):
    """Another number of entries, letters, no brackets, no rows."""
    assert typed(text, shape) is None


def test_zero_stands_for_a_vector_of_zeros():
    """b_1 = 0."""
    assert np.array_equal(typed("0$, and", (2,)), [0, 0])


def test_a_set_in_variables(hand: Any):
    """Names that fit, with axes of length 1 left out."""
    hand.code("...")
    hand.name("W1", np.eye(2))
    hand.name("b1", np.zeros((1, 2)))
    hand.name("W2", np.ones((2, 1)))
    hand.name("b2", -0.5)

    found = hand.find(WHAT, "3a")
    assert found.hits[0].value["w"].shape == (2,)
    assert float(found.hits[0].value["b2"]) == -0.5


def test_the_variables_are_named(hand: Any):
    """Those that were used, in the order of the model, with one of two names each."""
    hand.code("...")
    for name, value in {"b2": -0.5, "w": np.ones(2), "W1": np.eye(2)}.items():
        hand.name(name, value)
    hand.name("b1", np.zeros(2))

    assert hand.find(WHAT, "3a").hits[0].binding.what == "the variables W1, b1, w and b2"


def test_a_parameter_that_is_missing_is_no_set(hand: Any):
    """Three of four parameters are nothing that can be evaluated."""
    hand.code("...")
    hand.name("U", np.eye(2))
    hand.name("b1", np.zeros(2))
    hand.name("b2", 1.0)

    assert not hand.find(WHAT, "3a").hits


def test_a_set_in_comments(hand: Any):
    """One set after the other; no comment is as sure as a text."""
    hand.code("# U = [[1,-1],[-1,1]]  b1 = [0,0]\n# w = [1,1]  b2 = -.5\nx = 'b2 = 7'")

    (found,) = hand.find(WHAT, "3a").hits
    assert found.value["U"].tolist() == [[1, -1], [-1, 1]]
    assert (float(found.value["b2"]), found.binding.what) == (
        -0.5,
        "parameters in a comment",
    )
    assert found.binding.confidence < 0.5


@pytest.mark.parametrize("left", ["U'x+b1", "U'x + b1", "-b1", "2·b1", "h - b1", "a/b1"])
def test_a_side_of_an_equation_is_no_name(left: str):
    """The last letter of a sum or a product has not that value."""
    assert not list(assignments(f"{left} = (-1, -1)"))
