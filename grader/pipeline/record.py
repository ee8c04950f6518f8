"""From a submission to stored evidence: run it, unless the same was run before."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from grader import __version__, store
from grader.errors import EvidenceError
from grader.find import probes
from grader.model.bindings import Bindings
from grader.model.evidence import SCHEMA, Cell, Document, Evidence
from grader.model.probe import Probe, Trace
from grader.model.recorded import Recorded
from grader.model.run import Limits, Run, RunStatus
from grader.model.submission import IntakeStatus, Submission
from grader.model.value import Array, ArrayRef, Arrays
from grader.pipeline.assignment import Assignment
from grader.pipeline.bound import answers_of, asked_also
from grader.pipeline.made_by import recording_code
from grader.pipeline.repairing import with_repairs
from grader.run import Isolation, Level, Observed, choose, execute
from grader.store.claims import claim

CLAIMS = "claims"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a batch is to be graded.

    Attributes:
        jobs: how many runs at once; >= 1.
        limits: the budget of a run; None: the rubric's.
        fresh: run everything again, whatever is stored.
        salt: mixed into the seeds of inputs; another salt, other numbers. Empty: the
            one that is kept beside the evidence, drawn at random.
        only: ids of the questions to judge; empty: all.
        isolation: how runs are confined; None: as well as this machine can.
        bindings: where a TA says that answers are, read from the file of bindings.
        bindings_file: that file; None: bindings.yaml beside the submissions, if any.
    """

    jobs: int = 1
    limits: Limits | None = None
    fresh: bool = False
    salt: str = ""
    only: tuple[str, ...] = ()
    isolation: Isolation | None = None
    bindings: Bindings = field(default_factory=Bindings)
    bindings_file: Path | None = None

    @property
    def level(self) -> Level | None:
        """The level of isolation that was chosen, if one was."""
        return self.isolation.level if self.isolation else None


def record(
    submission: Submission, assignment: Assignment, options: Options, cache: Path
) -> Path:
    """The folder in which evidence about one submission is stored, after it was made."""
    with _made(submission, assignment, options, cache) as folder:
        return folder


def recorded(
    submission: Submission, assignment: Assignment, options: Options, cache: Path
) -> tuple[Recorded, Path]:
    """The evidence itself too, read while nobody can put another in its place."""
    with _made(submission, assignment, options, cache) as folder:
        return store.read(folder), folder


@contextmanager
def _made(
    submission: Submission, assignment: Assignment, options: Options, cache: Path
) -> Iterator[Path]:
    """Make the evidence, unless it is there, and hold the claim on it.

    Evidence made from the same files, probes and limits by the same code is used again; a
    run in which we failed, or that was confined less than this one shall be, never is.
    Of several who want the same, one runs it and the others wait.
    """
    submission = assignment.supplied(submission)
    limits = options.limits or assignment.limits
    asked = asked_also(options.bindings.of(submission.id))
    key = _key(submission, assignment, limits, f"{options.salt}{asked}")
    folder = cache / key[:2] / key[2:40]
    with claim(cache / CLAIMS, key[:40]):
        stored = None if options.fresh else _stored(folder, options.level)
        if stored is None:
            options = replace(options, limits=limits)
            made = with_repairs(
                submission, assignment, lambda again: _run(again, assignment, options, key)
            )
            store.write(folder, made)
        yield folder


def _stored(folder: Path, level: Level | None) -> Recorded | None:
    """Evidence that is there already, if it can stand for a new run."""
    try:
        stored = store.read(folder) if store.exists(folder) else None
    except EvidenceError:
        return None  # damaged: made again
    return stored if stored and _is_good_enough(stored.evidence.run, level) else None


def _is_good_enough(run: Run, level: Level | None) -> bool:
    """Tell whether a stored run may stand for a new one at a level."""
    if run.status is RunStatus.HARNESS_FAILED:
        return False
    return run.status is RunStatus.NOT_RUN or level is None or run.isolation >= level


def _key(submission: Submission, assignment: Assignment, limits: Limits, salt: str) -> str:
    """Names all that goes into the evidence."""
    files = [
        [str(f.path), f.status.value, hashlib.sha256(f.data).hexdigest()]
        for f in submission.files
    ]
    cells = [[c.kind, c.source, list(c.tags), c.saved] for c in submission.cells]
    parts = [
        *(SCHEMA, __version__, recording_code(), submission.id),
        *(list(submission.people), submission.origin),
        list(map(list, submission.ids)),
        *(submission.attempt, submission.status.value, submission.reason),
        *(list(submission.notes), str(submission.notebook), files, cells),
        *(assignment.recipe, asdict(limits), salt),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _run(
    submission: Submission, assignment: Assignment, options: Options, key: str
) -> Recorded:
    limits = options.limits or assignment.limits
    answers, misread = answers_of(submission, assignment.rubric)
    kept = [f for f in submission.files if f.status is IntakeStatus.KEPT]
    documents = {hashlib.sha256(f.data).hexdigest(): f.data for f in kept}
    evidence = Evidence(
        submission=submission.id,
        run=Run(status=RunStatus.NOT_RUN, reason=submission.reason, limits=limits),
        people=submission.people,
        ids=submission.ids,
        attempt=submission.attempt,
        origin=submission.origin,
        intake=submission.status.value,
        intake_reason=submission.reason,
        notebook=str(submission.notebook or ""),
        notes=(*submission.notes, *misread),
        bindings=answers,
        documents=tuple(
            Document(
                path=str(f.path),
                sha256=hashlib.sha256(f.data).hexdigest(),
                size=len(f.data),
            )
            for f in kept
        ),
        cells=tuple(
            Cell(index=i, kind=c.kind, source=c.source, tags=c.tags, saved=c.saved)
            for i, c in enumerate(submission.cells)
        ),
        key=key,
    )
    if submission.status is not IntakeStatus.READY:
        return Recorded(evidence=evidence, documents=documents)
    observed = _execute(submission, assignment, options, evidence)
    return Recorded(
        evidence=_filled(evidence, observed),
        arrays=observed.arrays,
        pictures=observed.pictures,
        documents=documents,
    )


def _execute(
    submission: Submission,
    assignment: Assignment,
    options: Options,
    evidence: Evidence,
) -> Observed:
    """Run it; the inputs of traced networks are those sent, whatever came back."""
    asked: dict[tuple[str, str], ArrayRef] = {}
    sent: dict[str, Array] = {}

    def ask(observed: Observed) -> tuple[tuple[Probe, ...], Arrays]:
        filled = _filled(evidence, observed)
        bound = (*options.bindings.of(submission.id), *filled.bindings)
        plan = probes(assignment.rubric, filled, options.salt, bound)
        traces = [probe for probe in plan.probes if isinstance(probe, Trace)]
        asked.update({(trace.probe, trace.candidate): trace.x for trace in traces})
        sent.update({trace.x.sha256: plan.arrays[trace.x.sha256] for trace in traces})
        return tuple(plan.probes), plan.arrays

    observed = execute(submission, evidence.run.limits, ask, choose(options.level))
    networks = tuple(
        replace(reply, x=asked.get((reply.probe, reply.candidate)))
        for reply in observed.networks
    )
    return replace(observed, networks=networks, arrays={**observed.arrays, **sent})


def _filled(evidence: Evidence, observed: Observed) -> Evidence:
    return replace(
        evidence,
        run=observed.run,
        cells=observed.cells,
        names=observed.names,
        candidates=observed.candidates,
        drawings=observed.drawings,
        replies=observed.replies,
        networks=observed.networks,
    )
