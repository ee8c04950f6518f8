"""A figure that cannot be read is for a person, never a figure that is not there."""

import numpy as np
import pytest

from grader.checks.words import not_found, unless_unread
from grader.model.answers import Found
from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import DrawnWith, FieldsDrawn
from grader.model.criteria_formulas import CurvesDrawn
from grader.model.curves import ShapesDrawn
from grader.model.evidence import Drawing
from grader.model.finds import FindDrawings
from grader.model.verdict import Binding, Outcome, graded

PLACE = Binding(cell=6, what="panel 1 of figure 1 (hexbin)", how="drawn", confidence=1.0)
TOL = Tolerance(rtol=0.01, atol=0.01, because="a test")
LINES = FindDrawings(kinds=("line",))
FIELDS = FindDrawings(kinds=("image",))
SAID = {"id": "2.x", "states": "It is drawn."}
AXIS = np.linspace(-1, 1, 41)
X, Y = np.meshgrid(AXIS, AXIS)


def test_the_sentence():
    """It says what was looked for, and where a person finds what is there."""
    verdict = not_found(Found(looked_for="an image", unread=(PLACE,)))

    assert verdict.outcome is Outcome.PENDING
    assert verdict.proposal is None
    assert verdict.reason == (
        "Looked for an image; the numbers of panel 1 of figure 1 (hexbin) in cell 7 cannot "
        "be read as one. A person will look."
    )


def test_without_a_figure_there_is_no_answer():
    """Nothing that cannot be read: nothing was drawn."""
    assert not_found(Found(looked_for="an image")).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("credit", [0.0, 0.5, 1.0])
def test_what_is_missing_may_be_what_cannot_be_read(credit):
    """Full credit stays; less is a proposal."""
    verdict = unless_unread(graded(credit, "So it is."), Found(unread=(PLACE,)))

    assert verdict.proposal == (None if credit == 1 else credit)
    assert (verdict.outcome is Outcome.PENDING) is (credit < 1)
    assert unless_unread(graded(credit, "So it is."), Found()).credit == credit


def drawn(sheet, y):
    """A line, or a drawing without numbers."""
    if y is None:
        return Drawing(cell=0, figure=0, panel=0, method="plot")
    refs = {"x": sheet.keep(AXIS), "y": sheet.keep(y)}
    return Drawing(cell=0, figure=0, panel=0, method="plot", label="y", **refs)


@pytest.fixture
def curve(decide, new_sheet, place):
    """Judge a line against a parabola, beside places that cannot be read."""

    def judge(y, *unread):
        own, ref = new_sheet(), new_sheet()
        options = CurvesDrawn(
            **SAID, check="curves_drawn", find=LINES, labels=("y",), range=(-0.9, 0.9),
            tolerance=TOL,
        )  # fmt: skip
        got = {FindDrawings: [place(drawn(own, y), 1.0)], "unread": unread}
        return decide(options, got, {FindDrawings: [drawn(ref, AXIS**2)]}, own, ref)

    return judge


def test_a_wrong_curve_beside_a_riddle_waits(curve):
    """A right one does not, and without the riddle the wrong one fails."""
    assert curve(AXIS**2, PLACE).outcome is Outcome.PASS
    assert curve(AXIS, PLACE).outcome is Outcome.PENDING
    assert curve(None, PLACE).outcome is Outcome.PENDING
    assert curve(AXIS).outcome is Outcome.FAIL


@pytest.fixture
def field(decide, new_sheet):
    """Judge a field against x*y, beside places that cannot be read."""

    def judge(z, *unread):
        own, ref = new_sheet(), new_sheet()
        own.draw(z, X, Y)
        ref.draw(X * Y, X, Y, title="xy")
        options = FieldsDrawn(
            **SAID, check="fields_drawn", find=FIELDS, panels=("xy",), range=(-1, 1),
            tolerance=TOL,
        )  # fmt: skip
        got = {FindDrawings: own.drawings, "unread": unread}
        return decide(options, got, {FindDrawings: ref.drawings}, own, ref)

    return judge


def test_a_wrong_field_beside_a_riddle_waits(field):
    """As for curves."""
    assert field(X * Y, PLACE).outcome is Outcome.PASS
    assert field(X + Y, PLACE).outcome is Outcome.PENDING
    assert field(X + Y).outcome is Outcome.FAIL


def test_lines_without_numbers_are_no_wrong_shapes(decide, place, new_sheet):
    """Lines over another range fail; lines that nobody can read do not."""
    own = new_sheet()
    options = ShapesDrawn(
        **SAID, check="shapes_drawn", find=LINES, range=(-10, 10), shapes=("curved",),
        each=1, tolerance=TOL,
    )  # fmt: skip
    short = {FindDrawings: [place(drawn(own, AXIS), 1.0)]}
    blank = {FindDrawings: [place(drawn(own, None), 1.0)], "unread": [PLACE]}

    assert decide(options, short, {}, own).outcome is Outcome.FAIL
    assert decide(options, blank, {}, own).outcome is Outcome.PENDING


def test_no_colours_are_wrong_where_something_is_hidden(decide, new_sheet):
    """An image in other colours fails; one beside a riddle waits."""
    own = new_sheet()
    own.draw(X * Y, X, Y, cmap="jet")
    options = DrawnWith(**SAID, check="drawn_with", find=FIELDS, cmap="prism", count=1)
    found = {FindDrawings: own.drawings}

    assert decide(options, found, {}, own).outcome is Outcome.FAIL
    assert decide(options, found | {"unread": [PLACE]}, {}, own).outcome is Outcome.PENDING


@pytest.mark.parametrize(
    ("kept", "read"), [(slice(None), True), (slice(1, None), False), ([0, 0], False)]
)
def test_points_that_fill_a_grid_are_a_field(new_sheet, kept, read):
    """In any order; with a point missing, or twice the same one, they are none."""
    from grader.model.fields import as_field

    order = np.random.default_rng(1).permutation(X.size)
    refs = {}
    sheet = new_sheet()
    for name, data in (("x", X), ("y", Y), ("z", X * Y)):
        refs[name] = sheet.keep(data.ravel()[order][kept])
    drawing = Drawing(cell=0, figure=0, panel=0, method="scatter", **refs)

    found = as_field(sheet.recorded(), drawing)

    assert (found is not None) is read
    if found is not None:
        assert found.z.shape == X.shape
        assert np.allclose(found.z, found.x * found.y)
