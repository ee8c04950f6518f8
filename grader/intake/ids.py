"""Carry the ids that a platform gave through to the score sheet, so marks can go back.

In:   ids, or a submission that carries them.
Out:  a note that carries them, and the ids again.
Pure: no files.
"""

import re
from collections.abc import Sequence

from grader.intake.naming import shown
from grader.model.submission import Submission

# A name of a file or person cannot begin a note like this: its colon would be "_".
_NOTE = re.compile(r"Ids: (?P<ids>[a-z-]+ \S+(?:, [a-z-]+ \S+)*)\.")


def ids_note(ids: Sequence[tuple[str, str]]) -> str:
    """Spell ids as a note; "" when there are none."""
    texts = (f"{platform} {_plain(id)}" for platform, id in ids)
    return f"Ids: {', '.join(texts)}." if ids else ""


def ids_of(submission: Submission) -> tuple[tuple[str, str], ...]:
    """(platform, id) pairs, in the order of `people` where every person has one."""
    for note in reversed(submission.notes):
        if found := _NOTE.fullmatch(note):
            pairs = (one.split(" ", 1) for one in found["ids"].split(", "))
            return tuple((platform, id) for platform, id in pairs)
    return ()


def _plain(id: str) -> str:
    return re.sub(r"[\s,]+", "_", shown(id))
