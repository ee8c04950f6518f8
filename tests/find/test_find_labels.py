"""Every sheet's labels, in every spelling we have met, and what only looks like a label."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from grader.find.labelled import Style
from grader.find.labels import read_label
from grader.find.outline import Path, path_of
from grader.find.sections import sections
from tests.find.cells import cells_of

SHEETS = {
    "nndl-session1": (
        "1.1a 1.1b 1.1c 1.2 1.3a 1.3b 1.3c 1.C 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 "
        "2.C1a 2.C1b 2.C1c 2.C1d 2.C1e 2.C1f 2.C2a 2.C2b 2.C2c"
    ),
    "dl83882-ex1": "1.1 1.2 1.3 2.1 2.2 2.3 3.1 3.2 3.3 3.4",
    "dl-seminar1": "1 2a 2b 2c 3a 3b 4a 4b 5",
    "fdl-ex1": "1a 1b 1c 2a 2b 3a 3b",
    "mlph-sheet07": "1a 1b 1c 2a 2b 2c 2d 2e 3a 3b 3c 3d 4",
}
ROMANS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
WORDS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")

WHOLE = """\
## Exercise {n} {l})            | ## Exercise {n}
Sheet 7 Ex. {n} ({l})           | Sheet 7 Ex. {n}
## Übung 1 – Aufgabe {n}{l}
# Blatt 7, Aufgabe {n}{l}
## Exercise 1, Problem {n}{l}
## Exercise 1: Problem {n} ({l}) | ## Exercise 1: Problem {n}
## Homework 1 Problem {n}.{l}   | ## Homework 1 Problem {n}
## HW1 - Q{n}{l}
## Sheet 7: {n}{l}
## Exercise 7.{n}{l}
**Aufgabe {n} {l})**            | **Aufgabe {n}**
**Problem {n}{l}:** text follows here
**{n}{l}** because of this
{n}.{l}                         | {n}
{n}-{l}                         | {n}
## {n}.{l})                     | ## {n})
## {n}) {l})                    | ## {n})
## {n} / {l}                    | ## {n}
## {n}: {l})                    | ## {n}:
Ex{n}{l}
## Ex_{n}_{l}                   | ## Ex_{n}
## A{n}{l}
## P{n}{l}
## E{n} {l})                    | ## E{n}
## Ü{n}{l}
## Nr. {n} {l}
## § {n} {l}
## {n} ({r})                    | ## {n}
## Task {n}{r})                 | ## Task {n}
### Task {n}, part {l}          | ### Task {n}
### Problem {n} - Part ({l})    | ### Problem {n}
### Solution to Exercise {n}{l}
### My solution for {n}{l}
Lösung zu Aufgabe {n} {l})      | Lösung zu Aufgabe {n}
Answer {n}{l}:
zu {n}{l})
## {n}({l}) (2 pts)             | ## {n} (5 pts)
## ✅ Task {n}{l}
## Task #{n}{l}
## EXERCISE {n}{L}
<h2>Exercise {n} ({l})</h2>     | <h2>Exercise {n}</h2>
<b>{n}{l})</b>
<div align="center"><h3> Problem {n}{l} </h3></div>
\\section*{{Exercise {n}{l}}}
$\\textbf{{Exercise {n}{l})}}$
$\\mathbf{{{n}{l})}}$
## {n}\\. {l}\\)                | ## {n}\\.
*Exercise {n}{l}*
## Задача {n} {l})              | ## Задача {n}
## 第{n}题 ({l})                | ## 第{n}题
## Soru {n} {l}
code:# === {n}{l} ===
code:# ---------- Task {n}{l} ----------
code:#####################\\n# {n}{l})\\n#####################
code:## Exercise {n} ({l})      | code:## Exercise {n}
code:\"\"\"Exercise {n}{l}\"\"\"
code:# %% {n}{l}
code:print('----- Exercise {n}{l} -----')"""

BELOW = """\
## Exercise 1, Problem {n}      | {l})
## Exercise 1, Problem {n}      | ({l}) some text
## Übung 1 – Aufgabe {n}        | {l})
# Blatt 7, Aufgabe {n}          | **{l})** Text
{n})                            | {l})
{n}.                            | {l}.
## {n}. Title                   | ### {l}. Title
## {n}                          | ### {l}
**Exercise {n}**                | *{l})*
## Task {n}                     | ({r})
## Task {n}                     | {r}.
## Task {n}                     | ### {R}.
## Task {n}                     | code:# {l}.
## Task {n}                     | code:# ({l}) plot it
code:# Task {n}                 | code:# part {l}
## Problem {n}: Title           | ### Part {L}
## Aufgabe {n}                  | Teil {l}:
## Aufgabe {n}                  | **Teilaufgabe ({l})**
<h1>Exercise {n}</h1>           | <b>({l})</b>
# Aufgabe {n}                   | Ad {l})
# Aufgabe {n}                   | $({l})$ text
# Aufgabe {n}                   | $\\textbf{{{l})}}$ text
# Aufgabe {n}                   | - {l}) text
# Aufgabe {n}                   | {l}\\) text
## Exercise {w}                 | ({l})
## {RN}. Title                  | ({l})
## Aufgabe {RN}                 | ({l})"""


