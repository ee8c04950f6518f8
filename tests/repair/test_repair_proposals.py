"""What is proposed from a straight run's evidence, and what is left alone."""

from pathlib import PurePosixPath

import pytest

from grader import repair
from grader.model.evidence import Cell, CellError, CellStatus, Evidence
from grader.model.repair import DataFile, Repair, RepairKind, Repairs
from grader.model.run import Run, RunStatus
from grader.model.verdict import Binding, Outcome, failed, no_answer, passed, pending


def _evidence(*cells):
    """Evidence of code cells, each a source or a pair of source and error."""
    made = []
    for index, cell in enumerate(cells):
        source, error = cell if isinstance(cell, tuple) else (cell, None)
        status = CellStatus.ERROR if error else CellStatus.OK
        made.append(
            Cell(index=index, kind="code", source=source, status=status, error=error)
        )
    run = Run(status=RunStatus.ERRORS)
    return Evidence(submission="one", run=run, cells=tuple(made), notebook="hw/one.ipynb")


def _name_error(name):
    return CellError(name="NameError", message=f"name '{name}' is not defined", line=1)


def _kinds(plan):
    return [] if plan is None else [made.kind for made in plan.repairs]


FILES = [PurePosixPath("hw/one.ipynb"), PurePosixPath("hw/data/points.csv")]


def test_a_missing_standard_import_goes_above_the_first_cell_that_misses_it():
    """One line, and only that line, with the note saying so."""
    plan = repair.propose(_evidence("a = 1", ("x = np.ones(3)", _name_error("np"))), FILES)

    assert plan.sources == {1: "import numpy as np\nx = np.ones(3)"}
    assert plan.shifts == {1: 1}
    assert _kinds(plan) == [RepairKind.IMPORT]


def test_a_name_of_python_2_stands_for_its_successor():
    """A loop over xrange runs; its name is bound once, above it."""
    source = "for i in xrange(3): raw_input()"
    plan = repair.propose(_evidence((source, _name_error("xrange"))), FILES)

    assert plan.sources == {0: f"raw_input = input\nxrange = range\n{source}"}
    assert plan.repairs[0].what == "`xrange = range` was added above it."


def test_a_cell_magic_stays_the_first_line():
    """IPython reads %%time only there."""
    found = repair.propose(_evidence(("%%time\nnp.ones(3)", _name_error("np"))), FILES)

    assert found.sources == {0: "%%time\nimport numpy as np\nnp.ones(3)"}


@pytest.mark.parametrize("name", ["rate", "npp", "model"])
def test_a_name_that_is_no_standard_alias_is_not_made_up(name):
    """What the student forgot to write is theirs to write."""
    assert repair.propose(_evidence((f"{name} + 1", _name_error(name))), FILES) is None


def test_a_students_own_name_is_no_import():
    """F may be a function that a later cell defines."""
    cells = ("F(1)", _name_error("F")), "def F(x):\n    return x"

    assert _kinds(repair.propose(_evidence(*cells), FILES)) == [RepairKind.ORDER]


def test_a_cell_runs_after_the_one_that_binds_what_it_needs():
    """What builds on the moved cell moves with it; all else stays in its order."""
    plan = repair.propose(
        _evidence(
            "import math",
            ("y = f(2)", _name_error("f")),
            ("print(y)", _name_error("y")),
            "z = 3",
            "def f(x):\n    return x * z",
        ),
        FILES,
    )

    assert plan.order == (0, 3, 4, 1, 2)


def test_a_contradiction_is_no_order():
    """Each cell needs the other first: nobody can tell what ran first."""
    cells = ("a = b", _name_error("b")), ("b = a", _name_error("a"))

    assert repair.propose(_evidence(*cells), FILES) is None


def test_a_name_rebound_later_keeps_its_reader_where_it_is():
    """Moving a cell past a new meaning of `n` would change what it computes."""
    cells = "n = 1", ("f(n)", _name_error("f")), "n = 2", "def f(x):\n    return x * n"

    assert repair.propose(_evidence(*cells), FILES) is None


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("print 'a', x", "print('a', x)"),
        ("if x:\n    print x  # the mean", "if x:\n    print(x)  # the mean"),
        ("print x,", "print(x, end=' ')"),
        ("print 'sum: %d' % (a + b)", "print('sum: %d' % (a + b))"),
    ],
)
def test_print_statements_become_calls(given, wanted):
    """As Python 2 meant them."""
    error = CellError(name="SyntaxError", message="Missing parentheses", line=1)

    assert repair.propose(_evidence((given, error)), FILES).sources == {0: wanted}


