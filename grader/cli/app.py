"""The commands and their options. What they do is in the pipeline."""

from pathlib import Path
from typing import Annotated

import typer

from grader import __version__

app = typer.Typer(
    name="grader",
    help="Grade free-form notebooks against reference solutions, under rubrics.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

RUBRICS = Path("rubrics")
SUBMISSIONS = Path("submissions")
RESULTS = Path("results")

Paths = Annotated[
    list[Path], typer.Argument(help="Folders, notebooks, scripts or archives to grade.")
]
AssignmentName = Annotated[
    str,
    typer.Option(
        "--assignment", "-a", help="A slug such as mlph-sheet07, or a rubric file."
    ),
]
Rubrics = Annotated[Path, typer.Option("--rubrics", help="The folder of rubrics.")]
Seconds = Annotated[
    float | None,
    typer.Option("--timeout", help="Wall time of one cell, in seconds.", min=0.1),
]
Total = Annotated[
    float | None,
    typer.Option("--total", help="Wall time of one notebook, in seconds.", min=0.1),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Judge this question only; may be repeated."),
]
Colour = Annotated[str, typer.Option("--color", help="auto, always or never.")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Grade free-form notebooks against reference solutions, under rubrics."""
    if version:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.command()
def grade(
    paths: Paths,
    assignment: AssignmentName = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Where sheets go; by default results/<assignment>/latest."),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", help="Runs at once; 0: one a core.")
    ] = 0,
    only: Only = None,
    timeout: Seconds = None,
    total: Total = None,
    fresh: Annotated[bool, typer.Option(help="Run everything again.")] = False,
    strict: Annotated[
        bool, typer.Option(help="Exit with 1 if a person must look at anything.")
    ] = False,
    rubrics: Rubrics = RUBRICS,
    color: Colour = "auto",
) -> int:
    """Grade every submission in PATHS and write the score sheets.

    A folder holds one sub-folder or one file per submission. What was run before with
    the same files and questions is not run again, so an interrupted batch resumes.
    """
    from grader.cli import grading

    return grading.grade(
        paths,
        assignment=assignment,
        out=out,
        jobs=jobs,
        only=tuple(only or ()),
        times=(timeout, total),
        fresh=fresh,
        strict=strict,
        rubrics=rubrics,
        color=color,
    )


@app.command()
def regrade(
    run: Annotated[Path, typer.Argument(help="The folder of an earlier run.")],
    out: Annotated[Path | None, typer.Option(help="Write the sheets elsewhere.")] = None,
    assignment: AssignmentName = "",
    rubrics: Rubrics = RUBRICS,
    color: Colour = "auto",
) -> int:
    """Judge the stored evidence of RUN again, under the rubric as it is now.

    No kernel is started. A rubric that asks the kernel other questions needs `grade`.
    """
    from grader.cli import grading

    return grading.regrade(
        run, out=out, assignment=assignment, rubrics=rubrics, color=color
    )


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook, script or archive.")],
    assignment: AssignmentName = "",
    only: Only = None,
    timeout: Seconds = None,
    total: Total = None,
    rubrics: Rubrics = RUBRICS,
    color: Colour = "auto",
) -> int:
    """Check your own NOTEBOOK before you hand it in.

    Only the criteria that students may see are checked. Exit status: 0 nothing is lost,
    1 something is.
    """
    from grader.cli import checking

    return checking.check(
        notebook,
        assignment=assignment,
        only=tuple(only or ()),
        times=(timeout, total),
        rubrics=rubrics,
        color=color,
    )


@app.command()
def audit(
    assignment: Annotated[str, typer.Argument(help="A slug; empty: all assignments.")] = "",
    rubrics: Rubrics = RUBRICS,
    submissions: Annotated[
        Path, typer.Option(help="The folder of example submissions.")
    ] = SUBMISSIONS,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", help="Runs at once; 0: one a core.")
    ] = 0,
    fresh: Annotated[bool, typer.Option(help="Run everything again.")] = False,
) -> int:
    """Prove a rubric: grade the reference and every example submission.

    The reference earns every machine-decided point, every example gets exactly the
    outcomes that are written down for it. Exit status: 1 if not.
    """
    from grader.cli import auditing

    return auditing.audit(
        assignment, rubrics=rubrics, submissions=submissions, jobs=jobs, fresh=fresh
    )


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A check, or a criterion's id.")],
    assignment: AssignmentName = "",
    rubrics: Rubrics = RUBRICS,
) -> int:
    """Say what a check or a criterion does, and what fools it."""
    from grader.cli import explaining

    return explaining.explain(name, assignment=assignment, rubrics=rubrics)
