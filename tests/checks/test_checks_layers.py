"""Given parameters, outcomes of training and curves over the epochs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Hit, Passage
from grader.model.carried import Carried
from grader.model.case import Case
from grader.model.criteria_layers import (
    FindParameters,
    FindTables,
    KnownValues,
    Layers,
    LayersClassify,
    LossDrawn,
    Quantity,
    RowsMatch,
    TrainingOutcome,
)
from grader.model.digest import array_digest
from grader.model.evidence import Cell, Drawing, Evidence
from grader.model.finds import Find, FindDrawings, FindText
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import ArrayRef
from grader.model.verdict import Binding, Outcome, Verdict

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
SHAPES = {"U": (2, 2), "b1": (2,), "w": (2,), "b2": ()}
FIND = FindParameters(
    parameters=tuple(Quantity(name=name, shape=shape) for name, shape in SHAPES.items())
)
LAYERS = Layers(hidden="U", bias="b1", output="w", constant="b2")
CLASSIFY = LayersClassify(
    id="2.parameters",
    states="They solve it.",
    check="layers_classify",
    find=FIND,
    layers=LAYERS,
    inputs=CORNERS,
    classes=(False, True, True, False),
    known_wrong=(KnownValues(values=(0, 1, 1, 0), credit=0.5, reason="0 is class 1."),),
)
LATER = CLASSIFY.model_copy(
    update={
        "id": "3.possible",
        "zero": ("b1",),
        "carried": Carried.model_validate({"from": {"own": "2.parameters"}}),
    }
)
OUTCOME = TrainingOutcome(
    id="3.outcome",
    states="It is trained.",
    check="training_outcome",
    find=FIND,
    drawn=FindDrawings(kinds=("line",)),
    layers=LAYERS,
    inputs=CORNERS,
    labels=(-1, 1, 1, -1),
    predictions=("pred*",),
    losses=("loss*",),
    proves=0.1,
    plateaus=({"at": 0.5, "words": "a local minimum at ½: try another start."},),
)
CURVE = LossDrawn(
    id="3.curve",
    states="It is drawn.",
    check="loss_drawn",
    find=FindDrawings(kinds=("line",)),
    below=0.1,
)
ROWS = RowsMatch(
    id="3.data",
    states="The data.",
    check="rows_match",
    rows=CORNERS,
    labels=(-1, 1, 1, -1),
    inputs_credit=0.25,
)
ABS = {"U": [[1, -1], [-1, 1]], "b1": [0, 0], "w": [1, 1], "b2": -0.5}
COUNT = {"U": [[1, 1], [1, 1]], "b1": [0, -1], "w": [1, -2], "b2": -0.5}


def at(value: Any, sure: float = 0.95, how: str = "by name") -> Hit[Any]:
    """Something that was found."""
    binding = Binding(cell=0, what="variables", how=how, confidence=sure)
    return Hit(value=value, binding=binding)


def parameters(sure: float = 0.95, **given: Any) -> Hit[Any]:
    """A set of parameters."""
    return at({k: np.array(v, dtype=float) for k, v in given.items()}, sure)


def decide(
    options: Any,
    sets: list[Any] | None = None,
    tables: Mapping[str, Any] | None = None,
    curves: tuple[Any, ...] = (),
    text: bool = True,
    code: str = "x = 1",
    **more: Any,
) -> Verdict:
    """Decide a criterion about what is laid down; `earlier` are sets of question 2."""
    arrays = {array_digest(np.array(c)): np.array(c) for c in curves}
    drawn = [_line(np.array(c)) for c in curves]
    earlier = more.pop("earlier", [])

    def find(what: Find, criterion: Any, question: str) -> Found[Any]:
        hits: list[Any] = []
        if isinstance(what, FindParameters):
            hits = earlier if question == "2" else (sets or [])
        elif isinstance(what, FindTables):
            first = what.names[0].rstrip("*")
            hits = [
                at(np.array(v)) for k, v in (tables or {}).items() if k.startswith(first)
            ]
        elif isinstance(what, FindDrawings):
            hits = [at(drawing, 1.0) for drawing in drawn]
        elif isinstance(what, FindText) and text:
            hits = [at(Passage(cell=0, text="some words"))]
        return Found(hits=tuple(hits), looked_for="it")

    cells = (Cell(index=0, kind="code", source=code),)
    recorded = Recorded(
        evidence=Evidence(submission="ada", run=Run(status=RunStatus.OK), cells=cells),
        arrays=arrays,
    )
    case = Case(
        question="3",
        criterion=options,
        got=recorded,
        want=recorded,
        find=find,
        find_want=find,
        verdicts=more.pop("verdicts", {}),
        own_cells=cells,
        criteria={CLASSIFY.id: CLASSIFY},
    )
    return CHECKS[options.check](options, case)


def _line(y: Any) -> Drawing:
    ref = ArrayRef(sha256=array_digest(y), dtype=y.dtype.name, shape=y.shape)
    return Drawing(cell=0, figure=0, panel=0, method="plot", y=ref)


@pytest.mark.parametrize("given", [ABS, COUNT, {**ABS, "b2": -1}])
def test_any_parameters_that_solve_it(given: Any):
    """Never the reference's numbers; 0 counts as class 1."""
    assert decide(CLASSIFY, [parameters(**given)]).outcome is Outcome.PASS


