"""A mistake costs once: later answers that follow from an earlier wrong one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline, rubric
from grader.errors import RubricError
from grader.judge import Judge
from grader.model.evidence import (
    Candidate,
    CandidateKind,
    Cell,
    CellStatus,
    Evidence,
    Named,
    Reply,
)
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.verdict import Outcome, Verdict

RUBRIC = r"""
assignment: carrying
title: A sheet
points: 9
inputs:
  rows: {shape: [4], uniform: [1, 2]}
symbols:
  vectors:
    sizes: {n: 3}
    letters:
      w: {shape: [n]}
      g: {law: none}
      H: {law: none}
questions:
  - id: "1"
    title: Earlier answers
    points: 4
    criteria:
      - id: 1.count
        states: The count is given.
        points: 1
        check: number_close
        find: {names: [hidden]}
        tolerance: {rtol: 0, atol: 0, because: exact}
      - id: 1.matrix
        states: The matrix is given.
        points: 1
        check: array_close
        find: {names: [P], shape: [2, 2]}
        tolerance: {rtol: 1e-9, atol: 1e-9, because: exact}
      - id: 1.gradient
        states: The gradient is given.
        points: 2
        check: closed_form
        find: {symbols: vectors, quantities: [["g"]]}
        decisive: true
        tolerance: {rtol: 1e-6, atol: 1e-6, because: exact}
  - id: "2"
    title: Later ones
    points: 5
    criteria:
      - id: 2.total
        states: The total is given.
        points: 1
        check: number_close
        find: {names: [total]}
        carried: {from: {h: 1.count}, gives: "4 h + 1"}
        tolerance: {rtol: 0, atol: 0, because: exact}
      - id: 2.inverse
        states: The inverse is given.
        points: 1
        check: array_close
        find: {names: [V], shape: [2, 2]}
        carried: {from: {P: 1.matrix}, gives: "P^{-1}"}
        tolerance: {rtol: 1e-9, atol: 1e-9, because: exact}
      - id: 2.function
        states: The function scales by the count.
        points: 1
        check: function_matches
        find: {names: [scaled]}
        arguments: [{name: x, input: rows}]
        carried: {from: {h: 1.count}, gives: "h/20 ref"}
        tolerance: {rtol: 1e-9, atol: 1e-9, because: exact}
      - id: 2.hessian
        states: The Hessian is given.
        points: 2
        check: closed_form
        find: {symbols: vectors, quantities: [["H"]]}
        decisive: true
        carried: {from: {d: 1.gradient}, gives: "\\frac{w^T d}{2 w^T w} ref"}
        tolerance: {rtol: 1e-6, atol: 1e-6, because: exact}
"""
RIGHT: dict[str, Any] = {
    "hidden": 20, "P": [[2, 0], [0, 4]], "g": "2w", "total": 81,
    "V": [[0.5, 0], [0, 0.25]], "scaled": (20.0, 30.0), "H": "2 w w^T",
}  # fmt: skip


def handed_in(**answers: Any) -> Recorded:
    """Evidence of variables, of a function's replies, and of typed formulas."""
    given = RIGHT | answers
    texts = [
        Cell(index=i, kind="markdown", source=f"## {q}\n\n$${name} = {given[name]}$$")
        for i, (q, name) in ((0, (1, "g")), (2, (2, "H")))
    ]
    code = [Cell(index=i, kind="code", source="...", status=CellStatus.OK) for i in (1, 3)]
    names = [
        Named(cell=cell, name=name, type="builtins.list", value=given[name])
        for cell, name in ((1, "hidden"), (1, "P"), (3, "total"), (3, "V"))
        if given[name] is not None
    ]
    reply = Reply(
        probe="2.function#0", candidate="f0", form="(x) with ndarrays",
        value=list(given["scaled"]),
    )  # fmt: skip
    evidence = Evidence(
        submission="ada",
        run=Run(status=RunStatus.OK),
        notebook="a.ipynb",
        cells=tuple(sorted([*texts, *code], key=lambda cell: cell.index)),
        names=tuple(names),
        candidates=(
            Candidate(id="f0", kind=CandidateKind.FUNCTION, cell=3, names=("scaled",)),
        ),
        replies=(reply,),
    )
    return Recorded(evidence=evidence, arrays={})


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """A judge with a reference that answers everything right."""
    return Judge(rubric.load(_written(tmp_path_factory.mktemp("c"), RUBRIC)), handed_in())


def _written(root: Path, text: str) -> Path:
    (root / "reference" / "carrying").mkdir(parents=True, exist_ok=True)
    (root / "reference" / "carrying" / "solution.md").write_text("# 1\n", encoding="utf-8")
    (root / "rubrics").mkdir(exist_ok=True)
    path = root / "rubrics" / "carrying.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def credits(verdicts: Mapping[str, Verdict]) -> dict[str, float | None]:
    """Credit by criterion, of those that are not full."""
    return {id: v.credit for id, v in verdicts.items() if v.credit != 1}


def test_right_answers_are_right(judge: Judge):
    """Nothing is carried where nothing is wrong."""
    assert credits(judge.verdicts(handed_in())) == {}


FOLLOWS = {
    "number": ({"hidden": 10, "total": 41, "scaled": (10.0, 15.0)}, ["1.count"]),
    "array": ({"P": [[1, 0], [0, 2]], "V": [[1, 0], [0, 0.5]]}, ["1.matrix"]),
    "formula": ({"g": "w", "H": "w w^T"}, ["1.gradient"]),
}


