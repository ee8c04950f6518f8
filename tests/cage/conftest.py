"""Run a function of a test file as another user, or where namespaces are refused."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

IS_ROOT = os.geteuid() == 0
PATIENCE_S = 240


def run_in(kind: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call the function in a world of its own; see `world`.

    A machine on which the tests are not root is a plain world already.
    """
    if not IS_ROOT:
        kind = kind.replace("root", "plain").replace("open", "plain")
    file, name = function.__code__.co_filename, function.__name__
    done = subprocess.run(
        [sys.executable, str(HERE / "world.py"), kind, file, name, json.dumps(arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr
    return json.loads(lines[-1])


@pytest.fixture(scope="session")
def world() -> Callable[..., Any]:
    """Give tests `run_in`."""
    return run_in
