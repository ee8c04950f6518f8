"""Networks written out by hand: proven by the curves that they drew."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.curves import NetworksMatch
from grader.model.evidence import Candidate, CandidateKind
from grader.model.finds import FindNetwork
from grader.model.network import Network, NetworkLayer
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
Rule = Callable[[Array], Array]
X = np.linspace(-10, 10, 200)
RNG = np.random.default_rng(8)
W = RNG.normal(size=(4, 5, 5))
B = 0.3 * RNG.normal(size=(4, 5))
OTHERS = RNG.normal(size=4)
ROWS = np.column_stack([X, np.tile(OTHERS, (len(X), 1))])
FAMILY = NetworksMatch(
    id="1.nets",
    states="They were built.",
    check="networks_match",
    find=FindNetwork(inputs=5, outputs=5),
    architectures=(
        ("linear 5 5", "tanh", "linear 5 5", "tanh", "linear 5 5", "tanh"),
        ("linear 5 5", "relu", "linear 5 5", "relu", "linear 5 5", "relu"),
        ("linear 5 5", "linear 5 5", "linear 5 5"),
    ),
    last="either",
)


def relu(x: Array) -> Array:
    """The rectifier."""
    return np.maximum(x, 0)


def same(x: Array) -> Array:
    """No activation."""
    return x


def chain(rule: Rule, order: Any = (0, 1, 2), bias: float = 0.0, last: bool = True,
          turned: bool = False, rows: Array = ROWS) -> Array:  # fmt: skip
    """The first output of layers with these weights, one after the other."""
    out = rows
    for at, k in enumerate(order):
        out = out @ (W[k] if turned else W[k].T) + bias * B[k]
        out = rule(out) if last or at + 1 < len(order) else out
    return out[:, 0]


def decided(
    decide: Decide, sheet: Any, curves: list[Array], names: dict[str, Any] | None = None
) -> Verdict:
    """Decide about curves, with what was kept."""
    kept: dict[str, Any] = (
        {"weights": list(W), "others": OTHERS} if names is None else names
    )
    for name, value in kept.items():
        sheet.name(name, value)
    for y in curves:
        sheet.line(X, y)
    return decide(FAMILY, {FindNetwork: []}, sheet=sheet)


WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a list": ({}, {"weights": list(W), "others": OTHERS}),
    "other order": ({"order": (2, 0, 3)}, {"weights": list(W), "others": OTHERS}),
    "a stack": ({}, {"w": W.reshape(2, 2, 5, 5), "rows": ROWS}),
    "columns": ({}, {"w": {"a": W[0], "b": [W[1], W[2]]}, "columns": ROWS.T}),
    "one point": ({}, {"w": W, "x": ROWS[-1]}),
    "numbers": ({}, {"w": W, "rest": [float(x) for x in OTHERS]}),
    "turned": ({"turned": True}, {"w": W, "others": OTHERS}),
    "biases behind": (
        {"bias": 1.0}, {"nets": [[W[k], B[k]] for k in range(3)], "others": OTHERS},
    ),
    "biases apart": (
        {"bias": 1.0}, {"w": list(W[:3]), "b": list(B[:3]), "others": OTHERS},
    ),
    "biases in rows": ({"bias": 1.0}, {"w": W[:3], "b": B[:3], "others": OTHERS}),
    "last one linear": ({"last": False}, {"w": W, "others": OTHERS}),
    "single precision": ({}, {"w": W.astype(np.float32), "x": ROWS.astype(np.float32)}),
}  # fmt: skip
"""What the networks are, and how their parts are kept."""


@pytest.mark.parametrize("way", WAYS)
def test_curves_prove_networks_however_they_are_kept(decide: Decide, sheet: Any, way: str):
    """Weights in lists, stacks and dictionaries, one way or the other, with biases."""
    options, names = WAYS[way]

    verdict = decided(
        decide, sheet, [chain(rule, **options) for rule in (np.tanh, relu, same)], names
    )

    assert verdict.outcome is Outcome.PASS
    assert verdict.reason == (
        "3 of 3 architectures found: recomputed from the weights that were kept, they give "
        "drawn curves."
    )


NO_PROOF: dict[str, Callable[[Rule], Array]] = {
    "two layers": lambda rule: chain(rule, (0, 1)),
    "four layers": lambda rule: chain(rule, (0, 1, 2, 3)),
    "one matrix twice": lambda rule: chain(rule, (0, 1, 0)),
    "another activation": lambda rule: chain(lambda x: rule(np.sin(x))),
    "only the last one activated": lambda rule: rule(chain(same)) + chain(same) / 9,
    "other inputs drawn anew": lambda rule: chain(
        rule, rows=np.column_stack([X, np.random.default_rng(1).normal(size=(200, 4))])
    ),
    "slightly other weights": lambda rule: chain(rule) * (1 + 1e-3),
}


@pytest.mark.parametrize("wrong", NO_PROOF)
@pytest.mark.parametrize("also", [False, True])
def test_curves_of_other_networks_prove_nothing(
    decide: Decide, sheet: Any, wrong: str, also: bool
):
    """A person looks, also where one of the three is right."""
    curves = [NO_PROOF[wrong](rule) for rule in (np.tanh, relu, same)]
    if also:
        curves[0] = chain(np.tanh)

    verdict = decided(decide, sheet, curves)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert ("1 of 3 architectures give a drawn curve" in verdict.reason) is also


@pytest.mark.parametrize("lost", ["weights", "others"])
def test_without_weights_or_inputs_nothing_is_recomputed(
    decide: Decide, sheet: Any, lost: str
):
    """Other matrices of the shape, or no other inputs: a person looks."""
    names = {"weights": list(W), "others": OTHERS}
    names[lost] = list(W[::-1] + 1.0) if lost == "weights" else 0.0

    verdict = decided(decide, sheet, [chain(rule) for rule in (np.tanh, relu, same)], names)

    assert verdict.outcome is Outcome.PENDING


def test_a_curve_that_two_architectures_give_proves_neither(decide: Decide, sheet: Any):
    """Where no unit is ever cut off, ReLU and linear networks draw the same line."""
    weights = np.abs(W)
    rows = np.column_stack([X + 10, np.full((len(X), 4), 2.0)])
    line = (rows @ weights[0].T @ weights[1].T @ weights[2].T)[:, 0]
    sheet.name("w", list(weights[:3]))
    sheet.name("others", np.full(4, 2.0))
    sheet.line(X + 10, line)

    verdict = decide(FAMILY, {FindNetwork: []}, sheet=sheet)

    assert verdict.outcome is Outcome.PENDING
    assert "give a drawn curve" not in verdict.reason


def test_flat_curves_prove_nothing(decide: Decide, sheet: Any):
    """Any network whose last unit is cut off draws a zero."""
    curves = [chain(np.tanh), np.zeros(len(X)), chain(same)]

    assert "2 of 3 architectures" in decided(decide, sheet, curves).reason


RULES: tuple[Rule, ...] = (np.tanh, relu, same)


def network(*steps: int | str) -> Network:
    """A proven network of these layers: weights by their number, activations by name."""
    made = Candidate(id="n0", kind=CandidateKind.NETWORK, cell=0)
    layers = tuple(
        NetworkLayer(op=step)
        if isinstance(step, str)
        else NetworkLayer(op="linear", weight=W[step], bias=B[step])
        for step in steps
    )
    return Network(candidate=made, layers=layers, proven=True)


SINGLE = [network(0), network(1), network(2)]


def of_networks(
    decide: Decide, sheet: Any, networks: list[Network], rules: Any = RULES
) -> Verdict:
    """Decide about networks and the curves of these rules, other inputs kept."""
    sheet.name("others", OTHERS)
    for rule in rules:
        sheet.line(X, chain(rule, bias=1.0, last=False))
    return decide(FAMILY, {FindNetwork: networks}, sheet=sheet)


def test_single_layers_are_parts_of_what_the_curves_show(decide: Decide, sheet: Any):
    """A list of layers, called in a loop of the student's own, is no module."""
    verdict = of_networks(decide, sheet, SINGLE)

    assert verdict.outcome is Outcome.PASS
    assert verdict.reason.startswith("3 of 3 architectures found: recomputed")


