"""Grade a batch, or judge stored evidence again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from grader import store
from grader.errors import JudgeError, Problem, UsageError
from grader.intake import receive
from grader.judge import Judge
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.model.run import RunStatus
from grader.model.submission import Submission
from grader.model.verdict import Result
from grader.pipeline.arrivals import write_files
from grader.pipeline.assignment import Assignment
from grader.pipeline.bound import bindings_of, kept_bindings, with_decisions
from grader.pipeline.judges import Judges, judged, judges
from grader.pipeline.memory import share_one_heap
from grader.pipeline.record import CLAIMS, Options, record, recorded
from grader.pipeline.runfile import RUN_FILE, read_run
from grader.pipeline.salting import kept_salt
from grader.pipeline.written import REFERENCE, Batch, Guarantees, drop_others, finish
from grader.run import decide
from grader.store.claims import claim

Progress = Callable[[int, int, Result], None]


def grade(
    assignment: Assignment,
    paths: Sequence[Path],
    out: Path,
    options: Options,
    progress: Progress | None = None,
) -> Batch:
    """Grade every submission found in `paths` and write the sheets to `out`.

    Raises: InputError for wrong paths, or while another writes to `out`; JudgeError if
            the reference does not run.
    """
    _known(options.only, assignment.rubric)
    share_one_heap()
    options = replace(options, isolation=options.isolation or decide(trusted=True))
    arrival = receive(paths)
    cache = out.parent / ".evidence"
    with _alone_in(out, cache):
        write_files(arrival, out)
        found = bindings_of(
            assignment.rubric, options.bindings_file, paths, arrival.submissions
        )
        bound = with_decisions(assignment.rubric, out, found)
        salt = options.salt or kept_salt(cache)
        options = replace(options, bindings=bound, salt=salt)
        judge = judge_for(assignment, options, cache, out)
        results = _results(judge, arrival.submissions, assignment, options, out, progress)
        drop_others(out / "evidence", {s.id for s in arrival.submissions})
        return finish(assignment, results, out, options, promised(options))


@contextmanager
def _alone_in(out: Path, cache: Path) -> Iterator[None]:
    """Be the only one who grades into a folder. Raises: UsageError if another does."""
    try:
        with claim(cache / CLAIMS, str(out.resolve()), wait=False):
            yield
    except BlockingIOError as error:
        hint = "wait until it is done, or choose another folder with --out"
        problem = Problem(str(out), "another `grader grade` writes to this folder", hint)
        raise UsageError(problem) from error


def _results(
    judge: Judge,
    submissions: Sequence[Submission],
    assignment: Assignment,
    options: Options,
    out: Path,
    progress: Progress | None,
) -> list[Result]:
    """Run and judge all, several at once; results in the order in which they come."""
    cache, results = out.parent / ".evidence", []
    with judges(judge, options.jobs) as several, ThreadPoolExecutor(options.jobs) as pool:
        futures = [
            pool.submit(_one, submission, assignment, options, cache, out, several)
            for submission in submissions
        ]
        for result in _as_done(futures):
            results.append(result)
            if progress:
                progress(len(results), len(futures), result)
    return results


def promised(options: Options) -> Guarantees:
    """What the chosen isolation was seen to guarantee; by name how far."""
    found = options.isolation.vector if options.isolation else {}
    return {name: str(state) for name, state in found.items()}


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
    several: Judges,
) -> Result:
    folder = record(submission, assignment, options, cache)
    store.link(folder, out / "evidence" / submission.id)
    return several.result(folder)


def judge_for(assignment: Assignment, options: Options, cache: Path, out: Path) -> Judge:
    """A judge with the reference's evidence, which is made in a sandbox of its own."""
    reference, folder = recorded(assignment.reference, assignment, options, cache)
    run = reference.evidence.run
    if run.status is not RunStatus.OK:
        failed = [c for c in reference.evidence.cells if c.error]
        first = f": {failed[0].error}" if failed else ""
        raise JudgeError(f"the reference does not run ({run.status}) {run.reason}{first}")
    store.link(folder, out / REFERENCE)
    return _judge(assignment, reference, options)


def _judge(assignment: Assignment, reference: Recorded, options: Options) -> Judge:
    """A judge of some questions, or of all. Raises: as `_known`."""
    _known(options.only, assignment.rubric)
    return Judge(
        assignment.rubric,
        reference,
        assignment.handed_out,
        options.only,
        assignment.skeleton,
        options.bindings,
        assignment.distribution,
    )


def _known(only: Iterable[str], rubric: Rubric) -> None:
    """Raises: UsageError for a question the rubric does not have."""
    known = [question.id for question in rubric.questions]
    for id in only:
        if id not in known:
            hint = f"questions are {', '.join(known)}"
            raise UsageError(Problem("--only", f"there is no question {id}", hint))


def reference_result(assignment: Assignment, out: Path) -> Result:
    """The reference judged against itself, from the evidence a batch left in `out`."""
    recorded = store.read(out / REFERENCE)
    judge = Judge(assignment.rubric, recorded, distribution=assignment.distribution)
    return judged(judge, recorded)


def regrade(
    assignment: Assignment,
    run: Path,
    out: Path | None = None,
    bindings: Path | None = None,
    jobs: int = 1,
) -> Batch:
    """Judge the stored evidence of a run again, without a kernel, and write the sheets.

    Answers are where `bindings` says, or, without it, where the run was told.

    Raises: UsageError if the rubric asks a kernel for what was not recorded;
            EvidenceError if the run's folder is damaged.
    """
    facts = read_run(run)
    judge, options = judge_of(assignment, run, bindings)
    folders = sorted(path for path in (run / "evidence").iterdir() if store.exists(path))
    with judges(judge, jobs) as several:
        results = several.results(folders)
    target = out or run
    kept = facts.get("guarantees")
    return finish(assignment, results, target, options, kept or {}, evidence=run)


def judge_of(
    assignment: Assignment, run: Path, bindings: Path | None = None
) -> tuple[Judge, Options]:
    """The judge of a run that is there, with the reference that it kept.

    Raises: as `regrade`.
    """
    facts = read_run(run)
    if facts["recipe"] != assignment.recipe:
        raise UsageError(
            Problem(
                str(run / RUN_FILE),
                "the rubric now puts other questions to the kernel than this run did",
                "run `grader grade` again; what has not changed is not run twice",
            )
        )
    rubric, kept = assignment.rubric, facts.get("bindings", {})
    bound = with_decisions(rubric, run, kept_bindings(rubric, bindings, kept))
    options = Options(only=tuple(facts["only"]), salt=str(facts["salt"]), bindings=bound)
    return _judge(assignment, store.read(run / REFERENCE), options), options
