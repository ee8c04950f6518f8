"""Drawn fields against the reference's panels: every honest drawing, no dishonest one."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import fields
from grader.checks.planes import TURNS
from grader.errors import JudgeError
from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import FieldsDrawn
from grader.model.finds import FindDrawings
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
Field = Callable[[Array, Array], Array]
FIND = FindDrawings(kinds=("contour", "image"))


def lse(lamb: float) -> Field:
    """log-sum-exp of two numbers."""
    return lambda x, y: np.logaddexp(lamb * x, lamb * y) / lamb


def softmax(lamb: float) -> Field:
    """The first component of the soft(arg)max."""
    return lambda x, y: 1 / (1 + np.exp(-lamb * (x - y)))


def onehot(x: Array, y: Array) -> Array:
    """The first component of the one-hot arg max."""
    return (x > y).astype(float)


def criterion(*panels: str, rtol: float = 0.01, atol: float = 0.01) -> FieldsDrawn:
    """A criterion on these panels of the reference."""
    return FieldsDrawn(
        id="2b.lse",
        states="They are drawn.",
        check="fields_drawn",
        find=FIND,
        panels=panels,
        range=(-1, 1),
        tolerance=Tolerance(rtol=rtol, atol=atol, because="a test"),
        hint="Draw again.",
    )


def grid(n: int, low: float = -1, high: float = 1, indexing: Any = "xy") -> list[Array]:
    """Two arrays of coordinates."""
    ticks = np.linspace(low, high, n)
    return list(np.meshgrid(ticks, ticks, indexing=indexing))


PANELS: dict[str, Field] = {
    "lse 1": lse(1),
    "lse 10": lse(10),
    "lse 100": lse(100),
    "max": np.maximum,
    "softmax 1": softmax(1),
    "softmax 10": softmax(10),
    "other softmax 10": lambda x, y: softmax(10)(y, x),
    "onehot": onehot,
}


@pytest.fixture(scope="module")
def reference(new_sheet: Any) -> Any:
    """The reference: every panel as a contour plot on a fine grid."""
    sheet = new_sheet()
    x, y = grid(201)
    for title, function in PANELS.items():
        sheet.draw(function(x, y), x, y, title=title)
    return sheet


@pytest.fixture
def drawn(decide: Decide, reference: Any) -> Callable[..., Verdict]:
    """Decide about a sheet's drawings."""

    def run(sheet: Any, *panels: str, **more: float) -> Verdict:
        found = {FindDrawings: sheet.drawings}
        return decide(
            criterion(*panels, **more),
            found,
            {FindDrawings: reference.drawings},
            sheet,
            reference,
        )

    return run


EXTENT = (-1.0, 1.0, -1.0, 1.0)
WAYS: dict[str, Callable[[Any, Field, int], None]] = {
    "contour with grids": lambda s, f, n: s.draw(f(*grid(n)), *grid(n)),
    "contour with axes": lambda s, f, n: s.draw(f(*grid(n)), grid(n)[0][0], grid(n)[0][0]),
    "contour over ij": lambda s, f, n: s.draw(
        f(*grid(n, indexing="ij")), *grid(n, indexing="ij")
    ),
    "ij drawn as if xy": lambda s, f, n: s.draw(f(*grid(n, indexing="ij")), *grid(n)),
    "contour without axes": lambda s, f, n: s.draw(f(*grid(n)), method="contourf"),
    "image from below": lambda s, f, n: s.draw(f(*grid(n)), extent=EXTENT, origin="lower"),
    "image from above": lambda s, f, n: s.draw(
        f(*grid(n))[::-1], extent=EXTENT, origin="upper"
    ),
    "image upside down": lambda s, f, n: s.draw(f(*grid(n)), extent=EXTENT, origin="upper"),
    "image without extent": lambda s, f, n: s.draw(f(*grid(n))),
    "image over ij": lambda s, f, n: s.draw(f(*grid(n, indexing="ij"))),
    "ij upside down": lambda s, f, n: s.draw(f(*grid(n, indexing="ij"))[::-1]),
    "pcolormesh": lambda s, f, n: s.draw(f(*grid(n)), *grid(n), method="pcolormesh"),
    "float32": lambda s, f, n: s.draw(f(*grid(n)).astype("float32")),
}


@pytest.mark.parametrize(
    ("panel", "n"), [("lse 10", 101), ("softmax 10", 200), ("max", 800)]
)
@pytest.mark.parametrize("way", WAYS)
def test_honest_drawings(sheet: Any, drawn: Any, way: str, n: int, panel: str):
    """Every way to draw the right field passes, on coarse grids and decimated ones."""
    WAYS[way](sheet, PANELS[panel], n)

    verdict = drawn(sheet, panel)

    assert (verdict.outcome, verdict.reason) == (Outcome.PASS, "The panel is drawn.")


