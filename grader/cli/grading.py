"""`grader grade` and `grader regrade`."""

import os
import shutil
import sys
from pathlib import Path

import typer

from grader import pipeline, report
from grader.cli.shared import (
    Budget,
    Progress,
    assignment_name,
    cores,
    limits,
    wants_color,
)
from grader.pipeline import Batch, Options
from grader.pipeline.runfile import assignment_of
from grader.run import decide

OPEN = "Isolation L0: nothing keeps these notebooks from your files. See `grader doctor`."
WIDTH = 120
"""Columns of the table where the output is no terminal."""


def grade(
    paths: list[Path],
    *,
    assignment: str,
    out: Path | None,
    jobs: int,
    only: tuple[str, ...],
    bindings: Path | None,
    budget: Budget,
    isolation: str,
    trusted: bool,
    fresh: bool,
    strict: bool,
    rubrics: Path,
    color: str,
) -> int:
    """Grade a batch; 0 done, 1 with `strict` if a person must look."""
    colored = wants_color(color)
    confined = decide(isolation, trusted=trusted)
    loaded = pipeline.load(assignment_name(assignment, paths, rubrics), rubrics)
    options = Options(
        jobs=cores(jobs),
        limits=limits(loaded.limits, budget),
        fresh=fresh,
        salt=os.environ.get("GRADER_SALT", ""),
        only=only,
        bindings_file=bindings,
        isolation=confined,
    )
    target = out or Path("results") / loaded.rubric.assignment / "latest"
    if not confined.tamper_proof:
        typer.echo(OPEN, err=True)
    batch = pipeline.grade(loaded, paths, target, options, Progress())
    show(batch, colored)
    return 1 if strict and batch.unscored else 0


def regrade(
    run: Path,
    *,
    out: Path | None,
    bindings: Path | None,
    assignment: str,
    rubrics: Path,
    color: str,
) -> int:
    """Judge a run's evidence again; 0 done."""
    colored = wants_color(color)
    loaded = pipeline.load(assignment or assignment_of(run), rubrics)
    show(pipeline.regrade(loaded, run, out, bindings, cores(0)), colored)
    return 0


def show(batch: Batch, colored: bool) -> None:
    """Print the score sheet and where everything was written."""
    lines = batch.assignment.lines(batch.only)
    width = shutil.get_terminal_size((WIDTH, 40)).columns if sys.stdout.isatty() else WIDTH
    typer.echo(report.terminal(batch.results, lines, width=width, colour=colored))
    names = (
        "scores.csv, verdicts.csv, scores.xlsx, report.html, feedback/, evidence/, "
        "files.csv, run.json"
    )
    typer.echo(f"Written to {batch.out}: {names}")
    if batch.unscored:
        typer.echo(f"What a person must look at is listed in {batch.out}/report.html")
