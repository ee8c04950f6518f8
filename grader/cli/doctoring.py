"""`grader doctor`: how well this machine can confine notebooks."""

import json as spelling

import typer

from grader.run.doctor import examine


def doctor(*, json: bool) -> int:
    """Print versions, the level of isolation, each guarantee, and what would give more.

    Returns 0 if notebooks can be confined here, 3 if they cannot.
    """
    found = examine()
    typer.echo(spelling.dumps(found.as_data(), indent=2) if json else found.as_text())
    return found.exit_status
