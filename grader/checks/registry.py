"""The checks by name. A check is a pure function from a case to a verdict.

Its docstring says when it passes, gives part of the credit or fails, and what fools it;
`grader explain` prints it.
"""

from collections.abc import Callable
from typing import Any

from grader.model.case import Case
from grader.model.verdict import Verdict

Check = Callable[[Any, Case], Verdict]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under the name it has in a rubric."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = function
        return function

    return register
