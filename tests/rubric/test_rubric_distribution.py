"""What a simulation has drawn is read where a rubric judges by it, and proved at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.errors import InputError

RUBRIC = """\
assignment: chancy
title: A sheet of chance
points: 2
questions:
  - id: "1"
    title: Losses
    points: 2
    criteria:
      - id: 1.loss
        states: The final losses are as usual.
        points: 1
        check: stochastic_matches
        quantiles:
          array: {names: [losses], shape: [2]}
          draws: [losses]
          band: 0.9
        rates: {false_reject: 0.1, false_accept: 0.1, trials: 9, because: drawn}
      - id: 1.solved
        states: As many runs succeed as usual.
        points: 1
        check: stochastic_matches
        successes:
          number: {names: [solved]}
          chances: [runs, solved]
          trials: 20
          band: 0.9
        rates: {false_reject: 0.1, false_accept: 0.1, trials: 9, because: drawn}
"""
PAIRS = [[i / 40, i / 40] for i in range(40)]
GOOD: dict[str, Any] = {
    "losses": {"right": PAIRS, "fresh": PAIRS, "wrong": {"it is late": PAIRS}},
    "runs": {"solved": {"right": 0.5, "wrong": {"no bias": [0, 0.1]}}},
}


def loaded(root: Path, data: Any) -> Any:
    """The assignment with this distribution beside its reference."""
    folder = root / "reference" / "chancy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "solution.md").write_text("# 1\n", encoding="utf-8")
    if data is not None:
        (folder / "distribution.json").write_text(json.dumps(data), encoding="utf-8")
    (root / "rubrics").mkdir(exist_ok=True)
    (root / "rubrics" / "chancy.yaml").write_text(RUBRIC, encoding="utf-8")
    return pipeline.load("chancy", root / "rubrics")


def test_the_draws_are_loaded(tmp_path: Path):
    """They go along with the assignment, and never into a box of a student's."""
    assert loaded(tmp_path, GOOD).distribution == GOOD


FAULTS = {
    "there is no 'losses'": {"losses": None},
    "there is no 'runs / solved'": {"runs": {}},
    "losses: 'fresh' needs a list of draws, each a number or a list of as many numbers as "
    "the others": {"losses": {"right": PAIRS, "fresh": [[1], [2, 3]]}},
    "losses: rows of 'it is late' have 1 numbers, those of 'right' 2": {
        "losses": {"right": PAIRS, "fresh": PAIRS, "wrong": {"it is late": [1, 2]}}
    },
    "a band of 0.9 for 2 numbers needs 40 draws, there are 39": {
        "losses": {"right": PAIRS[1:], "fresh": PAIRS}
    },
    "runs / solved: 'right' needs a chance from 0 to 1, or [lowest, highest]": {
        "runs": {"solved": {"right": [0.5, 0.4]}}
    },
}


@pytest.mark.parametrize("told", FAULTS)
def test_what_is_missing_is_told(tmp_path: Path, told: str):
    """Before anything runs, by criterion."""
    data = {k: v for k, v in (GOOD | FAULTS[told]).items() if v is not None}

    with pytest.raises(InputError) as raised:
        loaded(tmp_path, data)

    assert told in str(raised.value)
    assert "distribution.json: 1." in str(raised.value)


def test_no_distribution_at_all(tmp_path: Path):
    """The file that is missing is named."""
    with pytest.raises(InputError, match="cannot be read: No such file"):
        loaded(tmp_path, None)
