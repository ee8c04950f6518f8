"""Drawn curves are compared with the reference's, and functions kept within their range."""

from dataclasses import replace

import numpy as np
import pytest

from grader.model.answers import Equation, Function, Side
from grader.model.criteria import Argument
from grader.model.criteria_formulas import CurvesDrawn, FunctionRange
from grader.model.evidence import Candidate, CandidateKind
from grader.model.finds import FindDrawings, FindEquations, FindFunction
from grader.model.verdict import Outcome

TOL = {"rtol": 0.01, "atol": 0.01, "because": "half a pixel"}
X = np.linspace(-6, 6, 601)


def curves(**more):
    """A criterion on one parabola."""
    return CurvesDrawn(
        id="1a.c", states="It is drawn.", check="curves_drawn", labels=("y",),
        find=FindDrawings(kinds=("line",)), range=(-2, 2), tolerance=TOL, **more,
    )  # fmt: skip


def draw(sheet, x, y, method="plot", **more):
    """Draw a line on a sheet."""
    from grader.model.evidence import Drawing

    refs = {"y": sheet.keep(np.asarray(y, float))}
    if x is not None:
        refs["x"] = sheet.keep(np.asarray(x, float))
    return Drawing(cell=0, figure=0, panel=0, method=method, **refs, **more)


@pytest.fixture
def judged(decide, new_sheet, place):
    """Judge a drawn line against the reference's parabola."""

    def judge(x, y, confidence=1.0, method="plot", reference=None, **more):
        own, ref = new_sheet(), new_sheet()
        want = draw(ref, X, X**2 if reference is None else reference, label="y")
        got = draw(own, x, y, method)
        hits = {FindDrawings: [place(got, confidence)]}
        return decide(curves(**more), hits, {FindDrawings: [want]}, own, ref)

    return judge


def test_a_curve_on_another_grid_counts(judged):
    """Fewer points, a wider range, from right to left."""
    x = np.linspace(9, -9, 73)

    assert judged(x, x**2).outcome is Outcome.PASS


def test_another_curve_fails(judged):
    """A steeper one, and one that agrees on one side only."""
    assert judged(X, 1.2 * X**2).outcome is Outcome.FAIL
    assert judged(X, X * np.abs(X)).outcome is Outcome.FAIL


def test_a_curve_has_to_cover_the_range(judged):
    """At the boundary it does."""
    for low, outcome in ((-2.0, Outcome.PASS), (-1.9, Outcome.FAIL)):
        x = np.linspace(low, 3, 50)

        assert judged(x, x**2).outcome is outcome


@pytest.mark.parametrize(
    ("low", "outcome"),
    [(-2.0, Outcome.PASS), (-1.9, Outcome.FAIL), (9.0, Outcome.NO_ANSWER)],
)
def test_points_that_nobody_sees_do_not_count(judged, low: float, outcome: Outcome):
    """A line is cut where its values are NaN; what is left has to cover the range."""
    assert judged(X, np.where(low - 1e-9 <= X, X**2, np.nan)).outcome is outcome


def test_a_line_across_and_one_of_two_points_are_curves(judged):
    """Asymptotes are often drawn so."""
    across = judged(None, [1.0], method="axhline", reference=np.ones_like(X))
    straight = judged([-9, 9], [-9, 9], reference=X)

    assert across.outcome is Outcome.PASS
    assert straight.outcome is Outcome.PASS


def test_what_may_be_stated_is_never_failed(judged):
    """A person reads whether it is."""
    assert judged(X, X, may_be_text=True).outcome is Outcome.PENDING


def test_a_picture_in_the_text_is_for_a_person(decide, new_sheet):
    """And without one there is no answer."""
    ref, with_picture = new_sheet(), new_sheet()
    with_picture.cell("![plot](plot.png)", kind="markdown")
    want = {FindDrawings: [draw(ref, X, X**2, label="y")]}

    assert decide(curves(), {}, want, with_picture, ref).outcome is Outcome.PENDING
    assert decide(curves(), {}, want, new_sheet(), ref).outcome is Outcome.NO_ANSWER


