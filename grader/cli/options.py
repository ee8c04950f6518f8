"""Options that several commands share, with what --help says of them."""

from pathlib import Path
from typing import Annotated

import typer

RUBRICS = Path("rubrics")
SUBMISSIONS = Path("submissions")

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
Memory = Annotated[
    float | None,
    typer.Option("--memory", help="Memory of one notebook, in GB.", min=0.1),
]
Disk = Annotated[
    float | None,
    typer.Option("--disk", help="What one notebook may write, in GB.", min=0.01),
]
Pictures = Annotated[
    int | None,
    typer.Option(
        "--pictures",
        help="Figures drawn for people, per run; by default 40, or none where the rubric "
        "leaves nothing to see.",
        min=0,
    ),
]
Processes = Annotated[
    int | None,
    typer.Option("--processes", help="Processes and threads of one notebook.", min=8),
]
Level = Annotated[
    str,
    typer.Option(
        "--isolation", help="L3, L2, L1, L0 or auto, the best; see `grader doctor`."
    ),
]
Trusted = Annotated[
    bool,
    typer.Option(
        "--i-trust-these-notebooks",
        help="Run them even where nothing can confine them (L0).",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Judge this question only; may be repeated."),
]
Colour = Annotated[str, typer.Option("--color", help="auto, always or never.")]
BindingsFile = Annotated[
    Path | None,
    typer.Option(
        "--bindings",
        help="Where answers are, as a person says; else bindings.yaml beside the "
        "submissions, if there is one.",
    ),
]
