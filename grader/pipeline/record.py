"""From a submission to stored evidence: run it, unless the same was run before."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grader import __version__, store
from grader.errors import EvidenceError
from grader.find import probes
from grader.model.evidence import SCHEMA, Cell, Document, Evidence
from grader.model.probe import Probe, Trace
from grader.model.recorded import Recorded
from grader.model.run import Limits, Run, RunStatus
from grader.model.submission import IntakeStatus, Submission
from grader.model.value import Array, ArrayRef, Arrays
from grader.pipeline.assignment import Assignment
from grader.run import Observed, execute


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a batch is to be graded.

    Attributes:
        jobs: how many runs at once; >= 1.
        limits: the budget of a run; None: the rubric's.
        fresh: run everything again, whatever is stored.
        salt: mixed into the seeds of inputs; another salt, other numbers.
        only: ids of the questions to judge; empty: all.
    """

    jobs: int = 1
    limits: Limits | None = None
    fresh: bool = False
    salt: str = ""
    only: tuple[str, ...] = ()


def record(
    submission: Submission, assignment: Assignment, options: Options, cache: Path
) -> tuple[Recorded, Path]:
    """Evidence about one submission, and the folder in which it is stored.

    Evidence made from the same files, probes, limits and version is used again; a run
    in which we failed is never used again.
    """
    limits = options.limits or assignment.limits
    key = _key(submission, assignment, limits, options.salt)
    folder = cache / key[:2] / key[2:40]
    if not options.fresh and store.exists(folder):
        try:
            stored = store.read(folder)
            if stored.evidence.run.status is not RunStatus.HARNESS_FAILED:
                return stored, folder
        except EvidenceError:
            pass  # damaged: made again below
    store.write(folder, _run(submission, assignment, limits, options.salt, key))
    return store.read(folder), folder


def _key(submission: Submission, assignment: Assignment, limits: Limits, salt: str) -> str:
    """Names all that goes into the evidence."""
    files = [
        [str(f.path), f.status.value, hashlib.sha256(f.data).hexdigest()]
        for f in submission.files
    ]
    cells = [[c.kind, c.source, list(c.tags), c.saved] for c in submission.cells]
    parts = [
        *(SCHEMA, __version__, submission.id, list(submission.people), submission.origin),
        list(map(list, submission.ids)),
        *(submission.attempt, submission.status.value, submission.reason),
        *(list(submission.notes), str(submission.notebook), files, cells),
        *(assignment.recipe, asdict(limits), salt),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _run(
    submission: Submission, assignment: Assignment, limits: Limits, salt: str, key: str
) -> Recorded:
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
        notes=submission.notes,
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
    observed = _execute(submission, assignment, limits, salt, evidence)
    return Recorded(
        evidence=_filled(evidence, observed),
        arrays=observed.arrays,
        pictures=observed.pictures,
        documents=documents,
    )


def _execute(
    submission: Submission,
    assignment: Assignment,
    limits: Limits,
    salt: str,
    evidence: Evidence,
) -> Observed:
    """Run it; the inputs of traced networks are those sent, whatever came back."""
    asked: dict[tuple[str, str], ArrayRef] = {}
    sent: dict[str, Array] = {}

    def ask(observed: Observed) -> tuple[tuple[Probe, ...], Arrays]:
        plan = probes(assignment.rubric, _filled(evidence, observed), salt)
        traces = [probe for probe in plan.probes if isinstance(probe, Trace)]
        asked.update({(trace.probe, trace.candidate): trace.x for trace in traces})
        sent.update({trace.x.sha256: plan.arrays[trace.x.sha256] for trace in traces})
        return tuple(plan.probes), plan.arrays

    observed = execute(submission, limits, ask)
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
