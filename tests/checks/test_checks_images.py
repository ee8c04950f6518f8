"""Images of the student's own network and its gradient, against the network recomputed."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import GradientDrawn, NetworkDrawn
from grader.model.finds import FindDrawings, FindNetwork
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
FIND = FindDrawings(kinds=("image", "contour"))
NETWORK = FindNetwork(inputs=2, outputs=1)
EXTENT = (-10.0, 10.0, -10.0, 10.0)
IMAGE = NetworkDrawn(
    id="3b.image",
    states="It is drawn.",
    check="network_drawn",
    find=FIND,
    network=NETWORK,
    range=(-10, 10),
    tolerance=Tolerance(rtol=0.03, atol=0, because="a test"),
    hint="Draw it.",
)
FINE = IMAGE.model_copy(update={"resolution": 500})
BEYOND = IMAGE.model_copy(update={"beyond": True})
GRADIENT = GradientDrawn(
    id="3c.images",
    states="It is drawn.",
    check="gradient_drawn",
    find=FIND,
    network=NETWORK,
    range=(-10, 10),
    tolerance=Tolerance(rtol=0.05, atol=0, because="a test"),
    hint="Draw both.",
)


def grid(n: int, bound: float = 10, indexing: Any = "xy") -> list[Array]:
    """Two arrays of coordinates."""
    ticks = np.linspace(-bound, bound, n)
    return list(np.meshgrid(ticks, ticks, indexing=indexing))


def output(network: Network, x: Array, y: Array) -> Array:
    """The network's output over a grid, as float32, as torch gives it."""
    out = network.forward(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape)
    return out.astype("float32")


@pytest.fixture(scope="session")
def own(net: Any) -> Network:
    """The student's network."""
    return net(2, 20, 1, seed=3)


@pytest.fixture
def shown(decide: Decide, own: Network) -> Callable[..., Verdict]:
    """Decide about a sheet's drawings."""

    def run(sheet: Any, options: Any = IMAGE, networks: Any = None) -> Verdict:
        given = [own] if networks is None else networks
        return decide(
            options, {FindDrawings: sheet.drawings, FindNetwork: given}, {}, sheet
        )

    return run


Way = Callable[[Any, Callable[[Array, Array], Array], int], None]
WAYS: dict[str, Way] = {
    "image without extent": lambda s, f, n: s.draw(f(*grid(n))),
    "image with extent": lambda s, f, n: s.draw(f(*grid(n)), extent=EXTENT, origin="lower"),
    "image upside down": lambda s, f, n: s.draw(f(*grid(n)), extent=EXTENT, origin="upper"),
    "image over ij": lambda s, f, n: s.draw(f(*grid(n, indexing="ij")), extent=EXTENT),
    "ij upside down": lambda s, f, n: s.draw(f(*grid(n, indexing="ij"))[::-1]),
    "contour with grids": lambda s, f, n: s.draw(f(*grid(n)), *grid(n)),
    "contour with axes": lambda s, f, n: s.draw(f(*grid(n)), grid(n)[0][0], grid(n)[0][0]),
    "contour over ij": lambda s, f, n: s.draw(
        f(*grid(n, indexing="ij")), *grid(n, indexing="ij")
    ),
    "pcolormesh": lambda s, f, n: s.draw(f(*grid(n)), *grid(n), method="pcolormesh"),
}


SOME = ("image without extent", "ij upside down", "contour with axes")


@pytest.mark.parametrize(
    ("way", "n"), [*((w, 101) for w in WAYS), *((w, 500) for w in SOME), (SOME[1], 800)]
)
def test_honest_images(sheet: Any, shown: Any, own: Network, way: str, n: int):
    """The own network, drawn in any of the usual ways, passes."""
    WAYS[way](sheet, lambda x, y: output(own, x, y), n)

    verdict = shown(sheet)

    assert verdict.outcome is Outcome.PASS
    assert verdict.reason == f"The image of {n} x {n} points shows it."


@pytest.mark.parametrize(("n", "credit"), [(499, 0.5), (500, 1.0)])
def test_the_boundary_of_the_resolution(
    sheet: Any, shown: Any, own: Network, n: int, credit: float
):
    """Fewer points than asked earn half; the finest image counts."""
    for size in (101, n):
        sheet.draw(output(own, *grid(size)))

    verdict = shown(sheet, FINE)

    assert verdict.credit == credit
    words = "" if credit == 1 else ", with fewer than 500 x 500 points"
    assert verdict.reason == f"The image of {n} x {n} points shows it{words}."