def test_single_layers_beside_a_whole_network(decide: Decide, sheet: Any):
    """What was traced and what the curves show count together."""
    networks = [network(3, "tanh", 3, "tanh", 3), *SINGLE]

    assert of_networks(decide, sheet, networks, (relu, same)).outcome is Outcome.PASS
    assert of_networks(decide, type(sheet)(), networks, ()).reason == (
        "Single linear layers were found, but 1 of 3 architectures as networks; a person "
        "will look."
    )


def test_single_layers_that_no_curve_shows_are_for_a_person(decide: Decide, sheet: Any):
    """Nothing is proposed: their use could not be seen."""
    verdict = of_networks(decide, sheet, SINGLE, rules=())

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "Single linear layers were found, but no network that could be traced; a person "
        "will look."
    )
    partly = of_networks(decide, sheet, SINGLE, rules=(np.tanh,))

    assert partly.outcome is Outcome.PENDING
    assert "; 1 of 3 architectures give a drawn curve" in partly.reason


NO_PARTS: dict[str, list[Network]] = {
    "too few": SINGLE[:2],
    "one layer, three times": [network(0)] * 3,
    "the layers of a network": [*SINGLE, network(0, "tanh", 1, "tanh", 2, "tanh", 3)],
    "linear ones of a family of one layer": [*SINGLE, network(3, "tanh")],
    "two layers": [network(0, "tanh", 1)],
}


@pytest.mark.parametrize("name", NO_PARTS)
def test_what_suggests_no_parts_fails_as_before(decide: Decide, sheet: Any, name: str):
    """A wrong architecture is one, whatever its curves are."""
    verdict = of_networks(decide, sheet, NO_PARTS[name])

    assert (verdict.outcome, verdict.credit) == (Outcome.FAIL, 0.0)
