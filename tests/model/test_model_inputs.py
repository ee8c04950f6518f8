"""Inputs are drawn: the same bytes for one salt, others for another."""

import numpy as np
import pytest
from pydantic import ValidationError

from grader.model.inputs import Input

UNIFORM = Input(shape=(50, 2), uniform=(-1, 1), seed=7)
NORMAL = Input(shape=(2000,), normal=(3, 0.5))


def test_one_salt_gives_the_same_bytes():
    """A class gets the same numbers."""
    assert UNIFORM.draw("pairs", "s").tobytes() == UNIFORM.draw("pairs", "s").tobytes()


@pytest.mark.parametrize(
    "other",
    [
        UNIFORM.draw("pairs", "t"),
        UNIFORM.draw("others", "s"),
        UNIFORM.model_copy(update={"seed": 8}).draw("pairs", "s"),
    ],
)
def test_salt_name_and_seed_change_the_bytes(other: np.ndarray):
    """Another salt, name or seed gives numbers none of which is the same."""
    assert not (other == UNIFORM.draw("pairs", "s")).any()


def test_a_name_is_not_part_of_the_salt():
    """Salt and name are told apart wherever the border lies."""
    assert UNIFORM.draw("bc", "a").tobytes() != UNIFORM.draw("c", "ab").tobytes()


def test_laws():
    """Uniform stays in its range; normal has its mean and deviation; both are float64."""
    uniform, normal = UNIFORM.draw("a", "s"), NORMAL.draw("a", "s")

    assert (uniform.shape, uniform.dtype) == ((50, 2), np.float64)
    assert -1 <= uniform.min() < -0.9
    assert 0.9 < uniform.max() < 1
    assert normal.mean() == pytest.approx(3, abs=0.05)
    assert normal.std() == pytest.approx(0.5, abs=0.05)


def test_listed_values():
    """Listed values are as listed, whatever the salt."""
    assert Input(values=(1, 2.5)).draw("a", "s").tolist() == [1, 2.5]


REFUSED = [
    ({}, "an input needs exactly one of uniform, normal, signs, values"),
    (
        {"uniform": (0, 1), "values": (1,)},
        "an input needs exactly one of uniform, normal, signs, values",
    ),
    ({"uniform": (1, 1)}, r"uniform is \[low, high\) with low below high"),
    ({"normal": (0, 0)}, r"normal is \[mean, sd\] with sd above 0"),
    ({"shape": (10_000, 101), "uniform": (0, 1)}, "an input has at most 1000000 numbers"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_inputs_that_cannot_be_built(options: dict[str, object], message: str):
    """No source, two sources, an empty range, no spread, too many numbers."""
    with pytest.raises(ValidationError, match=message):
        Input.model_validate(options)


def test_signs_are_both_and_nothing_else():
    """Neurons of a Hopfield network."""
    drawn = Input(shape=(50,), signs=True).draw("x", "s")

    assert set(drawn) == {-1.0, 1.0}


def test_symmetric_with_a_diagonal():
    """The diagonal is put on after the rest was made symmetric."""
    drawn = Input(shape=(5, 5), normal=(0, 1), symmetric=True, diagonal=0).draw("W", "s")

    assert (drawn == drawn.T).all()
    assert (np.diag(drawn) == 0).all()
    assert drawn[0, 1] != 0


def test_a_distribution_adds_up_to_one():
    """Row by row, without zeros."""
    drawn = Input(shape=(4, 5), uniform=(0, 1), distribution=True).draw("y", "s")

    assert np.allclose(drawn.sum(axis=1), 1)
    assert (drawn > 0).all()


@pytest.mark.parametrize("more", [{"symmetric": True}, {"diagonal": 0.0}])
def test_what_is_symmetric_is_square(more):
    """Other shapes are refused."""
    with pytest.raises(ValidationError, match="symmetric and diagonal need a square shape"):
        Input(shape=(4, 5), normal=(0, 1), **more)
