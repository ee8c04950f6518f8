"""What several commands need: the assignment meant, limits, colour, progress."""

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import Problem, UsageError
from grader.model.run import GB, Limits
from grader.model.verdict import Result


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a command's options change in a rubric's limits; None changes nothing.

    Attributes:
        cell, total: wall time of a cell and of a run, s. memory, disk: GB of 2^30 bytes.
        processes: at once. pictures: figures drawn for people.
    """

    cell: float | None = None
    total: float | None = None
    memory: float | None = None
    disk: float | None = None
    processes: int | None = None
    pictures: int | None = None


def assignment_name(given: str, paths: list[Path], rubrics: Path) -> str:
    """The assignment named, else the one whose slug stands in a path, else the only one.

    Raises: UsageError if that does not decide it.
    """
    if given:
        return given
    slugs = sorted(path.stem for path in rubrics.glob("*.yaml"))
    parts = {part for path in paths for part in path.resolve().parts}
    named = [slug for slug in slugs if slug in parts]
    if len(named or slugs) == 1:
        return (named or slugs)[0]
    hint = f"name one with --assignment: {', '.join(slugs)}" if slugs else "use --rubrics"
    raise UsageError(Problem(str(rubrics), "which assignment is meant is not clear", hint))


def limits(usual: Limits, given: Budget) -> Limits:
    """The rubric's budget, changed by the command's options."""
    return replace(
        usual,
        cell_seconds=given.cell or usual.cell_seconds,
        total_seconds=given.total or usual.total_seconds,
        memory_bytes=int((given.memory or 0) * GB) or usual.memory_bytes,
        disk_bytes=int((given.disk or 0) * GB) or usual.disk_bytes,
        processes=given.processes or usual.processes,
        pictures=usual.pictures if given.pictures is None else given.pictures,
    )


def cores(jobs: int) -> int:
    """How many runs at once: as asked, else one a core this process may use, and one more.

    A run waits for its kernel to start and to answer; the one more works meanwhile.
    """
    return jobs if jobs > 0 else len(os.sched_getaffinity(0)) + 1


def wants_color(color: str) -> bool:
    """Whether to use colour: as asked, else on a terminal without NO_COLOR."""
    if color not in ("auto", "always", "never"):
        problem = Problem(
            "--color", f"unknown value {color!r}", "use auto, always or never"
        )
        raise UsageError(problem)
    if color != "auto":
        return color == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


class Progress:
    """One line per submission on stderr, with the time that is left.

    How long one takes is told by those after the first, which waits for the reference.
    """

    def __init__(self) -> None:
        self.start, self.first = time.monotonic(), 0.0

    def __call__(self, done: int, total: int, result: Result) -> None:
        spent = time.monotonic() - self.start
        self.first = spent if done == 1 else self.first
        left = (spent - self.first) / max(1, done - 1) * (total - done)
        eta = f", {clock(left)} left" if 1 < done < total else ""
        eta = f" in {clock(spent)}" if done == total else eta
        name = "".join(c if c.isprintable() else "\ufffd" for c in result.submission)
        print(f"[{done}/{total}] {name}: {result.status}{eta}", file=sys.stderr, flush=True)  # noqa: T201
        if done == total:  # an audit counts examples, then variants
            self.start = time.monotonic()


def clock(seconds: float) -> str:
    """Seconds for a reader: 42 s, 3 min, 1 h 20 min."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
