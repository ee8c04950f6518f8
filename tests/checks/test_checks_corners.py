"""Networks that show something in a corner only: what is flat elsewhere proves nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import GradientDrawn, NetworkDrawn
from grader.model.finds import FindDrawings, FindNetwork
from grader.model.network import Network, NetworkLayer
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

COMMON: dict[str, Any] = {
    "states": "It is drawn.",
    "find": FindDrawings(kinds=("image",)),
    "network": FindNetwork(inputs=2, outputs=1),
    "range": (-10, 10),
}
IMAGE = NetworkDrawn(
    id="3b.image",
    check="network_drawn",
    tolerance=Tolerance(rtol=0.03, atol=0, because="a test"),
    **COMMON,
)
GRADIENT = GradientDrawn(
    id="3c.images",
    check="gradient_drawn",
    tolerance=Tolerance(rtol=0.05, atol=0, because="a test"),
    **COMMON,
)
Run = Callable[..., Verdict]


def corner(start: float, net: Any) -> Network:
    """relu(x + y - start): flat but for the upper right corner."""
    layers = (
        NetworkLayer(op="linear", weight=np.ones((1, 2)), bias=np.array([-start])),
        NetworkLayer(op="relu", weight=None, bias=None),
        NetworkLayer(op="linear", weight=np.ones((1, 1)), bias=np.zeros(1)),
    )
    return Network(candidate=net(2, 3, 1).candidate, layers=layers, proven=True)


def image(network: Network, n: int = 200) -> Array:
    """Its output over the plane."""
    ticks = np.linspace(-10, 10, n)
    x, y = np.meshgrid(ticks, ticks)
    return network.forward(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(n, n)


@pytest.fixture
def shown(decide: Run, net: Any) -> Run:
    """Decide about drawings, with one network."""

    def run(sheet: Any, options: Any, start: float) -> Verdict:
        found = {FindDrawings: sheet.drawings, FindNetwork: [corner(start, net)]}
        return decide(options, found, {}, sheet)

    return run


@pytest.mark.parametrize("start", [10, 16])
def test_a_corner_is_recognised(sheet: Any, shown: Run, net: Any, start: float):
    """The network's own image and gradient pass, however small the corner is."""
    z = image(corner(start, net))
    sheet.draw(z)
    assert shown(sheet, IMAGE, start).outcome is Outcome.PASS

    sheet.drawings.clear()
    for component in np.gradient(z):
        sheet.draw(component)
    assert shown(sheet, GRADIENT, start).credit == 1


OTHERS: dict[str, Callable[[Array], Array]] = {
    "the corner in the middle": lambda z: np.roll(z, 100, axis=(0, 1)),
    "flat, with one row": lambda z: np.where(np.arange(200)[:, None] == 3, z.max(), 0 * z),
    "noise in the corner": lambda z: np.where(
        z > 0, np.random.default_rng(0).uniform(-1, 1, z.shape) * z.max(), 0
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_as_flat_is_not_the_network(sheet: Any, shown: Run, net: Any, other: str):
    """Images that agree only where nothing shows are left to a person."""
    drawn = OTHERS[other](image(corner(17, net)))
    for part in (drawn, drawn.T):
        sheet.draw(part)

    assert shown(sheet, IMAGE, 17).outcome is Outcome.PENDING
    assert shown(sheet, GRADIENT, 17).outcome is Outcome.PENDING


def test_too_small_a_corner_proves_nothing(sheet: Any, shown: Run, net: Any):
    """A handful of points that show something are not enough."""
    sheet.draw(image(corner(19.9, net)))

    assert shown(sheet, IMAGE, 19.9).outcome is Outcome.PENDING
