"""Which output over which input straight curves show, and when that cannot be told."""

from collections.abc import Sequence

import numpy as np
import pytest

from grader.checks.slopes import SAME, chained, matrices_of, other_pair
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


def told(found: Sequence[float], networks: Sequence[Network] = NETWORKS) -> object:
    """Which other pair three slopes are of."""
    return other_pair(found, [matrices_of(networks)], 3)


def test_a_product_of_weights():
    """The last layer's weights stand first; with an activation there is no product."""
    first, second = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0]])
    layers = tuple(NetworkLayer(op="linear", weight=w) for w in (first, second))
    candidate = Candidate(id="n0", kind=CandidateKind.NETWORK, cell=0)
    network = Network(candidate=candidate, layers=layers, proven=True)
    bent = straight(0, NetworkLayer(op="tanh"))
    empty = Network(candidate=candidate, proven=True)

    (got,) = matrices_of([network, bent, empty])

    assert got.tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize(
    ("output", "given", "wanted"),
    [(0, 0, None), (1, 0, (1, 0)), (0, 1, (0, 1)), (4, 3, (4, 3))],
)
def test_the_pair_that_is_drawn(output: int, given: int, wanted: tuple[int, int] | None):
    """Only another pair than the first is told, whatever the others are fixed to."""
    assert told(slopes(output, given)) == wanted


def test_every_output_drawn():
    """Who draws the first one too has drawn it."""
    every = [slope for output in range(5) for slope in slopes(output, 0)]

    assert told(every) is None


def test_what_cannot_be_told():
    """Too few networks, the same one again, curves of others, or slopes that are near."""
    second = slopes(1, 0)

    assert told(second, NETWORKS[:2]) is None
    assert told(second, [NETWORKS[0]] * 3) is None
    assert told(slopes(1, 0, [straight(s) for s in (7, 8, 9)])) is None
    assert told([s * (1 + 3 * SAME) for s in second]) is None
    assert told([s * (1 + SAME / 3) for s in second]) == (1, 0)


def test_networks_with_activations_are_no_evidence():
    """A slope says nothing of them; those without still do."""
    bent = [straight(seed, NetworkLayer(op="tanh")) for seed in range(3)]

    assert told(slopes(1, 0), bent) is None
    assert told(slopes(1, 0), [*bent, *NETWORKS]) == (1, 0)


def by_hand(output: int, kept: Sequence[Array]) -> object:
    """What is told of an output's slopes from weights that were kept, 5 x 5."""
    return other_pair(slopes(output, 0), list(chained(kept, 5, 3)), 3)


def test_weights_written_by_hand():
    """They lie one behind the other, for columns or for rows; other shapes do not count."""
    kept = [w for n in NETWORKS for layer in n.layers if (w := layer.weight) is not None]
    more = [np.ones((2, 5)), *kept, kept[0].copy()]

    assert [by_hand(i, kept) for i in (0, 1, 4)] == [None, (1, 0), (4, 0)]
    assert [by_hand(i, [w.T for w in kept]) for i in (0, 1)] == [None, (1, 0)]
    assert by_hand(1, more) == (1, 0)
    assert by_hand(1, kept[:6]) is None


def test_one_guess_at_the_first_pair_is_enough():
    """Where one reading of the weights explains the first output, nothing is said."""
    first, second = matrices_of(NETWORKS), [m[::-1].copy() for m in matrices_of(NETWORKS)]

    assert other_pair(slopes(0, 0), [second, first], 3) is None
    assert other_pair(slopes(0, 0), [second], 3) == (4, 0)
