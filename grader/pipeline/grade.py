"""Grade a batch, or judge stored evidence again."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from grader import __version__, report, sheet, store
from grader.errors import EvidenceError, JudgeError, Problem, UsageError
from grader.find import Context
from grader.intake import collect
from grader.judge import Judge
from grader.mark import marked
from grader.model.evidence import Evidence
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.model.run import Limits, RunStatus
from grader.model.submission import Submission
from grader.model.verdict import Result
from grader.pipeline.assignment import Assignment
from grader.pipeline.record import Options, record
from grader.report import RunFacts

Progress = Callable[[int, int, Result], None]
RUN_FILE = "run.json"
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


def grade(
    assignment: Assignment,
    paths: Sequence[Path],
    out: Path,
    options: Options,
    progress: Progress | None = None,
) -> Batch:
    """Grade every submission found in `paths` and write the sheets to `out`.

    Raises: InputError for wrong paths; JudgeError if the reference does not run.
    """
    submissions = collect(paths)
    cache = out.parent / ".evidence"
    judge = judge_for(assignment, options, cache, out)
    results: list[Result] = []
    with ThreadPoolExecutor(options.jobs) as pool:
        futures = [
            pool.submit(_one, submission, assignment, options, cache, out, judge)
            for submission in submissions
        ]
        for result in _as_done(futures):
            results.append(result)
            if progress:
                progress(len(results), len(futures), result)
    _drop_others(out / "evidence", {s.id for s in submissions})
    return finish(assignment, results, out, options)


def _as_done(futures: list[Future[Result]]) -> Iterable[Result]:
    """Results as they come; the first failure of ours ends the batch, not the rows."""
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _one(
    submission: Submission,
    assignment: Assignment,
    options: Options,
    cache: Path,
    out: Path,
    judge: Judge,
) -> Result:
    recorded, folder = record(submission, assignment, options, cache)
    store.link(folder, out / "evidence" / submission.id)
    return judged(judge, recorded)


def judge_for(assignment: Assignment, options: Options, cache: Path, out: Path) -> Judge:
    """A judge with the reference's evidence, which is made in a sandbox of its own."""
    recorded, folder = record(assignment.reference, assignment, options, cache)
    run = recorded.evidence.run
    if run.status is not RunStatus.OK:
        failed = [c for c in recorded.evidence.cells if c.error]
        first = f": {failed[0].error}" if failed else ""
        raise JudgeError(f"the reference does not run ({run.status}) {run.reason}{first}")
    store.link(folder, out / REFERENCE)
    return Judge(_kept(assignment.rubric, options.only), recorded, assignment.handed_out)


def _kept(rubric: Rubric, only: tuple[str, ...]) -> Rubric:
    """The rubric with some of its questions only.

    Raises: UsageError for a question the rubric does not have.
    """
    if not only:
        return rubric
    known = [question.id for question in rubric.questions]
    for id in only:
        if id not in known:
            hint = f"questions are {', '.join(known)}"
            raise UsageError(Problem("--only", f"there is no question {id}", hint))
    questions = tuple(question for question in rubric.questions if question.id in only)
    return rubric.model_copy(update={"questions": questions})


def reference_result(assignment: Assignment, out: Path) -> Result:
    """The reference judged against itself, from the evidence a batch left in `out`."""
    recorded = store.read(out / REFERENCE)
    return judged(Judge(assignment.rubric, recorded), recorded)


def judged(judge: Judge, recorded: Recorded) -> Result:
    """Judge and mark one submission."""
    return marked(judge.rubric, recorded.evidence, judge.verdicts(recorded))


