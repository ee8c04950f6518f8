"""Straight lines, scattered numbers and what is added by hand are recorded like curves."""

import pytest

SETUP = """\
import numpy as np, matplotlib.pyplot as plt
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
fig, ax = plt.subplots()
X, Y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 2, 8))
x, y, z = X.ravel(), Y.ravel(), (X * Y).ravel()
solid = plt.figure().add_subplot(projection='3d')
plt.close('all')
"""
LINES = [
    ("ax.axline((0, 1), slope=2)", ["axline"], ([-5e5, 5e5], [-1e6 + 1, 1e6 + 1])),
    ("ax.axline((1, 1), xy2=(3, 1))", ["axline"], ([1 - 1e6, 1 + 1e6], [1, 1])),
    ("ax.axline((2, 0), (2, 5))", ["axline"], ([2, 2], [-1e6, 1e6])),
    ("ax.axline((0, 0), slope=1, transform=ax.transAxes)", ["axline"], (None, None)),
    ("ax.hlines(1.5, -6, 6)", ["hlines"], ([-6, 6], [1.5, 1.5])),
    ("ax.hlines([0, 1], -6, [3, 6])", ["hlines", "hlines"], ([-6, 3], [0, 0])),
    ("ax.hlines(1, 0, 1, transform=ax.get_yaxis_transform())", ["hlines"], (None, None)),
    ("ax.vlines(2, 0, 3)", ["vlines"], ([2, 2], [0, 3])),
    ("ax.axhline(1); ax.axvline(1)", ["axhline", "axvline"], (None, [1])),
    ("ax.stem([1, 2], [3, 4])", ["stem"], ([1, 2], [3, 4])),
    ("ax.step([1, 2], [3, 4])", ["step"], ([1, 2], [3, 4])),
    ("ax.loglog([1, 2], [3, 4])", ["plot"], ([1, 2], [3, 4])),
    ("ax.semilogy([1, 2], [3, 4]); ax.semilogx([1, 2], [3, 4])", ["plot", "plot"],
     ([1, 2], [3, 4])),
    ("ax.add_line(Line2D([1, 2], [3, 4]))", ["add_line"], ([1, 2], [3, 4])),
    ("ax.add_collection(LineCollection([[(0, 1), (2, 3)], [(2, 3), (4, 0)],"
     " [(9, 9), (8, 8)]]))", ["lines", "lines"], ([0, 2, 4], [1, 3, 0])),
    ("solid.plot3D([1, 2], [3, 4], [5, 6])", ["plot"], ([1, 2], [3, 4])),
]  # fmt: skip
"""What is drawn, how it is called in the record, and the points of the first."""
FIELDS = [
    ("ax.tricontour(x, y, z, levels=4)", "tricontour"),
    ("import matplotlib.tri as tri\nax.tricontourf(tri.Triangulation(x, y), z)",
     "tricontourf"),
    ("ax.tripcolor(x, y, z)", "tripcolor"),
    ("solid.plot_trisurf(x, y, z)", "plot_trisurf"),
    ("solid.scatter3D(x, y, z)", "scatter"),
    ("ax.scatter(x, y, c=z)", "scatter"),
]  # fmt: skip
GRIDS = [
    ("solid.plot_surface(X, Y, X * Y)", "plot_surface"),
    ("solid.contour3D(X, Y, X * Y)", "contour"),
    ("ax.pcolor(X, Y, X * Y, shading='auto')", "pcolor"),
    ("import matplotlib.image as image\nit = image.AxesImage(ax, extent=(-1, 1, 0, 2))\n"
     "it.set_data(X * Y); _ = ax.add_image(it)", "add_image"),
]  # fmt: skip
OPAQUE = [
    ("ax.hexbin(x, y, C=z)", "add_collection"),
    ("ax.streamplot(x=X[0], y=Y[:, 0], u=X, v=Y)", "streamplot"),
]
PLAIN = [
    "ax.legend(); ax.grid(); ax.text(0, 0, 't'); ax.axhspan(0, 1); ax.fill([0, 1], [1, 0])",
    "p = ax.pcolormesh(X, Y, X * Y, shading='auto'); _ = fig.colorbar(p, ax=ax)",
]
"""What is no drawing, and what is one only."""


@pytest.fixture(scope="module")
def seen(box):
    """One run of all cells."""
    tables = (LINES, FIELDS, GRIDS, OPAQUE)
    sources = [row[0] for table in tables for row in table]
    return box(SETUP, *sources, *PLAIN)


@pytest.fixture(scope="module")
def drawn(seen):
    """The drawings of a cell."""
    index = {cell.source: cell.index for cell in seen.cells}
    return lambda source: [d for d in seen.drawings if d.cell == index[source]]


def numbers(seen, ref):
    """What an array holds."""
    return None if ref is None else seen.arrays[ref.sha256].tolist()


@pytest.mark.parametrize(("source", "methods", "points"), LINES)
def test_lines_have_their_points(seen, drawn, source, methods, points):
    """Each piece is a line; one without a place in data units has no points."""
    found = drawn(source)

    assert [d.method for d in found] == methods
    assert (numbers(seen, found[0].x), numbers(seen, found[0].y)) == points


@pytest.mark.parametrize(("source", "method"), FIELDS)
def test_numbers_at_points_are_recorded_with_them(seen, drawn, source, method):
    """x, y and the number of every point, in the order they were given."""
    (found,) = drawn(source)

    assert found.method == method
    x, y, z = (seen.arrays[ref.sha256] for ref in (found.x, found.y, found.z))
    assert z.shape == (72,)
    assert abs(x * y - z).max() < 1e-12


@pytest.mark.parametrize(("source", "method"), GRIDS)
def test_fields_of_other_methods(seen, drawn, source, method):
    """Aliases and images added by hand are recorded as what they are."""
    (found,) = drawn(source)

    assert (found.method, found.z.whole) == (method, (8, 9))


@pytest.mark.parametrize(("source", "method"), OPAQUE)
def test_what_cannot_be_read_is_known_to_be_there(drawn, source, method):
    """Cells of other shapes, and calls in an unusual form, have a place and no numbers."""
    (found,) = drawn(source)

    assert (found.method, found.x, found.y, found.z) == (method, None, None, None)


def test_ornaments_are_no_drawings(drawn):
    """Legends, areas and colour bars add nothing."""
    assert drawn(PLAIN[0]) == []
    assert [d.method for d in drawn(PLAIN[1])] == ["pcolormesh"]
