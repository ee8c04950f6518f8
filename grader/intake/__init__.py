"""Turn the paths a TA gives into submissions: safe to run, each with a name.

In:      paths of notebooks, scripts, archives, folders of them, or platforms' downloads.
Out:     `Submission` values, sorted by id; damage is a status, not an exception.
Touches: reads files, bounded; writes nothing but a nameless temporary file that holds
         large files out of archives; runs nothing, follows no link.
"""

from grader.intake.attempts import AttemptPolicy
from grader.intake.candidate import Stray
from grader.intake.collect import Arrival, collect, receive
from grader.intake.limits import Limits
from grader.intake.listing import Fate, FileRow, as_text, listing

__all__ = [
    "Arrival",
    "AttemptPolicy",
    "Fate",
    "FileRow",
    "Limits",
    "Stray",
    "as_text",
    "collect",
    "listing",
    "receive",
]
