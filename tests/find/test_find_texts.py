"""Texts, drawings and typed formulas of a section, with the place of each."""

from typing import Any

import numpy as np
import pytest

from grader.find import Context
from grader.model.evidence import Drawing
from grader.model.finds import Find, FindDrawings, FindFormula, FindText


def draw(hand: Any, method: str, **more: Any) -> None:
    """Draw in the last cell."""
    hand.drawings.append(Drawing(cell=hand.last, figure=0, panel=0, method=method, **more))


def test_text_of_a_section(hand: Any):
    """Only the section's own lines count; headings are no words."""
    hand.text("# 2a\nThe first two agree.")
    hand.text("# 2b\nContours.")

    (hit,) = hand.find(FindText(), "2a").hits

    assert (hit.value.text, hit.value.words) == ("# 2a\nThe first two agree.", 4)
    assert (hit.binding.how, hit.binding.confidence) == ("by section", 0.9)


def test_text_without_sections(hand: Any):
    """Without the section all text is offered, unsurely."""
    hand.text("The first two agree.")

    (hit,) = hand.find(FindText(), "2a").hits

    assert (hit.binding.how, hit.binding.confidence) == (
        "no section, so the whole notebook",
        0.4,
    )


def test_text_of_the_exercise_comes_first(hand: Any):
    """Nothing is labelled 2a, but a heading says 2."""
    hand.text("Words before all.")
    hand.text("# 3\nOf another one.")
    hand.text("# 2\nThe first two agree.")

    hits = hand.find(FindText(), "2a").hits

    assert [hit.value.cell for hit in hits] == [2, 0, 1]


@pytest.mark.parametrize("source", ["", "# 2a", "$1 + 1$", "## A heading alone"])
def test_no_words(hand: Any, source: str):
    """A heading, numbers and an empty cell are no text."""
    hand.text(source)

    found = hand.find(FindText(), "2a")

    assert not found
    assert found.looked_for == "text under question 2a"


def test_handed_out_text(hand: Any):
    """The skeleton's words are not the student's; code is no text."""
    hand.text("# 2a\nWhich of them agree?")
    hand.code("# a comment of many words")

    assert not hand.find(FindText(section="any"), handed_out=["# 2a\nWhich of them agree?"])


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("image", "imshow"),
        ("image", "pcolormesh"),
        ("contour", "contourf"),
        ("line", "plot"),
        ("points", "scatter"),
        ("arrows", "quiver"),
        ("bars", "hist"),
    ],
)
def test_kinds_of_drawings(hand: Any, kind: str, method: str):
    """Each kind finds its methods and no other kind's."""
    hand.code("# 2b")
    for drawn in (
        "imshow",
        "pcolormesh",
        "contourf",
        "plot",
        "scatter",
        "quiver",
        "hist",
        "axhline",
    ):
        draw(hand, drawn)

    found = [hit.value.method for hit in hand.find(FindDrawings(kinds=(kind,)), "2b").hits]

    assert method in found
    assert set(found) <= {method, "imshow", "pcolormesh"}


def test_drawings_of_the_section_come_first(hand: Any):
    """A later drawing of the section stands before an earlier one elsewhere."""
    hand.code("# 2c")
    draw(hand, "imshow", title="c")
    hand.code("# 2b")
    draw(hand, "imshow", title="b1")
    draw(hand, "imshow", title="b2")

    hits = hand.find(FindDrawings(kinds=("image",)), "2b").hits

    assert [hit.value.title for hit in hits] == ["b1", "b2", "c"]
    assert [hit.binding.confidence for hit in hits] == [1, 1, 0.3]
    assert [hit.binding.reasons for hit in hits[1:]] == [
        ("in question 2b",), ("outside question 2b",)
    ]  # fmt: skip


def test_drawings_of_other_kinds_are_near(hand: Any):
    """Without a hit the words name what was drawn instead."""
    hand.code("# 2b")
    draw(hand, "plot")

    found = hand.find(FindDrawings(kinds=("image", "contour")), "2b")

    assert (
        found.looked_for
        == "an image (imshow, pcolormesh) or a contour plot (contour, contourf)"
    )
    assert found.nearest == ("panel 1 of figure 1 in cell 1 (plot)",)


FIGURE = "<Figure size 640x480 with 1 Axes>"
PICTURE = "<PIL.Image.Image image mode=RGB size=9x9>"
X = np.linspace(0, 1, 64)


@pytest.mark.parametrize(
    ("kinds", "method", "counts"),
    [
        (("line",), "lines", True),
        (("line",), "hlines", False),
        (("across",), "hlines", True),
        (("across",), "axline", True),
        (("across",), "vlines", False),
        (("image",), "plot_surface", False),
        (("image",), "tripcolor", True),
    ],
)
def test_kinds_of_straight_lines_and_surfaces(hand: Any, kinds: Any, method: str, counts):
    """A line across is no curve unless the rubric says so, and a surface no image."""
    hand.code("# 2b")
    draw(hand, method, y=hand.keep(X))

    assert bool(hand.find(FindDrawings(kinds=kinds), "2b")) is counts


