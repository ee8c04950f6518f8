"""`grader audit --hostile`: the attacks that we wrote ourselves gain nothing."""

import typer

from grader.audit import hostile
from grader.audit.attacks import table
from grader.cli.shared import cores
from grader.errors import Problem, UsageError
from grader.run import Level, decide

ALL = "all"
AT_ONCE = 2
"""Many attacks only wait for a limit, so more of them than usual run at once."""


def attack(level: str, jobs: int) -> int:
    """Try the whole corpus at the best level, at one, or at all that hold here.

    Returns 0 if nothing happened that must not, else 1.
    Raises: UsageError for a level that does not hold on this machine, or where the corpus
            is not at hand.
    """
    if not hostile.CORPUS.is_dir():
        what = f"there is no {hostile.CORPUS}"
        raise UsageError(Problem("--hostile", what, "run it in the project's own folder"))
    status, tried = 0, {}
    for one in offered() if level == ALL else [level]:
        typer.echo(f"Attacks at {one or 'the best level'}")
        tried[one] = hostile.attempt(jobs=jobs or AT_ONCE * cores(0), level=one)
        status |= hostile.report(tried[one], one)
    if len(tried) > 1:
        typer.echo(by_level(tried))
    return status


def by_level(tried: dict[str, hostile.Tried]) -> str:
    """One line per level: what was gained, lost and left behind."""
    head, lines = "", []
    for level, one in tried.items():
        head, *_, last = table(one.outcomes).splitlines()
        lines.append(f"{level}  {last}  {one.seconds:4.0f} s  {one.growth}")
    return "\n".join([f"    {head}", *lines])


def offered() -> list[str]:
    """The levels that confine and hold on this machine, the best first.

    L0 confines nothing: there the attacks would succeed, on whoever uses this machine.
    """
    levels = sorted(set(Level) - {Level.L0}, reverse=True)
    return [str(level) for level in levels if _holds(str(level))]


def _holds(level: str) -> bool:
    try:
        decide(level, trusted=True)
    except UsageError:
        return False
    return True