LINES = {"0": 0 * X, "1": 0 * X + 1, "s": np.tanh(X)}
"""Two asymptotes, and the curve that they belong to."""
HERE, ELSEWHERE, NO_SECTION = 1.0, 0.3, 0.65


@pytest.fixture
def asymptotes(decide, new_sheet, place):
    """Judge lines in panels: (panel, how sure its place is, which line)."""
    common = {
        "states": "They are drawn.", "check": "curves_drawn", "range": (-2, 2),
        "find": FindDrawings(kinds=("line",)), "tolerance": TOL,
    }  # fmt: skip

    def judge(*drawn, may_be_text=False):
        own, ref = new_sheet(), new_sheet()
        lines = CurvesDrawn(id="1a.a", labels=("0", "1"), may_be_text=may_be_text, **common)
        curve = CurvesDrawn(id="1a.s", labels=("s",), **common)
        want = [draw(ref, X, y, label=name) for name, y in LINES.items()]
        hits = [
            place(replace(draw(own, X, LINES[name]), figure=panel), sure, panel)
            for panel, sure, name in drawn
        ]
        return decide(
            lines, {FindDrawings: hits}, {FindDrawings: want}, own, ref,
            criteria={"1a.a": lines, "1a.s": curve},
        )  # fmt: skip

    return judge


TOGETHER = {
    "in a panel of the section": [(0, HERE, "0"), (0, HERE, "1")],
    "in two panels of the section": [(0, HERE, "0"), (1, HERE, "1")],
    "in two panels where nothing is labelled": [(0, NO_SECTION, "0"), (1, NO_SECTION, "1")],
    "in one panel elsewhere": [(0, HERE, "s"), (1, ELSEWHERE, "0"), (1, ELSEWHERE, "1")],
}


@pytest.mark.parametrize("name", TOGETHER)
def test_lines_that_count_together(asymptotes, name: str):
    """Within the section, where there is none, or in one panel."""
    assert asymptotes(*TOGETHER[name]).outcome is Outcome.PASS


@pytest.mark.parametrize("may_be_text", [False, True])
@pytest.mark.parametrize(
    ("drawn", "proposal"),
    [
        ([(0, HERE, "0"), (1, ELSEWHERE, "1")], 0.5),
        ([(0, HERE, "s"), (1, ELSEWHERE, "0"), (2, ELSEWHERE, "1")], 0.0),
        ([(0, HERE, "s"), (1, ELSEWHERE, "0")], 0.0),
        ([(0, ELSEWHERE, "s"), (0, ELSEWHERE, "0"), (1, ELSEWHERE, "1")], 0.5),
    ],
    ids=["one of each", "none here", "one elsewhere", "beside their curve"],
)
def test_lines_in_figures_of_other_questions(asymptotes, drawn, proposal, may_be_text):
    """They may be there for those: a person looks, and what stands here is proposed."""
    verdict = asymptotes(*drawn, may_be_text=may_be_text)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)


def test_a_person_is_told_what_stands_where(asymptotes):
    """Both counts, and that words may do."""
    drawn = (0, HERE, "0"), (1, ELSEWHERE, "1")
    told = "1 of 2 curves drawn here, and 2 if figures of other questions are meant, too"

    assert asymptotes(*drawn).reason == f"{told}; a person will look."
    assert asymptotes(*drawn, may_be_text=True).reason == (
        f"{told}, or it may be stated; a person will look."
    )


def test_what_is_missing_everywhere_costs_its_share(asymptotes):
    """One of two in the section, and no other anywhere."""
    verdict = asymptotes((0, HERE, "0"), (1, ELSEWHERE, "s"), (1, ELSEWHERE, "0"))

    assert (verdict.outcome, verdict.credit) == (Outcome.PARTIAL, 0.5)


@pytest.mark.parametrize("sure", [ELSEWHERE, NO_SECTION])
def test_the_panel_named_is_that_of_their_curve(asymptotes, sure: float):
    """An asymptote of another curve may be drawn before them."""
    verdict = asymptotes((0, sure, "0"), (1, sure, "s"), (1, sure, "0"), (1, sure, "1"))

    assert (verdict.outcome, verdict.binding.cell) == (Outcome.PASS, 1)


