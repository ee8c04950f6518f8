"""A person looks into a verdict, says where the answer is, and the next run obeys."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.errors import UsageError
from grader.model.bindings import Bound
from grader.model.criteria import GroupSize
from grader.model.verdict import Outcome
from grader.pipeline import Decision, Options

THREE = (
    ("code", "import numpy as np"),
    ("markdown", "## 1 (a)"),
    ("code", "n = 66\nprint('pairs: 12')\nprint('pairs: 66')\nprint('pairs: 144')"),
    ("code", "anzahl = 66"),
    ("markdown", "## 1 (b)"),
    ("code", "def breite(v, f):\n    return f * (v.max(axis=-1) - v.min(axis=-1))"),
)
HEADLESS = (
    ("code", "import numpy as np"),
    ("code", "# pairs: 66"),
)


@pytest.fixture
def run(assignment: Any, graded: Any, tmp_path: Path) -> Path:
    """A run with answers that a machine cannot be sure of."""
    batch = graded({"ada": THREE, "bob": HEADLESS})
    return Path(batch.out)


def _outcomes(batch: Any, submission: str) -> dict[str, str]:
    (result,) = [r for r in batch.results if r.submission == submission]
    return {m.criterion: m.verdict.outcome.value for m in result.marks}


def test_a_verdict_is_explained(assignment: Any, run: Path):
    """What was looked for, every candidate with its factors, and the near ones."""
    verdict, (found,) = pipeline.explain(assignment, run, "ada", "1a.count")
    search = found.searches[-1]

    assert verdict.outcome is Outcome.PENDING
    assert search.found.looked_for == "a number beside `pairs` or a variable `n_pairs`"
    assert search.section == "1a"
    assert {hit.value for hit in search.found.hits} == {12, 66, 144}
    assert search.found.hits[0].binding.factors == (
        ("by the words beside it", 0.95),
        ("in question 1a", 1.0),
    )


def test_a_decision_is_obeyed_by_the_next_run(assignment: Any, run: Path):
    """Saved with the run, it counts when that is judged or graded again."""
    bound = Bound(target="1a.count", cells=(3,))
    decision = Decision(bound=bound, because="it is the last", by="tina")

    before, after = pipeline.bind(assignment, run, "ada", decision)
    batch = pipeline.regrade(assignment, run)

    assert before["1a.count"].outcome is Outcome.PENDING
    assert after["1a.count"].outcome is Outcome.PASS
    assert str(after["1a.count"].binding) == (
        "the variable anzahl in cell 4 (bound; the review's decisions say so)"
    )
    assert _outcomes(batch, "ada")["1a.count"] == "pass"
    text = (run / "bindings.yaml").read_text(encoding="utf-8")
    assert "1a.count: {cell: 4, because: it is the last, by: tina}" in text


def test_grading_again_obeys_too(assignment: Any, notebook: Any, tmp_path: Path):
    """Also where the evidence is made again; without its file it is forgotten."""
    notebook(tmp_path / "class" / "ada" / "a.ipynb", THREE)
    out = tmp_path / "out" / "run"
    options = Options(jobs=1, salt="s")
    pipeline.grade(assignment, [tmp_path / "class"], out, options)
    bound = Bound(target="1a.count", names=("n",))
    pipeline.bind(assignment, out, "ada", Decision(bound=bound))

    again = pipeline.grade(assignment, [tmp_path / "class"], out, options)
    (out / "bindings.yaml").unlink()
    later = pipeline.regrade(assignment, out)

    assert _outcomes(again, "ada")["1a.count"] == "pass"
    assert _outcomes(later, "ada")["1a.count"] == "pending"


def test_a_proposal_is_accepted(assignment: Any, run: Path):
    """A number in a comment is proposed; accepted, it is the answer."""
    verdict, (found,) = pipeline.explain(assignment, run, "bob", "1a.count")
    bound = pipeline.accepted(found)

    _, after = pipeline.bind(assignment, run, "bob", Decision(bound=bound))

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)
    assert (bound.cells, bound.value) == ((1,), 66)
    assert after["1a.count"].outcome is Outcome.PASS


def test_a_section_is_bound(assignment: Any, run: Path):
    """A question's cells are where a person says."""
    bound = Bound(target="1b", cells=(5,))

    before, after = pipeline.bind(assignment, run, "ada", Decision(bound=bound))

    assert list(before) == list(after) == ["1b.spread"]


@pytest.mark.parametrize(
    ("submission", "bound", "message"),
    [
        (
            "eve",
            Bound(target="1a.count", cells=(3,)),
            "there is no submission 'eve' in this run\n  hint: there are ada, bob",
        ),
        (
            "ada",
            Bound(target="1a.cuont", cells=(3,)),
            "small: there is no criterion '1a.cuont'\n  hint: did you mean '1a.count'?",
        ),
        (
            "ada",
            Bound(target="1a.count", cells=(4,)),
            "ada 1a.count: nothing of that kind is at cell 5, as the review's decisions "
            "say\n  hint: `grader explain 1a.count` with --run and --submission lists what "
            "was found",
        ),
    ],
)
def test_what_cannot_be_bound_is_told(
    assignment: Any, run: Path, submission: str, bound: Bound, message: str
):
    """Nothing is saved."""
    with pytest.raises(UsageError) as raised:
        pipeline.bind(assignment, run, submission, Decision(bound=bound))

    assert message in str(raised.value)
    assert not (run / "bindings.yaml").exists()


def test_what_is_not_looked_for_cannot_be_bound(assignment: Any, run: Path):
    """The number of people stands in no cell."""
    flag = GroupSize(id="2.people", states="Two.", check="group_size", people=2)
    last = assignment.rubric.questions[-1]
    questions = (
        *assignment.rubric.questions[:-1],
        last.model_copy(update={"criteria": (*last.criteria, flag)}),
    )
    rubric = assignment.rubric.model_copy(update={"questions": questions})
    bound = Bound(target="2.people", cells=(1,))

    with pytest.raises(UsageError) as raised:
        pipeline.bind(replace(assignment, rubric=rubric), run, "ada", Decision(bound=bound))

    assert str(raised.value) == (
        "ada 2.people: nothing is looked for here, so nothing can be bound\n"
        "  hint: 1 name found, the sheet asks for 2."
    )


def test_nothing_found_cannot_be_accepted(assignment: Any, run: Path):
    """There is no place to bind to."""
    _, (found,) = pipeline.explain(assignment, run, "bob", "1b.spread")

    with pytest.raises(UsageError) as raised:
        pipeline.accepted(found)

    assert str(raised.value) == (
        "bob 1b.spread: nothing was found that could be accepted\n"
        "  hint: give a place: --cell, --name, --panel or --value"
    )