@pytest.mark.parametrize("b2", [0.001, -1.001])
def test_one_wrong_class_is_wrong(b2: float):
    """Both sides of the admissible interval of b2."""
    assert decide(CLASSIFY, [parameters(**{**ABS, "b2": b2})]).outcome is Outcome.FAIL


def test_a_transposed_matrix_is_read():
    """Only Uᵀ solves it, and the verdict says so; of what was typed a person decides."""
    turned = {"U": [[1, 1], [2, 2]], "b1": [0, -2], "w": [1, -1], "b2": -0.5}
    typed = at({k: np.array(v, dtype=float) for k, v in turned.items()}, how="typed")
    straight = {**typed.value, "U": typed.value["U"].T}

    verdict = decide(CLASSIFY, [parameters(**turned)])
    assert verdict.outcome is Outcome.PASS
    assert "read as its transpose" in verdict.reason
    verdict = decide(CLASSIFY, [typed])
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.5)
    assert decide(CLASSIFY, [at(straight, how="typed")]).outcome is Outcome.PASS


def test_known_values_are_worth_their_part():
    """0, 1, 1, 0 exactly; in variables it is decided, typed it is proposed."""
    exact = {**COUNT, "b2": 0}

    verdict = decide(CLASSIFY, [parameters(**exact)])
    assert (verdict.outcome, verdict.credit) == (Outcome.PARTIAL, 0.5)
    verdict = decide(CLASSIFY, [parameters(0.8, **exact)])
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.5)


def test_nothing_found_is_read_by_a_person():
    """Without text, and without code that may say something, there is no answer."""
    assert decide(CLASSIFY).outcome is Outcome.PENDING
    assert decide(CLASSIFY, text=False).outcome is Outcome.NO_ANSWER
    said = decide(CLASSIFY, text=False, code="# U is the unit matrix")
    assert said.outcome is Outcome.PENDING


@pytest.mark.parametrize(("sure", "outcome"), [(0.71, "pass"), (0.69, "pending")])
def test_right_variables_outside_of_the_question_may_be_a_training_s(
    sure: float, outcome: str
):
    """Unless the numbers are round; what was typed decides, if it is right."""
    trained = ABS | {"w": [1.0371, 0.9984]}
    verdict = decide(CLASSIFY, [parameters(sure, **trained)])
    assert verdict.outcome == outcome
    assert verdict.proposal == (1.0 if outcome == "pending" else None)
    assert decide(CLASSIFY, [parameters(sure, **ABS)]).outcome is Outcome.PASS
    text = at({k: np.array(v, dtype=float) for k, v in COUNT.items()}, 0.4, "typed")
    assert decide(CLASSIFY, [parameters(sure, **trained), text]).outcome is Outcome.PASS


def test_the_earlier_answer_is_carried():
    """b1 = 0 there: right here too, or wrong; b1 used there: a person decides."""
    wrong = parameters(**{**ABS, "b2": 1})
    verdict = decide(LATER, earlier=[parameters(**ABS)])
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)
    verdict = decide(LATER, earlier=[wrong])
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)
    verdict = decide(LATER, earlier=[wrong, parameters(**COUNT)])
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)


