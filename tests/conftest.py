"""A small assignment without torch, and ways to write submissions for it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings

from grader import pipeline
from grader.pipeline import Assignment, Batch, Options

# Machines are shared and noisy: an example that takes long is no failure.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

RUBRIC = """\
assignment: small
title: A small sheet
points: 6
inputs:
  pairs: {shape: [12, 2], uniform: [-1, 1]}
questions:
  - id: "1a"
    title: A count
    points: 2
    criteria:
      - id: 1a.count
        states: The number of pairs is given.
        points: 2
        check: number_close
        find: {near: [pairs], names: [n_pairs]}
        tolerance: {rtol: 0, atol: 0, because: it is a count}
  - id: "1b"
    title: A function
    points: 2
    criteria:
      - id: 1b.spread
        states: The function gives the spread of each vector.
        points: 2
        check: function_matches
        find: {names: [spread, "*spannweite*"]}
        arguments:
          - {name: x, input: pairs}
          - {name: scale, also: [s, factor], values: [1, 2]}
        tolerance: {rtol: 1e-6, atol: 1e-6, because: float32 is off by 1e-7}
  - id: "2"
    title: A picture and a sentence
    points: 2
    criteria:
      - id: 2.field
        states: The product is drawn.
        points: 1
        check: fields_drawn
        find: {kinds: [image, contour]}
        panels: [product]
        range: [-1, 1]
        tolerance: {rtol: 0.01, atol: 0.01, because: half a pixel}
      - id: 2.words
        states: The picture is described.
        points: 1
        check: manual
        lines:
          - {text: The saddle is named, points: 0.5}
          - {text: The symmetry is named, points: 0.5}
"""
COUNT = "n = 12 * 11 // 2\nprint(f'There are {n} pairs.')"
SPREAD = "def spread(x, scale):\n    return scale * (x.max(axis=-1) - x.min(axis=-1))"
FIELD = """\
r = np.linspace(-1, 1, 41)
X, Y = np.meshgrid(r, r)
fig, ax = plt.subplots()
ax.contourf(X, Y, X * Y)
ax.set_title('product')
plt.show()"""
IMPORTS = "import numpy as np\nimport matplotlib.pyplot as plt"
RIGHT = (
    ("code", IMPORTS),
    ("markdown", "## 1 (a)"),
    ("code", COUNT),
    ("markdown", "## 1 (b)"),
    ("code", SPREAD),
    ("markdown", "## 2\nThe picture is a saddle, symmetric about both diagonals."),
    ("code", FIELD),
)
Cells = Sequence[tuple[str, str]]


@pytest.fixture(scope="session")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The small assignment, its reference written as Jupytext Markdown."""
    root = tmp_path_factory.mktemp("small")
    (root / "rubrics").mkdir()
    (root / "reference" / "small").mkdir(parents=True)
    (root / "rubrics" / "small.yaml").write_text(RUBRIC, encoding="utf-8")
    text = "\n\n".join(
        source if kind == "markdown" else f"```python\n{source}\n```"
        for kind, source in RIGHT
    )
    (root / "reference" / "small" / "solution.md").write_text(text, encoding="utf-8")
    return pipeline.load("small", root / "rubrics")


def write_notebook(path: Path, cells: Cells) -> Path:
    """Write a notebook of these cells."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    nb = nbformat.v4.new_notebook(cells=[make[kind](source) for kind, source in cells])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(nb), encoding="utf-8")
    return path


@pytest.fixture
def notebook() -> Callable[[Path, Cells], Path]:
    """Write a notebook."""
    return write_notebook


@pytest.fixture(scope="session")
def right() -> Cells:
    """The cells of a submission that is right throughout."""
    return RIGHT


Grade = Callable[..., Batch]


@pytest.fixture(scope="session")
def graded(
    assignment: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[dict[str, Cells]], Batch]:
    """Grade a class given as name -> cells; all classes share stored evidence."""
    shared = tmp_path_factory.mktemp("runs")

    def grade(given: dict[str, Cells], **options: object) -> Batch:
        folder = tmp_path_factory.mktemp("class")
        for name, cells in given.items():
            write_notebook(folder / name / "solution.ipynb", cells)
        out = shared / folder.name
        return pipeline.grade(assignment, [folder], out, Options(jobs=2, **options))  # type: ignore[arg-type]

    return grade
