"""The commands and their options. What they do is in the pipeline."""

from pathlib import Path
from typing import Annotated

import typer

from grader import __version__
from grader.cli.options import (
    RUBRICS,
    SUBMISSIONS,
    AssignmentName,
    BindingsFile,
    Colour,
    Disk,
    Level,
    Memory,
    Only,
    Paths,
    Pictures,
    Processes,
    Rubrics,
    Seconds,
    Total,
    Trusted,
)
from grader.cli.shared import Budget

app = typer.Typer(
    name="grader",
    help="Grade free-form notebooks against reference solutions, under rubrics.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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
        int, typer.Option("--jobs", "-j", help="Runs at once; 0: one more than cores.")
    ] = 0,
    only: Only = None,
    bindings: BindingsFile = None,
    timeout: Seconds = None,
    total: Total = None,
    memory: Memory = None,
    disk: Disk = None,
    pictures: Pictures = None,
    processes: Processes = None,
    isolation: Level = "auto",
    i_trust_these_notebooks: Trusted = False,
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
        bindings=bindings,
        budget=Budget(
            cell=timeout,
            total=total,
            memory=memory,
            disk=disk,
            processes=processes,
            pictures=pictures,
        ),
        isolation=isolation,
        trusted=i_trust_these_notebooks,
        fresh=fresh,
        strict=strict,
        rubrics=rubrics,
        color=color,
    )


@app.command()
def intake(paths: Paths) -> int:
    """List every file in PATHS and what would become of it; nothing is run.

    `grader grade` writes the same to files.csv.
    """
    from grader.cli import listing

    return listing.intake(paths)


@app.command()
def regrade(
    run: Annotated[Path, typer.Argument(help="The folder of an earlier run.")],
    out: Annotated[Path | None, typer.Option(help="Write the sheets elsewhere.")] = None,
    bindings: BindingsFile = None,
    assignment: AssignmentName = "",
    rubrics: Rubrics = RUBRICS,
    color: Colour = "auto",
) -> int:
    """Judge the stored evidence of RUN again, under the rubric as it is now.

    No kernel is started. A rubric that asks the kernel other questions needs `grade`.
    """
    from grader.cli import grading

    return grading.regrade(
        run, out=out, bindings=bindings, assignment=assignment, rubrics=rubrics, color=color
    )


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook, script or archive.")],
    assignment: AssignmentName = "",
    only: Only = None,
    timeout: Seconds = None,
    total: Total = None,
    memory: Memory = None,
    disk: Disk = None,
    processes: Processes = None,
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
        budget=Budget(
            cell=timeout,
            total=total,
            memory=memory,
            disk=disk,
            processes=processes,
            pictures=0,
        ),
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
        int, typer.Option("--jobs", "-j", help="Runs at once; 0: one more than cores.")
    ] = 0,
    fresh: Annotated[bool, typer.Option(help="Run everything again.")] = False,
    variants: Annotated[
        bool, typer.Option("--variants", help="Mutants and equivalents, no examples.")
    ] = False,
    only_variant: Annotated[
        list[str] | None,
        typer.Option("--only-variant", help="Only this variant, or a pattern such as 3*."),
    ] = None,
    repeat: Annotated[
        int,
        typer.Option(min=0, help="Instead, repeat what rests on chance under N seeds."),
    ] = 0,
    rates: Annotated[
        int,
        typer.Option(min=0, help="Instead, measure stated error rates on N hand-ins."),
    ] = 0,
    hostile: Annotated[
        bool,
        typer.Option("--hostile", help="Try the attacks instead, see that none gains."),
    ] = False,
    level: Annotated[
        str, typer.Option(help="Of these: L3, L2, L1, L0 or all; empty: the best.")
    ] = "",
) -> int:
    """Prove a rubric on its reference, example submissions, mutants and equivalents.

    The reference earns every machine-decided point, every example gets exactly the
    outcomes that are written down for it, every mutant loses what it must, and no
    equivalent loses anything. Exit status: 1 if not, or if something is unproved.
    """
    if hostile:
        from grader.cli import attacking

        return attacking.attack(level, jobs)
    from grader.cli import auditing

    return auditing.audit(
        assignment,
        rubrics=rubrics,
        submissions=submissions,
        jobs=jobs,
        fresh=fresh,
        variants=variants,
        only=tuple(only_variant or ()),
        repeat=repeat,
        rates=rates,
    )


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A check, or a criterion's id.")],
    run: Annotated[
        Path | None, typer.Option(help="The folder of a run: explain a verdict of it.")
    ] = None,
    submission: Annotated[str, typer.Option(help="Whose verdict, in that run.")] = "",
    assignment: AssignmentName = "",
    rubrics: Rubrics = RUBRICS,
) -> int:
    """Say what a check or a criterion does, and what fools it.

    With --run and --submission: what was looked for in that submission, all that was
    found with its confidence and the reasons, what was chosen, and what came near.
    """
    from grader.cli import explaining

    if run is not None or submission:
        return explaining.explain_verdict(
            name, run, submission, assignment=assignment, rubrics=rubrics
        )
    return explaining.explain(name, assignment=assignment, rubrics=rubrics)


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print data for a program.")] = False,
) -> int:
    """Say how well this machine can confine notebooks, and what would give more.

    Every guarantee is tried from inside a box and, to be sure, outside of one. Exit
    status: 0 notebooks can be confined, 3 they cannot.
    """
    from grader.cli import doctoring

    return doctoring.doctor(json=json)
