"""Turn the paths a TA gives into submissions: safe to run, each with a name.

In:      paths of notebooks, scripts, archives, or folders of them.
Out:     `Submission` values, sorted by id; damage is a status, not an exception.
Touches: reads files, bounded; writes nothing, runs nothing, follows no link.
"""

from grader.intake.attempts import AttemptPolicy
from grader.intake.collect import collect
from grader.intake.limits import Limits

__all__ = ["AttemptPolicy", "Limits", "collect"]
