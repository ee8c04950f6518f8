"""Question ids of every sheet are sections, however their labels are written."""

from pathlib import Path

import pytest

from grader.find.outline import Outline, path_of
from grader.find.sections import bound_to, sections
from grader.model.evidence import Cell
from tests.find.cells import cells_of

NNDL = tuple(
    "1.1a 1.1b 1.1c 1.2 1.3a 1.3b 1.3c 1.C 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 "  # noqa: SIM905
    "2.C1a 2.C1b 2.C1c 2.C1d 2.C1e 2.C1f 2.C2a 2.C2b 2.C2c".split()
)
EX1 = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "3.4", "challenges")
SEMINAR = ("1", "2a", "2b", "2c", "3a", "3b", "4a", "4b", "5")
FDL = ("1a", "1b", "1c", "2a", "2b", "3a", "3b")
MLPH = ("1a", "1b", "1c", "2a", "2b", "2c", "2d", "2e", "3a", "3b", "3c", "3d", "4")
SHEETS = {
    "nndl-session1": NNDL,
    "dl83882-ex1": EX1,
    "dl-seminar1": SEMINAR,
    "fdl-ex1": FDL,
    "mlph-sheet07": MLPH,
}
REFERENCE = Path(__file__).parents[2] / "reference"


def course(questions: tuple[str, ...], *sources: str) -> list[str]:
    """The question in force at the end of each cell; "code:" begins a code cell."""
    cells = cells_of(sources)
    ends = sections(cells, questions).ends
    return [ends[i] for i in range(len(cells))]


@pytest.mark.parametrize("slug", sorted(SHEETS))
def test_every_heading_of_a_reference_is_found(slug: str):
    """Each question of each sheet has its place in the author's own solution."""
    text = (REFERENCE / slug / "solution.md").read_text(encoding="utf-8")

    got = sections([Cell(index=0, kind="markdown", source=text)], SHEETS[slug])

    headed = [line for line in got.lines if line.text.startswith("## ")]
    labelled = [line.question for line in headed if line.text[3:4].isdigit()]
    assert [q for q in SHEETS[slug] if q not in got.known and q != "challenges"] == []
    assert labelled == [q for q in SHEETS[slug] if q != "challenges"]


PATHS = [
    ("3a", ("3", "a")),
    ("1.1a", ("1", "1", "a")),
    ("1.C", ("1", "C")),
    ("2.C1a", ("2", "C", "1", "a")),
    ("2(b)", ("2", "b")),
    ("Q2.1", ("2", "1")),
    ("Task 3", ("3",)),
    ("2.iii", ("2", "iii")),
    ("02B", ("2", "b")),
    ("challenges", ("challenges",)),
]


@pytest.mark.parametrize(("id", "want"), PATHS)
def test_ids_are_cut_into_steps(id: str, want: tuple[str, ...]):
    """Numbers and letters, whatever stands between them."""
    assert path_of(id) == want


