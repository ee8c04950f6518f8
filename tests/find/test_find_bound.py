"""What a person says about the place of an answer overrides what is found."""

from pathlib import Path
from typing import Any

import pytest

from grader.errors import InputError
from grader.find import finder, tagged
from grader.find.context import Context
from grader.model.bindings import Bindings, Bound
from grader.model.criteria import Checked, NumberClose, Tolerance
from grader.model.evidence import Cell
from grader.model.finds import FindFunction, FindNumber
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.rubric import read_answers, read_bindings, save_binding
from grader.rubric.bindings import with_binding

WHAT = FindNumber(near=("parameter",), names=("n_params",))
COUNT = NumberClose(
    id="3a.count",
    states="It is given.",
    check="number_close",
    points=1,
    find=WHAT,
    tolerance=Tolerance(rtol=0, atol=0, because="it is a count"),
)


def rubric() -> Rubric:
    """One question with one criterion."""
    plain = {"assignment": "x", "title": "X", "points": 1, "questions": [
        {"id": "3a", "title": "A", "points": 1, "criteria": [COUNT.model_dump()]},
    ]}  # fmt: skip
    return Rubric.model_validate(plain)


def found(hand: Any, *bound: Bound, what: Any = WHAT, criterion: Any = COUNT) -> Any:
    """Look for the count with these bindings."""
    recorded = Recorded(evidence=hand.evidence(), arrays=hand.arrays)
    context = Context(recorded, ("3a", "3b"), bound=bound)
    return finder(context)(what, criterion, "3a")


def test_a_bound_cell_beats_a_label(hand: Any):
    """The number of the named cell counts, without a label, and for sure."""
    hand.code("x = 1", stdout="parameters: 7")
    hand.code("y = 2", stdout="81")

    (hit,) = found(hand, Bound(target="3a.count", cells=(1,), by="the TA's bindings")).hits

    assert (hit.value, hit.binding.confidence) == (81, 1.0)
    assert str(hit.binding) == (
        "the number 81 in the output in cell 2 (bound; the TA's bindings say so)"
    )


def test_a_bound_name_beats_a_label(hand: Any):
    """The variable of the given name counts, whatever is printed."""
    hand.code("x = 1", stdout="parameters: 7")
    hand.name("answer", 81)

    (hit,) = found(hand, Bound(target="3a.count", names=("answer",), by="x")).hits

    assert (hit.value, hit.binding.how) == (81, "by name")


def test_a_bound_value_needs_no_place(hand: Any):
    """A number that a person read from a picture counts as it is."""
    hand.code("x = 1")

    (hit,) = found(hand, Bound(target="3a.count", value=81, by="x")).hits

    assert (hit.value, hit.binding.cell) == (81, None)


def test_nothing_at_the_place(hand: Any):
    """The ordinary answer stays, and is not sure enough to be scored."""
    hand.code("x = 1", stdout="parameters: 81")

    (hit,) = found(
        hand, Bound(target="3a.count", names=("no",), by="the TA's bindings")
    ).hits

    assert (hit.value, hit.binding.confidence) == (81, 0.4)
    assert hit.binding.reasons[-1] == (
        "nothing of that kind is at `no`, as the TA's bindings say"
    )


def test_the_first_of_two_bindings_counts(hand: Any):
    """A TA comes before a student."""
    hand.code("x = 1")
    hand.name("a", 81)
    hand.name("b", 60)
    bound = (
        Bound(target="3a.count", names=("a",), by="ta"),
        Bound(target="3a.count", names=("b",), by="student"),
    )

    assert [hit.value for hit in found(hand, *bound).hits] == [81]


def test_a_bound_function(hand: Any):
    """Only the function of that name is an answer."""
    hand.code("...")
    hand.candidate("f", "lse", takes="x")
    hand.candidate("f", "mine", takes="x")
    criterion = Checked(id="3b.f", states="It is.", check="function_matches")
    bound = Bound(target="3b.f", names=("mine",), by="x")

    got = found(hand, bound, what=FindFunction(names=("lse",)), criterion=criterion)

    assert [hit.value.candidate.names for hit in got.hits] == [("mine",)]


