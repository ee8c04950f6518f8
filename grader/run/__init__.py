"""Run a notebook in a box and bring back what was seen, as plain data."""

from grader.run.choose import choose
from grader.run.execute import execute
from grader.run.launch import Box, Launcher, PlainLauncher
from grader.run.observed import Observed
from grader.run.warm import WarmLauncher

__all__ = [
    "Box",
    "Launcher",
    "Observed",
    "PlainLauncher",
    "WarmLauncher",
    "choose",
    "execute",
]
