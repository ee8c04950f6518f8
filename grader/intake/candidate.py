"""What lies at a place and may be a submission, before it is opened.

In:   nothing.
Out:  the types that locating and reading share.
Pure: data only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.intake.people import Named
from grader.intake.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Folders or files in one place that belong together.

    Attributes:
        named: what its name tells.
        categories: names of the folders above it that sort submissions; often none.
        origin: the path as the TA typed it, down to this.
        home: the folder it lies in; attempts are only merged within one.
        folders: the folder, when it is one; Moodle makes two of one person's, ILIAS one
            for every member of a team.
        files: otherwise each file, and its name inside the submission.
        superseded: names of files that another attempt replaces, and the reason.
        replaced: other attempts as a whole, each with the reason; listed, not read.
        is_hollow: a given folder in which nothing looks like a submission.
        notes: what a TA should know.
    """

    named: Named
    origin: str
    home: str
    categories: tuple[str, ...] = ()
    folders: tuple[Place, ...] = ()
    files: tuple[tuple[Place, str], ...] = ()
    superseded: Mapping[str, str] = field(default_factory=dict)
    replaced: "tuple[tuple[Candidate, str], ...]" = ()
    is_hollow: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Stray:
    """A file or folder of the batch that is part of no submission, and why."""

    origin: str
    reason: str