def parts(path: Path) -> tuple[str, str]:
    """The number of an id and its letter: 2.C1 and a."""
    letter = path[-1] if len(path) > 1 and path[-1].isalpha() and path[-1] != "C" else ""
    number = ".".join(path[: len(path) - bool(letter)]).replace("C.", "C")
    return number, letter


def spelled(form: str, number: str, letter: str) -> str:
    """A form with an id's number and letter put in."""
    roman = ROMANS[ord(letter) - 96] if letter else ""
    single = int(number) if number.isdigit() else 0
    return form.format(
        n=number, l=letter, L=letter.upper(), r=roman, R=roman.upper(),
        w=WORDS[single] or number, RN=ROMANS[single].upper() or number,
    )  # fmt: skip


def forms(table: str) -> Iterator[tuple[str, str]]:
    """The two columns of a table; the first for both where there is no second."""
    for line in table.splitlines():
        first, _, second = (part.strip() for part in line.partition("|"))
        yield first.replace("\\n", "\n"), (second or first).replace("\\n", "\n")


def whole(sheet: str, form: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """A notebook with the whole label above every answer."""
    for question in SHEETS[sheet].split():
        number, letter = parts(path_of(question))
        yield spelled(form[0] if letter else form[1], number, letter), question
        yield "an answer in words", question
        yield "code:y = 2", question


def below(sheet: str, form: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """A notebook with letters below their numbers."""
    last = ""
    for question in SHEETS[sheet].split():
        number, letter = parts(path_of(question))
        if number != last:
            yield spelled(form[0], number, ""), "" if letter else question
        if letter:
            yield spelled(form[1], number, letter), question
        yield "an answer in words", question
        yield "code:y = 2", question
        last = number


def course(questions: Sequence[str], sources: Sequence[str]) -> list[str]:
    """The question in force at the end of each cell; "code:" begins a code cell."""
    cells = cells_of(sources)
    return list(sections(cells, questions).ends.values())


def named(value: object) -> str:
    """How a case is called in the list of tests."""
    return value.__name__ if callable(value) else str(value)


Layout = Callable[[str, tuple[str, str]], Iterator[tuple[str, str]]]
LAYOUTS = [(whole, form) for form in forms(WHOLE)] + [
    (below, form) for form in forms(BELOW)
]


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(("layout", "form"), LAYOUTS, ids=named)
def test_every_spelling_on_every_sheet(sheet: str, layout: Layout, form: tuple[str, str]):
    """A notebook that spells all its labels one way has every answer in its question."""
    sources, want = zip(*layout(sheet, form), strict=True)

    assert course(SHEETS[sheet].split(), sources) == list(want)


NO_LABELS = [
    "(i) constant offset: yes\n\n(ii) rescaling: no", "i) first\nii) second",
    "a. we note that this holds", "I. think so", "V. conclusions", "i.e. it holds",
    "a.k.a. the softmax", "(c) 2024 somebody", "(a + b) is positive", "$a) = 3$",
    "A1 is a matrix", "T1 = 3", "### A2C algorithm", "### T2 weighted", "## P2 norm",
    "## Solution for 3 seeds", "## Solutions of the 3 equations", "### Teil von 3 Netzen",
    "### Lösung für 3 Startwerte", "### Answer to the 2 questions", "## Results of 3 runs",
    "[1] Bishop, 2006", "(2.1) is the equation above", "(1, 2) and (2, 3) are points",
    "$\\mathbf{a}$ is the vector", "**A** is the matrix", "**a**: the vector",
    "<b>Note</b> this", "<h3>Results</h3>", "→ 2 parameters", "✅ 3 of 3 done",
    "**1.** first\n\n**2.** second", "> 1. quoted", "Problem with the 2 plots",
    "### Version 2", "### Step 2", "code:# a = 2", "code:# i. loop", "code:# 3 x 3 grid",
    "code:# (1) load the data\n# (2) train", "code:# 1. load\nx = 1\n# 2. train\nx = 2",
    "code:# [1, 2] the range",
]  # fmt: skip


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("text", NO_LABELS)
def test_what_only_looks_like_a_label(sheet: str, text: str):
    """Between labelled answers, none of these opens a question."""
    questions = SHEETS[sheet].split()
    for form in ("## {}", "**{})**", "Task {}:"):
        sources = [source for q in questions for source in (form.format(q), text)]

        got = course(questions, sources)

        assert got == [question for question in questions for _ in range(2)]


MLPH, FDL, EX1 = (SHEETS[s].split() for s in ("mlph-sheet07", "fdl-ex1", "dl83882-ex1"))
UNDECIDED = [
    # A heading of one's own below a question is not "sheet 3, problem 1".
    (MLPH, ["## 3 (a)", "## 3.1 Define the model", "## 3.2 Count"], ["3a", "3a", "3a"]),
    (FDL, ["## 2 (b)", "### 2.1 First step"], ["2b", "2b"]),
    # One part of a first question, unless more labels speak for the sheet's number.
    (EX1, ["Exercise 1, Question 2", "Exercise 1, Question 3"], ["1.2", "1.3"]),
    (EX1, ["Ex 1, Question 2.1", "Ex 1, Question 2.2", "Ex 1, Question 3"],
     ["2.1", "2.2", ""]),
    # (ii) is a letter only where none is typed.
    (MLPH, ["## 2", "(a) text\n\n(i) yes\n\n(ii) no", "(b) more"], ["", "2a", "2b"]),
    (MLPH, ["## 2", "(i) yes\n\n(ii) no"], ["", ""]),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "sources", "want"), UNDECIDED)
def test_what_only_the_whole_notebook_decides(
    questions: list[str], sources: list[str], want: list[str]
):
    """Numbers of sheets and Roman numbers are read as the other labels suggest."""
    assert course(questions, sources) == want


NNDL = SHEETS["nndl-session1"].split()
COMPUTER = [
    # What is written in full is meant, in whatever order the answers stand.
    (["## 2.C1 (b)", "## 1.C Nine panels", "## 2.1", "## 2.C1 (a)"],
     ["2.C1b", "1.C", "2.1", "2.C1a"]),
    # A capital C after A and B is a letter, and else the computer assignment.
    (["## 1.1", "### Part A", "### Part B", "### Part C"], ["", "1.1a", "1.1b", "1.1c"]),
    (["## 1.3 b)", "## C"], ["1.3b", "1.C"]),
    # Computer assignments are numbered apart from the exercises.
    (["### 2. Maths\n**9**: so", "### 2. Computer 1", "# c)", "### 2. Computer 2", "b) it"],
     ["2.9", "", "2.C1c", "", "2.C2b"]),
    (["## 2 Computer assignments, 1\n(b) so", "# 2 Computer assignments, 2", "(c) so"],
     ["2.C1b", "", "2.C2c"]),
    (["# Rechneraufgabe Teil 1", "## Teil 2, Rechner 1\n(b) so", "## Teil 2, Rechner 2"],
     ["1.C", "2.C1b", ""]),
    (["## Section 1, maths", "### Ex. 3", "## Section 1, computer assignment", "## 2.1"],
     ["", "", "1.C", "2.1"]),
    (["## Section 2, maths", "**9.** so", "## Section 2, computer assignment 1", "(f) so"],
     ["", "2.9", "", "2.C1f"]),
    (["## Teil 2", "9. so", "### Rechneraufgabe 1", "(f) so"], ["", "2.9", "", "2.C1f"]),
    (["## 2 C1", "(d) so", "## 2 C2 (a)"], ["", "2.C1d", "2.C2a"]),
    (["## 1.3", "code:# Computer assignment sec. 1", "## 2 computer, 1", "code:# c\nx = 1",
      "code:# d\nx = 2", "code:y = 1\n# e\nx = 2"],
     ["", "1.C", "", "2.C1c", "2.C1d", "2.C1d"]),
    (["## Rechneraufgabe Abschnitt 1", "## 2.1"], ["1.C", "2.1"]),
]  # fmt: skip


def test_a_sheet_without_computer_assignments_has_none():
    """There, "Computer task 3" is question 3."""
    labels = ["## Computer exercise 2 (b)", "## 3 Programming task (a)"]

    assert course(MLPH, labels) == ["2b", "3a"]


@pytest.mark.parametrize(("sources", "want"), COMPUTER)
def test_c_is_a_letter_or_the_computer_assignment(sources: list[str], want: list[str]):
    """As the whole label, and the other labels, say."""
    assert course(NNDL, sources) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        # A gap stands behind a label; a sentence or a formula has none, or goes on.
        ("2b  No. It is not", "2b"), ("3a  h = Wx", "3a"), ("code:# 2b  v1", "2b"),
        ("2b holds as well", "1a"), ("2a  + 3b", "1a"), ("2 b  text", "1a"),
        ("3d  plot of it", "1a"), ("code:# 2D  arrays", "1a"),
        # One letter is enough before a number and a letter with its bracket.
        ("P2 b)", "2b"), ("A3 b) relu", "3b"), ("code:# A3a", "3a"), ("T2 (b) so", "2b"),
        ("code:# A4 a)  in numbers", "1a"), ("P1(b) = 0.3", "1a"), ("P1 (b) = 0.3", "1a"),
        ("A1 b) = 3", "1a"), ("A2b is a matrix", "1a"), ("`A2` b) is code", "1a"),
        ("$A3: x$", "1a"), ("A4 = 2", "1a"), ("code:# A4 @ x", "1a"), ("P4: (0, 0)", "1a"),
        ("A4: the number", "4"), ("A4 is large", "1a"), ("A4 2nd attempt. So", "4"),
        # "again" stands behind a label only.
        ("4 again: draw", "4"), ("4 again is more", "1a"), ("2b second try. So", "2b"),
    ],
)  # fmt: skip
def test_a_label_that_is_glued_or_runs_on(text: str, want: str):
    """A letter before it, a gap or "again" behind it make a label; a formula is none."""
    assert course(MLPH, ["## 1 (a)", text])[-1] == want


