"""`grader explain`: what a check or a criterion does, and how a verdict came about."""

import difflib
import inspect
from pathlib import Path

import typer

from grader import pipeline
from grader.checks import CHECKS
from grader.cli.shared import assignment_name
from grader.errors import Problem, UsageError
from grader.model.criteria import Checked, Manual, Tolerance
from grader.model.explanation import Explanation, Search
from grader.model.verdict import Binding, Verdict
from grader.pipeline.runfile import assignment_of

MOST = 12
"""Places that are listed of one search."""
CHOICES = {
    "last": "of several, the rubric counts the last",
    "first": "of several, the rubric counts the first",
    "best": "of a few, the rubric counts the best",
}


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


def explain_verdict(
    name: str, run: Path | None, submission: str, *, assignment: str, rubrics: Path
) -> int:
    """Print how a verdict of a run came about.

    Raises: UsageError without a run and a submission, or for unknown ones.
    """
    if run is None or not submission:
        hint = "give --run FOLDER and --submission ID, or neither"
        raise UsageError(Problem("", "a verdict needs a run and a submission", hint))
    loaded = pipeline.load(assignment or assignment_of(run), rubrics)
    verdict, found = pipeline.explain(loaded, run, submission, name)
    criteria = {c.id: c for _, c in loaded.rubric.criteria()}
    states = criteria[name].states
    lines = [f"{name} ({criteria[name].points:g} points): {states}", ""]
    lines += _verdict(submission, verdict, found[0].sure_enough)
    for explanation in found:
        lines += _explained(explanation, verdict.binding)
    typer.echo("\n".join(plain(line) for line in lines))
    return 0


def plain(text: str) -> str:
    """Student text on a terminal: control characters do nothing."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _verdict(submission: str, verdict: Verdict, sure_enough: float) -> list[str]:
    credit = "" if verdict.credit is None else f", credit {verdict.credit:g}"
    offer = "" if verdict.proposal is None else f", {verdict.proposal:g} proposed"
    lines = [f"{submission}: {verdict.outcome}{credit}{offer}", f"  {verdict.reason}"]
    if verdict.binding is not None:
        sure = verdict.binding.confidence
        enough = "sure enough" if sure >= sure_enough else "not sure enough"
        lines.append(f"  judged: {verdict.binding}")
        lines.append(f"  confidence {sure:.2f}, {enough} (from {sure_enough:g})")
    return [*lines, *(f"  {label}: {text}" for label, text in verdict.detail)]


def _explained(explanation: Explanation, judged: Binding | None) -> list[str]:
    head = [f"In the run {explanation.run}:"] if explanation.run else []
    if not explanation.searches:
        return ["", *head, "Nothing was looked for."]
    parts = dict.fromkeys(
        "\n".join(_searched(search, judged)) for search in explanation.searches
    )
    lines = [line for part in parts for line in ["", *part.split("\n")]]
    return ["", *head, *lines[1:]] if head else lines


def _searched(search: Search, judged: Binding | None) -> list[str]:
    found = search.found
    where = f" in question {search.section}" if search.section != "any" else ""
    lines = [f"Looked for {found.looked_for}{where}."]
    if search.which in CHOICES:
        lines[0] += f" Policy: {CHOICES[search.which]}."
    places = list(dict.fromkeys(hit.binding for hit in found.hits))
    lines += [_place(place, place == judged) for place in places[:MOST]]
    if len(places) > MOST:
        lines.append(f"        and {len(places) - MOST} more")
    if not places:
        lines.append("        nothing was found")
    lines += [f"  passed over: {place}" for place in found.passed_over[:MOST]]
    return [*lines, *(f"  near: {near}" for near in found.nearest)]


def _place(place: Binding, chosen: bool) -> str:
    """One place: its confidence, what it is, and what the confidence is made of."""
    cell = "" if place.cell is None else f" in cell {place.cell + 1}"
    factors = place.factors or ((place.how, place.confidence),)
    made = " × ".join(f"{share:.2f} {told}" for told, share in factors)
    mark = "  <- judged" if chosen else ""
    return f"  {place.confidence:.2f}  {place.what}{cell}: {made}{mark}"