@pytest.mark.parametrize(
    ("kinds", "points", "coloured", "counts"),
    [
        (("image",), 64, True, True),
        (("contour",), 64, True, True),
        (("image",), 63, True, False),
        (("image",), 64, False, False),
        (("points",), 4, True, True),
        (("line",), 64, True, False),
    ],
)
def test_many_coloured_points_are_an_image(hand: Any, kinds, points, coloured, counts):
    """Few of them are data, and points without numbers show no field."""
    hand.code("# 2b")
    x = hand.keep(X[:points])
    draw(hand, "scatter", x=x, y=x, z=x if coloured else None)

    assert bool(hand.find(FindDrawings(kinds=kinds), "2b")) is counts


@pytest.mark.parametrize(
    ("section", "method", "result", "unread"),
    [
        ("2b", "plot_surface", "", "panel 1 of figure 1 (plot_surface)"),
        ("2b", "add_collection", "", "panel 1 of figure 1 (add_collection)"),
        ("2b", "imshow", "", "panel 1 of figure 1 (imshow)"),
        ("2b", "plot", "", ""),
        ("2b", "", FIGURE, ""),
        ("2b", "", PICTURE, "a picture"),
        ("2b", "", "<IPython.core.display.Image object>", "a picture"),
        ("2b", "plot", PICTURE, ""),
        ("2c", "plot_surface", "", ""),
        ("2c", "", PICTURE, ""),
    ],
)
def test_figures_that_cannot_be_read(hand: Any, section, method, result, unread):
    """What stands in the section without numbers, or as another kind, is told apart.

    A figure in which nothing was drawn is empty, and no riddle.
    """
    hand.code(f"# {section}", result=result)
    if method:
        draw(hand, method)
    hand.code("# 2b" if section == "2c" else "# 2c")

    found = hand.find(FindDrawings(kinds=("image", "contour")), "2b").unread

    assert [place.what for place in found] == ([unread] if unread else [])


def test_a_surface_beside_an_image_is_no_riddle(hand: Any):
    """Where the section has what was asked for, the rest is ornament."""
    hand.code("# 2b", result=FIGURE)
    draw(hand, "plot_surface")
    draw(hand, "contour", z=hand.keep(X))

    assert hand.find(FindDrawings(kinds=("contour",)), "2b").unread == ()


def test_formulas_of_the_section(hand: Any):
    """A typed formula is found with its value; another section's is not."""
    hand.text("# 4\n$R(n) = 1 + n + n(n-1)/2$")
    hand.text("# 2a\n$S(n) = n^2$")

    hits = hand.find(FindFormula(variable="n"), "4").hits

    assert [[hit.value.at(n) for n in (0, 1, 2, 3)] for hit in hits] == [[1, 2, 4, 7]]
    assert hits[0].value.is_final


BOX, PLAIN = "$\\boxed{n^2+1}$", "# 4\nThe answer is $n^2-1$"


@pytest.mark.parametrize(
    ("cells", "final"),
    [
        ((PLAIN, BOX), [False, True]),
        ((BOX, PLAIN), [True, False]),
        ((PLAIN, "Answer: $n^2$"), [True, True]),
        ((BOX, "$\\boxed{n^2-1}$"), [True, True]),
    ],
)
def test_a_box_in_any_cell_is_the_answer(hand: Any, cells: Any, final: list[bool]):
    """As in one cell: where something is boxed, only that; else each cell has its own."""
    hand.text("# 4")
    for source in cells:
        hand.text(source)

    hits = hand.find(FindFormula(variable="n"), "4").hits

    assert [hit.value.is_final for hit in hits] == final


def test_no_formula(hand: Any):
    """Without a formula the words name the variable."""
    hand.text("# 4\nno idea")

    assert (
        hand.find(FindFormula(variable="n"), "4").looked_for == "a formula in n in the text"
    )


def test_an_unknown_find(hand: Any):
    """A find without a finder is our fault and raises."""
    with pytest.raises(TypeError, match="no finder for Find"):
        hand.find(Find())


def test_ranks(hand: Any):
    """1 inside the section or for any; 0.3 elsewhere; 0.65 if the section is unknown."""
    hand.text("# 2a")
    hand.text("# 2b")
    context: Context = hand.context()

    ranks = [
        context.rank(0, "2a"),
        context.rank(0, "any"),
        context.rank(0, "2b"),
        context.rank(0, "4"),
    ]

    assert ranks == [1, 1, 0.3, 0.65]