@pytest.mark.parametrize("kind", FOLLOWS)
def test_a_mistake_costs_once(judge: Judge, kind: str):
    """What follows from the wrong answer earns everything, and says why."""
    answers, lost = FOLLOWS[kind]

    verdicts = judge.verdicts(handed_in(**answers))

    assert [*credits(verdicts)] == lost
    carried = [v for v in verdicts.values() if "This follows from your own" in v.reason]
    assert carried
    assert all(lost[0] in v.reason for v in carried)


AGAIN = {
    "number": ({"hidden": 10, "total": 42}, {"1.count", "2.total"}),
    "right there, wrong here": ({"total": 41}, {"2.total"}),
    "array": ({"P": [[1, 0], [0, 2]], "V": [[1, 0], [0, 2]]}, {"1.matrix", "2.inverse"}),
    "function": ({"hidden": 10, "scaled": (11.0, 15.0)}, {"1.count", "2.function"}),
    "formula": ({"g": "w", "H": "3 w w^T"}, {"1.gradient", "2.hessian"}),
}


@pytest.mark.parametrize("name", AGAIN)
def test_a_second_mistake_costs_too(judge: Judge, name: str):
    """What does not follow is as wrong as before."""
    answers, lost = AGAIN[name]

    assert credits(judge.verdicts(handed_in(**answers))).keys() >= lost


def test_the_right_later_answer_stays_right(judge: Judge):
    """Who gets it right in spite of an earlier mistake loses nothing more."""
    assert credits(judge.verdicts(handed_in(hidden=10))) == {"1.count": 0}


def test_nothing_follows_from_zeros(judge: Judge):
    """An empty answer must not make the later ones easy."""
    verdicts = judge.verdicts(handed_in(g="0 w", H="0 w w^T"))

    assert verdicts["2.hessian"].outcome is not Outcome.PASS


def test_nothing_follows_from_what_has_no_inverse(judge: Judge):
    """The check's own verdict stands."""
    singular = {"P": [[1, 1], [1, 1]], "V": [[1, 1], [1, 1]]}

    assert judge.verdicts(handed_in(**singular))["2.inverse"].credit == 0.0


def test_nothing_follows_from_no_answer(judge: Judge):
    """An answer that was not given is not carried."""
    verdicts = judge.verdicts(handed_in(hidden=None, total=41))

    assert verdicts["1.count"].outcome is Outcome.NO_ANSWER
    assert verdicts["2.total"].credit == 0


def test_what_is_carried_is_decided_first(judge: Judge):
    """Also where only the later question is asked."""
    later = Judge(judge.rubric, judge.reference, only=("2",))
    answers, _ = FOLLOWS["number"]

    assert credits(later.verdicts(handed_in(**answers))) == {}


FAULTS = {
    ("from: {P: 1.matrix}", "from: {P: 1.matrrix}"): (
        "carried names unknown criterion '1.matrrix'", "did you mean '1.matrix'?",
    ),
    ("from: {P: 1.matrix}", "from: {P: 2.hessian}"): (
        "carried names '2.hessian', which is decided later", "move that criterion up",
    ),
    ("from: {P: 1.matrix}", "from: {P: 2.inverse}"): (
        "carried names '2.inverse', which is decided later", "move that criterion up",
    ),
    ("from: {P: 1.matrix}", "from: {P: 1.gradient}"): (
        "a formula is carried into a formula only, not into array_close", "",
    ),
    ("from: {P: 1.matrix}", "from: {ref: 1.matrix}"): (
        "ref is the reference's own answer", "take another letter",
    ),
    (', gives: "P^{-1}"', ""): (
        "carried needs gives: what follows from the earlier answer", "",
    ),
    ("        find: {names: [hidden]}\n", (
        "        find: {names: [hidden]}\n"
        "        carried: {from: {x: 1.count}, gives: x}\n"
    )): ("carried names '1.count', which is decided later", "move that criterion up"),
    ("        check: array_close\n        find: {names: [V], shape: [2, 2]}\n", (
        "        check: drawn_with\n        find: {kinds: [image]}\n        cmap: prism\n"
    )): (
        "the check 'drawn_with' cannot carry an earlier answer",
        "checks that can: array_close, closed_form, function_matches, layers_classify, "
        "number_close, paths_drawn, progress_drawn",
    ),
    (LATER := "        check: array_close\n        find: {names: [V], shape: [2, 2]}\n", (
        drawn := "        check: paths_drawn\n        find: {}\n"
    )): ("paths_drawn carries one earlier answer as it is", "delete gives"),
    (f'{LATER}        carried: {{from: {{P: 1.matrix}}, gives: "P^{{-1}}"}}\n', (
        f"{drawn}        carried: {{from: {{P: 1.matrix}}}}\n"
    )): ("paths_drawn carries the answer to paths_end only", ""),
    ("        check: array_close\n        find: {names: [P], shape: [2, 2]}\n", (
        "        check: paths_end\n        find: {}\n"
    )): ("the answer to paths_end is carried only by: paths_drawn, progress_drawn", ""),
}  # fmt: skip


@pytest.mark.parametrize("edit", FAULTS)
def test_a_rubric_that_cannot_carry_says_so(tmp_path: Path, edit: tuple[str, str]):
    """What was written, and the way out."""
    assert RUBRIC.count(edit[0]) == 1
    path = _written(tmp_path, RUBRIC.replace(*edit))

    with pytest.raises(RubricError) as raised:
        rubric.load(path)

    assert FAULTS[edit] in [(p.what, p.hint) for p in raised.value.problems]


def test_a_formula_that_is_none_is_told_before_anything_runs(tmp_path: Path):
    """The assignment does not load."""
    path = _written(tmp_path, RUBRIC.replace("4 h + 1", "4 h +"))

    with pytest.raises(RubricError, match=r"2\.total: carried: '4 h \+' is no formula"):
        pipeline.load("carrying", path.parent)