def regrade(assignment: Assignment, run: Path, out: Path | None = None) -> Batch:
    """Judge the stored evidence of a run again, without a kernel, and write the sheets.

    Raises: UsageError if the rubric asks a kernel for what was not recorded;
            EvidenceError if the run's folder is damaged.
    """
    facts = _read_run(run)
    if facts["recipe"] != assignment.recipe:
        raise UsageError(
            Problem(
                str(run / RUN_FILE),
                "the rubric now puts other questions to the kernel than this run did",
                "run `grader grade` again; what has not changed is not run twice",
            )
        )
    options = Options(only=tuple(facts["only"]), salt=str(facts["salt"]))
    reference = store.read(run / REFERENCE)
    judge = Judge(_kept(assignment.rubric, options.only), reference, assignment.handed_out)
    folders = sorted(path for path in (run / "evidence").iterdir() if store.exists(path))
    results = [judged(judge, store.read(folder)) for folder in folders]
    target = out or run
    return finish(assignment, results, target, options, evidence=run)


def _read_run(run: Path) -> dict[str, list[str] | str]:
    if not (run / RUN_FILE).is_file():
        hint = "give the folder that `grader grade` wrote to"
        raise UsageError(Problem(str(run), f"this is no run: there is no {RUN_FILE}", hint))
    try:
        facts: dict[str, list[str] | str] = json.loads((run / RUN_FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceError(f"{run / RUN_FILE} cannot be read: {error}") from error
    return facts


def assignment_of(run: Path) -> str:
    """The slug of the assignment that a run graded."""
    return str(_read_run(run)["assignment"])


def finish(
    assignment: Assignment,
    results: Iterable[Result],
    out: Path,
    options: Options,
    evidence: Path | None = None,
) -> Batch:
    """Write sheets, reports and feedback; everything is replaced as a whole."""
    ordered = tuple(sorted(results, key=lambda result: result.submission))
    lines = assignment.lines(options.only)
    where = (evidence or out) / "evidence"
    out.mkdir(parents=True, exist_ok=True)
    sheet.write(out, ordered, lines)
    reference = store.read((evidence or out) / REFERENCE).evidence
    facts = _facts(reference)
    _put(out / "report.html", report.report_html(ordered, lines, facts=facts))
    for result in ordered:
        recorded = store.read(where / result.submission)
        page = report.feedback_html(
            result,
            lines,
            evidence=recorded.evidence,
            pictures=recorded.pictures,
            placed=_placed(recorded, assignment.rubric),
        )
        _put(out / report.feedback_path(result.submission), page)
    _put(
        out / RUN_FILE, _run_json(assignment, ordered, options, facts, reference.run.limits)
    )
    return Batch(assignment=assignment, results=ordered, out=out, only=options.only)


def _placed(recorded: Recorded, rubric: Rubric) -> dict[str, list[str]]:
    """Pictures by the question in whose cells they were shown."""
    questions = [question.id for question in rubric.questions]
    sections = Context(recorded, questions).sections
    found: dict[str, list[str]] = {}
    for cell in recorded.evidence.cells:
        question = next((q for q in sections.touched.get(cell.index, ()) if q), "")
        if question:
            found.setdefault(question, []).extend(cell.pictures)
    return found


def _put(path: Path, text: str) -> None:
    """Write a file completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(text.encode("utf-8", "replace"))
    os.replace(fresh, path)


def _facts(reference: Evidence) -> RunFacts:
    versions = (("grader", __version__), *reference.run.versions)
    return RunFacts(isolation=reference.run.isolation, versions=versions)


def _run_json(
    assignment: Assignment,
    results: tuple[Result, ...],
    options: Options,
    facts: RunFacts,
    limits: Limits,
) -> str:
    plain = {
        "schema": 1,
        "assignment": assignment.rubric.assignment,
        "rubric_sha256": assignment.sha256,
        "recipe": assignment.recipe,
        "salt": options.salt,
        "only": list(options.only),
        "versions": dict(facts.versions),
        "isolation": facts.isolation,
        "limits": {
            "cell_seconds": limits.cell_seconds,
            "total_seconds": limits.total_seconds,
            "probe_seconds": limits.probe_seconds,
        },
        "submissions": [r.submission for r in results],
    }
    return json.dumps(plain, indent=2, sort_keys=True) + "\n"


def _drop_others(folder: Path, keep: set[str]) -> None:
    """Evidence of submissions that are no longer in the batch leaves the run's folder."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in keep:
            shutil.rmtree(path)