def test_bound_questions_are_sections(hand: Any):
    """Cells bound to a question belong to it, whatever their headings say."""
    hand.text("## 3 (b)")
    hand.code("x = 1", stdout="parameters: 81")
    recorded = Recorded(evidence=hand.evidence())
    bound = (Bound(target="3a", cells=(1,), by="x"),)

    got = Context(recorded, ("3a", "3b"), bound=bound).sections

    assert got.touched == {0: ("3b",), 1: ("3a",)}


def test_tags_bind_criteria():
    """`answer:3a.count` binds its cell; a question's tag and others bind none here."""
    cells = [
        Cell(index=0, kind="code", source="", tags=("answer:3a", "hide")),
        Cell(index=1, kind="code", source="", tags=("answer:3a.count",)),
    ]

    got = tagged(cells, ["3a.count"])

    assert got == (Bound(target="3a.count", cells=(1,), by="a tag of cell 2"),)


FILE = """\
schema: 1
bindings:
  ada:
    3a: {cells: 2-3}
    3a.count: {name: total, because: she says so}
  "*":
    3a.count: {cell: 7, panel: 2}
"""


def test_reading_a_file(tmp_path: Path):
    """Cells and panels count from 1; everybody's come after one's own."""
    path = tmp_path / "bindings.yaml"
    path.write_text(FILE, encoding="utf-8")

    got = read_bindings(path, rubric()).of("ada")

    by = "the TA's bindings"
    assert got == (
        Bound(target="3a", cells=(1, 2), by=by),
        Bound(target="3a.count", names=("total",), by=by),
        Bound(target="3a.count", cells=(6,), panel=1, by=by),
    )
    assert Bindings().of("ada") == ()


WRONG = [
    ("schema: 1\n", ":1: the file needs bindings: and entries below it"),
    (
        "bindings:\n  ada:\n    3z: {cell: 1}\n",
        ":3: there is no question or criterion '3z'",
    ),
    ("bindings:\n  ada:\n    3a: {cell: 0}\n", ":3: 3a: 0 is no cell; cells are counted"),
    ("bindings:\n  ada:\n    3a: {cel: 1}\n", ":3: 'cel' has no meaning here"),
    ("bindings:\n  ada:\n    3a: {}\n", ":3: 3a is bound to no cell, no name and no value"),
    ("bindings:\n  ada:\n    3a: 4\n", ":3: 3a needs a place"),
    ("bindings: {", "bindings.yaml:"),
]


@pytest.mark.parametrize(("text", "want"), WRONG)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, want: str):
    """Every problem has its line."""
    path = tmp_path / "bindings.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as error:
        read_bindings(path, rubric())

    assert want in str(error.value)


def test_a_students_file_never_raises():
    """What cannot be understood is a note; a student cannot state a value."""
    good, none = read_answers(b"answers:\n  3a.count: {name: a}\n", rubric())
    bad, notes = read_answers(b"answers:\n  3a.count: {value: 81}\n", rubric())
    worse, more = read_answers(b"\xff\xfe{", rubric())

    assert [bound.names for bound in good] == [("a",)]
    assert (none, bad, worse) == ((), (), ())
    assert notes == ("bindings.yaml, line 2: 'value' has no meaning here",)
    assert more == ("bindings.yaml could not be read: not text",)


def test_saved_decisions_are_read_again(tmp_path: Path):
    """A decision saved in a file binds on the next run; comments and others stay."""
    path = tmp_path / "bindings.yaml"
    path.write_text(f"# mine\n{FILE}", encoding="utf-8")
    bound = Bound(target="3a.count", cells=(4,), names=("n",), by="the TA's bindings")

    save_binding(path, "bob", bound, because="seen in review")

    assert read_bindings(path, rubric()).of("bob")[0] == bound
    assert len(read_bindings(path, rubric()).of("ada")) == 3
    assert path.read_text(encoding="utf-8").startswith("# mine\n")


def test_a_first_decision_makes_the_file():
    """An empty text becomes a file; one that is none is refused."""
    bound = Bound(target="3a.count", value=81)

    assert with_binding("", "ada", bound) == (
        "schema: 1\nbindings:\n  ada:\n    3a.count: {value: 81}\n"
    )
    with pytest.raises(ValueError, match="is no bindings file"):
        with_binding("[1, 2]", "ada", bound)
