"""Mutants and equivalents: the file is read strictly, and losses are told apart."""

import pytest

from grader.audit.edits import SourceCell
from grader.audit.expected import Wanted
from grader.audit.holes import holes, lines
from grader.audit.losses import kills, of_trial
from grader.audit.reading import read_variants
from grader.audit.trials import Trial
from grader.audit.variants import Kind, Variant
from grader.errors import InputError
from grader.model.submission import Submission
from grader.model.verdict import (
    Mark,
    Outcome,
    Result,
    failed,
    graded,
    judge_error,
    passed,
    pending,
)

REFERENCE = Submission(
    id="reference",
    cells=(
        SourceCell(kind="markdown", source="# Sheet"),
        SourceCell(kind="markdown", source="## 1 (a)\n\nText."),
        SourceCell(kind="code", source="n_pairs = 12"),
        SourceCell(kind="markdown", source="## 1 (b)\n\nMore text."),
        SourceCell(kind="code", source="def spread(x): return 0"),
    ),
)
GOOD = """\
mutants:
  - id: one-less
    why: Counted from 0.
    edits: [{old: "12", new: "11"}]
    loses: {1a.count: [fail, {outcome: partial, credit: 0.5}]}
    only: ["1a"]
equivalents:
  - id: seeded
    why: Chance.
    edits: [{old: "return 0", new: "return <seed>"}]
    seeds: 3
"""


@pytest.fixture
def read(tmp_path, assignment):
    """Read a file of variants of the small assignment."""

    def run(text):
        path = tmp_path / "variants.yaml"
        path.write_text(text, encoding="utf-8")
        return read_variants(path, assignment.rubric, REFERENCE)

    return run


def test_variants_are_read(read):
    """Edits are applied; of questions that are left out the headings stay."""
    mutant, equivalent = read(GOOD)

    assert mutant.kind is Kind.MUTANT
    assert [cell.source for cell in mutant.cells] == [
        "# Sheet", "## 1 (a)\n\nText.", "n_pairs = 11", "## 1 (b)"
    ]  # fmt: skip
    assert mutant.loses == {
        "1a.count": (
            Wanted(outcome=Outcome.FAIL),
            Wanted(outcome=Outcome.PARTIAL, credit=0.5),
        )
    }
    assert equivalent.submission(2).cells[-1].source == "def spread(x): return 2"
    assert [equivalent.salt(seed, "s") for seed in (0, 2)] == ["s", "sseeded 2"]


def test_every_mistake_is_told_with_its_line(read):
    """A wrong key, criterion, outcome, question, edit; a mutant that loses nothing."""
    text = """\
mutants:
  - id: a
    why: w
    edit: []
    edits: [{old: "13", new: "11"}]
    loses: {1a.cuont: fail, 1b.spread: wrong}
  - id: a
    why: w
    edits: []
    only: ["7"]
equivalents:
  - id: b
    why: w
    edits: [{old: "12", new: "12.0"}]
    may_change: [1a.count]
"""

    with pytest.raises(InputError) as raised:
        read(text)

    told = [(p.where.rpartition(":")[2], p.what) for p in raised.value.problems]
    assert told == [
        ("4", "a mutant has no key 'edit'"),
        ("5", "no cell contains '13'"),
        ("6", "'wrong' is no outcome"),
        ("6", "there is no criterion '1a.cuont'"),
        ("7", "'a' is used twice"),
        ("7", "a mutant needs `loses`"),
        ("7", "no edit changes anything"),
        ("10", "there is no question '7'"),
        ("15", "an equivalent loses nothing, and 1a.count is worth 2"),
    ]
    assert "hint: did you mean '1a.count'?" in str(raised.value)


def _result(**verdicts):
    marks = tuple(
        Mark(
            submission="x",
            question=id.partition(".")[0],
            criterion=id,
            maximum=1.0,
            verdict=verdict,
            points=verdict.credit,
        )
        for id, verdict in verdicts.items()
    )
    return Result(submission="x", people=(), status="ok", reason="", marks=marks)


BASE = _result(**{"1a.count": passed("r"), "1b.spread": pending("r", proposal=1.0)})


def _trial(kind, loses=(), **verdicts):
    wanted = {id: (Wanted(outcome=Outcome(o)),) for id, o in dict(loses).items()}
    given = {"1a.count": passed("r"), "1b.spread": pending("r", proposal=1.0)}
    variant = Variant(
        id="v", kind=kind, why="w", reference=REFERENCE, cells=(), unchanged=(),
        loses=wanted,
    )  # fmt: skip
    got = _result(**{**given, **{id.replace("_", "."): v for id, v in verdicts.items()}})
    return Trial(variant=variant, seed=0, got=got, base=BASE)


LOSES = {"1a.count": "fail"}


@pytest.mark.parametrize(
    ("trial", "kinds"),
    [
        (_trial(Kind.MUTANT, LOSES, **{"1a_count": failed("x")}), []),
        (_trial(Kind.MUTANT, LOSES), ["false pass"]),
        (_trial(Kind.MUTANT, LOSES, **{"1a_count": graded(0.5, "x")}), ["other"]),
        (_trial(Kind.MUTANT, {"1b.spread": "pending"}), ["false pass"]),
        (
            _trial(
                Kind.MUTANT, LOSES, **{"1a_count": failed("x"), "1b_spread": failed("x")}
            ),
            ["false fail"],
        ),
        (_trial(Kind.EQUIVALENT), []),
        (_trial(Kind.EQUIVALENT, **{"1a_count": pending("x")}), ["false fail"]),
        (_trial(Kind.EQUIVALENT, **{"1b_spread": passed("x")}), []),
        (_trial(Kind.EQUIVALENT, **{"1a_count": judge_error("x")}), ["other"]),
    ],
)
def test_losses_are_told_apart(trial, kinds):
    """Not lost is a false pass, lost without cause a false fail; our fault is neither."""
    assert [found.kind for found in of_trial(trial)] == kinds


def test_a_criterion_without_a_mutant_is_a_hole(assignment):
    """So are fewer than three equivalents for code."""
    killer = _trial(Kind.MUTANT, LOSES, **{"1a_count": failed("x")})
    proved = lines(assignment.rubric, [killer])

    assert kills(killer) == {"1a.count"}
    assert {line.id: len(line.killed) for line in proved}["1a.count"] == 1
    found = holes(assignment.rubric, proved)
    assert "1a.count: no mutant loses it" not in found
    assert "1b.spread: no mutant loses it" in found
    assert "1b.spread: 0 equivalents keep it, needs 3" in found