@pytest.mark.parametrize("panel", [title for title in PANELS if "other" not in title])
def test_each_panel(sheet: Any, drawn: Any, panel: str):
    """Steep ones too: half a pixel is forgiven on a flank."""
    sheet.draw(PANELS[panel](*grid(150)))

    assert drawn(sheet, panel).credit == 1


def test_a_larger_range(sheet: Any, drawn: Any):
    """A drawing over more than the range is judged on the range, by its coordinates."""
    x, y = grid(301, -3, 3)
    sheet.draw(lse(10)(x, y), x, y)

    assert drawn(sheet, "lse 10").credit == 1


def noise(x: Array, y: Array) -> Array:
    """Numbers of the right size."""
    return np.random.default_rng(0).uniform(-1, 1, size=x.shape)


DISHONEST: dict[str, Field] = {
    "other lambda, smaller": lse(5),
    "other lambda, larger": lse(100),
    "without 1/lambda": lambda x, y: 10 * lse(10)(x, y),
    "base 2": lambda x, y: lse(10)(x, y) / math.log(2),
    "wrong sign": lambda x, y: -lse(10)(x, y),
    "mirrored": lambda x, y: lse(10)(-x, -y),
    "the minimum": np.minimum,
    "the maximum": np.maximum,
    "the mean": lambda x, y: (x + y) / 2,
    "shifted": lambda x, y: lse(10)(x, y) + 0.1,
    "zero": lambda x, y: 0 * x,
    "constant": lambda x, y: 0 * x + 0.5,
    "NaN": lambda x, y: x * math.nan,
    "infinite": lambda x, y: np.full(x.shape, math.inf),
    "noise": noise,
    "x": lambda x, y: x,
    "NaN on a twentieth": lambda x, y: np.where(x > 0.9, math.nan, lse(10)(x, y)),
    "true": lambda x, y: x == x,
}


@pytest.mark.parametrize(
    "way", ["contour with grids", "image without extent", "image from below"]
)
@pytest.mark.parametrize("wrong", DISHONEST)
def test_dishonest_drawings(sheet: Any, drawn: Any, wrong: str, way: str):
    """Another field, a constant, NaN or noise earns nothing, however it is drawn."""
    WAYS[way](sheet, DISHONEST[wrong], 101)

    verdict = drawn(sheet, "lse 10")

    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Draw again.")


@pytest.mark.parametrize("wrong", ["mirrored", "the minimum", "zero", "NaN", "x"])
def test_dishonest_maxima(sheet: Any, drawn: Any, wrong: str):
    """max(-x, -y) is no turn of max(x, y)."""
    sheet.draw(DISHONEST[wrong](*grid(101)))

    assert drawn(sheet, "max").credit == 0


@pytest.mark.parametrize(
    ("x", "y"),
    [((0, 1), (0, 1)), ((-1, 1), (0, 1)), ((-0.5, 1), (-1, 1)), ((-1, 1), (-0.1, 0.1))],
)
@pytest.mark.parametrize("panel", ["lse 10", "onehot"])
def test_a_part_of_the_range(sheet: Any, drawn: Any, x: Any, y: Any, panel: str):
    """The right field over a part of the range, on one axis or both, earns nothing."""
    xs, ys = np.meshgrid(np.linspace(*x, 101), np.linspace(*y, 101))
    sheet.draw(PANELS[panel](xs, ys), xs, ys)

    assert drawn(sheet, panel).credit == 0


@pytest.mark.parametrize(("share", "passes"), [(0.97, False), (0.99, True)])
def test_the_boundary_of_the_share(sheet: Any, drawn: Any, share: float, passes: bool):
    """98 % of the points must match."""
    z = lse(1)(*grid(100))
    z[: round(100 * (1 - share))] = 9
    sheet.draw(z)

    assert (drawn(sheet, "lse 1").credit == 1) is passes


@pytest.mark.parametrize(("off", "passes"), [(0.0099, True), (0.05, False)])
def test_the_boundary_of_the_tolerance(sheet: Any, drawn: Any, off: float, passes: bool):
    """A flat field is judged by the tolerance: onehot has no flank but the diagonal."""
    sheet.draw(onehot(*grid(200)) + off)

    assert (drawn(sheet, "onehot", rtol=0).credit == 1) is passes