def test_what_is_carried_is_the_earlier_answer():
    """Neither a training nor a remark stands for what was answered there."""
    written = at({k: np.array(v, dtype=float) for k, v in COUNT.items()}, 0.8, "typed")
    aside = at({k: np.array(v, dtype=float) for k, v in ABS.items()}, 0.3, "typed")
    trained = parameters(0.5, **{k: 1.037 * np.array(v) for k, v in ABS.items()})

    verdict = decide(LATER, earlier=[trained, written, aside])

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert "f = -0.5, -1.5, -1.5, -2.5" in verdict.reason
    assert decide(LATER, earlier=[trained]).proposal is None


def test_a_mistake_costs_once():
    """The same known mistake was charged in question 2."""
    exact = parameters(**{**ABS, "b2": 0})
    charged = decide(CLASSIFY, [exact])
    verdict = decide(LATER, [exact], verdicts={CLASSIFY.id: charged})

    assert charged.credit == 0.5
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)
    assert decide(LATER, [exact]).credit == 0.5


def test_an_outcome_is_recomputed():
    """From parameters, from outputs, from a loss that proves it."""
    falling = np.linspace(1, 0.09, 50)

    trained = ABS | {"w": [1.0371, 0.9984]}
    assert decide(OUTCOME, [parameters(**trained)]).outcome is Outcome.PASS
    assert decide(OUTCOME, tables={"pred": [-0.1, 0.2, 1e-6, -3]}).outcome is Outcome.PASS
    assert decide(OUTCOME, tables={"loss": falling}).outcome is Outcome.PASS
    assert decide(OUTCOME, curves=(falling,)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "made",
    [
        {"sets": [parameters(**{**ABS, "b2": 1})]},
        {"tables": {"pred": [-0.1, 0.2, -0.1, -3]}},
        {"tables": {"pred": [-0.1, 0.2, 0.0, -3]}},
        {"sets": [parameters(**{**ABS, "w": [1.0371, 1.0], "b2": -1.0})]},
        {"tables": {"loss": np.linspace(1, 0.11, 50)}},
        {},
    ],
)
def test_a_run_that_did_not_succeed_here_is_never_a_fail(made: Any):
    """Chance decides about single runs; a person looks."""
    assert decide(OUTCOME, **made).outcome is Outcome.PENDING


def test_a_plateau_is_named():
    """The loss ends at a known local minimum."""
    verdict = decide(OUTCOME, tables={"loss": np.linspace(1, 0.5, 50)})

    assert "In our run the loss ends at 0.5: a local minimum at ½" in verdict.reason


@pytest.mark.parametrize(("end", "outcome"), [(0.099, "pass"), (0.101, "pending")])
def test_where_a_loss_ends(end: float, outcome: str):
    """Below the bound it is a success; rises on the way do not matter."""
    curve = np.concatenate([np.linspace(1, 0.2, 30), [0.9], np.linspace(0.2, end, 30)])

    assert decide(CURVE, curves=(curve,)).outcome == outcome


@pytest.mark.parametrize(
    "curve", [np.linspace(1, 0, 19), np.linspace(0, 1, 50), np.linspace(1, -1, 50)]
)
def test_what_is_no_loss(curve: Any):
    """Too few points, rising, negative."""
    assert decide(CURVE, curves=(curve,)).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("x", "y", "outcome"),
    [
        (CORNERS, (-1, 1, 1, -1), "pass"),
        (CORNERS[::-1], (-1, 1, 1, -1), "pass"),
        (np.array(CORNERS).T, [[-1], [1], [1], [-1]], "pass"),
        (((0, 0), (1, 1), (0, 1), (1, 0)), (-1, -1, 1, 1), "pass"),
        (((0, 0), (1, 1), (0, 1), (1, 0)), (-1, 1, 1, -1), "partial"),
        (CORNERS, (0, 1, 1, 0), "partial"),
        (CORNERS[:3], (-1, 1, 1), "pending"),
    ],
)
def test_rows_and_their_labels(x: Any, y: Any, outcome: str):
    """In any order, if the labels follow."""
    assert decide(ROWS, tables={"x": x, "y": y}).outcome == outcome


def test_inputs_and_labels_in_one_table():
    """The last column holds the labels."""
    table = [[*row, label] for row, label in zip(CORNERS, (-1, 1, 1, -1), strict=True)]

    assert decide(ROWS, tables={"data": table}).outcome is Outcome.PASS
