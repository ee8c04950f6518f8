"""Run a notebook in a box and bring back what was seen, as plain data."""

from grader.run.execute import execute
from grader.run.launch import Box, Launcher, PlainLauncher
from grader.run.observed import Observed

__all__ = ["Box", "Launcher", "Observed", "PlainLauncher", "execute"]
