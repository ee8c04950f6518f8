"""What was drawn and not recorded takes nothing away: a person looks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.checks.characters import drawn_in_text
from grader.checks.left_out import doubted, unless_left_out
from grader.model.answers import PointPath
from grader.model.case import Case
from grader.model.criteria import Tolerance
from grader.model.evidence import Cell, Drawing
from grader.model.finds import FindDrawings, FindPaths
from grader.model.paths import PathsDrawn, PathsEnd
from grader.model.rubric import Criterion
from grader.model.value import Array
from grader.model.verdict import (
    Outcome,
    Verdict,
    failed,
    graded,
    judge_error,
    no_answer,
    passed,
    pending,
)

Decide = Callable[..., Verdict]
LOST = ("1678 drawing calls of this cell were not recorded.",)
TOLD = "Not all that was drawn could be recorded; a person will look."
KEEPS_ITS_OWN = {"paths_end", "paths_follow"}
"""Checks that know runs which were not drawn, and decide by those."""


def looking_at_drawings() -> list[str]:
    """The checks that look for drawings, or for paths that may be drawn."""
    return sorted(
        get_args(model.model_fields["check"].annotation)[0]
        for model in get_args(get_args(Criterion)[0])
        if any(
            {f.annotation, *get_args(f.annotation)} & {FindDrawings, FindPaths}
            for name, f in model.model_fields.items()
        )
    )


def test_every_check_of_drawings_is_guarded():
    """A new one must say what it does where drawings were left out."""
    names = looking_at_drawings()
    bare = {name for name in names if not hasattr(CHECKS[name], "__wrapped__")}

    assert {"paths_drawn", "shapes_drawn", "curves_drawn"} <= set(names)
    assert bare == KEEPS_ITS_OWN


def case(sheet: Any, *notes: str) -> Case:
    """A case of a submission with these notes."""
    sheet.notes = notes
    plain: Any = None
    return Case(
        question="2b", criterion=plain, got=sheet.recorded(), want=sheet.recorded(),
        find=plain, find_want=plain, verdicts={},
    )  # fmt: skip


TAKING = [
    graded(0.5, "1 of 2 drawn."),
    failed("1 of 2 drawn."),
    no_answer("1 of 2 drawn."),
    pending("1 of 2 drawn; a person will look.", proposal=0.5),
    pending("1 of 2 drawn. A person will look.", proposal=0.0),
]


@pytest.mark.parametrize("verdict", TAKING)
def test_what_is_missing_may_not_have_been_recorded(sheet: Any, verdict: Verdict):
    """Nothing is proposed: the share is of what happened to be kept."""
    found = doubted(verdict, case(sheet, *LOST))

    assert (found.outcome, found.credit, found.proposal) == (Outcome.PENDING, None, None)
    assert found.reason == f"1 of 2 drawn. {TOLD}"


@pytest.mark.parametrize("verdict", TAKING)
@pytest.mark.parametrize("note", ["", "matplotlib.use('Agg') was ignored."])
def test_a_verdict_on_all_that_was_drawn_stays(sheet: Any, verdict: Verdict, note: str):
    """Other notes say nothing about drawings."""
    assert doubted(verdict, case(sheet, note)) is verdict


@pytest.mark.parametrize(
    "verdict",
    [passed("All."), judge_error("Ours."), pending("?"), pending("?", proposal=1.0)],
)
def test_a_verdict_that_takes_nothing_stays(sheet: Any, verdict: Verdict):
    """What was found was drawn, whatever else was."""
    assert doubted(verdict, case(sheet, *LOST)) is verdict


PLOT = "\n".join(f"{y:5.2f} |{' ' * int(40 * y)}**" for y in np.linspace(1, 0, 9))
TABLE = "\n".join(f"{y:5.2f} | {y**2:5.3f} | ***" for y in np.linspace(1, 0, 9))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (PLOT, True),
        (f"done\n{PLOT}\nx from 0 to 1", True),
        (PLOT.replace("\n", "\n |\n"), True),
        ("\n".join(PLOT.splitlines()[:6]), True),
        ("\n".join(PLOT.splitlines()[:5]), False),
        (TABLE, False),
        ("\n".join(["-" * 30] * 9), False),
        ("", False),
    ],
)
def test_drawings_of_characters(text: str, drawn: bool):
    """Enough different lines of marks, behind numbers at an axis; no table, no rule."""
    assert drawn_in_text(text) is drawn


@pytest.mark.parametrize(
    ("verdict", "printed", "outcome"),
    [
        (no_answer("Found none."), PLOT, Outcome.PENDING),
        (no_answer("Found none."), TABLE, Outcome.NO_ANSWER),
        (failed("Another curve."), PLOT, Outcome.FAIL),
    ],
)
def test_a_plot_of_characters_may_be_the_answer(
    sheet: Any, verdict: Verdict, printed: str, outcome: Outcome
):
    """Where no other drawing was found."""
    cell = Cell(index=0, kind="code", source="show()", stdout=printed)
    guarded = unless_left_out(lambda options, case: verdict)

    found = guarded(None, replace(case(sheet), own_cells=(cell,)))

    assert found.outcome is outcome
    assert ("of characters" in found.reason) is (outcome is Outcome.PENDING)


STARTS = ((1.0, 1.0), (-1.0, 0.5))
RADIUS = Tolerance(rtol=0, atol=0.1, because="a test")
COMMON: dict[str, Any] = {
    "id": "2b.x", "states": "Runs.", "find": FindPaths(), "starts": STARTS,
    "tolerance": RADIUS,
}  # fmt: skip


def way(start: Any, end: Any = (0, 0)) -> Array:
    """A straight run of 20 points."""
    return np.linspace(start, end, 20)


RIGHT = [PointPath(points=way(s), place=(0, 0, k)) for k, s in enumerate(STARTS)]
BROKEN = PointPath(points=way(STARTS[1], (-0.5, 0.25)), place=(0, 0, 1))
KEPT = PointPath(points=BROKEN.points)


@pytest.mark.parametrize("lost", [False, True])
def test_a_path_that_was_recorded_in_part(decide: Decide, sheet: Any, lost: bool):
    """It ends where recording did, and nobody knows where else."""
    sheet.notes = LOST if lost else ()
    options = PathsDrawn(
        check="paths_drawn", over=FindDrawings(kinds=("contour",)), **COMMON
    )
    contours = [Drawing(cell=0, figure=0, panel=k, method="contour") for k in (0, 1)]
    got = {FindPaths: [RIGHT[0], BROKEN], FindDrawings: contours}

    verdict = decide(options, got, {FindPaths: RIGHT}, sheet=sheet)

    assert (verdict.credit, verdict.proposal) == ((None, None) if lost else (0.5, None))


@pytest.mark.parametrize(
    ("second", "lost", "credit", "proposal"),
    [
        (BROKEN, False, 0.5, None),
        (BROKEN, True, None, None),
        (KEPT, False, 0.5, None),
        (KEPT, True, None, 0.5),  # the run itself is known
    ],
)
def test_a_run_of_which_only_a_part_was_recorded(
    decide: Decide, sheet: Any, second: PointPath, lost: bool, credit: Any, proposal: Any
):
    """A run that was kept is whole; another that arrives may have been drawn."""
    sheet.notes = LOST if lost else ()
    options = PathsEnd(check="paths_end", **COMMON)
    got = {FindPaths: [RIGHT[0], second]}

    verdict = decide(options, got, {FindPaths: RIGHT}, sheet=sheet)

    assert (verdict.credit, verdict.proposal) == (credit, proposal)


def test_no_run_at_all_where_drawings_were_left_out(decide: Decide, sheet: Any):
    """They may be among those."""
    sheet.notes = LOST
    options = PathsEnd(check="paths_end", **COMMON)

    assert decide(options, {}, {FindPaths: RIGHT}, sheet=sheet).outcome is Outcome.PENDING
