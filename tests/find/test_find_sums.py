"""Sums over a letter that the rubric knows as a length, and indices that are alike."""

import numpy as np
import pytest

from grader.find.equation_reader import Reader
from grader.find.letter_worlds import language
from grader.model.symbols import Symbols

SCORES = Symbols.model_validate(
    {
        "sizes": {"n": 3, "k": 5},
        "indices": {"i": "k", "r": "n"},
        "letters": {
            "y": {"shape": ["k"]},
            "h": {"shape": ["n"]},
            "Theta": {"shape": ["n", "k"], "by": "column"},
            "theta": {"equals": "Theta", "by": "column"},
        },
    }
)
FLIPPED = {
    "sizes": {"n": 5},
    "indices": {"i": "n", "j": "n", "k": "n"},
    "letters": {
        "x": {"shape": ["n"], "law": "signs"},
        "y": {"flips": "x", "at": "i"},
    },
}


def sides(text, symbols=SCORES):
    """The values of the sides of one equation."""
    (equation,) = Reader(language(symbols), (("Q",),)).read(text)
    return [side.values for side in equation.sides]


@pytest.mark.parametrize(
    ("over_k", "over_i"),
    [
        (r"\sum_k y_k", r"\sum_i y_i"),
        (r"\sum_k y_k h^T \theta_k", r"\sum_i y_i h^T \theta_i"),
        (r"\sum_k \Theta_{rk} y_k", r"\sum_i \Theta_{ri} y_i"),
    ],
)
def test_a_sum_counts_as_far_as_what_it_picks(over_k, over_i):
    """The letter k is a length in the rubric, and an index in the text."""
    left, right = sides(f"${over_k} = {over_i}$")

    assert left
    assert all(np.allclose(a, b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("text", [r"\sum_k 2", r"\sum_q y_q h_q"])
def test_a_sum_without_an_end_has_no_value(text):
    """It is not 0: nothing says how far it goes, or two things do."""
    left, right = sides(f"${text} = 0$")

    assert not left
    assert right


@pytest.mark.parametrize("text", [r"y_h", r"y_{h}", r"\sum_{k=h}^{3} y_k", r"y_{0.5}"])
def test_what_is_no_whole_number_is_no_index(text):
    """A vector or a fraction where an index stands: no value, and no exception."""
    left, right = sides(f"${text} = 0$")

    assert not left
    assert right


def test_indices_that_are_alike():
    """The entry that was flipped may be called k; i and j stay apart."""
    alike = Symbols.model_validate(FLIPPED | {"alike": ["i", "k"]})
    apart = Symbols.model_validate(FLIPPED)

    def flipped(name, symbols):
        before, after = sides(f"$x_{name} = y_{name}$", symbols)
        return [bool((a == -b).all()) for a, b in zip(before, after, strict=True)]

    assert all(flipped("k", alike))
    assert all(flipped("i", alike))
    assert not any(flipped("j", alike))
    assert not any(flipped("k", apart))


def test_alike_names_indices():
    """A letter that is none is refused."""
    with pytest.raises(ValueError, match="there is no index q"):
        Symbols.model_validate(FLIPPED | {"alike": ["i", "q"]})
