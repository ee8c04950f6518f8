"""The probes: the same for the same evidence, capped, and nothing to learn from."""

from typing import Any

import numpy as np
import pytest

from grader.find import probes, recipe
from grader.find.plan import MOST_NAMED, MOST_OTHERS, MOST_TRACED, Plan
from grader.model.evidence import Evidence
from grader.model.probe import Call, Trace
from grader.model.rubric import Rubric
from grader.model.run import Run, RunStatus

TOL = {"rtol": 0, "atol": 0, "because": "exact"}
CRITERIA: list[dict[str, Any]] = [
    {
        "id": "2b.lse",
        "states": "It is lse.",
        "check": "function_matches",
        "find": {"names": ["lse"]},
        "arguments": [
            {"name": "x", "input": "pairs"},
            {"name": "lamb", "values": [1, 2.5]},
        ],
        "tolerance": TOL,
    },
    {
        "id": "2b.net",
        "states": "It is a network.",
        "check": "module_matches",
        "find": {"inputs": 2, "outputs": 1},
        "architecture": ["linear 2 1"],
        "tolerance": TOL,
    },
    {
        "id": "2b.count",
        "states": "There are 81.",
        "check": "number_close",
        "find": {"near": ["parameter"]},
        "tolerance": TOL,
        "known_wrong": [{"value": 123456, "reason": "no"}],
    },
]


def rubric(**changes: Any) -> Rubric:
    """A rubric with a function, a network and a number."""
    question = {"id": "2b", "title": "q", "points": 0, "criteria": CRITERIA}
    plain = {
        "assignment": "a",
        "title": "t",
        "points": 0,
        "inputs": {"pairs": {"shape": [8, 2], "uniform": [-1, 1]}},
        "questions": [question],
    }
    return Rubric.model_validate(plain | changes)


def seen(hand: Any, torch: bool = False) -> Evidence:
    """Evidence of a function, a network and a class."""
    hand.code("...")
    hand.candidate("f", "lse", takes="x lamb")
    hand.candidate("n", "model", type="Net")
    hand.candidate("c", "Net", type="Net")
    versions = (("torch", "2"),) if torch else ()
    plain = hand.evidence()
    return Evidence(
        submission="ada",
        run=Run(status=RunStatus.OK, versions=versions),
        cells=plain.cells,
        candidates=plain.candidates,
    )


def calls(plan: Plan) -> list[Call]:
    """The calls of a plan."""
    return [probe for probe in plan.probes if isinstance(probe, Call)]


def test_the_same_evidence_gives_the_same_probes(hand: Any):
    """Twice the same probes and bytes; another salt gives other bytes."""
    evidence = seen(hand)
    one, two, other = (probes(rubric(), evidence, salt) for salt in ("s", "s", "t"))

    assert one.probes == two.probes
    assert {k: v.tobytes() for k, v in one.arrays.items()} == {
        k: v.tobytes() for k, v in two.arrays.items()
    }
    assert not set(one.arrays) & set(other.arrays)


def test_the_calls_of_a_function(hand: Any):
    """Whole arrays and single rows, for each value; without torch only as ndarrays."""
    got = calls(probes(rubric(), seen(hand), "s"))

    names = {call.probe for call in got}
    assert names == {
        f"2b.lse#{k}{row}" for k in (0, 1) for row in ("", *(f"/{i}" for i in range(6)))
    }
    assert {call.form for call in got} == {
        "(x, lamb) with ndarrays",
        "(x, lamb) with ndarrays, one vector at a time",
        "(x, lamb) with lists, one vector at a time",
    }
    assert {call.args[1] for call in got} == {1, 2.5}
    assert {type(call.args[1]) for call in got} == {int, float}


def test_tensors_where_torch_is(hand: Any):
    """Where torch was imported every call with arrays is made with tensors too."""
    every = calls(probes(rubric(), seen(hand, torch=True), "s"))

    got = [call for call in every if "lists" not in call.form]
    assert [call.arrays_as for call in got].count("tensor") == len(got) / 2


def test_a_class_with_an_instance_is_not_traced(hand: Any):
    """Networks are traced, and classes of which no network was made."""
    evidence = seen(hand)

    traced = [
        p.candidate for p in probes(rubric(), evidence, "s").probes if isinstance(p, Trace)
    ]

    assert traced == ["n1"]


def test_nothing_expected_is_sent(hand: Any):
    """Every array sent is an input, whole or a row; no tolerance, no known value."""
    plan = probes(rubric(), seen(hand), "s")
    drawn = rubric().inputs["pairs"].draw("pairs", "s")
    rows = {row.tobytes() for row in drawn}

    rest = [a for a in plan.arrays.values() if a.tobytes() not in rows | {drawn.tobytes()}]

    assert [array.shape for array in rest] == [(96, 2)]
    assert "123456" not in repr(plan.probes)
    assert all("2b.count" not in probe.probe for probe in plan.probes)


def test_every_reference_points_to_an_array(hand: Any):
    """A probe's array goes along, named by its content."""
    plan = probes(rubric(), seen(hand), "s")

    sent = [call for call in calls(plan) if "lists" not in call.form]
    assert {call.args[0].sha256 for call in sent} <= set(plan.arrays)


def test_caps(hand: Any):
    """However many functions and networks there are, the number of probes is bounded."""
    hand.code("...")
    for i in range(100):
        hand.candidate("f", f"lse{i}" if i % 2 else "lse", takes="x lamb")
        hand.candidate("n", f"net{i}")

    plan = probes(rubric(), hand.evidence(), "s")

    assert len({call.candidate for call in calls(plan)}) == MOST_NAMED + MOST_OTHERS
    assert sum(isinstance(probe, Trace) for probe in plan.probes) == MOST_TRACED


def test_nothing_to_ask(hand: Any):
    """Without candidates nothing is asked."""
    hand.text("only words")

    assert probes(rubric(), hand.evidence(), "s").probes == []


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": {"pairs": {"shape": [8, 2], "uniform": [-1, 1], "seed": 1}}},
        {"questions": [{"id": "2b", "title": "q", "points": 0, "criteria": CRITERIA[1:]}]},
        {"questions": [{"id": "2b", "title": "q", "points": 0, "criteria": CRITERIA[::2]}]},
    ],
)
def test_what_changes_the_recipe(changes: dict[str, Any]):
    """Other inputs, functions or networks need another run."""
    assert recipe(rubric(**changes)) != recipe(rubric())


def test_what_leaves_the_recipe():
    """A title, a number's criterion or a tolerance only need a new judgement."""
    looser = CRITERIA[0] | {"tolerance": {"rtol": 1, "atol": 1, "because": "looser"}}
    question = {"id": "2b", "title": "new", "points": 0, "criteria": [looser, CRITERIA[1]]}

    assert recipe(rubric(title="new", questions=[question])) == recipe(rubric())


def test_arrays_are_float64_or_float32():
    """Functions get float64 inputs; networks float32, as torch wants them."""
    plan = Plan()

    reference = plan.refer(np.ones((2, 3), dtype="float32"))

    assert (reference.dtype, reference.shape) == ("float32", (2, 3))
    assert list(plan.arrays) == [reference.sha256]
