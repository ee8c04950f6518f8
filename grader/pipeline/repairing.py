"""Run a notebook that failed a second time, with the repairs a marker would make."""

from collections.abc import Callable
from dataclasses import replace

from grader import repair
from grader.model.evidence import Cell, Evidence
from grader.model.recorded import Recorded
from grader.model.repair import Plan
from grader.model.run import RunStatus
from grader.model.submission import IntakeStatus, Submission
from grader.pipeline.assignment import Assignment

ROUNDS = 3
"""A repair may show the next thing to repair; so often at most."""
WORTH_A_TRY = (RunStatus.ERRORS, RunStatus.CELL_TIMEOUT)


def with_repairs(
    submission: Submission,
    assignment: Assignment,
    run: Callable[[Submission], Recorded],
) -> Recorded:
    """Run a submission; if cells fail and repairs help, run it with them as well.

    Returns: the straight run, or the repaired one with the straight one beside it. The
        repaired one is kept only if fewer cells fail.
    """
    straight = best = last = run(submission)
    if submission.cells is assignment.reference.cells:
        return straight
    files = [
        file.path
        for file in submission.files
        if file.status in (IntakeStatus.READY, IntakeStatus.KEPT)
    ]
    rubric, plan = assignment.rubric, None
    for _ in range(ROUNDS):
        if last.evidence.run.status not in WORTH_A_TRY:
            break
        refused = rubric.repairs.refused()
        plan = repair.propose(last.evidence, files, rubric.data, refused, plan)
        if plan is None:
            break
        last = _restored(run(_changed(submission, plan)), submission, plan)
        if _is_better(last.evidence, best.evidence):
            best = last
    if best is straight:
        return straight
    return replace(best, straight=replace(straight, documents={}))


def _is_better(new: Evidence, old: Evidence) -> bool:
    kept = (RunStatus.OK, *WORTH_A_TRY)
    return new.run.status in kept and repair.failures(new) < repair.failures(old)


def _changed(submission: Submission, plan: Plan) -> Submission:
    """The submission as it is run the second time."""
    cells = tuple(
        replace(cell, source=plan.sources.get(index, cell.source))
        for index, cell in enumerate(submission.cells)
    )
    return replace(submission, cells=cells, order=plan.order)


def _restored(recorded: Recorded, submission: Submission, plan: Plan) -> Recorded:
    """Evidence with the sources as handed in, and a note on every repaired cell."""
    notes: dict[int, list[str]] = {}
    for made in plan.repairs:
        notes.setdefault(made.cell, []).append(f"Repaired: {made.what}")
    cells = tuple(
        _cell(cell, submission, plan.shifts.get(cell.index, 0), notes.get(cell.index, ()))
        for cell in recorded.evidence.cells
    )
    evidence = replace(recorded.evidence, cells=cells, repairs=plan.repairs)
    return replace(recorded, evidence=evidence)


def _cell(
    cell: Cell, submission: Submission, shift: int, notes: list[str] | tuple[()]
) -> Cell:
    error = cell.error
    if error is not None and error.line is not None:
        error = replace(error, line=max(1, error.line - shift))
    source = submission.cells[cell.index].source
    return replace(cell, source=source, error=error, notes=(*notes, *cell.notes))