def test_another_mistake_of_spelling_stays():
    """A cell that would still not be Python is not touched."""
    error = CellError(name="SyntaxError", message="invalid syntax", line=1)

    assert repair.propose(_evidence(("print x\nfor for", error)), FILES) is None


MISSING = "[Errno 2] No such file or directory: '{}'"


@pytest.mark.parametrize(
    "path",
    ["/content/drive/MyDrive/points.csv", "C:\\Users\\me\\points.csv", "points.csv"],
)
def test_a_file_that_was_handed_in_is_found_wherever_it_lay_at_home(path):
    """By its name, if there is one such file only."""
    error = CellError(name="FileNotFoundError", message=MISSING.format(path), line=1)
    source = f"d = load({path!r}, 2)"

    plan = repair.propose(_evidence((source, error)), FILES)

    assert plan.sources == {0: "d = load('data/points.csv', 2)"}


def test_data_of_the_course_stands_in_for_a_file_of_another_name():
    """Only where the rubric says so by a pattern."""
    error = CellError(name="FileNotFoundError", message=MISSING.format("Train.csv"), line=1)
    evidence = _evidence(("load('Train.csv')", error))
    files = [*FILES, PurePosixPath("hw/official.csv")]
    data = [DataFile(file="data/official.csv", names=("*train*.csv",))]

    assert repair.propose(evidence, files, data).sources == {0: "load('official.csv')"}
    assert repair.propose(evidence, files) is None


def test_a_file_that_two_may_mean_is_left_to_a_person():
    """No guess between them."""
    error = CellError(
        name="FileNotFoundError", message=MISSING.format("points.csv"), line=1
    )
    files = [*FILES, PurePosixPath("hw/old/points.csv")]

    assert repair.propose(_evidence(("load('points.csv')", error)), files) is None


def test_a_statement_that_wants_a_window_is_left_out():
    """The rest of its cell runs."""
    message = "no display name and no $DISPLAY environment variable"
    error = CellError(name="TclError", message=message, line=2)

    plan = repair.propose(_evidence(("a = 1\nroot = Tk()\nb = 2", error)), FILES)

    assert plan.sources == {0: "a = 1\npass\nb = 2"}


@pytest.mark.parametrize("kind", [RepairKind.IMPORT, RepairKind.ORDER])
def test_what_the_course_refuses_is_not_proposed(kind):
    """Each kind by itself."""
    evidence = _evidence(
        ("np.ones(3)", _name_error("np")), ("f(1)", _name_error("f")), "def f(x): return x"
    )

    found = _kinds(repair.propose(evidence, FILES, refused=frozenset({kind})))

    assert len(found) == 1
    assert kind not in found


def _made(*kinds):
    return [Repair(kind=kind, cell=0, what="it was mended.") for kind in kinds]


def test_a_gain_by_repair_is_capped_and_says_so():
    """A deduction takes from what was gained, never from what stood before."""
    policy = Repairs(missing_import=0.8)
    straight = {"a": no_answer("Nothing."), "b": passed("Right."), "c": failed("Wrong.")}
    repaired = {"a": passed("Right."), "b": passed("Right."), "c": failed("Wrong.")}

    found = repair.merged(straight, repaired, _made(RepairKind.IMPORT), policy)

    assert [found[id].credit for id in "abc"] == [0.8, 1.0, 0.0]
    assert "80%" in found["a"].reason


def test_nobody_loses_by_a_repair():
    """An answer that the straight run gave stays."""
    where = Binding(cell=1, what="n", how="by name")
    straight = {"a": passed("Right.", binding=where)}
    repaired = {"a": pending("Two answers.", proposal=0.5)}

    found = repair.merged(straight, repaired, _made(RepairKind.ORDER), Repairs())

    assert found == straight


def test_a_proposal_is_capped_as_well():
    """A person sees what the policy allows."""
    straight = {"a": no_answer("Nothing.")}
    repaired = {"a": pending("Probably.", proposal=1.0)}

    found = repair.merged(
        straight, repaired, _made(RepairKind.PRINT), Repairs(print_statement=0.5)
    )

    assert found["a"].outcome is Outcome.PENDING
    assert found["a"].proposal == 0.5
