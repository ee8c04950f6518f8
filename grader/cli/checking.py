"""`grader check`: a student's own view, one criterion a line, with what to do next."""

import tempfile
import textwrap
from pathlib import Path

import typer

from grader import pipeline
from grader.cli.shared import Budget, assignment_name, limits, wants_color
from grader.model.rubric import Rubric
from grader.model.verdict import Mark, Outcome, Result
from grader.pipeline import Options

FACES = {
    Outcome.PASS: (":)", "green"),
    Outcome.PARTIAL: (":/", "yellow"),
    Outcome.FAIL: (":(", "red"),
    Outcome.NO_ANSWER: (":(", "red"),
    Outcome.PENDING: (":|", "yellow"),
    Outcome.JUDGE_ERROR: (":|", "yellow"),
}
WORDS = {
    Outcome.PASS: "pass",
    Outcome.PARTIAL: "in part",
    Outcome.FAIL: "fail",
    Outcome.NO_ANSWER: "not found",
    Outcome.PENDING: "a person decides",
    Outcome.JUDGE_ERROR: "could not be checked",
}
ONLY_VISIBLE = (
    "Only the criteria that students may see were checked, on this machine. The marks "
    "are given by the course."
)


def check(
    notebook: Path,
    *,
    assignment: str,
    only: tuple[str, ...],
    budget: Budget,
    rubrics: Path,
    color: str,
) -> int:
    """Check one submission; 0 nothing is lost, 1 something is, 3 we could not check it."""
    colored = wants_color(color)
    loaded = pipeline.load(assignment_name(assignment, [notebook], rubrics), rubrics)
    options = Options(limits=limits(loaded.limits, budget), only=only)
    with tempfile.TemporaryDirectory(prefix="grader-check-") as scratch:
        results = pipeline.check(loaded, notebook, Path(scratch), options)
    for result in results:
        typer.echo(shown(loaded.rubric, result), color=colored)
    return status(loaded.rubric, results)


def status(rubric: Rubric, results: tuple[Result, ...]) -> int:
    """0 if nothing was lost, 1 if points were, 3 if a fault of ours hid something."""
    marks = [mark for result in results for mark in result.marks]
    if any(mark.verdict.outcome is Outcome.JUDGE_ERROR for mark in marks):
        return 3
    hidden = {c.id for _, c in rubric.criteria() if not c.visible}
    lost = any(
        mark.points is not None and mark.points < mark.maximum
        for mark in marks
        if mark.criterion not in hidden
    )
    unread = any(r.status in ("unreadable", "no_notebook") for r in results)
    return 1 if lost or unread else 0


def shown(rubric: Rubric, result: Result) -> str:
    """The whole answer to a student."""
    criteria = {c.id: c for _, c in rubric.criteria()}
    marks = [m for m in result.marks if criteria[m.criterion].visible]
    lines = [f"{rubric.title}", f"Run: {result.status}. {result.reason}".rstrip(), ""]
    for mark in marks:
        lines += _lines(mark, criteria[mark.criterion].states)
    return "\n".join([*lines, "", *_totals(marks), ONLY_VISIBLE])


def _lines(mark: Mark, states: str) -> list[str]:
    verdict = mark.verdict
    face, color = FACES[verdict.outcome]
    worth = f" [{_points(mark)}]" if mark.maximum else " [flag]"
    head = f"{face} {mark.criterion}  {states}{worth}  {WORDS[verdict.outcome]}"
    lines = [typer.style(_clean(head), fg=color)]
    if mark.manual and verdict.outcome is Outcome.PENDING:
        return lines
    lines += _indented(verdict.reason)
    if verdict.binding is not None:
        lines += _indented(f"found: {verdict.binding}")
    if verdict.hint and verdict.outcome is not Outcome.PASS:
        lines += _indented(f"next: {verdict.hint}")
    return lines


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        _clean(text), width=88, initial_indent="     ", subsequent_indent="     "
    )


def _clean(text: str) -> str:
    """Student text on a terminal: control characters do nothing."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def _points(mark: Mark) -> str:
    got = "?" if mark.points is None else f"{round(mark.points, 2):g}"
    return f"{got}/{mark.maximum:g}"


def _totals(marks: list[Mark]) -> list[str]:
    scored = [m for m in marks if m.points is not None and m.maximum]
    waiting = [m for m in marks if m.points is None and m.maximum]
    got = sum(m.points or 0.0 for m in scored)
    of = sum(m.maximum for m in scored)
    more = sum(m.maximum for m in waiting)
    return [
        f"{round(got, 2):g} of {of:g} points that a machine can decide; "
        f"{more:g} more wait for a person."
    ]
