"""Choose how boxes are started: warm where the platform can, plainly elsewhere.

In:   the platform, a level, and the variable GRADER_LAUNCHER: "warm", "plain" or nothing.
Out:  a launcher, and another one in case that the first cannot start a box.
Touches: nothing.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Problem, UsageError
from grader.model.run import Limits
from grader.run.guarantees import Level
from grader.run.launch import Box, Launcher, PlainLauncher
from grader.run.warm import WarmLauncher

VARIABLE = "GRADER_LAUNCHER"
PLAIN = "plain"


@dataclass(frozen=True)
class Choice:
    """What starts a run's box.

    Attributes:
        first: is asked first.
        other: is asked if the first one cannot; None if that is our failure.
    """

    first: Launcher
    other: Launcher | None = None

    def start(self, stage: Path, limits: Limits) -> tuple[Box, Launcher, str]:
        """Start a box; return it with what started it, and a note if that was the other.

        Raises: OSError if none can.
        """
        try:
            return self.first.start(stage, limits), self.first, ""
        except OSError as error:
            if self.other is None:
                raise
            note = f"The warm launcher could not be used ({error}); a new process was."
            return self.other.start(stage, limits), self.other, note


def choose(level: Level | None = None) -> Choice:
    """Choose by the environment variable, else by the platform.

    Without a level its boxes have the best that this machine can. Only at L0 may the
    plain launcher stand in: nothing that should be confined ever runs in the open.

    Raises: UsageError if the variable holds another word, or refuses the level.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", "warm", PLAIN):
        what = f"{VARIABLE} is {wanted!r}"
        raise UsageError(Problem(VARIABLE, what, "use 'warm', 'plain' or leave it unset"))
    if wanted == PLAIN or sys.platform != "linux":
        if level not in (None, Level.L0):
            what = f"the plain launcher cannot confine notebooks at {level}"
            raise UsageError(Problem(VARIABLE, what, "use 'warm' or leave it unset"))
        return Choice(PlainLauncher())
    other = PlainLauncher() if level is Level.L0 and not wanted else None
    return Choice(WarmLauncher(level=level), other)