def test_letters_of_labels_help_each_other():
    """Behind "A3 a)" and "A4 b)", "A5:" is a label wherever it stands; else it is not."""
    labels = ["A5 first, then the rest", "# A3 a)", "A1: so", "A4 b) so", "A2"]

    got = course(SHEETS["dl-seminar1"].split(), labels)

    assert got == ["5", "3a", "1", "4b", ""]
    assert course(MLPH, ["## 4", "A4: matrix", "## 1 (a)", "A4: matrix"])[-1] == "1a"


LISTS = [
    ("1. 2w\n2. 2I\n3. w - 1\n4. z\n5. 0", ["2.1", "2.2", "2.3", "2.4", "2.5"]),
    ("1) $2w$\n2) 2σ(x)", ["2.1", "2.2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), LISTS)
def test_an_answer_that_looks_like_a_step_is_none(text: str, want: list[str]):
    """Below a bold 2, "1. 2w" is item 1; "1. a)" stays the part where the sheet has it."""
    lines = sections(cells_of(["**2**", text]), NNDL).lines

    assert [line.question for line in lines[1:]] == want
    assert course(NNDL, ["**1**", "1. a) so"])[-1] == "1.1a"
    assert course(MLPH, ["## 2 (a)", text])[-1] == "2a"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2.7 $f = 1$", "2.7"), ("2.7 $\\cdot 3$", "2.9"), ("2.7 ms", "2.9"),
        ("code:# 2.7  d/dw f", "2.7"), ("code:# 2.7  3.1", "2.9"), ("2.7 is more", "2.9"),
        ("code:# 2.2/2.3/2.5", "2.2"), ("2.2/2.3 is one", "2.9"), ("2.2, 2.3 and 4", "2.9"),
    ],
)  # fmt: skip
def test_a_dotted_number_before_an_answer(text: str, want: str):
    """A formula or a gap behind 2.7 make it a label also where the notebook goes back."""
    got = course(NNDL, ["## 2.9", text if text.startswith("code:") else f"so\n{text}"])

    assert got[-1] == want


def test_parts_that_share_a_label():
    """The first is in force; the place shares the whole label of the others, too."""
    found = sections(cells_of(["## 1 (a), (b)", "so", "## 1 (c)", "so"]), MLPH)

    assert list(found.ends.values()) == ["1a", "1a", "1c", "1c"]
    assert [found.shares(cell, "1b") for cell in range(4)] == [2, 2, 1, 1]


def test_a_second_try_goes_back_and_forth():
    """What stands between a first try of 1.2 and a second one stays in its question."""
    labels = [
        "### Q1",
        "1.2 first try: x",
        "### Q2",
        "2.2 no",
        "1.2 second try. x",
        "1.3 as",
    ]

    assert course(EX1, labels) == ["", "1.2", "", "2.2", "1.2", "1.3"]


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ("Q2.1: U = [[1, 1], [1, 1]], b1 = [0, -1]", ("2", "1")),
        ("2.1: w := (1, -1)", ("2", "1")),
        ("Task 3.2: c > 0", ("3", "2")),
        ("Q2.1 b: the second part", ("2", "1", "b")),
        ("2.1 b", ("2", "1", "b")),
    ],
)
def test_a_letter_that_is_assigned_is_no_step_of_the_label(line, steps):
    """The answer begins with it; a letter that stands alone is one."""
    label = read_label(line, Style())

    assert label is not None
    assert label.steps == steps
