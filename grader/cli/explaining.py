"""`grader explain`: what a check or a criterion does."""

import difflib
import inspect
from pathlib import Path

import typer

from grader import pipeline
from grader.checks import CHECKS
from grader.cli.shared import assignment_name
from grader.errors import Problem, UsageError
from grader.model.criteria import Checked, Manual, Tolerance


def explain(name: str, *, assignment: str, rubrics: Path) -> int:
    """Print a check's docstring, or a criterion's statement and its check's.

    Raises: UsageError for a name that is neither, with the nearest.
    """
    if name in CHECKS:
        typer.echo(f"{name}\n\n{inspect.getdoc(CHECKS[name])}")
        return 0
    loaded = pipeline.load(assignment_name(assignment, [], rubrics), rubrics)
    criteria = {c.id: c for _, c in loaded.rubric.criteria()}
    if name not in criteria:
        near = difflib.get_close_matches(name, [*CHECKS, *criteria], n=1)
        hint = (
            f"did you mean {near[0]!r}?" if near else f"checks: {', '.join(sorted(CHECKS))}"
        )
        raise UsageError(Problem("", f"no check or criterion is called {name!r}", hint))
    typer.echo(_criterion(criteria[name]))
    return 0


def _criterion(criterion: Checked) -> str:
    lines = [f"{criterion.id} ({criterion.points:g} points): {criterion.states}"]
    if isinstance(criterion, Manual):
        lines += [f"  [{line.points:g}] {line.text}" for line in criterion.lines]
    tolerance = getattr(criterion, "tolerance", None)
    if isinstance(tolerance, Tolerance):
        lines.append(
            f"tolerance: rtol {tolerance.rtol:g}, atol {tolerance.atol:g}, because"
        )
        lines.append(f"  {tolerance.because}")
    return "\n".join(
        [*lines, "", criterion.check, "", inspect.getdoc(CHECKS[criterion.check]) or ""]
    )