@pytest.mark.parametrize(("n", "passes"), [(7, False), (8, True)])
def test_the_fewest_points(sheet: Any, drawn: Any, n: int, passes: bool):
    """Eight points per axis show a shape, seven do not."""
    sheet.draw(lse(1)(*grid(n)))

    assert (drawn(sheet, "lse 1").credit == 1) is passes


@pytest.mark.parametrize("n", [8, 12, 20])
def test_a_coarse_grid_is_no_excuse(sheet: Any, drawn: Any, n: int):
    """On a coarse grid too, the maximum is not the log-sum-exp at 1, nor a constant."""
    sheet.draw(np.maximum(*grid(n)))
    sheet.draw(0 * grid(n)[0])

    assert drawn(sheet, "lse 1").credit == 0


@pytest.mark.parametrize("n", [12, 20])
def test_a_coarse_maximum_is_not_smooth(sheet: Any, drawn: Any, n: int):
    """The maximum at the very points of a coarse grid differs from lse at 10 by 0.07."""
    x, y = grid(n)
    sheet.draw(np.maximum(x, y), x, y)

    assert drawn(sheet, "lse 10").credit == 0


def test_a_share_of_the_panels(sheet: Any, drawn: Any):
    """Two of three panels earn two thirds; the missing one is named."""
    for lamb in (1, 100):
        sheet.draw(lse(lamb)(*grid(101)))
    sheet.draw(np.full((9, 9), math.nan))
    sheet.draw(np.zeros((9, 9)))

    verdict = drawn(sheet, "lse 1", "lse 10", "lse 100")

    assert verdict.credit == pytest.approx(2 / 3)
    assert verdict.reason == (
        "2 of 3 panels drawn; not found: lse 10. 1 drawing held NaN or infinite values "
        "(an overflow?). 1 drawing had one value everywhere."
    )


def test_each_panel_needs_a_drawing_of_its_own(sheet: Any, drawn: Any):
    """One drawing that fits two panels counts once."""
    sheet.draw(lse(100)(*grid(101)))

    assert drawn(sheet, "lse 100", "max").credit == 0.5


def test_one_component_twice_is_not_both(sheet: Any, drawn: Any):
    """The first component of the softmax, drawn twice alike, does not show the second."""
    x, y = grid(101)
    for panel in (0, 1):
        sheet.draw(softmax(10)(x, y), panel=panel, extent=EXTENT, origin="lower")

    assert drawn(sheet, "softmax 10", "other softmax 10").credit == 0.5


def test_both_components(sheet: Any, drawn: Any):
    """Both components pass, whichever comes first."""
    x, y = grid(101)
    sheet.draw(softmax(10)(y, x))
    sheet.draw(softmax(10)(x, y))

    assert drawn(sheet, "softmax 10", "other softmax 10").credit == 1


@pytest.mark.parametrize("place", [0, 1500, 2999])
def test_thousands_of_drawings(sheet: Any, drawn: Any, monkeypatch: Any, place: int):
    """A hundred are compared, once a turn; one that is right among them earns nothing."""
    compared: list[object] = []
    samples = fields.samples
    monkeypatch.setattr(fields, "samples", lambda *a: compared.append(a) or samples(*a))
    x, y = grid(9)
    for k in range(3000):
        sheet.draw(lse(10)(*grid(101)) if k == place else k * x + y)

    verdict = drawn(sheet, "lse 10")

    assert (verdict.outcome, verdict.credit) == (Outcome.PENDING, None)
    assert len(compared) <= fields.MOST_DRAWINGS * TURNS


def test_nothing_drawn(sheet: Any, drawn: Any):
    """No drawing is no answer."""
    assert (
        drawn(sheet, "lse 1").reason == "Looked for it and found none. Nearest: this; that."
    )


def test_numbers_that_did_not_arrive(sheet: Any, drawn: Any):
    """A drawing without its array waits for a person."""
    sheet.draw(lse(1)(*grid(101)))
    sheet.arrays.clear()

    assert drawn(sheet, "lse 1").outcome is Outcome.PENDING


def test_a_colour_image_is_no_field(sheet: Any, drawn: Any):
    """An RGB image beside the right field does no harm."""
    sheet.draw(np.zeros((20, 20, 3)))
    sheet.draw(lse(1)(*grid(101)))

    assert drawn(sheet, "lse 1").credit == 1


def test_a_reference_without_the_panel(sheet: Any, drawn: Any):
    """That is our fault."""
    sheet.draw(lse(1)(*grid(101)))

    with pytest.raises(
        JudgeError, match=r"^2b\.lse: the reference has no panel called 'lse 7'$"
    ):
        drawn(sheet, "lse 7")