def bounded(**more):
    """A criterion: an alternative to the sigmoid."""
    return FunctionRange(
        id="3.alt", states="It keeps within [0, 1].", check="function_range",
        function=FindFunction(names=("alternative",)), range=(0, 1),
        arguments=(Argument(name="x", values=(-100, 0, 100)),),
        tolerance={"rtol": 0, "atol": 1e-9, "because": "rounding"}, **more,
    )  # fmt: skip


def answering(*values):
    """A function and what it answered."""
    candidate = Candidate(
        id="f0", kind=CandidateKind.FUNCTION, cell=0, names=("alternative",)
    )
    return Function(candidate=candidate, values={"(x)": tuple(map(np.asarray, values))})


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ((0.0, 0.5, 1.0), Outcome.PASS),
        ((0.0, 0.5, 1.0 + 1e-8), Outcome.FAIL),
        ((-1e-8, 0.5, 1.0), Outcome.FAIL),
        ((0.0, np.nan, 1.0), Outcome.FAIL),
        ((0.5, 0.5, 0.5), Outcome.FAIL),
    ],
)
def test_a_function_keeps_within_its_closed_range(decide, place, values, outcome):
    """Both ends belong to it; NaN and constants do not count."""
    hits = {"alternative": [place(answering(*values), how="by name")]}

    assert decide(bounded(), hits).outcome is outcome


def test_a_constant_may_be_allowed(decide, place):
    """Where the rubric says so."""
    hits = {"alternative": [place(answering(0.5, 0.5), how="by name")]}

    assert decide(bounded(varies=False), hits).outcome is Outcome.PASS


def test_a_typed_formula_is_proposed(decide):
    """Inside: 1, outside: 0; nothing typed: no answer."""
    name = Side(text="f(x)", relation="", values=(), closed=False, named=True)
    find = FindEquations(symbols="s", quantities=(("f(x)",),))
    proposals = []
    for values in ((0.1, 0.9), (0.1, 1.9)):
        formula = Side(
            text="g", relation="=", closed=True, named=False,
            values=tuple(map(np.asarray, values)),
        )  # fmt: skip
        equation = Equation(sides=(name, formula), about=0, boxed=False)
        proposals.append(decide(bounded(find=find), {FindEquations: [equation]}).proposal)

    assert proposals == [1.0, 0.0]
    assert decide(bounded(find=find), {}).outcome is Outcome.NO_ANSWER


LEFT = {"ranges": ((-2, -0.5),), "reference": np.zeros_like(X)}


def test_half_a_line_is_an_asymptote_on_its_own_side(judged):
    """It covers its own range; on the other side it is not one."""
    left, right = np.linspace(-6, 0, 50), np.linspace(0, 6, 50)

    assert judged(left, 0 * left, **LEFT).outcome is Outcome.PASS
    assert judged(right, 0 * right, **LEFT).outcome is Outcome.FAIL


def test_a_curve_with_a_range_of_its_own_agrees_wherever_it_is_drawn(judged):
    """ReLU is no asymptote, though half of it lies on one."""
    relu = np.maximum(X, 0)

    assert judged(X, relu, **LEFT).outcome is Outcome.FAIL
    assert judged(X, 0 * X, **LEFT).outcome is Outcome.PASS
    assert judged(None, [0.0], method="axhline", **LEFT).outcome is Outcome.PASS


def test_what_may_be_stated_may_be_stated_in_code(decide, new_sheet):
    """A comment, say; with nothing at all there is no answer."""
    ref, own = new_sheet(), new_sheet()
    own.cell("# asymptotes: y = 0 and y = x")
    want = {FindDrawings: [draw(ref, X, X**2, label="y")]}
    options = curves(may_be_text=True)

    assert decide(options, {}, want, own, ref).outcome is Outcome.PENDING
    assert decide(options, {}, want, new_sheet(), ref).outcome is Outcome.NO_ANSWER
