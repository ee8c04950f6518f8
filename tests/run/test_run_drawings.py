"""Drawing calls are recorded with their data when they happen."""

import pytest

from grader.checks.left_out import left_out
from grader.model.evidence import Evidence
from grader.model.recorded import Recorded

CELLS = {
    "contour": """
import numpy as np, matplotlib.pyplot as plt, pandas as pd
X, Y = np.meshgrid(np.linspace(-2, 2, 300), np.linspace(-1, 1, 40))
fig, ax = plt.subplots()
ax.clabel(ax.contour(X, Y, X * Y, levels=[-1, 0, 2], cmap="jet"))
ax.set(title="late", xlabel="w", ylabel="b")
fig.suptitle("all")
plt.show()
""",
    "imshow": """
plt.imshow(X * Y, extent=[-2, 2, -1, 1], origin="lower", vmin=-3)
plt.colorbar()
plt.figure()
plt.imshow(np.zeros((4, 5, 3)))
""",
    "panels": """
fig, axs = plt.subplots(2, 4)
for i, a in enumerate(axs.flat):
    fig.colorbar(a.pcolormesh(X[:9, :9], Y[:9, :9], X[:9, :9] * i), ax=a)
    a.set_title(f"panel {i}")
plt.close("all")
""",
    "pandas": 'pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}).plot(); plt.close()',
    "legends": """
plt.plot([1, 2]); plt.plot([2, 3]); plt.legend(["loss", "weight"])
plt.figure(); plt.plot([1, 2], label="own"); plt.plot([2, 3]); plt.legend()
plt.figure(); plt.plot([1, 2]); plt.plot([2, 3]); plt.legend(["one alone"])
plt.figure(); plt.plot([1, 2]); plt.plot([2, 3]); plt.close("all")
""",
    "kinds": """
plt.hist([1, 2, 2, 3], bins=2); plt.bar(["u", "v"], [1, 2]); plt.step([1, 2], [3, 4])
plt.errorbar([1, 2], [3, 4], yerr=1); plt.arrow(0, 0, 1, 2); plt.axhline(0.5)
plt.quiver([0, 1], [0, 1], [1, 1], [2, 2]); plt.scatter([1], [2]); plt.axvline(2)
plt.close()
""",
    "cleared": "for n in 'ab':\n    plt.plot([1, 2]); plt.title(n); plt.cla()\nplt.close()",
    "wrong": "plt.plot([1, 2], [1, 2, 3])",
    "twins": "fig, ax = plt.subplots()\nax.plot([1]); ax.twinx().plot([2]); plt.close()",
    "shared": """
fig, axs = plt.subplots(2, 1, sharex=True)
axs[0].plot([1, 2]); axs[1].plot([2, 3]); axs[1].set_xlabel("epoch"); plt.close()
fig, axs = plt.subplots(1, 2)
axs[0].plot([1, 2]); axs[1].plot([2, 3]); axs[1].set_xlabel("epoch")
fig.supylabel("value"); plt.close()
""",
    "probed": "def f(x):\n    plt.plot([1, 2])\n    return x",
    "skewed": """
plt.contour(X, Y + X, X * Y)
plt.contour(X.T, Y.T, (X * Y).T)
plt.close()
""",
    "stays": "plt.get_fignums(), plt.rcParams['image.cmap']",
}
INDEX = {name: i for i, name in enumerate(CELLS)}


@pytest.fixture(scope="module")
def seen(box, calls):
    return box(*CELLS.values(), choose=calls)


@pytest.fixture(scope="module")
def drawn(seen):
    return lambda name: [d for d in seen.drawings if d.cell == INDEX[name]]


def test_a_contour_has_its_field(drawn, seen):
    """A contour has x, y, z in step, its colours, and the titles of the cell's end."""
    (found,) = drawn("contour")

    assert (found.z.whole, found.x.whole, found.y.whole) == ((40, 300), (300,), (40,))
    assert (found.z.shape, found.x.shape, found.y.shape) == ((40, 150), (150,), (40,))
    x, y, z = (seen.arrays[ref.sha256] for ref in (found.x, found.y, found.z))
    assert (x * y[:, None] == z).all()
    assert (found.cmap, found.vmin, found.vmax) == ("jet", -1, 2)
    assert (found.title, found.xlabel, found.ylabel) == ("late", "w", "b")
    assert found.figure_title == "all"


def test_a_name_of_a_shared_axis_is_that_of_all(drawn):
    """And what the whole figure says of its axes; panels of their own are not named."""
    named = [(d.xlabel, d.ylabel) for d in drawn("shared")]

    assert named == [("epoch", ""), ("epoch", ""), ("", "value"), ("epoch", "value")]