NINE = "\n".join(f"{n}. so" for n in range(1, 10))
COURSES = [
    (
        NNDL,
        ["# 1 Basic definitions", "## Mathematical exercises", "### 1.", "(a) leaky",
         "(b) linear", "### 2.", "### 3.", "(a)", "(b)", "## Computer assignments",
         "# 2 Optimization", "### 1", "### 2", "### 9", "## Computer assignments", "### 1",
         "(a)", "(b) gradient", "### 2", "(a)", "(c)"],
        ["", "", "", "1.1a", "1.1b", "1.2", "", "1.3a", "1.3b", "1.C", "", "2.1", "2.2",
         "2.9", "", "", "2.C1a", "2.C1b", "", "2.C2a", "2.C2c"],
    ),
    (
        NNDL,
        ["## 1.1 (a)", "## Exercise 1.3 b)", "## C", "# Computer Assignment 2.1", "(c)",
         "## 2.C2 (b)", "## C1 (a)", "code:# 2.C1b", "## 2.1 (d) trajectories"],
        ["1.1a", "1.3b", "1.C", "", "2.C1c", "2.C2b", "2.C1a", "2.C1b", "2.C1d"],
    ),
    (  # a list below "2" is the exercises, also if a computer assignment 2 follows
        NNDL,
        ["## 2. Math\n" + NINE, "## Computer assignment 1", "code:f",
         "(f) so", "## Computer assignment 2", "code:g"],
        ["2.9", "", "", "2.C1f", "", ""],
    ),
    (  # "2.1" with code below it is the computer's where nothing else says so
        NNDL,
        ["## Exercise 2.1", "code:f = 1", "text", "## Exercise 2.2", "code:g = 1"],
        ["", "", "", "", ""],
    ),
    (  # "2.1" twice: first the exercise, although code follows
        NNDL,
        ["## 2.1", "code:# a check", "## 2.2", "## 2.1", "code:f", "(c)"],
        ["2.1", "2.1", "2.2", "", "", "2.C1c"],
    ),
    (  # "1." in a list is no computer assignment
        NNDL,
        ["1.\n\na) alpha = 0\n\n2. sigma", "Netz", "# 2\n\n" + NINE,
         "## Computer 1", "code:f", "f) Es gibt", "## Computer 2"],
        ["", "", "2.9", "", "", "2.C1f", ""],
    ),
    (  # bold labels, with a point, without any, and before a bracket
        MLPH,
        ["### Exercise 1", "**a.** first", "**b.** second", "### Exercise 2", "**d** Third",
         "**3** (a) fourth", "**3b** fifth", "**3** c) sixth", "**4)** n lines"],
        ["", "1a", "1b", "", "2d", "3a", "3b", "3c", "4"],
    ),
    (
        SEMINAR,
        ["# A", "**A1**: text", "code:x", "**A2** (a) so\n(b) and so", "## A3", "**a** Yes",
         "**A5**: $H$"],
        ["", "1", "1", "2b", "", "3a", "5"],
    ),
    (
        FDL,
        ["### P1", "a) one", "b) two", "### P2", "a) one", "### P3", "a) one"],
        ["", "1a", "1b", "", "2a", "", "3a"],
    ),
    (
        EX1,
        ["# Deep Learning (83882) - Ex 1", "## Q1", "1. softmax", "2. sigmoid",
         "3. another", "## Q3", "code:# 1. dataset", "code:# 2. model", "## Challenges"],
        ["", "", "1.1", "1.2", "1.3", "", "3.1", "3.2", "challenges"],
    ),
    (
        EX1,
        ["## 1.1 Softmax\n1. multiply\n2. cancel\n3. done", "## 1.2", "1. a step\n2. more",
         "## Question 3", "3.2", "Q3.3", "code:# Q3.4 plot", "## Challenges I faced"],
        ["1.1", "1.2", "1.2", "", "3.2", "3.3", "3.4", "challenges"],
    ),
    (
        SEMINAR,
        ["# SEMINAR 1", "## Assignment 1", "text", "**Assignment 2 (Softmax).**", "**a)**",
         "b) foo", "**c)**", "## Assignment 4", "**b)**", "Assignment 5 (Hopfield)"],
        ["", "1", "1", "", "2a", "2b", "2c", "", "4b", "5"],
    ),
    (
        FDL,
        ["# Exercise 1: Neural Networks", "### Problem 1 (Activations):", "a)", "b)",
         "## Problem 2", "a) show", "b) does it", "#### Problem 3", "a)"],
        ["", "", "1a", "1b", "", "2a", "2b", "", "3a"],
    ),
    (
        MLPH,
        ["# Sheet 7", "Exercise 2, part c", "Task 2, (d)", "Übungsblatt 7, Aufgabe 3 b)",
         "### Aufgabe 3, Teil c", "## Tehtävä 3 d", "## Exercice 4",
         "code:print('Task 2b')", "code:print(f'=== 3 (a) ===')", "# Blatt 7 Aufgabe 4"],
        ["", "2c", "2d", "3b", "3c", "3d", "4", "2b", "3a", "4"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "sources", "want"), COURSES)
def test_whole_notebooks(questions: tuple[str, ...], sources: list[str], want: list[str]):
    """Every sheet's own numbering, as students copy it."""
    assert course(questions, *sources) == want


DERAILING = [
    "1. first\n2. second\n3. third\n4. fourth",
    "2",
    "4. Then we are done.",
    "(b) is shown below",
    "1) one\n2) two",
    "as in 2 (b)",
    "### Step 1: lines",
    "### Model 2",
    "**W2** is the second matrix",
    "**x** and **b** are vectors",
    "### B2 by hand",
]


@pytest.mark.parametrize("text", DERAILING)
def test_lists_and_stray_numbers_do_not_derail(text: str):
    """Between headings that name every question, nothing else opens one."""
    headings = [
        "## 1 (a)",
        "## 1 (b)",
        "## 2 (a)",
        "## 2 (b)",
        "## 3 (a)",
        "## 3 (b)",
        "## 4",
    ]
    sources = [part for heading in headings for part in (heading, text)]

    got = course(MLPH, *sources)

    wanted = ["1a", "1b", "2a", "2b", "3a", "3b", "4"]
    assert got == [question for question in wanted for _ in range(2)]


def test_a_heading_is_believed_wherever_it_stands():
    """Answers in another order than the sheet's keep their questions."""
    assert course(MLPH, "## 3 (b)", "## 1 (a)", "## 2 (e)", "## 2 (a)") == [
        "3b", "1a", "2e", "2a"
    ]  # fmt: skip


def test_tags_name_the_longest_question():
    """`answer:1.1a.proof` is of 1.1a, not of 1.1; an unknown question is none."""
    assert bound_to(("answer:1.1a.proof",), NNDL) == "1.1a"
    assert bound_to(("answer:2.1",), NNDL) == "2.1"
    assert bound_to(("answer:9",), NNDL) == ""


def test_two_ids_spelled_alike():
    """The first of two that are the same path keeps it."""
    assert Outline(("2b", "2 (b)")).ids == {("2", "b"): "2b"}
