"""Contours and images are read as fields, with the coordinates they were drawn at."""

from typing import Any

import numpy as np
import pytest

from grader.model.digest import array_digest
from grader.model.evidence import Drawing, Evidence
from grader.model.fields import Field, as_field
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef

Z = np.arange(12.0).reshape(3, 4)


def read(z: Array | None, whole: Any = (), step: Any = (), **more: Any) -> Field | None:
    """Draw and read back; arrays among `more` are kept."""
    arrays: dict[str, Array] = {}

    def keep(array: Array, **parts: Any) -> ArrayRef:
        arrays[array_digest(array)] = array
        return ArrayRef(
            sha256=array_digest(array), dtype=array.dtype.name, shape=array.shape, **parts
        )

    z_ref = None if z is None else keep(z, whole=whole, step=step)
    kept = {k: keep(v) if isinstance(v, np.ndarray) else v for k, v in more.items()}
    method = kept.pop("method", "contour")
    drawing = Drawing(cell=0, figure=0, panel=0, method=method, z=z_ref, **kept)
    evidence = Evidence(submission="ada", run=Run(status=RunStatus.OK))
    return as_field(Recorded(evidence=evidence, arrays=arrays), drawing)


@pytest.mark.parametrize(
    "z", [None, np.ones(3), np.ones((2, 2, 3)), np.ones((0, 2)), np.ones((2, 2)) * 1j]
)
def test_what_is_no_field(z: Array | None):
    """Lines, colour images, empty and complex arrays are no fields."""
    assert read(z) is None


def test_coordinates_of_a_contour():
    """Axes and grids of coordinates mean the same."""
    x, y = np.arange(4.0), np.arange(3.0) * 10
    axes, grids = (
        read(Z, x=x, y=y),
        read(Z, **dict(zip("xy", np.meshgrid(x, y), strict=True))),
    )

    assert axes is not None
    assert grids is not None
    assert axes.x is not None
    assert axes.x[0].tolist() == [0, 1, 2, 3]
    assert np.array_equal(axes.x, grids.x)
    assert np.array_equal(axes.y, grids.y)


def test_edges_of_cells():
    """A pcolormesh may be given edges; the points are in the middle."""
    field = read(Z, x=np.arange(5.0), y=np.arange(4.0), method="pcolormesh")

    assert field is not None
    assert field.x is not None
    assert field.y is not None
    assert field.x[0].tolist() == [0.5, 1.5, 2.5, 3.5]
    assert field.y[:, 0].tolist() == [0.5, 1.5, 2.5]


def test_coordinates_that_do_not_fit():
    """Coordinates of another size tell nothing."""
    field = read(Z, x=np.arange(7.0), y=np.arange(3.0))

    assert field is not None
    assert field.x is None


@pytest.mark.parametrize(("origin", "first"), [("lower", -0.5), ("upper", 0.5)])
def test_pixels_of_an_image(origin: str, first: float):
    """Centres of pixels between the borders; rows from the top unless told otherwise."""
    field = read(
        np.ones((2, 4)), extent=(0.0, 4.0, -1.0, 1.0), origin=origin, method="imshow"
    )

    assert field is not None
    assert field.x is not None
    assert field.y is not None
    assert field.x[0].tolist() == [0.5, 1.5, 2.5, 3.5]
    assert field.y[0, 0] == first


def test_pixels_of_a_decimated_image():
    """Every second pixel of 128 keeps its own centre."""
    field = read(
        np.ones((64, 64)),
        whole=(128, 128),
        step=(2, 2),
        extent=(0.0, 128.0, 0.0, 128.0),
        origin="lower",
        method="imshow",
    )

    assert field is not None
    assert field.x is not None
    assert field.x[0, :4].tolist() == [0.5, 2.5, 4.5, 6.5]
    assert (field.whole, field.step) == ((128, 128), (2, 2))


def test_a_claimed_size_that_nobody_thins_so_far_is_not_believed():
    """Ten by ten points are ten by ten, whatever size they are said to be thinned from."""
    field = read(np.ones((10, 10)), whole=(1000, 1000), step=(100, 100), method="imshow")

    assert field is not None
    assert (field.whole, field.step) == ((10, 10), (1, 1))


def test_nothing_told():
    """An image without extent has no coordinates."""
    field = read(Z, method="imshow")

    assert field is not None
    assert (field.x, field.y, field.whole, field.step) == (None, None, (3, 4), (1, 1))


def test_a_picture_with_one_channel_is_a_field():
    """An image of shape (n, n, 1), as networks give it, is read like one of (n, n)."""
    field = read(np.arange(100.0).reshape(10, 10, 1))

    assert field is not None
    assert field.z.shape == field.whole == (10, 10)
