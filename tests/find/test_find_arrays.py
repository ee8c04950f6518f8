"""Arrays are found under a name, or typed in the text in the usual spellings."""

from typing import Any

import numpy as np
import pytest

from grader.model.criteria_layers import FindTables
from grader.model.finds import FindArray
from grader.model.value import Opaque

W = FindArray(names=("w", "weight*"), shape=(2,))
B = FindArray(names=("b", "bias"))

VECTORS = [
    "w = (1,-1)",
    "w = (1, -1)",
    "w=[1, -1]",
    "w := (1, -1)",
    "w = (1, -1)^T",
    r"w = (1,-1)^\top",
    "**w = (1, -1), b = 1**",
    r"$\mathbf{w} = (1,-1)$ and $b = 0.5$",
    r"$\vec w = (1, -1)^T$",
    r"$\boldsymbol{w} = (1, -1)$",
    r"\mathbf{w} = \begin{pmatrix}1\\-1\end{pmatrix}",
    r"$w = \begin{bmatrix} 1 \\ -1 \end{bmatrix}$",
    r"$w = \begin{pmatrix} 1 & -1 \end{pmatrix}^T$",
    r"$w^T = (1, -1)$",
    r"$w = \left(\begin{array}{c} 1 \\ -1 \end{array}\right)$",
    "w = (1; -1)",
    "W = (1.0, -1.0)",
    "w = (1, −1)",
    "weights = (1, -1)",
    "we choose w = (1, -1), so that",
]


@pytest.mark.parametrize("text", VECTORS)
def test_vectors_typed_in_the_text(hand: Any, text: str):
    """Each spelling is the vector (1, -1)."""
    hand.text(text)

    (hit,) = hand.find(W, "1c").hits

    assert hit.value.tolist() == [1, -1]
    assert hit.binding.how == "typed in the text"


NUMBERS = [
    ("b = 0.5", 0.5),
    ("b=-0,5", -0.5),
    ("$b = - 0.5$", -0.5),
    ("**w = (2, -2), b = 1**", 1),
    ("bias = .5", 0.5),
    ("b = -1.", -1),
    ("b = (0.5)", 0.5),
    ("b = 1/2", 0.5),
    ("b = 1 / 2", 0.5),
    (r"$b = \frac{1}{2}$", 0.5),
    (r"$b = -\frac12$", -0.5),
    ("b = 0,125", 0.125),
]


@pytest.mark.parametrize(("text", "want"), NUMBERS)
def test_numbers_typed_in_the_text(hand: Any, text: str, want: float):
    """A number behind the equals sign, a fraction included; decimal commas are read."""
    hand.text(text)

    (hit,) = hand.find(B, "1c").hits

    assert hit.value.shape == ()
    assert float(hit.value) == want


NONE = [
    "w = (1, -1, 3)",
    "w = 5",
    "w = x + (1, -1)",
    "ww = (1, -1)",
    "w is (1, -1)",
    "x_w = (1, -1)",
    "w = ()",
]


@pytest.mark.parametrize("text", NONE)
def test_text_that_is_no_such_vector(hand: Any, text: str):
    """Another shape, another name or no equals sign is not the vector."""
    hand.text(text)

    assert not hand.find(W, "1c")


def test_code_is_not_text(hand: Any):
    """An assignment in code counts through its variable, not through its spelling."""
    hand.code("w = (1, -1)")

    assert not hand.find(W, "1c")


VALUES = [
    np.array([1, -1]),
    np.array([1.0, -1.0], dtype="float32"),
    np.array([[1.0], [-1.0]]),
    np.array([[1.0, -1.0]]),
    [1, -1],
    (1, -1.0),
    [[1], [-1]],
]


@pytest.mark.parametrize("value", VALUES)
def test_variables_of_the_right_size(hand: Any, value: object):
    """Lists, tuples, arrays, columns and rows of two numbers are the vector."""
    hand.code("...")
    hand.name("w", value)

    (hit,) = hand.find(W, "1c").hits

    assert hit.value.tolist() == [1, -1]
    assert hit.binding.what == "the variable w"


def test_a_tensor_is_an_array(hand: Any):
    """What arrived as a tensor is judged like an array; size 1 is a number."""
    hand.code("...")
    hand.name("bias", np.array([0.5], dtype="float32"))

    assert hand.find(B, "1c").hits[0].value.shape == ()


NO_VALUES = [
    None,
    [],
    (),
    "",
    "(1, -1)",
    np.empty(0),
    np.empty((2, 0)),
    [1, "x"],
    [[1, 2], [3]],
    Opaque(type="W", text="[1, -1]"),
    {"w": 1},
    np.array([1, 1j]),
    [2**70, 1],
    3.0,
    np.ones((2, 2)),
    np.ones(3),
]


@pytest.mark.parametrize("value", NO_VALUES)
def test_variables_that_are_no_such_array(hand: Any, value: object):
    """Nothing empty, ragged, complex, opaque or of another shape is the vector."""
    hand.code("...")
    hand.name("w", value)

    assert not hand.find(W, "1c")


def test_another_shape_is_near(hand: Any):
    """A variable of the right name and another shape is told."""
    hand.code("...")
    hand.name("w", np.ones(3))

    found = hand.find(W, "1c")

    assert found.looked_for == "an array of shape (2,) called `w` or `weight*`"
    assert found.nearest == ("the variable w has shape (3,)",)


def test_the_section_then_the_last(hand: Any):
    """Inside the section comes first, and of two equals the later."""
    hand.code("# 1c")
    hand.name("w", [1, 1])
    hand.code("...")
    hand.name("w", [2, 2])
    hand.code("# 2a")
    hand.name("w", [3, 3])

    assert [hit.value[0] for hit in hand.find(W, "1c").hits] == [2, 1, 3]


def test_handed_out_text_is_not_an_answer(hand: Any):
    """A vector typed in the skeleton is not the student's."""
    hand.text("w = (1, -1)")

    assert not hand.find(W, "1c", handed_out=["w = (1, -1)"])


def test_an_array_that_was_not_kept(hand: Any):
    """A reference whose array did not arrive is no answer and no exception."""
    hand.code("...")
    hand.name("w", np.array([1.0, -1.0]))
    hand.arrays.clear()

    assert not hand.find(W, "1c")


def test_rows_in_lists_of_their_own(hand: Any):
    """((0, 1), 1) is the row 0, 1, 1; rows of several lengths are no table."""
    hand.code("data = ...")
    hand.name("data", [[[0, 0], -1], [[0, 1], 1], [[1, 0], 1]])
    hand.name("ragged", [[[0, 0], -1], [[0], 1]])
    hand.name("plain", [[1, 2], [3, 4]])

    found = hand.find(FindTables(), "2a").hits

    held = {hit.binding.what: [] for hit in found}
    for hit in found:
        held[hit.binding.what].append(hit.value.tolist())
    assert [[0, 0, -1], [0, 1, 1], [1, 0, 1]] in held["the variable data"]
    assert held["the variable plain"] == [[[1, 2], [3, 4]]]
    assert all(np.ndim(value) < 2 for value in held["the variable ragged"])
