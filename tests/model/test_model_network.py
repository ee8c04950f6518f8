"""A forward pass recomputed in numpy gives what a pencil gives."""

import math

import numpy as np
import pytest

from grader.model.evidence import Candidate, CandidateKind
from grader.model.network import Network, NetworkLayer, forward

FIRST = NetworkLayer(
    op="linear",
    weight=np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0]]),
    bias=np.array([0.5, -0.5, 0.0]),
)
LAST = NetworkLayer(op="linear", weight=np.array([[2.0, -3.0, 1.0]]), bias=np.array([4.0]))
RELU = NetworkLayer(op="relu")
CANDIDATE = Candidate(id="n0", kind=CandidateKind.NETWORK, cell=0)


def network(*layers: NetworkLayer) -> Network:
    """A network of these layers."""
    return Network(candidate=CANDIDATE, layers=layers)


def test_a_pass_by_hand():
    """At (1, -1) the hidden neurons are (-0.5, -2, -1); at (1, 1) they are (3.5, -1, 1)."""
    out = network(FIRST, RELU, LAST).forward(np.array([[1.0, -1.0], [1.0, 1.0]]))

    assert out.tolist() == [[4.0], [2 * 3.5 + 1 + 4]]


@pytest.mark.parametrize(
    ("op", "want"),
    [
        ("relu", [0.0, 0.0, 2.0]),
        ("tanh", [-math.tanh(1), 0.0, math.tanh(2)]),
        ("sigmoid", [1 / (1 + math.e), 0.5, 1 / (1 + math.exp(-2))]),
    ],
)
def test_activations(op: str, want: list[float]):
    """Each activation at -1, 0 and 2."""
    got = forward((NetworkLayer(op=op),), np.array([[-1.0, 0.0, 2.0]]))

    assert got[0] == pytest.approx(want, abs=1e-15)


def test_a_sigmoid_far_out():
    """Large arguments neither overflow nor warn."""
    got = forward((NetworkLayer(op="sigmoid"),), np.array([[-1e4, 1e4]]))

    assert got.tolist() == [[0, 1]]


def test_no_bias():
    """A layer without a bias adds none."""
    bare = NetworkLayer(op="linear", weight=np.array([[1.0, 2.0]]))

    assert network(bare).forward(np.array([[3.0, 4.0]])).tolist() == [[11]]


def test_single_precision_is_widened():
    """Weights of float32 are used in float64."""
    weight = np.array([[0.1]], dtype="float32")

    out = forward((NetworkLayer(op="linear", weight=weight),), np.array([[3]]))

    assert out.dtype == np.float64
    assert out[0, 0] == float(np.float32(0.1)) * 3


def test_what_cannot_be_recomputed():
    """An unknown operation and shapes that do not fit raise ValueError."""
    with pytest.raises(ValueError, match=r"^no numpy form of 'dropout'$"):
        forward((NetworkLayer(op="dropout"),), np.ones((1, 2)))
    with pytest.raises(ValueError, match="matmul"):
        forward((LAST,), np.ones((1, 2)))


SIZES = [
    ((), (), 0, 0, "nothing that could be traced"),
    ((RELU,), (), 0, 0, "relu"),
    ((FIRST,), (2, 3), 0, 9, "linear 2 3"),
    ((FIRST, RELU, LAST), (2, 3, 1), 1, 13, "linear 2 3, relu, linear 3 1"),
    (
        (NetworkLayer(op="linear", weight=np.ones((1, 2))),),
        (2, 1),
        0,
        2,
        "linear 2 1 without bias",
    ),
]


@pytest.mark.parametrize(("layers", "sizes", "hidden", "count", "words"), SIZES)
def test_sizes_counts_and_words(
    layers: tuple[NetworkLayer, ...],
    sizes: tuple[int, ...],
    hidden: int,
    count: int,
    words: str,
):
    """Sizes from input to output, hidden layers, parameters, and the words for it."""
    got = network(*layers)

    assert (got.sizes, got.hidden, got.count, str(got)) == (sizes, hidden, count, words)
