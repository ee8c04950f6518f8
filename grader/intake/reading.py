"""What reading one notebook or script gives: cells, or a refusal in one sentence.

In:   nothing.
Out:  the two types that the readers share.
Pure: data only.
"""

from dataclasses import dataclass

from grader.errors import GraderError
from grader.intake.attachments import Attachment
from grader.model.submission import SourceCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The cells of one file, and what a TA should know about how they were read.

    `pictures` are those pasted into its text cells: only a person can read them.
    """

    cells: tuple[SourceCell, ...]
    notes: tuple[str, ...] = ()
    pictures: tuple[Attachment, ...] = ()

    @property
    def code_size(self) -> int:
        """How many characters of code there are; white space does not count."""
        sources = (cell.source for cell in self.cells if cell.kind == "code")
        return sum(len("".join(source.split())) for source in sources)


NOTHING = Reading(cells=())


class RefusedError(GraderError):
    """One file cannot be used; the message is the reason. Never leaves intake."""

    @property
    def reason(self) -> str:
        return str(self)
