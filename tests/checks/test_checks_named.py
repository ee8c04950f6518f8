"""Curves are named in the figure, or in the text beside it."""

from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import CurvesNamed
from grader.model.evidence import Cell, Drawing, Evidence
from grader.model.finds import FindDrawings
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.verdict import Binding, Outcome, Verdict, passed

OPTIONS = CurvesNamed(
    id="3.which", states="They are named.", check="curves_named",
    find=FindDrawings(kinds=("line",)), what="curves", of="3.curves", count=2,
)  # fmt: skip


def judged(labels: tuple[str, str], *texts: str, place: int = 1) -> Verdict:
    """Two lines in one cell, with texts in the cells around it."""
    hits = tuple(
        Hit(
            value=Drawing(cell=place, figure=0, panel=0, method="plot", label=label),
            binding=Binding(cell=place, what="panel 1", how="recorded", confidence=0.95),
        )
        for label in labels
    )
    cells = tuple(
        Cell(index=i, kind="markdown" if text else "code", source=text or "plot()")
        for i, text in enumerate(texts)
    )
    evidence = Evidence(submission="ada", run=Run(status=RunStatus.OK), cells=cells)
    recorded = Recorded(evidence=evidence, arrays={})

    def find(what: Any, criterion: str, question: str) -> Found[Any]:
        return Found(hits=hits, looked_for="a line plot")

    case = Case(
        question="3.4", criterion=OPTIONS, got=recorded, want=recorded, find=find,
        find_want=find, verdicts={"3.curves": passed("They are drawn.")}, own_cells=cells,
        distribution={},
    )  # fmt: skip
    return CHECKS["curves_named"](OPTIONS, case)


def test_labels_count():
    """Two names, one name, one name twice."""
    assert judged(("U[0,0]", "w1"), "a", "").outcome is Outcome.PASS
    assert judged(("U[0,0]", ""), "a", "").credit == 0.5
    assert judged(("w1", "w1"), "a", "").credit == 0.5


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The blue curve is $U_{11}$, the other one w2", Outcome.PENDING),
        ("Die Kurven zeigen W[0, 0] und b1", Outcome.PENDING),
        ("We picked the parameters U_{11} and w_1 at random", Outcome.PENDING),
        ("Two parameters over the epochs, as a plot", Outcome.FAIL),
        ("The output is b_2 for all nearby parameters", Outcome.FAIL),
        ("It stays linear in $w_1$. Some lines are left", Outcome.FAIL),
        ("With U_{11} = 1 the output is 0", Outcome.FAIL),
    ],
)
def test_a_text_beside_may_name_them(text: str, outcome: Outcome):
    """A text about the figure that names parameters is for a person; others are not."""
    verdict = judged(("", ""), text, "")

    assert verdict.outcome is outcome
    assert np.isclose(verdict.proposal or 0.0, outcome is Outcome.PENDING)


def test_a_curve_that_is_missing_is_not_named_by_a_text():
    """Both lines have a name, the same one: the text adds nothing."""
    assert judged(("w1", "w1"), "The blue curve is $U_{11}$", "").credit == 0.5


def test_a_text_far_away_names_nothing():
    """Only the cells right before and behind the figure count."""
    text = "The blue curve is $U_{11}$"

    assert judged(("", ""), text, "", "", place=2).outcome is Outcome.FAIL
    assert judged(("", ""), "", text, place=0).outcome is Outcome.PENDING
