"""Labels, as students write them, tell which question a line belongs to."""

import pytest

from grader.find.sections import sections
from grader.model.evidence import Cell
from tests.find.cells import cells_of

QUESTIONS = ("1a", "1b", "2a", "2b", "2c", "2d", "3a", "3d", "4")


def at_end(*sources: str) -> str:
    """The question in force after cells; "code:" begins a code cell."""
    cells = cells_of(sources)
    return sections(cells, QUESTIONS).lines[-1].question


LABELS = [
    "## 2 (b)",
    "2b)",
    "2.b",
    "2. b)",
    "# 2 b",
    "**2b**",
    "**Task 2b:** contours",
    "Task 2b",
    "Exercise 2 (b)",
    "Aufgabe 2b",
    "## Aufgabe 2 (b): Konturen",
    "Teilaufgabe 2b)",
    "Lösung 2b",
    "Loesung zu Aufgabe 2b",
    "Question 2.b",
    "Q2b",
    "> 2b) quoted",
    "### **2 (b)** Contours",
    "2(b) Contours",
    "2-b",
    "Ex. 2b",
    "2B)",
    "code:# 2b",
    "code:# Task 2b",
    "code:#%% 2b",
    "code:# %% [markdown] 2b",
    "code:  # 2 (b) contours",
]


@pytest.mark.parametrize("text", LABELS)
def test_labels_that_begin_a_question(text: str):
    """English, German, bold, quoted, in a comment, in a percent cell: all mean 2b."""
    assert at_end("# 1a", text) == "2b"


@pytest.mark.parametrize(
    "text",
    ["(b)", "b)", "**(b)**", "### (b) Contours", "Part (b):", "Teil b)", "code:# (b)"],
)
def test_a_letter_belongs_to_the_number_above_it(text: str):
    """(b) under question 2 is 2b."""
    assert at_end("## 2. Log-sum-exp", text) == "2b"


def test_a_letter_follows_the_last_question():
    """(d) behind 2c is 2d."""
    assert at_end("## 2c", "an answer", "(d)") == "2d"


def test_a_letter_without_a_number_is_none():
    """(b) before any number belongs to no question."""
    assert at_end("(b) something") == ""


NO_LABELS = [
    "2. then the second step",
    "1. first of all",
    "4 neurons in each layer",
    "as in 2b above",
    "2x + 3",
    "2bb",
    "20b",
    "9a)",
    "(z) unknown",
    "code:x = 2  # 2b",
    "code:2b",
    "```\n2b) in a fence\n```",
]


@pytest.mark.parametrize("text", NO_LABELS)
def test_text_that_begins_no_question(text: str):
    """Numbered lists, prose, unknown questions, fences and code itself change nothing."""
    assert at_end("# 1a", text) == "1a"


COUNTS = [
    "code:# 1 hidden layer with 20 neurons",
    "code:# 4 hidden layers with 5 neurons each",
    "code:# 2 inputs, 1 output",
    "code:# 2D grid of points",
    "2D contour plots of both functions",
    "2d-Plot",
]


@pytest.mark.parametrize("text", COUNTS)
def test_a_count_or_a_dimension_is_no_label(text: str):
    """A comment that counts layers, or speaks of a 2D grid, stays in its question."""
    assert at_end("# 3a", text) == "3a"


def test_one_cell_with_comments():
    """A notebook of one cell is cut by its comments; the cell touches each question."""
    source = "# 2b\nlse()\n# 2c\nsoftmax()\n# (d)\nproof()"

    got = sections([Cell(index=0, kind="code", source=source)], QUESTIONS)

    assert got.touched == {0: ("2b", "2c", "2d")}
    assert [line.question for line in got.lines] == ["2b", "2b", "2c", "2c", "2d", "2d"]


def test_a_parent_number_alone_opens_no_question():
    """Between "Task 2" and its first letter no question is in force."""
    assert at_end("# 1a", "## Task 2", "introduction") == ""


def test_a_question_that_is_a_number():
    """A heading with the number alone enters a question that has no letters."""
    assert at_end("# 3a", "## 4. Bonus") == "4"
    assert at_end("# 3a", "Aufgabe 4") == "4"


def test_known_and_holds():
    """Only questions with a place of their own are known; a cell may hold several."""
    cells = [
        Cell(index=0, kind="markdown", source="preface"),
        Cell(index=1, kind="markdown", source="# 2b\ntext\n# 2c\ntext"),
        Cell(index=2, kind="code", source="f()"),
        Cell(index=3, kind="code", source=""),
    ]

    got = sections(cells, QUESTIONS)

    assert got.known == {"2b", "2c"}
    assert [got.holds(i, "2c") for i in range(4)] == [False, True, True, True]
    assert not got.holds(2, "2b")


def test_passages_leave_out_code_and_other_questions():
    """A question's text is its own lines of text cells; "any" is all of them."""
    cells = [
        Cell(index=0, kind="markdown", source="# 2b\nfirst answer\n# 2c\nsecond answer"),
        Cell(index=1, kind="code", source="# not text"),
    ]
    kinds = {0: "markdown", 1: "code"}

    got = sections(cells, QUESTIONS)

    assert [p.text for p in got.passages("2b", kinds)] == ["# 2b\nfirst answer"]
    assert [p.words for p in got.passages("any", kinds)] == [4]
    assert got.passages("2b", {1: "code"}) == ()


def test_code_is_without_the_comments_of_other_questions():
    """What runs stays, for it defines names; so do comments under no question."""
    source = "# all\nx = 1\n# 2b\n# of 2b\ny = 2  # of 2b\n# 2c\n    # of 2c\nz = 3"
    (cell,) = cells = [Cell(index=0, kind="code", source=source)]

    got = sections(cells, QUESTIONS)

    assert got.code(cell, "2b") == "# all\nx = 1\n# 2b\n# of 2b\ny = 2  # of 2b\n\n\nz = 3"
    assert got.code(cell, "2c").startswith("# all\nx = 1\n\n\ny = 2")