@pytest.mark.parametrize(("off", "passes"), [(0.029, True), (0.031, False)])
def test_the_boundary_of_the_tolerance(
    sheet: Any, shown: Any, own: Network, off: float, passes: bool
):
    """The values may be off by 3 % of their range."""
    z = output(own, *grid(101)).astype("float64")
    sheet.draw(z + off * np.ptp(z))

    assert (shown(sheet).outcome is Outcome.PASS) is passes


@pytest.mark.parametrize(("rows", "passes"), [(2, True), (3, False)])
def test_the_boundary_of_the_share(
    sheet: Any, shown: Any, own: Network, rows: int, passes: bool
):
    """98 % of the points must match."""
    z = output(own, *grid(100))
    z[50 : 50 + rows] = 1e6
    sheet.draw(z)

    assert (shown(sheet).outcome is Outcome.PASS) is passes


WRONG: dict[str, Callable[[Network, Network, Array, Array], Array]] = {
    "another network": lambda own, other, x, y: output(other, x, y),
    "mirrored": lambda own, other, x, y: output(own, -x, -y),
    "a part of the range": lambda own, other, x, y: output(own, x / 2, y / 2),
    "negated": lambda own, other, x, y: -output(own, x, y),
    "scaled": lambda own, other, x, y: 2 * output(own, x, y),
    "noise": lambda own, other, x, y: np.random.default_rng(0).normal(size=x.shape),
    "a plane": lambda own, other, x, y: x + y,
    "hidden in NaN": lambda own, other, x, y: np.where(x > 9, math.nan, output(own, x, y)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_dishonest_images(sheet: Any, shown: Any, own: Network, net: Any, wrong: str):
    """What is not the own network's output over the range earns nothing by machine."""
    sheet.draw(WRONG[wrong](own, net(2, 20, 1, seed=4), *grid(101)), extent=EXTENT)

    assert not shown(sheet).credit


FLAT = {"zero": 0.0, "one": 1.0, "NaN": math.nan, "inf": math.inf}


@pytest.mark.parametrize("value", FLAT)
def test_flat_images_fail(sheet: Any, shown: Any, value: str):
    """One value everywhere, NaN or infinity fails, with the reason."""
    sheet.draw(np.full((101, 101), FLAT[value]))

    verdict = shown(sheet)

    what = "one value everywhere" if value in ("zero", "one") else "NaN or infinite values"
    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Draw it.")
    assert verdict.reason == f"1 image drawn, with {what}."


def test_a_network_that_is_flat(sheet: Any, shown: Any, net: Any):
    """An image of one value everywhere earns nothing, and waits if a network is so."""
    flat = net(2, 1, seed=0)
    assert flat.layers[0].weight is not None
    flat.layers[0].weight[:] = 0
    sheet.draw(output(flat, *grid(101)))

    verdict = shown(sheet, networks=[flat])

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)
    assert shown(sheet, networks=[net(2, 20, 1)]).outcome is Outcome.FAIL


def test_no_network_to_compare_with(sheet: Any, shown: Any, net: Any):
    """Without a proven network a person looks."""
    claimed = net(2, 20, 1, seed=3, proven=False)
    sheet.draw(output(claimed, *grid(101)))

    verdict = shown(sheet, networks=[claimed])

    assert verdict.outcome is Outcome.PENDING
    assert verdict.reason == (
        "1 image drawn, but none could be tied to a network over [-10, 10]; "
        "a person will look."
    )


def test_the_last_of_many_networks(sheet: Any, shown: Any, net: Any):
    """The image may show any of the networks that were found."""
    networks = [net(2, 20, 1, seed=k) for k in range(5)]
    sheet.draw(output(networks[-1], *grid(101)))

    assert shown(sheet, networks=networks).outcome is Outcome.PASS


def test_nothing_was_drawn(sheet: Any, shown: Any):
    """No drawing, or one of fewer than 8 points, is no answer."""
    assert shown(sheet).outcome is Outcome.NO_ANSWER
    sheet.draw(np.ones((7, 7)))
    assert shown(sheet).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("options", [IMAGE, GRADIENT], ids=["image", "gradient"])
def test_numbers_that_did_not_arrive(sheet: Any, shown: Any, own: Network, options: Any):
    """A drawing whose array we did not keep waits for a person."""
    sheet.draw(output(own, *grid(101)))
    sheet.arrays.clear()

    assert shown(sheet, options).outcome is Outcome.PENDING


@pytest.mark.parametrize(("bound", "passes"), [(10, False), (20, True), (100, True)])
def test_a_larger_range_with_an_extent(
    sheet: Any, shown: Any, own: Network, bound: float, passes: bool
):
    """With coordinates any range larger than the first one counts, and not the first."""
    extent = (-bound, bound, -bound, bound)
    sheet.draw(output(own, *grid(101, bound)), extent=extent, origin="lower")

    assert (shown(sheet, BEYOND).outcome is Outcome.PASS) is passes


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("x = np.linspace(-50, 50, 101)", True),
        ("limit = 5e1", True),
        ("x = np.linspace(-40, 40, 101)", False),
        ("f50(x50)", False),
    ],
)
def test_a_larger_range_typed_in_code(
    sheet: Any, shown: Any, own: Network, code: str, passes: bool
):
    """Without coordinates the bound must stand in the code."""
    sheet.cell(code)
    sheet.draw(output(own, *grid(101, 50)))

    assert (shown(sheet, BEYOND).outcome is Outcome.PASS) is passes


