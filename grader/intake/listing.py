"""Say of every file that arrived what became of it; nothing is silently skipped.

In:   submissions, and what belonged to none.
Out:  rows, and the same as text.
Pure: no files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grader.intake.candidate import Stray
from grader.intake.content import content_of
from grader.intake.limits import in_words
from grader.intake.parts import DIVIDER
from grader.model.submission import IntakeStatus, Submission, SubmittedFile


class Fate(StrEnum):
    """What became of one file."""

    RUN = "run"
    """Its cells are executed."""
    ALONG = "goes along"
    """It lies beside the notebook when that runs."""
    KEPT = "kept"
    """For a person to open."""
    IGNORED = "ignored"
    REFUSED = "refused"
    """Damaged or dangerous; the reason says what to do."""
    SUPERSEDED = "superseded"
    """Another attempt, or an equal copy, counts."""


_FATES = {
    IntakeStatus.READY: Fate.ALONG,
    IntakeStatus.NO_NOTEBOOK: Fate.ALONG,
    IntakeStatus.KEPT: Fate.KEPT,
    IntakeStatus.IGNORED: Fate.IGNORED,
    IntakeStatus.UNREADABLE: Fate.REFUSED,
    IntakeStatus.SUPERSEDED: Fate.SUPERSEDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file and its fate.

    Attributes:
        submission: id of the submission it is part of; "" for a stray of the batch.
        path: inside the submission; of a stray, as the TA typed it.
        fate: what became of it.
        size: bytes that are held; 0 for what was not read.
        reason: why, in one sentence; "" where the fate says all.
    """

    submission: str
    path: str
    fate: Fate
    size: int = 0
    reason: str = ""


def listing(
    submissions: Iterable[Submission], strays: Iterable[Stray] = ()
) -> tuple[FileRow, ...]:
    """Give every file a row, by submission and path; so has a submission without files."""
    rows = [row for one in submissions for row in _rows(one)]
    stray = [
        FileRow(submission="", path=one.origin, fate=Fate.IGNORED, reason=one.reason)
        for one in strays
    ]
    return (*rows, *sorted(stray, key=lambda row: row.path))


def as_text(rows: Sequence[FileRow]) -> str:
    """The rows for a terminal, a heading for every submission."""
    lines: list[str] = []
    last: str | None = None
    for row in rows:
        if row.submission != last:
            lines += ["", row.submission or "(part of no submission)"]
            last = row.submission
        size = f" ({in_words(row.size)})" if row.size else ""
        reason = f": {row.reason}" if row.reason else ""
        lines.append(f"  {row.fate:<10}  {row.path}{size}{reason}")
    return "\n".join(lines[1:]) + "\n" if lines else ""


def _rows(submission: Submission) -> list[FileRow]:
    if not submission.files:
        return [
            FileRow(
                submission=submission.id,
                path="",
                fate=Fate.REFUSED,
                reason=submission.reason,
            )
        ]
    run = _run(submission)
    return [
        FileRow(
            submission=submission.id,
            path=str(file.path),
            fate=Fate.RUN if str(file.path) in run else _FATES[file.status],
            size=content_of(file).size,
            reason=_short(file),
        )
        for file in submission.files
    ]


def _run(submission: Submission) -> set[str]:
    """The notebook; or several, where they run as one: dividers between cells name them."""
    alone = {str(submission.notebook)} if submission.notebook else set()
    is_divided = bool(submission.cells) and any(
        tag.startswith(DIVIDER) for tag in submission.cells[0].tags
    )
    if not is_divided:  # a student may write such a tag further down
        return alone
    ready = {str(f.path) for f in submission.files if f.status is IntakeStatus.READY}
    tags = (tag for cell in submission.cells for tag in cell.tags)
    return alone | (ready & {tag.removeprefix(DIVIDER) for tag in tags})


def _short(file: SubmittedFile) -> str:
    """The reason without the path that stands before it in the row."""
    reason = file.reason.removeprefix(f"{file.path}: ")
    return reason if reason == file.reason else reason[:1].upper() + reason[1:]
