"""Several notebooks that are one answer."""

import pytest

from grader.intake import Fate, collect, listing

LONG = "value = 1 + 1\n" * 20


def laid(desk, files):
    for name, source in files.items():
        desk.notebook(f"alice/{name}", source)
    desk.notebook("bob/hw.ipynb", "other")
    alice, _ = collect([desk.root])
    return alice


@pytest.mark.parametrize(
    "names",
    [
        ["ex1.ipynb", "ex2.ipynb"],
        ["Task 2.ipynb", "Task 10.ipynb"],
        ["sheet07_aufgabe3a.ipynb", "sheet07_aufgabe3b.ipynb"],
        ["1.ipynb", "2.ipynb"],
        ["Übung_01.ipynb", "Übung_02.ipynb"],
        ["q1/solution.ipynb", "q2/solution.ipynb"],
        ["ex1/ex1.ipynb", "ex2/ex2.ipynb"],
        ["Problem-4.ipynb", "Problem-5.ipynb"],
    ],
)
def test_numbered_questions_run_as_one(desk, names):
    """Names that differ in the question's number are one notebook, in its order."""
    alice = laid(desk, {name: f"x = '{name}'" for name in reversed(names)})

    code = [cell.source for cell in alice.cells if cell.kind == "code"]
    assert str(alice.notebook) == names[0]
    assert code == [f"x = '{name}'" for name in names]
    rows = {row.path: row.fate for row in listing([alice])}
    assert rows == dict.fromkeys(names, Fate.RUN)
    assert alice.notes[0].startswith(f"Run as one notebook, in this order: {names[0]}, ")


@pytest.mark.parametrize(
    "names",
    [
        ["sheet06.ipynb", "sheet07.ipynb"],
        ["ex06.ipynb", "ex07.ipynb"],
        ["hw.ipynb", "hw2.ipynb"],
        ["alice_1.ipynb", "alice_2.ipynb"],
        ["ex1.ipynb", "task2.ipynb"],
        ["ex1_template.ipynb", "ex2_template.ipynb"],
    ],
)
def test_other_numbers_are_not_questions(desk, names):
    """Sheets, versions and hand-outs are not put together."""
    alice = laid(desk, {name: f"x = '{name}'" for name in names})

    assert len(alice.cells) == 1


def test_equal_copies_are_not_questions(desk):
    """The same code under two numbers runs once."""
    alice = laid(desk, {"ex1.ipynb": "x", "ex2.ipynb": "x"})

    assert len(alice.cells) == 1


@pytest.mark.parametrize(("whole", "want"), [(LONG, "all.ipynb"), ("x", "ex1.ipynb")])
def test_a_larger_notebook_beside_them_wins(desk, whole, want):
    """Scraps with numbers do not push the whole answer aside."""
    alice = laid(desk, {"ex1.ipynb": "a = 1", "ex2.ipynb": "b = 2", "all.ipynb": whole})

    assert str(alice.notebook) == want


def test_a_divider_names_the_question_and_the_file(desk):
    """The heading before each part is one that finders read as a question's label."""
    alice = laid(desk, {"ex1.ipynb": "a = 1", "ex2.ipynb": "b = 2"})

    texts = [(cell.source, cell.tags) for cell in alice.cells if cell.kind == "markdown"]
    assert texts == [
        ("## Exercise 1, from ex1.ipynb", ("intake:file=ex1.ipynb",)),
        ("## Exercise 2, from ex2.ipynb", ("intake:file=ex2.ipynb",)),
    ]


def test_a_student_cannot_mark_a_file_as_run(desk):
    """A tag like a divider's further down changes no row."""
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["intake:file=b.ipynb"]},
        "source": "",
    }
    first = {"cell_type": "code", "metadata": {}, "source": LONG}
    desk.notebook("alice/a.ipynb", cells=[first, cell])
    desk.notebook("alice/b.ipynb", "x")
    desk.notebook("bob/hw.ipynb", "other")

    alice, _ = collect([desk.root])

    assert {row.path: row.fate.value for row in listing([alice])} == {
        "a.ipynb": "run", "b.ipynb": "goes along",
    }  # fmt: skip
