"""Colours of drawings: how many have them, and whether they show what they should."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import DrawnWith
from grader.model.finds import FindDrawings, FindNetwork
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
FIND = FindDrawings(kinds=("image", "contour"))


@pytest.fixture(scope="session")
def own(net: Any) -> Network:
    """The student's network."""
    return net(2, 20, 1, seed=3)


@pytest.fixture
def shown(decide: Decide, own: Network) -> Callable[..., Verdict]:
    """Decide about a sheet's drawings."""

    def run(sheet: Any, options: Any, networks: Any = None) -> Verdict:
        given = [own] if networks is None else networks
        found = {FindDrawings: sheet.drawings, FindNetwork: given}
        return decide(options, found, {}, sheet)

    return run


PRISM = DrawnWith(
    id="3c.map",
    states="Prism.",
    check="drawn_with",
    find=FIND,
    cmap="prism",
    count=2,
    hint="cmap",
)
MAPS = [
    (["prism", "prism"], 1.0, "2 drawings with the colormap prism."),
    (["prism_r", "prism", "viridis"], 1.0, "2 drawings with the colormap prism."),
    (["prism"] * 3, 1.0, "3 drawings with the colormap prism."),
    (["prism", "viridis"], 0.5, "1 drawing with the colormap prism."),
    (
        ["viridis", "gray", "gray"],
        0.0,
        "No drawing uses the colormap prism; found gray, viridis.",
    ),
    ([""], 0.0, "No drawing uses the colormap prism; found none."),
    (
        ["Prism2", "prisma"],
        0.0,
        "No drawing uses the colormap prism; found Prism2, prisma.",
    ),
]


@pytest.mark.parametrize(("maps", "credit", "reason"), MAPS)
def test_colormaps(sheet: Any, shown: Any, maps: list[str], credit: float, reason: str):
    """Two images with the map pass, one earns half, none fails; reversed counts too."""
    for cmap in maps:
        sheet.draw(np.eye(9), cmap=cmap)

    verdict = shown(sheet, PRISM)

    assert (verdict.credit, verdict.reason) == (credit, reason)


@pytest.mark.parametrize(
    "z", [np.ones((9, 9)), np.full((9, 9), np.nan), np.eye(7)], ids=["flat", "nan", "tiny"]
)
def test_blank_images_in_the_right_colours(sheet: Any, shown: Any, z: Any):
    """They earn nothing and add nothing to others; alone, a person looks."""
    sheet.draw(z, cmap="prism")
    sheet.draw(z, cmap="prism")

    blank = shown(sheet, PRISM)
    sheet.draw(np.eye(9), cmap="prism")

    assert (blank.outcome, blank.proposal) == (Outcome.PENDING, 0.0)
    told = "2 drawings with the colormap prism show nothing; a person will look."
    assert blank.reason == told
    assert shown(sheet, PRISM).credit == 0.5


def test_no_drawing_for_a_colormap(sheet: Any, shown: Any):
    """No drawing is no answer."""
    assert shown(sheet, PRISM).outcome is Outcome.NO_ANSWER


OF_A_NETWORK = PRISM.model_copy(
    update={
        "network": FindNetwork(inputs=2, outputs=1),
        "range": (-10.0, 10.0),
        "tolerance": Tolerance(rtol=0.05, atol=0, because="a test"),
    }
)
TICKS = np.linspace(-10, 10, 200)
X, Y = np.meshgrid(TICKS, TICKS)


def output(network: Network, x: Array = X, y: Array = Y) -> Array:
    """The network's output over a grid."""
    return network.forward(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape)


def gradient(network: Network) -> Any:
    """Both components, down and across."""
    return np.gradient(output(network))


MEANT: dict[str, Callable[[Network], Any]] = {
    "the gradient": gradient,
    "its sign and a factor": lambda n: [-3 * part for part in gradient(n)],
    "top down": lambda n: [part[::-1] for part in gradient(n)],
    "exchanged": lambda n: [part.T for part in gradient(n)],
    "its length twice": lambda n: [np.hypot(*gradient(n))] * 2,
    "its direction": lambda n: [np.arctan2(*gradient(n)), gradient(n)[0]],
    "the output": lambda n: [output(n), gradient(n)[0]],
}
OTHER: dict[str, Callable[[Network], Any]] = {
    "noise": lambda n: np.random.default_rng(1).normal(size=(2, 200, 200)),
    "two values at random": lambda n: np.random.default_rng(1).integers(
        2, size=(2, 200, 200)
    ),
    "a ramp": lambda n: [X, Y],
    "a chessboard": lambda n: [np.sign(np.sin(X) * np.sin(Y)), np.sign(np.sin(X))],
    "a wave": lambda n: [np.sin(X), np.cos(Y)],
    "the gradient in noise": lambda n: [
        part + np.random.default_rng(1).normal(scale=np.ptp(part), size=part.shape)
        for part in gradient(n)
    ],
}


@pytest.mark.parametrize("name", MEANT)
def test_what_a_networks_gradient_decides(sheet: Any, shown: Any, own: Network, name: str):
    """Whatever is computed from the gradient alone counts, and so does the output."""
    for z in MEANT[name](own):
        sheet.draw(z, cmap="prism")

    assert shown(sheet, OF_A_NETWORK).credit == 1.0


@pytest.mark.parametrize("name", OTHER)
def test_something_else_in_the_right_colours(
    sheet: Any, shown: Any, own: Network, name: str
):
    """It earns nothing by itself; a person looks. Without a network it would pass."""
    for z in OTHER[name](own):
        sheet.draw(np.asarray(z, dtype="float64"), cmap="prism")

    verdict = shown(sheet, OF_A_NETWORK)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "2 drawings with the colormap prism, of which 0 can be tied to a network or its "
        "gradient; a person will look."
    )
    assert shown(sheet, PRISM).credit == 1.0


def test_another_networks_gradient(sheet: Any, shown: Any, net: Any):
    """The gradient of a network that is not the student's is none of the student's."""
    for z in gradient(net(2, 20, 1, seed=9)):
        sheet.draw(z, cmap="prism")

    assert shown(sheet, OF_A_NETWORK).outcome is Outcome.PENDING
    assert shown(sheet, OF_A_NETWORK, []).outcome is Outcome.PENDING


def test_one_of_two(sheet: Any, shown: Any, own: Network):
    """One component earns half; one beside noise waits for a person."""
    sheet.draw(gradient(own)[0], cmap="prism")
    alone = shown(sheet, OF_A_NETWORK)
    sheet.draw(np.random.default_rng(1).normal(size=(200, 200)), cmap="prism")

    assert alone.credit == 0.5
    assert shown(sheet, OF_A_NETWORK).outcome is Outcome.PENDING


@pytest.mark.parametrize(("wrong", "passes"), [(0.002, True), (0.01, False)])
def test_the_boundary_of_the_share(
    sheet: Any, shown: Any, own: Network, wrong: float, passes: bool
):
    """995 of a thousand points must have the value of their region."""
    chance = np.random.default_rng(1).random((200, 200)) < wrong
    for z in gradient(own):
        sheet.draw(np.where(chance, z.max() + np.ptp(z), z), cmap="prism")

    assert (shown(sheet, OF_A_NETWORK).outcome is Outcome.PASS) is passes


def test_a_network_comes_with_its_range():
    """Half of what is needed is an error of the rubric."""
    with pytest.raises(ValueError, match="network, range and tolerance go together"):
        DrawnWith(**{**PRISM.model_dump(), "range": (-1, 1)})