def test_no_larger_range(sheet: Any, shown: Any, own: Network):
    """Only the first range was drawn: the second is no answer."""
    sheet.draw(output(own, *grid(101)), extent=EXTENT)

    verdict = shown(sheet, BEYOND)

    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.reason == (
        "Looked for an image of the network over a range larger than [-10, 10] and found "
        "none among 1 image."
    )


def test_a_small_window_far_out_is_no_larger_range(sheet: Any, shown: Any, own: Network):
    """[11, 13] on both axes lies beyond, but is not larger."""
    ticks = np.linspace(11, 13, 101)
    x, y = np.meshgrid(ticks, ticks)
    sheet.draw(output(own, x, y), x, y)

    assert not shown(sheet, BEYOND).credit


def components(network: Network, x: Array, y: Array) -> tuple[Array, Array]:
    """Differences across and down, as numpy.gradient gives them."""
    down, across = np.gradient(output(network, x, y).astype("float64"))
    return across, down


GRADIENT_WAYS: dict[str, Callable[[Any, Network, int], None]] = {
    "np.gradient without a spacing": lambda s, w, n: [
        s.draw(c, extent=EXTENT, origin="lower") for c in components(w, *grid(n))
    ],  # type: ignore[func-returns-value]
    "with a spacing": lambda s, w, n: [
        s.draw(c * (n - 1) / 20) for c in components(w, *grid(n))
    ],  # type: ignore[func-returns-value]
    "down first": lambda s, w, n: [s.draw(c) for c in components(w, *grid(n))[::-1]],  # type: ignore[func-returns-value]
    "upside down": lambda s, w, n: [s.draw(c[::-1]) for c in components(w, *grid(n))],  # type: ignore[func-returns-value]
    "over ij": lambda s, w, n: [s.draw(c) for c in components(w, *grid(n, indexing="ij"))],  # type: ignore[func-returns-value]
    "pcolormesh": lambda s, w, n: [
        s.draw(c, *grid(n), method="pcolormesh") for c in components(w, *grid(n))
    ],  # type: ignore[func-returns-value]
}


@pytest.mark.parametrize(
    ("way", "n"),
    [*((w, 101) for w in GRADIENT_WAYS), ("over ij", 500), ("pcolormesh", 500)],
)
def test_honest_gradients(sheet: Any, shown: Any, own: Network, way: str, n: int):
    """Both components pass, with or without the spacing, turned, on any grid."""
    GRADIENT_WAYS[way](sheet, own, n)

    verdict = shown(sheet, GRADIENT)

    assert (verdict.outcome, verdict.reason) == (
        Outcome.PASS,
        "2 components of the gradient drawn.",
    )


