"""What must hold between the parts of a rubric, beyond the shape of each.

In:   plain data, which may be wrong elsewhere.
Out:  faults.
Pure: no files, no kernels; only `files` looks at which files exist.

Every rule looks at what it can read and keeps silent about the rest, so that one
mistake is reported once.
"""

from collections.abc import Callable, Iterator

from grader.rubric.flaw import Fault
from grader.rubric.place import Place
from grader.rubric.rules import carried, details, ids, names, networks, points

Rule = Callable[[Place], Iterator[Fault]]

LOCAL: tuple[Rule, ...] = (*ids.RULES, *points.RULES, *details.RULES, *networks.RULES)
"""Rules about what stands close together."""

DISTANT: tuple[Rule, ...] = (*names.RULES, *carried.RULES)
"""Rules about names used in one place and given in another: only where all is read."""
