"""Shapes of curves: what tanh, ReLU and linear networks draw, told apart."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks.shapes import MOST_PIECES, pieces, shape_of
from grader.model.criteria import Tolerance
from grader.model.curves import NetworksMatch, ShapesDrawn
from grader.model.evidence import Candidate, CandidateKind, Drawing
from grader.model.finds import FindDrawings, FindNetwork
from grader.model.network import Network, NetworkLayer
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
X = np.linspace(-10, 10, 500)
OPTIONS = ShapesDrawn(
    id="1.panels",
    states="They are drawn.",
    check="shapes_drawn",
    find=FindDrawings(kinds=("line",)),
    range=(-10, 10),
    shapes=("curved", "kinked", "straight"),
    each=2,
    tolerance=Tolerance(rtol=1e-4, atol=0, because="a test"),
)


def network(seed: int, activation: Callable[[Array], Array], x: Array = X) -> Array:
    """The first output of a random network 5-5-5-5 against its first input."""
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(size=(5, 1)), len(x), axis=1)
    values[0] = x
    for weights, offset in zip(
        rng.normal(size=(3, 5, 5)), rng.normal(size=(3, 5, 1)), strict=True
    ):
        values = activation(weights @ values + offset)
    return np.asarray(values[0])


def relu(x: Array) -> Array:
    """The rectifier, without its flat zero being the whole curve."""
    return np.maximum(x, 0.1 * x)


CURVED = [network(seed, np.tanh) for seed in (1, 2)]
KINKED = [network(seed, relu) for seed in (1, 2)]
STRAIGHT = [network(seed, lambda x: x) for seed in (1, 2)]


def drawing(
    decide: Decide,
    place: Any,
    new_sheet: Any,
    *got: Array,
    x: Array = X,
    title: str = "",
    confidence: float = 1.0,
) -> Verdict:
    """Decide about drawn curves."""
    sheet = new_sheet()
    hits = [
        place(
            Drawing(
                cell=0, figure=0, panel=k, method="plot", title=title,
                x=sheet.keep(x), y=sheet.keep(y),
            ),
            confidence=confidence,
        )
        for k, y in enumerate(got)
    ]  # fmt: skip
    return decide(OPTIONS, {FindDrawings: hits}, sheet=sheet)


def test_curves_of_every_shape(decide: Decide, place: Any, new_sheet: Any):
    """Two different ones of each."""
    verdict = drawing(decide, place, new_sheet, *CURVED, *KINKED, *STRAIGHT)

    assert verdict.outcome is Outcome.PASS


def test_a_network_that_is_off(decide: Decide, place: Any, new_sheet: Any):
    """A constant counts as kinked; if all of them are constant, a person looks."""
    flat = np.zeros_like(X)

    one = drawing(decide, place, new_sheet, *CURVED, KINKED[0], flat, *STRAIGHT)
    both = drawing(decide, place, new_sheet, *CURVED, flat, flat, *STRAIGHT)

    assert one.outcome is Outcome.PASS
    assert (both.outcome, both.proposal) == (Outcome.PENDING, 1.0)


WITH_NETWORKS = OPTIONS.model_copy(update={"network": FindNetwork(inputs=5, outputs=5)})


def off(seed: int, level: float = 0.0) -> Network:
    """A network of ReLU units whose first output is constant over its first input."""
    rng = np.random.default_rng(seed)
    hidden = NetworkLayer(op="linear", weight=rng.normal(size=(5, 5)), bias=np.zeros(5))
    weight = np.vstack([-np.ones(5) if not level else np.zeros(5), rng.normal(size=(4, 5))])
    last = NetworkLayer(op="linear", weight=weight, bias=np.full(5, level))
    relu_layer = NetworkLayer(op="relu")
    candidate = Candidate(id=f"n{seed}", kind=CandidateKind.NETWORK, cell=0)
    layers = (hidden, relu_layer, last, relu_layer)
    return Network(candidate=candidate, layers=layers, proven=True)


def constants(
    decide: Decide, place: Any, new_sheet: Any, levels: tuple[float, ...], *nets: Network
) -> Outcome:
    """Decide about panels of which all that should have kinks are constant."""
    got = [*CURVED, *(np.full_like(X, level) for level in levels), *STRAIGHT]
    sheet = new_sheet()
    hits = [
        place(
            Drawing(
                cell=0, figure=0, panel=k, method="plot",
                x=sheet.keep(X), y=sheet.keep(y),
            ),
            confidence=1.0,
        )
        for k, y in enumerate(got)
    ]  # fmt: skip
    found = {FindDrawings: hits, FindNetwork: list(nets)}
    return decide(WITH_NETWORKS, found, sheet=sheet).outcome


def test_constants_that_the_students_networks_give(
    decide: Decide, place: Any, new_sheet: Any
):
    """A network that is off over the whole range is drawn as it is."""
    zero = constants(decide, place, new_sheet, (0.0, 0.0), off(1), off(2))
    other = constants(decide, place, new_sheet, (0.0, 0.7), off(1), off(2, level=0.7))

    assert (zero, other) == (Outcome.PASS, Outcome.PASS)


def test_constants_that_no_network_gives(decide: Decide, place: Any, new_sheet: Any):
    """Each needs a network of its own: not one twice, not another value, not one that
    moves, none of another activation.
    """
    moving = replace(off(3), layers=(*off(3).layers[:2], off(3, level=0.0).layers[0]))
    smooth = replace(
        off(4),
        layers=tuple(
            replace(k, op="tanh") if k.weight is None else k for k in off(4).layers
        ),
    )
    nets = {
        "none": (),
        "one": (off(1),),
        "the same twice": (off(1), replace(off(1), error="")),
        "another value": (off(1), off(2, level=0.7)),
        "moving": (off(1), moving),
        "smooth": (off(1), smooth),
    }

    got = {
        name: constants(decide, place, new_sheet, (0.0, 0.0), *some)
        for name, some in nets.items()
    }

    assert got == dict.fromkeys(nets, Outcome.PENDING)


def linear(seed: int) -> Network:
    """A network without activations, 5-5-5."""
    rng = np.random.default_rng(seed)
    layers = [NetworkLayer(op="linear", weight=rng.normal(size=(5, 5))) for _ in range(2)]
    candidate = Candidate(id=f"n{seed}", kind=CandidateKind.NETWORK, cell=0)
    return Network(candidate=candidate, layers=tuple(layers), proven=True)


@pytest.mark.parametrize(("output", "outcome"), [(0, "pass"), (1, "pending")])
def test_another_output_of_the_students_networks(
    decide: Decide, place: Any, new_sheet: Any, output: int, outcome: str
):
    """Straight lines that are the second output's are a person's to judge."""
    nets, sheet = [linear(1), linear(2)], new_sheet()
    inputs = np.ones((len(X), 5))
    inputs[:, 0] = X
    lines = [net.forward(inputs)[:, output] for net in nets]
    hits = [
        place(
            Drawing(
                cell=0, figure=0, panel=k, method="plot", x=sheet.keep(X), y=sheet.keep(y)
            ),
            confidence=1.0,
        )
        for k, y in enumerate((*CURVED, *KINKED, *lines))
    ]

    verdict = decide(WITH_NETWORKS, {FindDrawings: hits, FindNetwork: nets}, sheet=sheet)

    assert verdict.outcome == outcome
    assert verdict.proposal == (0.5 if output else None)
    assert ("as output 2 over input 1 does" in verdict.reason) == bool(output)


def test_equal_curves_count_once(decide: Decide, place: Any, new_sheet: Any):
    """Three panels with the same weights are one."""
    got = [c for pair in (CURVED, KINKED, STRAIGHT) for c in (pair[0], pair[0].copy())]

    verdict = drawing(decide, place, new_sheet, *got)

    assert verdict.credit == 0.5
    assert verdict.reason == "Of 2 curves of each shape: 1 curved, 1 kinked, 1 straight."


def test_one_activation_everywhere(decide: Decide, place: Any, new_sheet: Any):
    """Six curves with kinks are no tanh and no straight lines."""
    got = [network(seed, relu) for seed in range(6)]

    assert drawing(decide, place, new_sheet, *got).credit == pytest.approx(1 / 3)


def test_curves_under_another_question(decide: Decide, place: Any, new_sheet: Any):
    """They are proposed, never zero; curves over another range are none of these."""
    every = (*CURVED, *KINKED, *STRAIGHT)
    short = np.linspace(-1, 1, 500)

    away = drawing(decide, place, new_sheet, *every, confidence=0.3)
    some = drawing(decide, place, new_sheet, *CURVED, *KINKED, confidence=0.3)
    none = drawing(decide, place, new_sheet, *every, x=short, confidence=0.3)

    assert (away.outcome, away.proposal) == (Outcome.PENDING, 1.0)
    assert away.reason == (
        "Of 2 curves of each shape: 2 curved, 2 kinked, 2 straight. They are not where "
        "this question is answered; a person will look."
    )
    assert (some.outcome, some.proposal) == (Outcome.PENDING, pytest.approx(2 / 3))
    assert none.outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("end", [1.0, 9.0])
def test_another_range(decide: Decide, place: Any, new_sheet: Any, end: float):
    """The curves must reach over the whole range."""
    x = np.linspace(-end, end, 500)

    verdict = drawing(decide, place, new_sheet, *CURVED, *KINKED, *STRAIGHT, x=x)

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason == "6 curves drawn, none from -10 to 10."


def test_too_few_points(decide: Decide, place: Any, new_sheet: Any):
    """From 21 points nobody can tell a kink from a bend."""
    x = np.linspace(-10, 10, 21)
    got = [network(s, f, x) for s in (1, 2) for f in (np.tanh, relu, lambda v: v)]

    assert drawing(decide, place, new_sheet, *got, x=x).outcome is Outcome.PENDING


SHAPES = [
    (np.zeros_like(X), "constant"),
    (3 * X - 1, "straight"),
    ((3 * X - 1).astype(np.float32), "straight"),
    (np.abs(X - 0.01), "kinked"),
    (np.tanh(X), "curved"),
    (X**2, "curved"),
    (3 * X + 1e-5 * X**2, "straight"),
]


@pytest.mark.parametrize(("y", "shape"), SHAPES, ids=[f"{i}" for i in range(len(SHAPES))])
def test_the_shape_of_a_curve(y: Array, shape: str):
    """Rounding is no bend; a bend below the tolerance is none."""
    assert shape_of(X, np.asarray(y, dtype=np.float64), 1e-4) == shape


def test_random_networks_are_told_apart():
    """No ReLU network has more pieces than the limit; nearly all tanh networks have."""
    sizes = {
        name: [
            pieces(X, y, 1e-4 * np.ptp(y)) for y in (network(seed, f) for seed in range(60))
        ]
        for name, f in (("tanh", np.tanh), ("relu", relu))
    }

    assert max(sizes["relu"]) <= MOST_PIECES
    assert np.mean(np.array(sizes["tanh"]) > MOST_PIECES) > 0.95


FAMILY = NetworksMatch(
    id="1.nets",
    states="They were built.",
    check="networks_match",
    find=FindNetwork(inputs=5, outputs=5),
    architectures=(
        ("linear 5 5", "relu", "linear 5 5", "relu"),
        ("linear 5 5", "linear 5 5"),
    ),
    last="either",
)


def test_networks_without_biases_or_last_activation(decide: Decide, net: Any):
    """Neither is fixed by the sheet."""
    assert decide(FAMILY, {FindNetwork: [net(5, 5, 5)]}).credit == 0.5
    assert decide(FAMILY, {FindNetwork: [net(5, 5, 5, bias=False)]}).credit == 0.5


def test_networks_of_another_size(decide: Decide, net: Any):
    """Wider layers are another architecture."""
    assert decide(FAMILY, {FindNetwork: [net(5, 7, 5)]}).outcome is Outcome.FAIL


def test_networks_that_cannot_be_recomputed(decide: Decide, net: Any):
    """A person looks at what the trace does not explain."""
    got = [net(5, 5, 5), net(5, 5, 5, proven=False, error="its weights did not arrive")]

    verdict = decide(FAMILY, {FindNetwork: got})

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.5)


W = [np.full((5, 5), float(k)) for k in range(4)]
WRITTEN_OUT = [
    {"W1": W[0], "W2": W[1]},
    {"weights": W[:2]},
    {"weights": {"first": W[0], "rest": [W[1]]}},
    {"weights": W, "x": np.ones((5, 7))},
    {"weights": np.stack(W[:2])},
]
NO_LAYERS = [
    {},
    {"W1": W[0]},
    {"weights": [W[0], np.ones((5, 4))]},
    {"W1": W[0], "many": 2, "words": ["5", "5"]},
]


@pytest.mark.parametrize("names", WRITTEN_OUT)
def test_matrices_instead_of_a_module(
    decide: Decide, new_sheet: Any, names: dict[str, Any]
):
    """As many weight matrices as layers, alone, in containers, stacked: a person looks."""
    sheet = new_sheet()
    for name, value in names.items():
        sheet.name(name, value)

    verdict = decide(FAMILY, {FindNetwork: []}, sheet=sheet)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "Weight matrices of these shapes were found, but no network that could be traced; "
        "a person will look."
    )


@pytest.mark.parametrize("names", NO_LAYERS)
def test_too_few_matrices_are_no_network(
    decide: Decide, new_sheet: Any, names: dict[str, Any]
):
    """One matrix, or one of another shape: nothing was found."""
    sheet = new_sheet()
    for name, value in names.items():
        sheet.name(name, value)

    assert decide(FAMILY, {FindNetwork: []}, sheet=sheet).outcome is Outcome.NO_ANSWER


def test_matrices_may_be_transposed(decide: Decide, new_sheet: Any):
    """A layer from 2 to 3 may hold (3, 2) or (2, 3), but not (3, 3)."""
    family = FAMILY.model_copy(
        update={"architectures": (("linear 2 3", "relu", "linear 3 1"),)}
    )
    got = {}
    for shape in ((3, 2), (2, 3), (3, 3)):
        sheet = new_sheet()
        sheet.name("w", [np.ones(shape), np.ones((1, 3))])
        got[shape] = decide(family, {FindNetwork: []}, sheet=sheet).outcome

    assert got == {
        (3, 2): Outcome.PENDING, (2, 3): Outcome.PENDING, (3, 3): Outcome.NO_ANSWER,
    }  # fmt: skip


def test_matrices_beside_a_wrong_network_excuse_nothing(
    decide: Decide, new_sheet: Any, net: Any
):
    """A network that was found is judged, whatever matrices lie about."""
    sheet = new_sheet()
    sheet.name("w", W)

    verdict = decide(FAMILY, {FindNetwork: [net(5, 7, 5)]}, sheet=sheet)

    assert verdict.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("import torch\nh = torch.randn(9, 5) @ torch.randn(5, 5)", Outcome.PENDING),
        ("h = torch.einsum('oi,ni->no', W, x)", Outcome.PENDING),
        ("import torch\nx = torch.randn(9, 5)", Outcome.NO_ANSWER),
        ("import numpy as np\nh = np.eye(5) @ np.eye(5)", Outcome.NO_ANSWER),
    ],
)
def test_networks_written_out(decide: Decide, sheet: Any, source: str, outcome: Outcome):
    """Tensors of torch that are multiplied may be a network; others are none."""
    sheet.cell(source)

    assert decide(FAMILY, sheet=sheet).outcome is outcome


def test_inputs_drawn_anew_at_every_point(decide: Decide, place: Any, new_sheet: Any):
    """Such curves jump; they count for no shape, and a person looks."""
    rng = np.random.default_rng(0)
    noise = [np.tanh(rng.normal(size=len(X)) + X / 9) for _ in range(2)]

    verdict = drawing(decide, place, new_sheet, *noise, *KINKED, *STRAIGHT)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 4 / 6)
    assert verdict.reason == (
        "Of 2 curves of each shape: 0 curved, 2 kinked, 2 straight. 2 other curves jump "
        "from point to point: are the other inputs fixed? A person will look."
    )


@pytest.mark.parametrize("scale", [0.3, 1, 3, 8])
@pytest.mark.parametrize("activation", [np.tanh, lambda x: np.maximum(x, 0)])
def test_no_network_is_taken_for_noise(activation: Any, scale: float):
    """Random networks with small and large weights turn seldom."""
    rng = np.random.default_rng(3)
    x = np.linspace(-10, 10, 50)
    for _ in range(200):
        values = np.repeat(rng.normal(size=(5, 1)), len(x), axis=1)
        values[0] = x
        for _ in range(3):
            weights, offset = rng.normal(size=(5, 5)), rng.normal(size=(5, 1))
            values = activation(scale * (weights @ values + offset))

        assert shape_of(x, values[0], 1e-4) != "jagged"
