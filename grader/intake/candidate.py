"""What lies at a place and may be a submission, before it is opened.

In:   nothing.
Out:  one type.
Pure: data only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.intake.people import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Folders or files in one place that belong together.

    Attributes:
        named: what its name tells.
        categories: names of the folders above it that sort submissions; often none.
        origin: the path as the TA typed it, down to this.
        home: the folder it lies in; attempts are only merged within one.
        folders: the folder, when it is one; Moodle makes two of one person's.
        files: otherwise each file's path, and its name inside the submission.
        superseded: names of files that another attempt replaces, and the reason.
        is_hollow: a given folder in which nothing looks like a submission.
        notes: what a TA should know.
    """

    named: Named
    origin: str
    home: Path
    categories: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    files: tuple[tuple[Path, str], ...] = ()
    superseded: Mapping[str, str] = field(default_factory=dict)
    is_hollow: bool = False
    notes: tuple[str, ...] = ()
