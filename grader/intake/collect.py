"""The order of intake: locate, tell attempts apart, read, choose, merge, name.

In:      paths as typed, an attempt policy.
Out:     submissions, sorted by id, and the strays of the batch.
Touches: reads files through `gather`; decides nothing that the other modules decide.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import NothingToGrade, Problem, UsageError
from grader.intake.attempts import AttemptPolicy, person_attempt, within
from grader.intake.candidate import Candidate, Stray
from grader.intake.choose import choose
from grader.intake.gather import read_files
from grader.intake.limits import Limits
from grader.intake.locate import locate
from grader.intake.merge import merged, with_twins
from grader.intake.naming import as_id, listed, make_unique, shown
from grader.intake.people import people_of
from grader.model.submission import IntakeStatus, Submission

_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What arrived: a batch, before anything ran.

    Attributes:
        submissions: sorted by id.
        strays: what lay beside them and is part of none, sorted by origin.
    """

    submissions: tuple[Submission, ...]
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    candidate: Candidate
    key: str
    number: int


def collect(
    paths: Sequence[Path],
    policy: AttemptPolicy = AttemptPolicy.LATEST,
    limits: Limits = _DEFAULT_LIMITS,
    whole: bool = False,
) -> tuple[Submission, ...]:
    """Read every submission found in `paths`; what is one, `locate` says.

    A damaged, refused or empty submission is a row with a status and a reason. The
    result does not depend on the order of `paths`. With `whole`, a folder that is given
    is one submission, as a student means it who checks their own.
    Raises: UsageError if a path does not exist or none is given; NothingToGrade if
            nothing in them looks like a submission.
    """
    return receive(paths, policy, limits, whole).submissions


def receive(
    paths: Sequence[Path],
    policy: AttemptPolicy = AttemptPolicy.LATEST,
    limits: Limits = _DEFAULT_LIMITS,
    whole: bool = False,
) -> Arrival:
    """As `collect`, and what was found beside the submissions."""
    if not paths:
        hint = "name a notebook, an archive or a folder of submissions"
        raise UsageError(Problem("", "no path was given", hint))
    located = locate(paths, limits, whole)
    if all(candidate.is_hollow for candidate in located.candidates):
        raise NothingToGrade(*map(_nothing_in, located.candidates))
    attempts = _chosen(_attempts(located.candidates), policy)
    read = [one for attempt in attempts for one in _open(attempt, policy, limits)]
    joined = [_with_ids(candidate, one) for candidate, one in merged(read)]
    ordered = sorted(joined, key=lambda one: (one.id, one.attempt, one.origin))
    ids = make_unique([one.id for one in ordered])
    named = [replace(one, id=name) for one, name in zip(ordered, ids, strict=True)]
    submissions = sorted(with_twins(named), key=lambda one: one.id)
    return Arrival(submissions=tuple(submissions), strays=tuple(located.strays))


def _nothing_in(candidate: Candidate) -> Problem:
    hint = "give a folder that holds notebooks, scripts or archives, or folders of them"
    return Problem(candidate.origin, "there is no submission in this folder", hint)


def _with_ids(candidate: Candidate, submission: Submission) -> Submission:
    return replace(
        submission, ids=tuple((platform, shown(id)) for platform, id in candidate.named.ids)
    )


def _attempts(candidates: Sequence[Candidate]) -> list[_Attempt]:
    names: dict[str, set[str]] = {}
    for one in candidates:
        names.setdefault(one.home, set()).add(one.named.key)
    found = []
    for one in candidates:
        key, number = one.named.key, one.named.attempt or 1
        if not one.named.platform:
            key, number = person_attempt(key, names[one.home])
        found.append(_Attempt(candidate=one, key=key, number=number))
    return found


def _chosen(attempts: Sequence[_Attempt], policy: AttemptPolicy) -> list[_Attempt]:
    """Apply the policy; the chosen attempt lists the files of those that were not."""
    groups: dict[tuple[str, str], list[_Attempt]] = {}
    for one in attempts:
        groups.setdefault((one.candidate.home, one.key), []).append(one)
    kept: list[_Attempt] = []
    for group in groups.values():
        group.sort(key=lambda one: (one.number, one.candidate.origin))
        if policy is AttemptPolicy.ALL or len(group) == 1:
            kept += group
            continue
        best = group.pop(-1 if policy is AttemptPolicy.LATEST else 0)
        others = listed((Path(one.candidate.origin).name for one in group), most=20)
        note = f"Not graded, since the policy is {policy}: {others}."
        name = Path(best.candidate.origin).name
        reason = f"Another attempt, {name}, was chosen: the policy is {policy}."
        candidate = replace(
            best.candidate,
            replaced=tuple((one.candidate, reason) for one in group),
            notes=(*best.candidate.notes, note),
        )
        kept.append(replace(best, candidate=candidate))
    return kept


def _open(
    attempt: _Attempt, policy: AttemptPolicy, limits: Limits
) -> list[tuple[Candidate, Submission]]:
    """Read one attempt; with the policy `all`, one folder may hold several."""
    one = attempt.candidate
    inside = within(_direct_names(one), policy, one.named.platform == "canvas")
    read = []
    for number, superseded in inside:
        candidate = replace(one, superseded=superseded)
        number = max(attempt.number, number)
        chosen = replace(attempt, candidate=candidate, number=number)
        read.append((candidate, _submission(chosen, policy, limits)))
    return read


def _direct_names(candidate: Candidate) -> list[str]:
    names = [name for _, name in candidate.files]
    for folder in candidate.folders:
        with suppress(OSError):  # the reason is given when it is read
            names += [place.name for place in folder.below()]
    return names


def _submission(attempt: _Attempt, policy: AttemptPolicy, limits: Limits) -> Submission:
    one = attempt.candidate
    choice = choose(read_files(one, limits), limits)
    suffix = f"--attempt{attempt.number}"
    again = policy is AttemptPolicy.ALL and attempt.number > 1
    refused = [f for f in choice.files if f.status is IntakeStatus.UNREADABLE]
    gone = tuple(one.superseded.values())
    every = (*(f.reason for f in refused), *gone)
    other = [reason for reason in every if reason != choice.reason]
    notes = (*one.notes, *choice.notes, *_capped(other))
    people = one.named.people if one.named.platform else people_of(attempt.key)
    return Submission(
        id=as_id([*one.categories, attempt.key]) + (suffix if again else ""),
        people=people,
        origin=one.origin,
        attempt=attempt.number,
        status=choice.status,
        reason=choice.reason,
        notebook=choice.main.path if choice.main else None,
        cells=choice.reading.cells,
        files=choice.files,
        notes=tuple(map(shown, notes)),
    )


def _capped(reasons: list[str], most: int = 10) -> list[str]:
    rest = len(reasons) - most
    return reasons[:most] + ([f"{rest} more files were refused."] if rest > 0 else [])
