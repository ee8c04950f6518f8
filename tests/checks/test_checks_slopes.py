"""Which output over which input straight curves show, and when that cannot be told."""

from collections.abc import Sequence

import numpy as np
import pytest

from grader.checks.slopes import SAME, matrix, other_pair
from grader.model.evidence import Candidate, CandidateKind
from grader.model.network import Network, NetworkLayer
from grader.model.value import Array


def straight(seed: int, *also: NetworkLayer) -> Network:
    """A network of three random linear layers 5-5-5-5."""
    rng = np.random.default_rng(seed)
    layers = [
        NetworkLayer(op="linear", weight=rng.normal(size=(5, 5)).astype(np.float32))
        for _ in range(3)
    ]
    candidate = Candidate(id=f"n{seed}", kind=CandidateKind.NETWORK, cell=0)
    return Network(candidate=candidate, layers=(*layers, *also), proven=True)


NETWORKS = [straight(seed) for seed in range(3)]


def slopes(output: int, given: int, networks: Sequence[Network] = NETWORKS) -> list[float]:
    """The slopes of one output over one input, as a central difference gives them."""
    x = np.random.default_rng(9).normal(size=(2, 5))
    x[1] = x[0]
    x[1, given] += 20
    found: list[Array] = [network.forward(x)[:, output] for network in networks]
    return [float(y[1] - y[0]) / 20 for y in found]


def test_a_product_of_weights():
    """The last layer's weights stand first; with an activation there is no product."""
    first, second = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0]])
    layers = tuple(NetworkLayer(op="linear", weight=w) for w in (first, second))
    candidate = Candidate(id="n0", kind=CandidateKind.NETWORK, cell=0)
    network = Network(candidate=candidate, layers=layers, proven=True)

    got = matrix(network)

    assert got is not None
    assert got.tolist() == [[3.0, 4.0]]
    assert matrix(straight(0, NetworkLayer(op="tanh"))) is None
    assert matrix(Network(candidate=candidate, proven=True)) is None


@pytest.mark.parametrize(
    ("output", "given", "told"),
    [(0, 0, None), (1, 0, (1, 0)), (0, 1, (0, 1)), (4, 3, (4, 3))],
)
def test_the_pair_that_is_drawn(output: int, given: int, told: tuple[int, int] | None):
    """Only another pair than the first is told, whatever the others are fixed to."""
    assert other_pair(slopes(output, given), NETWORKS, 3) == told


def test_every_output_drawn():
    """Who draws the first one too has drawn it."""
    every = [slope for output in range(5) for slope in slopes(output, 0)]

    assert other_pair(every, NETWORKS, 3) is None


def test_what_cannot_be_told():
    """Too few networks, the same one again, curves of others, or slopes that are near."""
    second = slopes(1, 0)

    assert other_pair(second, NETWORKS[:2], 3) is None
    assert other_pair(second, [NETWORKS[0]] * 3, 3) is None
    assert other_pair(slopes(1, 0, [straight(s) for s in (7, 8, 9)]), NETWORKS, 3) is None
    assert other_pair([s * (1 + 3 * SAME) for s in second], NETWORKS, 3) is None
    assert other_pair([s * (1 + SAME / 3) for s in second], NETWORKS, 3) == (1, 0)


def test_networks_with_activations_are_no_evidence():
    """A slope says nothing of them; those without still do."""
    bent = [straight(seed, NetworkLayer(op="tanh")) for seed in range(3)]

    assert other_pair(slopes(1, 0), bent, 3) is None
    assert other_pair(slopes(1, 0), [*bent, *NETWORKS], 3) == (1, 0)
