"""`grader bind`: a person says where an answer is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from grader import pipeline
from grader.cli.checking import WORDS
from grader.cli.explaining import plain
from grader.errors import Problem, UsageError
from grader.model.bindings import Bound
from grader.model.verdict import Verdict
from grader.pipeline import Assignment, Decision
from grader.pipeline.runfile import assignment_of


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an answer is, as typed; cells and panels count from 1."""

    cells: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    panel: int | None = None
    value: float | None = None

    def __bool__(self) -> bool:
        return bool(self.cells or self.names) or self.value is not None

    def bound(self, target: str) -> Bound:
        """The place as a binding.

        Raises: UsageError for a place that cannot be.
        """
        try:
            return Bound(
                target=target,
                cells=tuple(cell - 1 for cell in self.cells),
                names=self.names,
                panel=None if self.panel is None else self.panel - 1,
                value=self.value,
            )
        except ValueError as error:
            raise UsageError(Problem("", str(error), "grader bind --help")) from error


def bind(
    run: Path,
    submission: str,
    target: str,
    *,
    place: Place,
    accept: bool,
    because: str,
    by: str,
    assignment: str,
    rubrics: Path,
) -> int:
    """Save a decision and print what it changes; 0 done."""
    if accept == bool(place):
        hint = "give --accept, or one or more of --cell, --name and --value"
        raise UsageError(Problem("", "where the answer is was not said", hint))
    loaded = pipeline.load(assignment or assignment_of(run), rubrics)
    bound = _judged(loaded, run, submission, target) if accept else place.bound(target)
    today = datetime.now(UTC).date().isoformat()
    decision = Decision(bound=bound, because=because, by=by, when=today)
    before, after = pipeline.bind(loaded, run, submission, decision)
    typer.echo(f"Saved in {run}/bindings.yaml.")
    for id, verdict in after.items():
        if verdict != before[id]:
            typer.echo(f"{id}: {_told(before[id])}, now {_told(verdict)}")
            typer.echo(f"  {plain(verdict.reason)}")
    if before == after:
        typer.echo("No verdict changes.")
    typer.echo(f"`grader regrade {run}` writes it into the sheets.")
    return 0


def _judged(loaded: Assignment, run: Path, submission: str, target: str) -> Bound:
    """The place of what was judged, in the run that counts."""
    verdict, explanations = pipeline.explain(loaded, run, submission, target)
    counted = [e for e in explanations if e.verdict.binding == verdict.binding]
    return pipeline.accepted((counted or list(explanations))[0])


def _told(verdict: Verdict) -> str:
    word = WORDS[verdict.outcome]
    return word if verdict.credit is None else f"{word} ({verdict.credit:.0%})"
