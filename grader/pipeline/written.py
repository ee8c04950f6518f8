"""Write what a batch found: sheets, reports and feedback.

In:      results, the evidence that they rest on, the assignment.
Out:     a batch.
Touches: the folder of the run; every file is replaced as a whole.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader import report, sheet, store
from grader.find import Context
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.model.verdict import Result
from grader.pipeline.assignment import Assignment
from grader.pipeline.bound import plainly
from grader.pipeline.record import Options
from grader.pipeline.runfile import RUN_FILE, put, run_facts, run_json, spelled

Guarantees = dict[str, str]
REFERENCE = "reference"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What grading a batch gave.

    Attributes:
        assignment: what was graded. results: one per submission, sorted by id.
        out: the folder that holds the sheets. only: the questions judged, if not all.
    """

    assignment: Assignment
    results: tuple[Result, ...]
    out: Path
    only: tuple[str, ...] = ()

    @property
    def unscored(self) -> int:
        """How many criteria a person must look at."""
        return sum(
            mark.points is None and mark.maximum > 0
            for result in self.results
            for mark in result.marks
        )


def finish(
    assignment: Assignment,
    results: Iterable[Result],
    out: Path,
    options: Options,
    guarantees: Guarantees,
    evidence: Path | None = None,
) -> Batch:
    """Write sheets, reports and feedback; everything is replaced as a whole."""
    ordered = tuple(sorted(results, key=lambda result: result.submission))
    lines = assignment.lines(options.only)
    where = (evidence or out) / "evidence"
    out.mkdir(parents=True, exist_ok=True)
    sheet.write(out, ordered, lines)
    reference = store.read((evidence or out) / REFERENCE).evidence
    runs = [reference.run]
    for result in ordered:
        recorded = store.read(where / result.submission)
        runs.append(recorded.evidence.run)
        page = report.feedback_html(
            result,
            lines,
            evidence=recorded.evidence,
            pictures=recorded.pictures,
            placed=_placed(recorded, assignment.rubric),
        )
        put(out / report.feedback_path(result.submission), page)
    facts = run_facts(runs)
    put(out / "report.html", report.report_html(ordered, lines, facts=facts))
    plain = run_json(assignment, ordered, options, facts, reference.run.limits)
    put(
        out / RUN_FILE,
        spelled({**plain, "guarantees": guarantees, "bindings": plainly(options.bindings)}),
    )
    return Batch(assignment=assignment, results=ordered, out=out, only=options.only)


def _placed(recorded: Recorded, rubric: Rubric) -> dict[str, list[str]]:
    """Pictures by the question in whose cells they were shown."""
    sections = Context(recorded, list(rubric.titles), titles=rubric.titles).sections
    found: dict[str, list[str]] = {}
    for cell in recorded.evidence.cells:
        question = next((q for q in sections.touched.get(cell.index, ()) if q), "")
        if question:
            found.setdefault(question, []).extend(cell.pictures)
    return found


def drop_others(folder: Path, keep: set[str]) -> None:
    """Evidence of submissions that are no longer in the batch leaves the run's folder."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in keep:
            shutil.rmtree(path)
