"""Bound what all formulas of one search may cost together, whoever typed them.

In:   steps that a computation may take, and has taken.
Out:  how many of them are left to it.
Touches: a variable of the calling context, which a search sets and takes back.

One formula has a limit of its own; a notebook can hold thousands that come near it.
Steps are counted, not seconds: the same notebook is read alike on every machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

STEPS = 2_000_000
"""Of all formulas in one search, about ten seconds; real notebooks take up to 700,000."""

_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def bounded(steps: int = STEPS) -> Iterator[None]:
    """Let all that is computed inside take so many steps; then nothing has a value."""
    before = _left.set([steps])
    try:
        yield
    finally:
        _left.reset(before)


def allowed(steps: int) -> int:
    """How many of these steps a computation may take."""
    left = _left.get()
    return steps if left is None else max(0, min(steps, left[0]))


def spend(steps: int) -> None:
    """Count steps that were taken."""
    left = _left.get()
    if left is not None:
        left[0] -= steps
