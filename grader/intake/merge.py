"""Make one submission of the copies that a platform gave to each member of a group.

In:   submissions, read, each with the candidate it came from.
Out:  submissions, fewer; notes where strangers handed in the same bytes.
Pure: no files.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.intake.candidate import Candidate
from grader.intake.content import content_of
from grader.intake.naming import listed, safe_part
from grader.model.submission import IntakeStatus, Submission, SubmittedFile

Read = tuple[Candidate, Submission]
_ANYTHING = (IntakeStatus.READY, IntakeStatus.KEPT, IntakeStatus.UNREADABLE)


def merged(read: Sequence[Read]) -> list[Read]:
    """Merge equal copies within a group; the first member's, by id, stays.

    Copies count as one only where a platform names the group: equal files of people who
    are in none are two submissions, and a person should ask.
    """
    groups: dict[tuple[object, ...], list[Read]] = {}
    for number, one in enumerate(sorted(read, key=_order)):
        candidate, submission = one
        group = candidate.named.group
        own = _digest(submission) if group else ""
        key = (candidate.home, group, submission.attempt, own) if own else (number,)
        groups.setdefault(key, []).append(one)
    return [_as_one(group) for group in groups.values()]


def with_twins(submissions: Sequence[Submission]) -> list[Submission]:
    """Note on each submission which others hold the same files, byte by byte."""
    holders: dict[str, list[Submission]] = {}
    for one in submissions:
        holders.setdefault(_digest(one), []).append(one)
    return [_noted(one, holders[_digest(one)]) for one in submissions]


def _noted(one: Submission, holders: Sequence[Submission]) -> Submission:
    others = [other.id for other in holders if other.people != one.people or not one.people]
    others = [id for id in others if id != one.id]
    if one.status is not IntakeStatus.READY or not others:
        return one
    note = f"The same files, byte by byte, were handed in as {listed(others)}."
    return replace(one, notes=(*one.notes, note))


def _order(one: Read) -> tuple[str, int, str]:
    return (one[1].id, one[1].attempt, one[1].origin)


def _digest(submission: Submission) -> str:
    """The same for the same files under the same paths; "" where there are none."""
    held = [
        (str(file.path), content_of(file).sha256)
        for file in submission.files
        if file.status in _ANYTHING and content_of(file).size
    ]
    return hashlib.sha256(repr(held).encode("utf-8", "replace")).hexdigest() if held else ""


def _as_one(group: Sequence[Read]) -> Read:
    (first, kept), *others = group
    if not others:
        return first, kept
    everyone = [one for one, _ in group]
    people = tuple(dict.fromkeys(name for one in everyone for name in one.named.people))
    ids = tuple(dict.fromkeys(id for one in everyone for id in one.named.ids))
    copies = [file for _, other in others for file in _copies(other, kept)]
    note = f"One copy for each member of {first.named.group} arrived; all are the same."
    together = replace(
        kept,
        people=people,
        files=(*kept.files, *copies),
        notes=tuple(dict.fromkeys((*kept.notes, note))),
    )
    return replace(first, named=replace(first.named, people=people, ids=ids)), together


def _copies(submission: Submission, kept: Submission) -> list[SubmittedFile]:
    folder = safe_part(f"copy of {submission.id}")
    return [
        SubmittedFile(
            path=PurePosixPath(folder) / file.path,
            data=b"",
            status=IntakeStatus.SUPERSEDED,
            reason=f"The same as {file.path} of {kept.id}, byte by byte.",
        )
        for file in submission.files
    ]
