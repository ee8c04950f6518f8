"""Stated error rates are measured through finders, check and judge, on drawn hand-ins."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import pipeline
from grader.audit.rates import (
    Measured,
    Tally,
    as_data,
    exceeds,
    interval,
    lines,
    measure,
    worse,
)
from grader.audit.simulated import simulations
from grader.errors import InputError
from grader.judge import Judge
from grader.model.evidence import Evidence
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.stochastic import Rates

RUBRIC = """\
assignment: chancy
title: A sheet of chance
points: 3
questions:
  - id: "1"
    title: Losses
    points: 3
    criteria:
      - id: 1.loss
        states: The final loss is as usual.
        points: 1
        check: stochastic_matches
        quantiles: {number: {names: ["*loss*"]}, draws: [loss], band: 0.98}
        rates: {false_reject: 0.04, false_accept: 0.01, trials: 400, because: drawn}
      - id: 1.pair
        states: Both losses are as usual.
        points: 1
        check: stochastic_matches
        quantiles:
          array: {names: [pair], shape: [2]}
          draws: [pair]
          band: 0.98
        rates: {false_reject: 0.001, false_accept: 0.5, trials: 400, because: drawn}
      - id: 1.solved
        states: As many runs succeed as usual.
        points: 1
        check: stochastic_matches
        successes: {number: {near: [solved]}, chances: [solved], trials: 60, band: 0.98}
        rates:
          false_reject: 0.03
          false_accept: 0.1
          except_for: [half of the layers are trained]
          trials: 300
          because: drawn
"""


def drawn(rng: np.random.Generator) -> dict[str, Any]:
    """A distribution: losses about 1, wrong ones about 9, or about 2."""
    pairs = rng.normal(1, 0.1, size=(3, 800, 2))
    return {
        "loss": {
            "right": rng.normal(1, 0.1, 1000).tolist(),
            "fresh": rng.normal(1, 0.1, 1000).tolist(),
            "wrong": {"it is ascent": rng.normal(9, 0.1, 1000).tolist()},
        },
        "pair": {
            "right": pairs[0].tolist(),
            "fresh": (pairs[1] * 1.1).tolist(),
            "wrong": {"the step is twice as long": (pairs[2] + 0.05).tolist()},
        },
        "solved": {
            "right": [0.3, 0.4],
            "wrong": {"there is no bias": 0.02, "half of the layers are trained": 0.25},
        },
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment's folder."""
    root = tmp_path_factory.mktemp("rates")
    (root / "reference" / "chancy").mkdir(parents=True)
    (root / "rubrics").mkdir()
    reference = root / "reference" / "chancy"
    (reference / "solution.md").write_text("# 1\n", encoding="utf-8")
    data = json.dumps(drawn(np.random.default_rng(1)))
    (reference / "distribution.json").write_text(data, encoding="utf-8")
    (root / "rubrics" / "chancy.yaml").write_text(RUBRIC, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def measured(folder: Path) -> dict[str, Measured]:
    """All three criteria, by the end of their ids."""
    assignment = pipeline.load("chancy", folder / "rubrics")
    empty = Recorded(evidence=Evidence(submission="r", run=Run(status=RunStatus.OK)))
    judge = Judge(assignment.rubric, empty, distribution=assignment.distribution)
    found = measure(judge, folder / "reference" / "chancy" / "solution.md", 350)
    return {one.id.removeprefix("1."): one for one in found}


def test_a_rate_that_holds(measured: dict[str, Measured]):
    """About one right loss in fifty lies outside of the band, and no wrong one inside."""
    right, wrong = measured["loss"].tallies

    assert (right.right, right.sort, right.drawn) == (True, "right", 350)
    assert 0.94 < right.accepted / 350 < 1
    assert (wrong.sort, wrong.drawn, wrong.accepted) == ("it is ascent", 350, 0)
    assert wrong.failed > 330
    assert worse([measured["loss"]]) == []


def test_rates_that_do_not_hold(measured: dict[str, Measured]):
    """Both are told, with what was stated; each is a hole of the audit."""
    told = worse([measured["pair"]])

    assert len(told) == 2
    assert "(right) are not accepted, false_reject is stated as 0.001" in told[0]
    assert "wrong hand-ins (the step is twice as long) are accepted" in told[1]


def test_what_cannot_be_told_is_stated(measured: dict[str, Measured]):
    """Not more hand-ins than the rubric says; an exception counts for nothing."""
    solved = measured["solved"]

    assert [t.drawn for t in solved.told(right=True)] == [300]
    assert [t.accepted for t in solved.told(right=False)] == [0]
    assert len(solved.tallies) == 3
    assert worse([solved]) == []
    assert "excepted (half of the layers are trained), accepted" in lines([solved])[-1]


def test_every_count_is_kept(measured: dict[str, Measured]):
    """As plain data, by criterion and sort."""
    data = as_data([*measured.values()])

    assert list(data) == ["1.loss", "1.pair", "1.solved"]
    assert json.dumps(data)


STATED = Rates(false_reject=0.01, false_accept=0, trials=9, because="b")


@pytest.mark.parametrize(("missed", "told"), [(2, False), (3, False), (4, True)])
def test_both_sides_of_a_stated_rate(missed: int, told: bool):
    """4 of 100 is more than 1 % with 95 % confidence; 3 of 100 may be chance."""
    tallies = (Tally(True, "r", 100, 100 - missed), Tally(False, "w", 50, 0, 50))
    one = Measured(id="1.x", stated=STATED, tallies=tallies)

    assert bool(worse([one])) is told


def test_the_interval_is_exact():
    """Of 100 without an event the rate is below 3.7 %, two-sided."""
    assert interval(0, 100) == pytest.approx((0, 0.0362), abs=1e-4)
    assert exceeds(1, 20, 0.001)
    assert not exceeds(0, 0, 0.0)


def test_an_exception_for_nothing_is_told():
    """A sort that is never drawn must not stand there."""
    stated = STATED.model_copy(update={"except_for": ("x",)})
    one = Measured(id="1.x", stated=stated, tallies=(Tally(True, "r", 9, 9),))

    assert worse([one]) == ["1.x: except_for names 'x', and no such hand-in is drawn"]


def test_a_simulation_that_fails_is_told(tmp_path: Path):
    """The author's mistake is named with its file."""
    (tmp_path / "simulate.py").write_text("1 / 0\n", encoding="utf-8")

    with pytest.raises(InputError, match="ZeroDivisionError"):
        simulations(tmp_path / "solution.md")
    assert simulations(tmp_path / "other" / "solution.md") == {}
