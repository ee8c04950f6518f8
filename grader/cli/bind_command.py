"""The command `bind` and its options; it joins the others in `app` when imported."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import app
from grader.cli.options import RUBRICS, AssignmentName, Rubrics


@app.command()
def bind(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    submission: Annotated[str, typer.Argument(help="Whose answer.")],
    target: Annotated[str, typer.Argument(help="A criterion, or a question: its cells.")],
    cell: Annotated[
        list[int] | None, typer.Option(help="In this cell, from 1; may be repeated.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="Under this name; may be repeated.")
    ] = None,
    panel: Annotated[
        int | None, typer.Option(help="In this panel of a figure, from 1.", min=1)
    ] = None,
    value: Annotated[
        float | None, typer.Option(help="A number that you read where no machine can.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="What was judged is the answer meant.")
    ] = False,
    because: Annotated[str, typer.Option(help="Why, for a dispute.")] = "",
    by: Annotated[str, typer.Option(help="Who decides this.")] = "",
    assignment: AssignmentName = "",
    rubrics: Rubrics = RUBRICS,
) -> int:
    """Save where an answer is, as you say; the next grade or regrade of RUN obeys.

    The decision is written to RUN/bindings.yaml, in the format of docs/finding.md.
    """
    from grader.cli import binding

    return binding.bind(
        run,
        submission,
        target,
        place=binding.Place(
            cells=tuple(cell or ()), names=tuple(name or ()), panel=panel, value=value
        ),
        accept=accept,
        because=because,
        by=by,
        assignment=assignment,
        rubrics=rubrics,
    )
