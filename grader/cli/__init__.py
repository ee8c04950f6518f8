"""The command `grader`: parse, call, print, exit.

Exit status: 0 done · 1 points lost (check) or a person must look (grade --strict) ·
2 wrong usage or rubric · 3 our failure · 5 nothing to grade. "The student is wrong" and
"we broke" are never the same status.
"""

import sys

import typer

from grader.cli import bind_command  # noqa: F401  it registers its command
from grader.cli.app import app
from grader.errors import GraderError


def main() -> None:
    """Run the command and turn what was raised into a message and a status."""
    try:
        status = app(standalone_mode=False)
    except GraderError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_status)
    except typer.Abort:
        typer.echo(
            "Stopped. Run the same command again: what is done is not done twice.", err=True
        )
        sys.exit(130)
    except typer.TyperException as error:
        typer.echo(f"{error.format_message()}\n  hint: grader --help", err=True)
        sys.exit(2)
    except Exception as error:  # noqa: BLE001  whatever it is, it is ours: status 3
        _our_fault(error)
        sys.exit(3)
    sys.exit(status if isinstance(status, int) else 0)


def _our_fault(error: Exception) -> None:
    import traceback

    traceback.print_exception(error)
    typer.echo("This is a fault of the harness; no mark was changed by it.", err=True)
