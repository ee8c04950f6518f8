"""`grader audit --hostile`: the attacks that we wrote ourselves gain nothing."""

import typer

from grader.audit import hostile
from grader.cli.shared import cores
from grader.errors import Problem, UsageError
from grader.run import Level, decide

ALL = "all"


def attack(level: str, jobs: int) -> int:
    """Try the whole corpus at the best level, at one, or at all that hold here.

    Returns 0 if nothing happened that must not, else 1.
    Raises: UsageError for a level that does not hold on this machine, or where the corpus
            is not at hand.
    """
    if not hostile.CORPUS.is_dir():
        what = f"there is no {hostile.CORPUS}"
        raise UsageError(Problem("--hostile", what, "run it in the project's own folder"))
    status = 0
    for one in offered() if level == ALL else [level]:
        typer.echo(f"Attacks at {one or 'the best level'}")
        status |= hostile.run(jobs=cores(jobs), level=one)
    return status


def offered() -> list[str]:
    """The levels that hold on this machine, the best first."""
    return [str(level) for level in sorted(Level, reverse=True) if _holds(str(level))]


def _holds(level: str) -> bool:
    try:
        decide(level, trusted=True)
    except UsageError:
        return False
    return True
