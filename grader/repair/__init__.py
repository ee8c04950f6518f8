"""Propose the fewest changes with which a failing notebook would run.

In:   the evidence of a straight run, the names of the files beside the notebook, and
      which kinds of repair the course refuses.
Out:  a plan for a second run, or None; and both runs' verdicts merged into one set.
Pure: nothing is run here. What a student's cells say is only parsed, never executed.
"""

from grader.repair.merging import merged
from grader.repair.proposing import failures, propose

__all__ = ["failures", "merged", "propose"]
