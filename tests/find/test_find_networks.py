"""A traced network counts once its forward pass, recomputed, gives its outputs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.finds import FindNetwork
from grader.model.network import NetworkLayer

WHAT = FindNetwork(names=("*shallow*",), inputs=2, outputs=1, hidden=(0, 2))
Net = Callable[..., tuple[NetworkLayer, ...]]


def test_a_right_trace_is_proven(hand: Any, net: Net):
    """Layers that explain the outputs are the network; its sizes and count are read off."""
    hand.code("# 3a")
    hand.trace(net(2, 20, 1), "model", type="__main__.MLPShallow")

    (hit,) = hand.find(WHAT).hits

    assert hit.value.proven
    assert (hit.value.sizes, hit.value.count) == ((2, 20, 1), 81)
    assert str(hit.binding) == (
        "network model (MLPShallow) in cell 1 (by name; in question 3a)"
    )


def forged(layers: tuple[NetworkLayer, ...]) -> list[tuple[NetworkLayer, ...]]:
    """Claims that do not explain the outputs of `layers`."""
    first, relu, last = layers
    assert first.weight is not None
    moved = NetworkLayer(op="linear", weight=first.weight + 0.01, bias=first.bias)
    unbiased = NetworkLayer(op="linear", weight=first.weight, bias=None)
    tanh = NetworkLayer(op="tanh")
    return [(moved, relu, last), (unbiased, relu, last), (first, tanh, last), (first, last)]


@pytest.mark.parametrize("which", range(4))
def test_forged_layers_are_not_proven(hand: Any, net: Net, which: int):
    """Other weights, no bias, another activation or none: the outputs contradict."""
    layers = net(2, 20, 1)
    x = np.random.default_rng(3).normal(size=(9, 2)).astype("float32")
    hand.code("# 3a")
    hand.trace(layers)
    real = hand.arrays[hand.networks[0].y.sha256]
    hand.networks.clear()
    hand.trace(forged(layers)[which], "shallow", y=real)
    del x

    (hit,) = hand.find(WHAT).hits

    assert not hit.value.proven
    assert hit.value.error == "its layers do not explain its outputs"


@pytest.mark.parametrize(("factor", "proven"), [(1 + 1.9e-4, True), (1 + 2.1e-4, False)])
def test_the_boundary_of_a_proof(hand: Any, net: Net, factor: float, proven: bool):
    """Outputs may be off by 2e-4 of the largest, as float32 never is."""
    layers = net(2, 20, 1)
    hand.trace(layers)
    right = hand.arrays[hand.networks[0].y.sha256].astype("float64")
    hand.networks.clear()
    hand.trace(layers, y=right * factor)

    assert hand.find(WHAT).hits[0].value.proven is proven


OUTPUTS = [
    np.zeros((9, 1)),
    np.ones((9, 1)),
    np.full((9, 1), np.nan),
    np.full((9, 1), np.inf),
    np.zeros(0),
    np.zeros((1, 1)),
    np.zeros((9, 2)),
    np.zeros(()),
]


@pytest.mark.parametrize("y", OUTPUTS)
def test_outputs_that_prove_nothing(hand: Any, net: Net, y: Any):
    """Constants, NaN, infinities, an empty array and other shapes prove no network."""
    hand.trace(net(2, 20, 1), y=y)

    assert [hit.value.proven for hit in hand.find(WHAT).hits] == [False]


def test_no_inputs_prove_nothing(hand: Any, net: Net):
    """A pass over no points at all is no proof, and no exception."""
    hand.trace(net(2, 20, 1), x=np.zeros((0, 2), dtype="float32"))

    assert [hit.value.proven for hit in hand.find(WHAT).hits] == [False]


def test_a_bias_that_broadcasts(hand: Any, net: Net):
    """One bias for all neurons is not a bias per neuron, though numpy would add it."""
    first, relu, last = net(2, 20, 1)
    one = NetworkLayer(op="linear", weight=first.weight, bias=np.ones(1, dtype="float32"))
    hand.trace((one, relu, last), "shallow")

    assert not any(hit.value.proven for hit in hand.find(WHAT).hits)


def test_weights_that_are_no_matrix(hand: Any):
    """Integers, or a tensor of other dimensions, are no linear layer: nothing is proven."""
    odd = NetworkLayer(op="linear", weight=np.ones((1, 2), dtype="int64"))
    hand.trace((odd,), "net", y=np.zeros((9, 1)))

    (hit,) = hand.find(WHAT).hits

    assert (hit.value.proven, hit.value.error) == (
        False,
        "its weights did not arrive whole",
    )


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ("RuntimeError: no kernel for this dtype", 1),
        ("timeout", 1),
        ("RuntimeError: mat1 and mat2 shapes cannot be multiplied", 0),
        ("NotImplementedError: ", 0),
    ],
)
def test_a_network_of_another_name_that_could_not_be_traced(
    hand: Any, error: str, found: int
):
    """It may be the one meant, unless it wants other inputs or is not written yet."""
    hand.trace((), "net", y=np.zeros((9, 1)), error=error)

    assert [hit.value.proven for hit in hand.find(WHAT).hits] == [False] * found


def test_an_unknown_operation_is_found_and_not_proven(hand: Any, net: Net):
    """A network with an operation that numpy cannot repeat is shown to a person."""
    first, _, last = net(2, 20, 1)
    odd = (first, NetworkLayer(op="leaky_relu"), last)
    hand.trace(odd, "shallow", y=np.zeros((9, 1)))

    (hit,) = hand.find(WHAT).hits

    assert not hit.value.proven
    assert hit.value.error == (
        "its forward pass cannot be recomputed (no numpy form of 'leaky_relu')"
    )


def test_a_network_whose_trace_was_lost(hand: Any, net: Net):
    """A network of a fitting name that could not be traced is found, without a proof."""
    hand.code("# 3a")
    key = hand.trace(net(2, 20, 1), "shallow")
    del key
    lost = hand.networks[0]
    hand.networks[0] = type(lost)(
        probe=lost.probe, candidate=lost.candidate, error="timeout"
    )

    (hit,) = hand.find(WHAT).hits

    assert (hit.value.proven, hit.value.error) == (False, "timeout")


@pytest.mark.parametrize(
    ("sizes", "fits"),
    [
        ((2, 1), True),
        ((2, 9, 9, 1), True),
        ((2, 5, 5, 5, 1), False),
        ((3, 9, 1), False),
        ((2, 9, 2), False),
    ],
)
def test_sizes_and_hidden_layers(hand: Any, net: Net, sizes: tuple[int, ...], fits: bool):
    """Inputs, outputs and the number of hidden layers tell which networks are meant."""
    x = np.ones((4, sizes[0]), dtype="float32")
    hand.trace(net(*sizes), x=x)

    assert bool(hand.find(WHAT)) is fits


def test_names_then_sections_then_the_last(hand: Any, net: Net):
    """A fitting name comes first; among the others the section, then the later one."""
    hand.code("# 3a")
    hand.trace(net(2, 4, 1), "first")
    hand.code("...")
    hand.trace(net(2, 5, 1), "second")
    hand.code("# 3d")
    hand.trace(net(2, 6, 1), "elsewhere")
    hand.trace(net(2, 7, 1), "Shallow")

    hits = hand.find(WHAT, "3a").hits

    assert [hit.value.sizes[1] for hit in hits] == [7, 5, 4, 6]


def test_handed_out_networks(hand: Any, net: Net):
    """A network of the skeleton is not the student's."""
    hand.code("model = Net()")
    hand.trace(net(2, 20, 1), "shallow")

    assert not hand.find(WHAT, handed_out=["model = Net()"])


def test_nothing_found(hand: Any, net: Net):
    """The words name the sizes, and networks of other sizes."""
    hand.code("...")
    hand.trace(net(2, 5, 5, 5, 1), "deep")

    found = hand.find(WHAT)

    assert (
        found.looked_for == "a network with 2 inputs and 1 output, for example `*shallow*`"
    )
    assert found.nearest == (
        "network deep: linear 2 5, relu, linear 5 5, relu, linear 5 5, relu, linear 5 1",
    )


def test_a_trace_of_nothing_that_was_recorded(hand: Any, net: Net):
    """A trace that names no recorded candidate counts for nothing."""
    hand.trace(net(2, 20, 1))
    hand.candidates.clear()

    assert not hand.find(WHAT)
