"""Shell commands of a notebook: what installs is not run, what fetches is explained.

In:   a command, as it stands behind `!` or `%`.
Out:  a sentence for the student, or none; the exit status of what was run.
Touches: starts the command in the student's box.
"""

import re
import subprocess
import sys

PIP = r"(?:\S*/)?(?:pip[\d.]*|uv|conda|mamba|apt(?:-get)?|brew)(?![\w.-])"
PYTHON = (
    r"['\"]?(?:\S*python[\d.]*|\{sys\.executable\}|\$sys\.executable)['\"]?\s+-m\s+pip\b"
)
INSTALLS = re.compile(rf"^\s*(?:sudo\s+(?:-\S+\s+)*)?(?:{PIP}|{PYTHON})", re.I)
FETCHES = re.compile(
    r"^\s*(?:sudo\s+)?(?:wget|curl|git\s+(?:clone|pull|fetch)|gdown|kaggle|aria2c|scp|rsync)\b",
    re.I,
)
UNREACHED = (
    "URLError",
    "gaierror",
    "ConnectionError",
    "NewConnectionError",
    "MaxRetryError",
)
PIECE = 8192


def short(command: str) -> str:
    """A command on one line."""
    return " ".join(command.split())[:100]


def not_installed(command: str) -> str:
    """Why a command is not run; "" if it is."""
    if INSTALLS.match(command) is None:
        return ""
    return f"'{short(command)}' was not run: nothing is installed while grading."


def not_fetched(command: str, status: int) -> str:
    """Why a command failed; "" if it did not, or needs no network."""
    if not status or FETCHES.match(command) is None:
        return ""
    return f"'{short(command)}' failed: {NO_NETWORK}"


NO_NETWORK = "there is no network while grading. Hand the files in with the notebook."


def explained(error: object) -> str:
    """What a student can do about an error that only grading has; "" if nothing."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    if any(kind in UNREACHED for kind in kinds):
        return f"A download failed: {NO_NETWORK}"
    if isinstance(error, FileNotFoundError):
        name = error.filename[:200] if type(error.filename) is str else "A file"
        return f"{name} was not found: only files handed in or supplied are here."
    return ""


def run_shell(command: str) -> int:
    """Run a command, show what it puts out as it comes, return its exit status."""
    process = subprocess.Popen(  # noqa: S602 -- a student's command, in the student's box
        command,
        shell=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
    )
    assert process.stdout is not None
    try:
        while text := process.stdout.readline(PIECE):
            sys.stdout.write(text)
    except KeyboardInterrupt:
        process.kill()
        raise
    finally:
        process.stdout.close()
        status = process.wait()
    return status