def test_coordinates_that_are_no_rows_and_columns_stay_whole(drawn):
    """A skewed mesh, and one whose first axis is x, are recorded point by point."""
    skewed, turned = drawn("skewed")

    assert skewed.x.whole == skewed.y.whole == skewed.z.whole == (40, 300)
    assert turned.x.whole == turned.y.whole == turned.z.whole == (300, 40)


def test_an_image_knows_where_it_lies(drawn):
    """An image has extent, origin, colormap and limits; a colour bar is no drawing."""
    field, photo = drawn("imshow")

    assert (field.extent, field.origin) == ((-2.0, 2.0, -1.0, 1.0), "lower")
    assert (field.cmap, field.vmin, field.vmax) == ("viridis", -3.0, 2.0)
    assert (photo.extent, photo.origin, photo.cmap) == (None, "upper", "")
    assert (photo.z.shape, photo.figure, field.figure) == ((4, 5, 3), 1, 0)


def test_panels_are_counted_without_colour_bars(drawn):
    """Each panel has its number, its title and the figure's layout."""
    found = drawn("panels")

    assert [d.panel for d in found] == list(range(8))
    assert [d.title for d in found] == [f"panel {i}" for i in range(8)]
    assert {(d.method, d.rows, d.columns) for d in found} == {("pcolormesh", 2, 4)}


def test_a_plot_has_one_record_per_line(drawn, seen):
    """Lines drawn by pandas are lines like others, with their labels."""
    found = drawn("pandas")

    assert [(d.method, d.label) for d in found] == [("plot", "a"), ("plot", "b")]
    assert seen.arrays[found[1].y.sha256].tolist() == [3.0, 5.0]


def test_a_legend_names_its_lines(drawn):
    """Names that only the legend knows belong to the lines in their order."""
    assert [d.label for d in drawn("legends")] == [
        "loss", "weight", "own", "", "one alone", "", "", ""
    ]  # fmt: skip


def test_each_call_counts_once(drawn, seen):
    """Only the outermost call is recorded, whatever it calls itself."""
    found = {d.method: d for d in drawn("kinds")}

    def data(ref):
        return seen.arrays[ref.sha256].tolist()

    assert " ".join(d.method for d in drawn("kinds")) == (
        "hist bar step errorbar arrow axhline quiver scatter axvline"
    )
    assert data(found["hist"].y) == [1, 3]
    assert data(found["bar"].y) == [1, 2]
    assert (data(found["arrow"].x), data(found["arrow"].y)) == ([0, 1], [0, 2])
    assert data(found["quiver"].y) == [[0, 2], [1, 3]]
    assert (found["axhline"].x, data(found["axhline"].y)) == (None, [0.5])
    assert (data(found["axvline"].x), found["axvline"].y) == ([2], None)


def test_a_cleared_panel_keeps_its_title(drawn):
    """What stood there when the panel was cleared is what was drawn."""
    assert [d.title for d in drawn("cleared")] == ["a", "b"]


def test_the_student_sees_what_they_would_see(seen, drawn):
    """Errors, figures and settings are as without the record."""
    assert seen.cells[INDEX["wrong"]].error.name == "ValueError"
    assert seen.cells[INDEX["stays"]].result == "([], 'viridis')\n"
    assert [len(seen.cells[i].pictures) for i in (0, 1)] == [1, 2]
    assert all(data.startswith(b"\x89PNG") for data in seen.pictures.values())


def test_twins_are_one_panel(drawn):
    """Two axes in one place are one panel."""
    assert [d.panel for d in drawn("twins")] == [0, 0]


def test_probes_draw_nothing(seen, drawn):
    """What a probed function draws is not the student's figure."""
    assert len(seen.replies) == 2
    assert drawn("probed") == []


@pytest.mark.parametrize(("many", "lost"), [(500, False), (501, True)])
def test_checks_are_told_of_calls_that_were_not_recorded(box, many, lost):
    """The note reaches the guard of those that would miss them."""
    seen = box(
        "import matplotlib.pyplot as plt\nplt.figure()\n"
        f"for k in range({many}):\n    plt.arrow(k, 0, 1, 1)\nplt.close()"
    )
    evidence = Evidence(
        submission="ada", run=seen.run, cells=seen.cells, drawings=seen.drawings
    )

    assert len(seen.drawings) == 500
    assert left_out(Recorded(evidence=evidence, arrays=seen.arrays)) is lost
