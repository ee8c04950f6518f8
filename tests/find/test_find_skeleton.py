"""A skeleton says where answers sit, and what is not the student's."""

from typing import Any

from grader.find.context import Context
from grader.find.skeleton import aligned, given_lines, without
from grader.model.evidence import Cell, Evidence
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus

QUESTIONS = ("2a", "2b", "2c", "3a")


def cells(*sources: str) -> tuple[Cell, ...]:
    """Cells of a notebook; "code:" begins a code cell."""
    return tuple(
        Cell(
            index=i,
            kind="code" if s.startswith("code:") else "markdown",
            source=s.removeprefix("code:"),
        )
        for i, s in enumerate(sources)
    )


SKELETON = cells(
    "### 2 (a) Invariances of softmax",
    "### 2 (b) Contour plots",
    "code:def logsumexp(x, lamb=1):\n    # TODO\n    raise NotImplementedError",
    "code:# TODO: draw contours of logsumexp for lambda = 1, 10, 100",
    "### 2 (c) Images of the softmax\n\nDescribe what you see in two sentences.",
    "### 3 (a) A shallow model",
    "code:class MLPShallow(nn.Module):\n    ...",
)


def touched(*sources: str) -> list[tuple[str, ...]]:
    """The questions that each cell touches, with the skeleton at hand."""
    hand = Context(_recorded(cells(*sources)), QUESTIONS, skeleton=SKELETON)
    return [hand.sections.touched[i] for i in range(len(sources))]


def _recorded(own: tuple[Cell, ...]) -> Recorded:
    return Recorded(
        evidence=Evidence(submission="ada", run=Run(status=RunStatus.OK), cells=own)
    )


def test_answers_sit_where_the_skeleton_put_them():
    """With all headings deleted, filled-in cells and what follows them have a place."""
    got = touched(
        "code:import numpy as np",
        "code:def logsumexp(x, lamb=1):\n    return np.log(np.exp(x).sum(-1))",
        "code:plt.contour(logsumexp(xy, 10))",
        "code:class MLPShallow(nn.Module):\n    def __init__(self): ...",
        "It has 81 parameters.",
    )

    assert got == [("",), ("2b",), ("2b",), ("3a",), ("3a",)]


def test_a_heading_without_its_number_is_still_one():
    """The words of a heading say which it was."""
    assert touched("## Contour plots", "They are smooth.") == [("2b",), ("2b",)]


def test_headings_of_the_students_own_come_first():
    """Where a question has a heading, a copied cell elsewhere does not open it again."""
    got = touched(
        "## 2 (b)",
        "text",
        "## 3 (a)",
        "code:def logsumexp(x, lamb=1):\n    return 1",
        "more",
    )

    assert got == [("2b",), ("2b",), ("3a",), ("3a",), ("3a",)]


def test_no_two_pairs_cross():
    """An alignment keeps the order of both notebooks."""
    own = cells("code:class MLPShallow(nn.Module):\n    ...", "### 2 (b) Contour plots")

    got = aligned(own, SKELETON)

    assert len(got) == 1


def test_cells_that_have_nothing_in_common():
    """Other words, other kinds and empty cells match nothing."""
    assert aligned(cells("hello there", "code:x = 1", ""), SKELETON) == {}
    assert aligned(cells("code:### 2 (b) Contour plots"), SKELETON) == {}
    assert aligned((), SKELETON) == {} == aligned(SKELETON, ())


def test_what_was_handed_out_is_not_the_students():
    """Lines of the skeleton's texts are left out; a cell of nothing else is not theirs."""
    task = "Describe what you see in two sentences."
    own = cells(
        f"### 2 (c) Images of the softmax\n\n{task}\n\nIt is steep.",
        f"### 3 (a) A shallow model\n{task}",
    )
    context = Context(_recorded(own), QUESTIONS, skeleton=SKELETON)

    assert [p.words for p in context.passages("2c")] == [3]
    assert list(context.kinds) == [0]
    assert task not in context.said(own[0])


def test_given_lines_leave_headings_out():
    """A heading stays a heading."""
    assert given_lines(cells("# One\ntwo\n\nthree", "code:four")) == {"two", "three"}
    assert without("# One\n two \nmine", frozenset({"two"})) == "# One\n\nmine"


def test_without_a_skeleton(hand: Any):
    """Nothing is left out and nothing is aligned."""
    hand.text("## 2 (b)\nmine")
    context = Context(Recorded(evidence=hand.evidence()), QUESTIONS)

    assert context.said(context.cells[0]) == "## 2 (b)\nmine"
    assert context.sections.known == {"2b"}
