"""Architectures: read off a proven network, and every difference in a sentence."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.networks import difference
from grader.model.criteria import ModuleMatches, Tolerance
from grader.model.finds import FindNetwork
from grader.model.network import Network, NetworkLayer
from grader.model.verdict import Outcome, Verdict

WANT = ("linear 2 20", "relu", "linear 20 1")
SHALLOW = ModuleMatches(
    id="3a.architecture",
    states="It is this.",
    check="module_matches",
    find=FindNetwork(inputs=2, outputs=1),
    architecture=WANT,
    tolerance=Tolerance(rtol=2e-4, atol=0, because="a test"),
    hint="Look at the sheet.",
)


def judged(decide: Callable[..., Verdict], *networks: Any) -> Verdict:
    """Decide about networks."""
    return decide(SHALLOW, {FindNetwork: networks})


def test_the_right_architecture(decide: Any, net: Any):
    """It passes, wherever it stands among others."""
    verdict = judged(decide, net(2, 5, 1), net(2, 20, 1))

    assert (verdict.outcome, verdict.reason) == (
        Outcome.PASS,
        "It is linear 2 20, relu, linear 20 1.",
    )


def test_a_second_relu_does_nothing(decide: Any, net: Any):
    """Two ReLUs in a row are one; two of tanh would not be."""
    first, relu, last = net(2, 20, 1).layers
    tanh = NetworkLayer(op="tanh")
    twice = [
        type(net(2, 1))(candidate=net(2, 1).candidate, layers=layers, proven=True)
        for layers in ((first, relu, relu, last), (first, tanh, tanh, last))
    ]

    assert judged(decide, twice[0]).outcome is Outcome.PASS
    assert judged(decide, twice[1]).outcome is Outcome.FAIL


DEEP = SHALLOW.model_copy(
    update={"architecture": ("linear 2 2", "relu", "linear 2 2", "relu", "linear 2 1")}
)


def with_second(net: Network, weight: Any, bias: Any) -> Network:
    """The network with other weights in its second layer."""
    first, relu, second, *rest = net.layers
    second = replace(second, weight=weight, bias=bias)
    return replace(net, layers=(first, relu, second, *rest))


def test_one_layer_used_twice(decide: Any, net: Any):
    """Layers with the same random weights may be one: a person looks, half is proposed."""
    deep = net(2, 2, 2, 1)
    first = deep.layers[0]
    twice = with_second(deep, first.weight, first.bias)

    verdict = decide(DEEP, {FindNetwork: [twice]})

    assert decide(DEEP, {FindNetwork: [deep]}).outcome is Outcome.PASS
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.5)
    assert "2 layers have the same weights" in verdict.reason
    assert decide(DEEP, {FindNetwork: [twice, deep]}).outcome is Outcome.PASS


def test_layers_that_are_alike_and_no_copies(decide: Any, net: Any):
    """Another bias makes another layer; weights set to one number tell nothing."""
    deep = net(2, 2, 2, 1)
    first, ones = deep.layers[0], np.ones((2, 2))
    other = with_second(deep, first.weight, first.bias + 1)
    same = with_second(deep, ones, np.zeros(2))
    same = replace(same, layers=(same.layers[2], *same.layers[1:]))

    assert decide(DEEP, {FindNetwork: [other]}).outcome is Outcome.PASS
    assert decide(DEEP, {FindNetwork: [same]}).outcome is Outcome.PASS


def test_the_parameters_of_a_layer_used_twice(net: Any):
    """They count once; without such a layer both counts are the same."""
    deep = net(2, 2, 2, 1)
    first = deep.layers[0]
    twice = with_second(deep, first.weight, first.bias)

    assert (deep.count, deep.distinct) == (15, 15)
    assert (twice.count, twice.distinct) == (15, 9)


def test_a_wrong_architecture(decide: Any, net: Any):
    """What was found and what differs is told, not what was expected."""
    verdict = judged(decide, net(2, 19, 1))

    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Look at the sheet.")
    assert verdict.reason == (
        "The network is linear 2 19, relu, linear 19 1; its layers have other sizes "
        "than the sheet asks for."
    )
    assert verdict.detail == (("expected", "linear 2 20, relu, linear 20 1"),)


def test_a_claim_is_not_a_proof(decide: Any, net: Any):
    """The right layers without a proof wait for a person, and are proposed as nothing."""
    claimed = net(2, 20, 1, proven=False, error="its layers do not explain its outputs")

    verdict = judged(decide, claimed)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)
    assert verdict.reason == (
        "A network was found, but its layers do not explain its outputs; "
        "a person will look."
    )


def test_no_network(decide: Any):
    """Nothing found is no answer."""
    assert judged(decide).reason == "Looked for it and found none. Nearest: this; that."


BARE = tuple(f"{w} without bias" if w.startswith("linear") else w for w in WANT)
DIFFERENCES = [
    (BARE, "its linear layers lack a bias"),
    ((BARE[0], *WANT[1:]), "its linear layers lack a bias"),
    ((*WANT, "sigmoid"), "there is an activation (sigmoid) behind the last layer"),
    ((*WANT, "linear 1 1"), "there is another linear layer behind the last layer"),
    (("linear 2 1",), "it has 0 hidden layers, which is not what the sheet asks for"),
    (
        ("linear 2 20", "relu", "linear 20 20", "relu", "linear 20 1"),
        "it has 2 hidden layers, which is not what the sheet asks for",
    ),
    (
        ("linear 2 20", "linear 20 1"),
        "its activations are not where the sheet asks for them",
    ),
    (
        ("linear 2 20", "tanh", "linear 20 1"),
        "its activations are not where the sheet asks for them",
    ),
    (
        ("linear 2 21", "relu", "linear 21 1"),
        "its layers have other sizes than the sheet asks for",
    ),
]


@pytest.mark.parametrize(("got", "words"), DIFFERENCES)
def test_differences(got: tuple[str, ...], words: str):
    """Each difference has its sentence."""
    assert difference(got, WANT) == words


def test_one_hidden_layer_too_few():
    """The words agree with the number."""
    got = difference(WANT, ("linear 2 5", "relu", "linear 5 5", "relu", "linear 5 1"))

    assert got == "it has 1 hidden layer, which is not what the sheet asks for"


WRITTEN_OUT = (
    "h = torch.relu(x @ W.T + b)",
    "from torch.nn.functional import linear, relu\ny = linear(relu(linear(x, *a)), *c)",
    "h = np.maximum(np.einsum('ij,nj->ni', W, x) + b, 0)",
)
NO_NETWORK = (
    "y = torch.sigmoid(w @ x + b)",
    "m = np.maximum(a, b)",
    "import torch",
    "y = (",
)


@pytest.mark.parametrize("source", WRITTEN_OUT)
def test_a_network_written_out_is_for_a_person(decide: Any, sheet: Any, source: str):
    """Its weights are arguments, say, so that it could not be traced."""
    sheet.cell(source)

    verdict = decide(SHALLOW, {FindNetwork: ()}, {}, sheet)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "No network that could be traced was found, but code that multiplies matrices and "
        "cuts off at 0; a person will look."
    )


@pytest.mark.parametrize("source", NO_NETWORK)
def test_other_code_is_no_network(decide: Any, sheet: Any, source: str):
    """A product alone, or a maximum alone."""
    sheet.cell(source)

    assert decide(SHALLOW, {FindNetwork: ()}, {}, sheet).outcome is Outcome.NO_ANSWER