@pytest.mark.parametrize(
    ("across", "down", "outcome"),
    [
        ("dy/dx1", "dy/dx2", "pass"),
        ("dy/dx2", "dy/dx1", "pending"),
        (r"$\\partial y / \\partial x_2$", r"$\\partial y/\\partial x_{1}$", "pending"),
        ("∂f/∂x₂", "∂f/∂x₁", "pending"),
        ("df/dy", "df/dx", "pending"),
        ("df/dx", "df/dy", "pass"),
        ("gradient, axis 1", "gradient, axis 0", "pass"),
        ("(x1, x2), across", "(x1, x2), down", "pass"),
        ("dy/dx2", "", "pass"),
        ("layer x12", "layer x21", "pass"),
    ],
)
def test_titles_that_name_the_other_component(
    sheet: Any, shown: Any, own: Network, across: str, down: str, outcome: str
):
    """Both must: one title alone may be a slip of the pen, or no name at all."""
    for component, title in zip(components(own, *grid(101)), (across, down), strict=True):
        sheet.draw(component, title=title)

    assert shown(sheet, GRADIENT).outcome == outcome


def test_one_component(sheet: Any, shown: Any, own: Network):
    """One component, drawn once or twice, earns half."""
    across, _ = components(own, *grid(101))
    for _ in range(2):
        sheet.draw(across)
        verdict = shown(sheet, GRADIENT)
        assert (verdict.credit, verdict.hint) == (0.5, "Draw both.")
    assert verdict.reason == "1 component of the gradient drawn."


@pytest.mark.parametrize(("share", "passes"), [(0.88, False), (0.93, True)])
def test_the_share_of_a_gradient(
    sheet: Any, shown: Any, own: Network, share: float, passes: bool
):
    """90 % of the points must be proportional."""
    order = np.random.default_rng(0).permutation(10_000)
    for component in components(own, *grid(100)):
        component.flat[order[: round(10_000 * (1 - share))]] = 1e3
        sheet.draw(component)

    assert (shown(sheet, GRADIENT).credit == 1) is passes


NO_GRADIENTS: dict[str, Callable[[Network, Network], Array]] = {
    "another network's": lambda own, other: components(other, *grid(101))[0],
    "the output itself": lambda own, other: output(own, *grid(101)),
    "its length": lambda own, other: np.hypot(*components(own, *grid(101))),
    "noise": lambda own, other: np.random.default_rng(0).normal(size=(101, 101)),
    "mirrored": lambda own, other: components(own, *grid(101))[0][::-1, ::-1],
    "of a smaller range": lambda own, other: components(own, *grid(101, 5))[0],
    "a plane": lambda own, other: grid(101)[0],
    "NaN and one number": lambda own, other: np.where(np.eye(101) > 0, 1.0, math.nan),
}


@pytest.mark.parametrize("wrong", NO_GRADIENTS)
def test_dishonest_gradients(sheet: Any, shown: Any, own: Network, net: Any, wrong: str):
    """What is no multiple of a component earns nothing by machine."""
    sheet.draw(NO_GRADIENTS[wrong](own, net(2, 20, 1, seed=4)))

    assert not shown(sheet, GRADIENT).credit


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_flat_gradient_fails(sheet: Any, shown: Any, value: float):
    """Images with one value everywhere fail."""
    sheet.draw(np.full((101, 101), value))

    verdict = shown(sheet, GRADIENT)

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason == "1 image drawn, with one value everywhere."


def test_a_gradient_nobody_can_explain(sheet: Any, shown: Any, own: Network):
    """Images of the section that show something else wait for a person."""
    sheet.draw(grid(101)[0])

    assert shown(sheet, GRADIENT).reason == (
        "1 image drawn, but none could be tied to the gradient of a network; "
        "a person will look."
    )
    assert shown(sheet, GRADIENT, networks=[]).reason == (
        "1 image drawn, but none could be tied to the gradient of a network, "
        "since none "
        "was found; a person will look."
    )


def test_images_of_other_sections_are_no_gradient(sheet: Any, shown: Any):
    """Images elsewhere in the notebook leave the question without an answer."""
    sheet.draw(grid(101)[0], confidence=0.3)

    verdict = shown(sheet, GRADIENT)

    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.reason == (
        "Looked for it and found none that fits. Nearest: it in cell 1 (it is not what was "
        "asked for); this; that."
    )
