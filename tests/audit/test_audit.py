"""The audit: what is expected is read strictly, and every disagreement is told."""

from pathlib import Path

import pytest

from grader.audit import Wanted, of_example, of_reference, read_expected
from grader.cli.session import replaced
from grader.errors import InputError
from grader.model.verdict import Mark, Outcome, Result, failed, graded, passed, pending

DEFAULT = """\
default: {1a.count: pass, 1b.spread: pass, 2.field: pass, 2.words: pending}
accepted/one:
  because: It is right.
  run: ok
"""


@pytest.fixture
def read(tmp_path, assignment):
    """Read an expectation file of the small assignment."""

    def run(text):
        path = tmp_path / "small.yaml"
        path.write_text(text, encoding="utf-8")
        return read_expected(path, assignment.rubric)

    return run


def _result(**verdicts):
    marks = tuple(
        Mark(
            submission="one",
            question=id.partition(".")[0],
            criterion=id,
            maximum=1.0,
            verdict=verdict,
            points=verdict.credit,
            manual=id == "2.words",
        )
        for id, verdict in verdicts.items()
    )
    return Result(submission="one", people=(), status="ok", reason="", marks=marks)


RIGHT = {
    "1a.count": passed("a"),
    "1b.spread": passed("b"),
    "2.field": passed("c"),
    "2.words": pending("d"),
}


def test_outcomes_are_the_default_and_what_differs(read):
    """An example says only how it differs; `all` stands for every criterion."""
    text = DEFAULT + "wrong/two:\n  because: b\n  outcomes: {all: fail, 2.words: pending}\n"

    one, two = read(text)

    assert one.outcomes["1a.count"] == Wanted(outcome=Outcome.PASS)
    assert {id: w.outcome.value for id, w in two.outcomes.items()} == {
        "1a.count": "fail",
        "1b.spread": "fail",
        "2.field": "fail",
        "2.words": "pending",
    }


def test_every_mistake_in_it_is_told(read, tmp_path):
    """A missing criterion, an unknown one, an unknown outcome and no reason."""
    text = (
        "default: {1a.count: pass, 1b.spread: pass, 2.field: pass}\n"
        "wrong/two:\n  outcomes: {1a.cuont: fail, 1b.spread: wrong}\n"
    )

    with pytest.raises(InputError) as raised:
        read(text)

    assert [problem.what for problem in raised.value.problems] == [
        "default says nothing about 2.words",
        "wrong/two does not say why (because)",
        "wrong/two: there is no criterion 1a.cuont",
        "wrong/two: 1b.spread has no outcome 'wrong'",
    ]
    assert raised.value.problems[0].where == str(tmp_path / "small.yaml")


def test_agreement_is_silent(read):
    """Exactly the outcomes written down: nothing to tell."""
    (example,) = read(DEFAULT)

    assert of_example(example, _result(**RIGHT)) == []


@pytest.mark.parametrize(
    ("verdict", "want", "kind"),
    [
        (passed("x"), "fail", "false pass"),
        (graded(0.5, "x"), "no_answer", "false pass"),
        (failed("x"), "pass", "false fail"),
        (pending("x"), "pass", "false fail"),
        (failed("x"), "no_answer", "other"),
        (graded(0.5, "x"), "{outcome: partial, credit: 0.75}", "other"),
        (pending("x", proposal=1.0), "{outcome: pending, proposal: 0}", "other"),
    ],
)
def test_a_disagreement_is_named_by_its_kind(read, verdict, want, kind):
    """A mark not earned is a false pass, one taken a false fail."""
    (example,) = read(DEFAULT + f"  outcomes: {{1a.count: {want}}}\n")

    (found,) = of_example(example, _result(**{**RIGHT, "1a.count": verdict}))

    assert (found.criterion, found.kind, found.reason) == ("1a.count", kind, "x")


def test_the_reference_must_earn_what_a_machine_decides():
    """Pass, or a proposal of full credit; only manual criteria may wait."""
    right = _result(**{**RIGHT, "1a.count": pending("x", proposal=1.0)})
    wrong = _result(**{**RIGHT, "1a.count": pending("x")})

    assert of_reference(right) == []
    assert [str(d) for d in of_reference(wrong)] == [
        "reference: 1a.count: false fail: got pending, want pass\n    x"
    ]


def test_the_session_of_the_readme_is_replaced_as_a_whole():
    """What a command printed stands in the block, and nothing else changes."""
    page = "a\n<!-- session: make demo -->\n```text\nold\n```\n<!-- end -->\nb\n"

    assert replaced(page, "new\n") == (
        "a\n<!-- session: make demo -->\n```text\n$ make demo\nnew\n```\n<!-- end -->\nb\n"
    )


def test_the_readme_has_a_session():
    """The README shows what `make demo` prints; CI compares it with the truth."""
    page = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    assert replaced(page, "x") != page
