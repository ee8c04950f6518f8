"""Repetition under other seeds: what is shifted, what is repeated, what is counted."""

from pathlib import Path

import pytest

from grader import pipeline
from grader.audit.repeating import CHANCE, by_chance, counted, repeats
from grader.audit.reseeding import APART, reseeded
from grader.audit.trials import Trial
from grader.audit.variants import Kind, Variant
from grader.checks import CHECKS
from grader.model.submission import SourceCell, Submission
from grader.model.verdict import Mark, Result, Verdict, failed, passed

RUBRICS = Path(__file__).parents[2] / "rubrics"
SHIFTED = {
    "rng = np.random.default_rng(5)": "rng = np.random.default_rng((5) + {by})",
    "torch.manual_seed(1 + j)": "torch.manual_seed((1 + j) + {by})",
    "np.random.seed(seed=7)": "np.random.seed(seed=(7) + {by})",
    "rvs(mean=m, random_state=2024)": "rvs(mean=m, random_state=(2024) + {by})",
    "ä = f(default_rng(s), 'ö'); seed(3)": (
        "ä = f(default_rng((s) + {by}), 'ö'); seed((3) + {by})"
    ),
    "default_rng(\n    a\n    + b\n)": "default_rng(\n    (a\n    + b) + {by}\n)",
}
LEFT = [
    "default_rng()", "default_rng([1, 2])", "default_rng(None)", "train(seed=3)",
    "seed = 3", "%matplotlib inline", "random_state = 1",
]  # fmt: skip


@pytest.mark.parametrize("source", SHIFTED)
def test_a_seed_is_shifted_where_it_is_used(source: str):
    """Whatever expression it is, in several lines and behind other letters."""
    assert reseeded(source, 2) == SHIFTED[source].format(by=2 * APART)


@pytest.mark.parametrize("source", LEFT)
def test_what_is_no_seed_stays(source: str):
    """No seed, none that can be shifted, a seed on its way to its use, no Python."""
    assert reseeded(source, 2) == source


REFERENCE = Submission(
    id="reference",
    cells=(
        SourceCell(kind="markdown", source="default_rng(1)"),
        SourceCell(kind="code", source="r = default_rng(1)"),
    ),
)


def variant(kind: Kind, id: str, **more: object) -> Variant:
    """A variant of the reference."""
    own = {"cells": REFERENCE.cells, "unchanged": REFERENCE.cells}
    given = {"id": id, "kind": kind, "why": "w", "reference": REFERENCE, **own, **more}
    return Variant(**given)  # type: ignore[arg-type]


def test_the_first_run_is_the_usual_one():
    """Seed 0 changes nothing; later ones change code and salt, and share the salt."""
    again = variant(Kind.EQUIVALENT, "a", seeds=3, reseeded=True)

    assert again.submission(0).cells == REFERENCE.cells
    assert [c.source for c in again.submission(1).cells] == [
        "default_rng(1)", f"r = default_rng((1) + {APART})"
    ]  # fmt: skip
    assert (again.salt(0, "s"), again.salt(2, "s")) == ("s", "sagain 2")


def test_what_rests_on_chance_is_repeated(assignment):
    """The small sheet has no random answers, and so nothing is repeated."""
    assert by_chance(assignment.rubric) == frozenset()
    assert repeats(assignment.rubric, (variant(Kind.EQUIVALENT, "a"),), 20) == ()


def test_the_reference_is_repeated_with_its_equivalents():
    """Once for the same questions, with none of the edits; mutants are left out."""
    sheet7 = pipeline.load("mlph-sheet07", RUBRICS)
    edited = variant(
        Kind.EQUIVALENT, "a", only=("3a",), run="errors",
        cells=(SourceCell(kind="code", source="other"),),
    )  # fmt: skip
    others = [variant(Kind.EQUIVALENT, "b", only=("3a",)), variant(Kind.MUTANT, "c"),
              variant(Kind.EQUIVALENT, "d", only=("1a",))]  # fmt: skip

    found = repeats(sheet7.rubric, (edited, *others), 20)

    assert [(v.id, v.cells == REFERENCE.cells, v.run, v.seeds) for v in found] == [
        ("reference (3a)", True, "ok", 20),
        ("a", False, "errors", 20),
        ("b", True, "ok", 20),
    ]  # fmt: skip


def test_checks_of_chance_exist():
    """None is misspelled."""
    assert set(CHECKS) >= CHANCE


def _result(**verdicts: Verdict) -> Result:
    marks = tuple(
        Mark(
            submission="x", question="1", criterion=id, maximum=1.0, verdict=verdict,
            points=verdict.credit,
        )
        for id, verdict in verdicts.items()
    )  # fmt: skip
    return Result(submission="x", people=(), status="ok", reason="", marks=marks)


def test_flips_are_counted_where_chance_decides():
    """Other criteria and runs with one seed are not counted."""
    base = _result(**{"1a.count": passed("r"), "1b.spread": passed("r")})
    bad = _result(**{"1a.count": failed("r"), "1b.spread": failed("r")})
    again = variant(Kind.EQUIVALENT, "a", seeds=2)
    once = variant(Kind.EQUIVALENT, "b")
    trials = [
        Trial(variant=v, seed=s, got=got, base=base)
        for v, s, got in ((again, 0, base), (again, 1, bad), (once, 0, bad))
    ]

    assert counted(frozenset({"1a.count"}), trials) == (2, 1)
