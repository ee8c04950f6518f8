"""A student's own numbering below a question, and the sheet's, told apart."""

import pytest

from grader.find.sections import sections
from tests.find.cells import cells_of

MLPH = {
    "1a": "Derivative of the logistic sigmoid",
    "1b": "tanh as a scaled and shifted sigmoid",
    "2a": "Invariances of the soft(arg)max",
    "2b": "Contours of log-sum-exp and max",
    "2c": "Images of the soft(arg)max",
    "3a": "A shallow network and its parameters",
    "3b": "The shallow network's output as an image",
    "3d": "A deeper network",
    "4": "Bonus: number of linear regions",
}
SEMINAR = {
    "1": "The bias as a weight",
    "2a": "Softmax ignores an offset",
    "2b": "Softmax keeps the arg max",
    "3a": "The identity as activation",
    "4": "The regulariser",
}


def course(titles, *sources):
    """The question in force at the end of each cell."""
    cells = cells_of(sources)
    ends = sections(cells, list(titles), titles=titles).ends
    return [ends[i] for i in range(len(cells))]


ABOVE = ["## 1 (a)", "## 2 (b)", "## 3 (a)"]
OWN = [
    ["## 2 Layers"],
    ["### 1. Model", "### 2. Counting", "### 3. Training"],
    ["### 1. Model\n\ntext", "code:net = 1", "### 2. Counting"],
    ["### Part 1: the model", "### Part 2: counting"],
    ["## 1. Model", "## 2. Counting", "## 3. Result"],
    ["### 4 Layers"],
    ["#### 2 Parameters"],
    ["### 1", "### 2"],
    ["<h3>1. Model</h3>"],
    ["## 3 Layers in a network"],
    ["### (a) Model"],
]
"""Below question 3 (a), and before 3 (b)."""


@pytest.mark.parametrize("own", OWN, ids=str)
@pytest.mark.parametrize("after", [["## 3 (b)", "## 4"], ["## 4 Regions"]], ids=str)
def test_ones_own_numbers_stay_in_their_question(own, after):
    """What stands below them is the question's, and the next label goes on."""
    got = course(MLPH, *ABOVE, *own, *after)

    if own == ["### (a) Model"]:
        assert got[3] == "3a"
    assert got[3 : 3 + len(own)] == ["3a"] * len(own)
    assert got[-1] == "4"


def test_the_last_question_has_numbers_of_its_own_too():
    """No label need follow, where the level or the words tell."""
    assert course(MLPH, *ABOVE, "## 3 (d)", "### 4 Layers")[-1] == "3d"
    assert course(MLPH, *ABOVE, "## 3 (d)", "## 4 deeper networks")[-1] == "3d"
    assert course(MLPH, *ABOVE, "## 3 (d)", "## 2 Training")[-1] == "3d"


REAL = [
    (["## 1 (a)", "## 1 (b)", "## 2", "### (a)", "### (b)"], "2b"),
    (["## 1 (a)", "## 1 (b)", "## 2 Softmax", "### (a)"], "2a"),
    (["## 1 (a)", "## 1 (b)", "### 2 Softmax", "#### (a)"], "2a"),
    (["## 1 (a)", "### (b)", "### 2. Theory", "## 2 (a)"], "2a"),
    (["## 3 (a)", "## 3 (d)", "## 4"], "4"),
    (["## 3 (a)", "## 3 (d)", "### 4"], "4"),
    (["## 3 (a)", "## 3 (d)", "## 4 Something"], "4"),
    (["## 3 (a)", "## 3 (d)", "### 4 Number of regions"], "4"),
    (["## 3 (d)", "## 4 Linear regions of the network"], "4"),
    (["## 3 (a)", "### Task 4: mine"], "4"),
    (["### 3 (a)", "## 2 (b)"], "2b"),
    (["## 3 (b)", "## 2 Softmax", "(a) so"], "2a"),
    (["## 3", "### (a)", "### (b)"], "3b"),
    (["# 3 (a)", "## b)"], "3b"),
]
"""Headings of the sheet that must open their question, in whatever order and level."""


@pytest.mark.parametrize(("sources", "want"), REAL, ids=str)
def test_the_sheets_own_numbers_are_believed(sources, want):
    """A new number, its first part behind it, or its words."""
    assert course(MLPH, *sources)[-1] == want


@pytest.mark.parametrize(
    ("sources", "want"),
    [
        (["## 2 (a)", "## 1 The bias", "## 3 (a)"], ["2a", "1", "3a"]),
        (["## 2 (a)", "## 1 Proof", "## 3 (a)"], ["2a", "1", "3a"]),
        (["## 1 The bias", "## 2 (a)", "## 1 Shift"], ["1", "2a", "2a"]),
        (["## 1 The bias", "## 2 (a)", "### 4 Steps", "## 2 (b)"], ["1", "2a", "2a", "2b"]),
        (["## 2 (a)", "## 4 The regulariser", "## 2 (b)"], ["2a", "4", "2b"]),
        (["## 2 (a)", "## 4 Steps", "## 2 (b)"], ["2a", "2a", "2b"]),
    ],
    ids=str,
)
def test_questions_without_parts(sources, want):
    """An answer in another order is believed, if it was not given before."""
    assert course(SEMINAR, *sources) == want


NNDL = {
    "1.1a": "ReLU is a leaky ReLU", "1.2": "tanh is transformed",
    "2.1": "Gradient of a norm",
    "2.2": "Hessian of a norm", "2.C1a": "Contours", "2.C1b": "The gradient by hand",
    "2.C1c": "Gradient ascent", "2.C2a": "Stochastic gradient",
}  # fmt: skip
EX1 = {
    "1.1": "Softmax and shifts", "1.2": "The sigmoid", "3.1": "The dataset",
    "3.2": "The model and its training", "3.3": "The loss over the epochs",
}  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "sources", "want"),
    [
        (NNDL, ["## 2.C1 (c)", "### 1. Ascent", "### 2. Runs", "## 2.C2 (a)"],
         ["2.C1c", "2.C1c", "2.C1c", "2.C2a"]),
        (NNDL, ["## 2.C1", "### (b)", "#### 1. By hand", "### (c)"],
         ["", "2.C1b", "2.C1b", "2.C1c"]),
        (NNDL,
         ["# 1 Basics", "## 1.", "(a) so", "## 2.", "# 2 Optimization", "## 1.", "## 2."],
         ["", "", "1.1a", "1.2", "", "2.1", "2.2"]),
        (EX1,
         ["## 3.1", "### 1. Points", "### 2. Labels", "## 3.2", "### 3. Loss", "## 3.3"],
         ["3.1", "3.1", "3.1", "3.2", "3.2", "3.3"]),
        (EX1, ["## Question 3", "### 1. Points", "### 2. Net", "### 3. Curve"],
         ["", "3.1", "3.2", "3.3"]),
        (EX1, ["## Question 1", "### 2. sigmoid", "## 3. Code", "### 1.", "### 2."],
         ["", "1.2", "", "3.1", "3.2"]),
    ],
    ids=str,
)  # fmt: skip
def test_parts_that_are_numbers(titles, sources, want):
    """Numbers below numbers: the sheet's own go on, one's own stay where they are."""
    assert course(titles, *sources) == want


def test_without_titles_the_order_and_the_levels_tell():
    """A notebook of which no rubric's words are known."""
    cells = cells_of(["## 2 (a)", "### 1. Shift", "### 2. Compare", "## 2 (b)"])

    assert list(sections(cells, list(MLPH)).ends.values()) == ["2a", "2a", "2a", "2b"]
