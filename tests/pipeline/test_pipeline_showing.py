"""Whether anybody will look at figures."""

import pytest

from grader import pipeline
from grader.model.run import PICTURES
from grader.pipeline import showing

RUBRIC = """
schema: 1
assignment: bench
title: Numbers
points: 1
reference: solution.md
{limits}
questions:
  - id: "1"
    title: A number
    points: 1
    criteria:
      - id: 1.a
        states: It is 10.
        points: 1
        {check}
"""
NUMBER = """check: number_close
        find: {names: [lamb]}
        tolerance: {rtol: 0, atol: 0, because: it is a whole number}"""
PERSON = """check: manual
        lines:
          - {points: 0.5, text: It is said.}
          - {points: 0.5, text: It is shown.}"""


@pytest.mark.parametrize(
    ("check", "limits", "want"),
    [
        (NUMBER, "", 0),
        (NUMBER, "limits: {pictures: 3}", 3),
        (PERSON, "", PICTURES),
        (PERSON, "limits: {pictures: 0}", 0),
    ],
)
def test_figures_are_drawn_where_somebody_may_look(tmp_path, check, limits, want):
    """Numbers alone need no picture, a person's criterion does; the rubric may differ."""
    path = tmp_path / "bench.yaml"
    path.write_text(RUBRIC.format(check=check, limits=limits), encoding="utf-8")
    (tmp_path / "solution.md").write_text("```python\nlamb = 10\n```\n", encoding="utf-8")

    loaded = pipeline.load(str(path), tmp_path)

    assert loaded.limits.pictures == showing.pictures(loaded.rubric) == want
