"""Run a notebook in a box and bring back what was seen, as plain data."""

from grader.run.choose import choose
from grader.run.execute import execute
from grader.run.guarantees import Level
from grader.run.inside.reap import die_with_parent
from grader.run.isolation import decide
from grader.run.launch import Box, Launcher, PlainLauncher
from grader.run.levels import Isolation
from grader.run.observed import Observed
from grader.run.warm import WarmLauncher

__all__ = [
    "Box",
    "Isolation",
    "Launcher",
    "Level",
    "Observed",
    "PlainLauncher",
    "WarmLauncher",
    "choose",
    "decide",
    "die_with_parent",
    "execute",
]
