"""A course in a temporary folder: one good rubric, its reference, its skeleton."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import Problem, RubricError
from grader.rubric import load

GOOD = """\
# yaml-language-server: $schema=schema.json
schema: 1
assignment: sheet1
title: Sheet 1
course: A course
points: 6
skeleton: ../sheet1.ipynb
limits: {cell_seconds: 20}
inputs:
  grid: {shape: [5, 2], uniform: [-2, 2], seed: 7}
questions:
  - id: "1a"
    title: Values
    points: 3
    criteria:
      - id: 1a.count
        states: The number of parameters is given.
        points: 1
        find: {near: [parameter, params], section: "2"}
        check: number_close
        tolerance: {rtol: 0, atol: 0, because: it is a count}
        known_wrong:
          - {value: 60, credit: 0.5, reason: "60 counts only the weights."}
          - {value: 61, reason: "61 forgets a bias."}
      - id: 1a.function
        states: The function agrees with the reference.
        points: 2
        needs: [1a.count]
        find: {names: [logsumexp, lse]}
        check: function_matches
        arguments:
          - {name: x, input: grid}
          - {name: lam, also: [lambda], values: [1, 10]}
          - {name: axis, constant: 0, optional: true}
        tolerance:
          rtol: 1e-6
          atol: 1E-3
          because: float32 is off by 1.2e-7 here.
  - id: "2"
    title: A network
    points: 3
    written: true
    criteria:
      - id: 2.architecture
        states: The model is linear(2, 20), ReLU, linear(20, 1).
        points: 1
        find: {names: ["*shallow*"], inputs: 2, outputs: 1, hidden: [1, 1]}
        check: module_matches
        architecture: [linear 2 20, relu, linear 20 1]
        tolerance: {rtol: 1e-4, atol: 1e-5, because: float32}
      - id: 2.proof
        states: The proof is complete.
        points: 2
        check: manual
        lines:
          - {text: The start., points: 0.5}
          - {text: The step., points: 1.5}
      - id: 2.claim
        states: The text says that it overfits.
        check: text_claims
        find: {section: any}
        accept: ['over-?fit\\w*\\b']
  - id: "3"
    title: More
    points: 2
    bonus: true
    criteria:
      - id: 3.files
        states: A PDF is there.
        points: 2.0
        check: files_present
        kinds: [.pdf]
"""

Write = Callable[[str | bytes], Path]
Problems = Callable[[str | bytes], list[Problem]]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a course, which is the working folder too."""
    for name in ("rubrics/sheet1.yaml", "reference/sheet1/solution.md", "sheet1.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(course: Path) -> Write:
    """Write rubrics/sheet1.yaml and name it as a user would."""

    def write(text: str | bytes) -> Path:
        path = Path("rubrics/sheet1.yaml")
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def problems(write: Write) -> Problems:
    """The problems that loading a text reports; there must be some."""

    def problems(text: str | bytes) -> list[Problem]:
        with pytest.raises(RubricError) as caught:
            load(write(text))
        return list(caught.value.problems)

    return problems


@pytest.fixture
def good() -> str:
    """A good rubric, as text."""
    return GOOD


@pytest.fixture
def changed() -> Callable[[str, str], str]:
    """Replace one piece of the good rubric, which must be there exactly once."""

    def changed(old: str, new: str) -> str:
        assert GOOD.count(old) == 1, old
        return GOOD.replace(old, new)

    return changed


@pytest.fixture
def line_of() -> Callable[[str, str], int]:
    """The line on which the only occurrence of a piece starts."""

    def line_of(text: str, piece: str) -> int:
        assert text.count(piece) == 1, piece
        return text[: text.index(piece)].count("\n") + 1

    return line_of
