"""What was handed in, and by whom, before anything ran."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class IntakeStatus(StrEnum):
    """What became of a submission, or of one file, at intake."""

    READY = "ready"
    """Can be run."""
    UNREADABLE = "unreadable"
    """Damaged or refused (not JSON, zip bomb, path outside the archive, ...)."""
    NO_NOTEBOOK = "no_notebook"
    """Readable, yet nothing in it can be run: only documents."""
    KEPT = "kept"
    """A document kept for a person: PDF, picture, text."""
    SUPERSEDED = "superseded"
    """An earlier or other attempt; the policy chose another one."""
    IGNORED = "ignored"
    """Checkpoints, __MACOSX, hidden files: no student means them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedFile:
    """One file of a submission, read into memory, its name made safe.

    Attributes:
        path: relative, forward slashes, no "..", as inside the submission.
        data: the bytes as they arrived.
        status: READY for what runs, KEPT for documents, UNREADABLE, IGNORED.
        reason: why, when the status is not READY; one sentence.
    """

    path: PurePosixPath
    data: bytes
    status: IntakeStatus = IntakeStatus.READY
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCell:
    """One cell as handed in.

    Attributes:
        kind: "code", "markdown" or "raw".
        source: its text.
        tags: cell tags, e.g. "answer:3a.count".
        saved: text of the outputs saved in the file: what the student saw, never
            evidence that something ran.
    """

    kind: str
    source: str
    tags: tuple[str, ...] = ()
    saved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student or group handed in.

    Attributes:
        id: safe as a file name and unique in a batch; the row's name everywhere.
        people: as far as the names of folders and files tell; may be empty.
        ids: (platform, id) pairs that a platform gave, so that marks can go back.
        origin: the path it came from, as the TA typed it.
        attempt: 1 for the first; the policy's choice among several.
        status, reason: READY, or why nothing can be run.
        notebook: path of the file that runs; None unless READY.
        cells: that file's cells; empty unless READY.
        order: indices of all cells in the order to run them; empty: as they stand.
        files: everything that was handed in, the notebook included.
        notes: what a TA should know (other notebooks not chosen, older attempts, ...).
    """

    id: str
    people: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    origin: str = ""
    attempt: int = 1
    status: IntakeStatus = IntakeStatus.READY
    reason: str = ""
    notebook: PurePosixPath | None = None
    cells: tuple[SourceCell, ...] = ()
    order: tuple[int, ...] = ()
    files: tuple[SubmittedFile, ...] = ()
    notes: tuple[str, ...] = ()
