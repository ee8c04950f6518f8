"""Look into one verdict of a run, and save where a person says its answer is.

In:      a run's folder, a submission, a criterion.
Out:     how its verdict came about; what a decision changes.
Touches: reads the run's evidence; writes its bindings.yaml. No kernel is started.

A review page and the command line call the same functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from grader import rubric as rubrics
from grader import store
from grader.errors import Problem, UsageError
from grader.judge import Judge
from grader.model.bindings import Bindings, Bound
from grader.model.explanation import Explanation
from grader.model.recorded import Recorded
from grader.model.rubric import Rubric
from grader.model.verdict import Verdict
from grader.pipeline.assignment import Assignment
from grader.pipeline.grade import judge_of
from grader.pipeline.judges import judged


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Where a person says that an answer is, and why.

    Attributes:
        bound: the place. because, by, when: in the person's words; may be empty.
    """

    bound: Bound
    because: str = ""
    by: str = ""
    when: str = ""


def explain(
    assignment: Assignment, run: Path, submission: str, criterion: str
) -> tuple[Verdict, tuple[Explanation, ...]]:
    """The verdict that counts, and how it came about; with repairs, in both runs.

    Raises: UsageError for an unknown submission or criterion; else as `regrade`.
    """
    question = _question(assignment.rubric, criterion, criteria_only=True)
    judge, _ = judge_of(assignment, run)
    judge = replace(judge, only=(question,))
    recorded = _evidence(run, submission)
    found = [judge.explained(recorded, criterion)]
    if recorded.straight is not None:
        straight = judge.explained(recorded.straight, criterion)
        found = [
            replace(straight, run="without repairs"),
            replace(found[0], run="with repairs"),
        ]
    return _verdicts(judge, recorded)[criterion], tuple(found)


def accepted(explanation: Explanation) -> Bound:
    """The place of what was judged, as a decision that it is the answer meant.

    Raises: UsageError if nothing was found, or its place cannot be named.
    """
    binding, id = explanation.verdict.binding, explanation.criterion
    where = f"{explanation.submission} {id}"
    hint = "give a place: --cell, --name, --panel or --value"
    if binding is None:
        raise UsageError(Problem(where, "nothing was found that could be accepted", hint))
    hits = [h for s in explanation.searches for h in s.found.hits]
    values = [h.value for h in hits if h.binding == binding]
    cells = () if binding.cell is None else (binding.cell,)
    if values and isinstance(values[0], int | float):
        return Bound(target=id, cells=cells, value=float(values[0]), by=rubrics.BY_REVIEW)
    if not (cells or binding.names):
        raise UsageError(Problem(where, f"{binding.what} has no place to bind", hint))
    together = len(binding.names) > 1  # a pair may stand in two cells
    return Bound(
        target=id,
        cells=() if together else cells,
        names=binding.names,
        by=rubrics.BY_REVIEW,
    )


def bind(
    assignment: Assignment, run: Path, submission: str, decision: Decision
) -> tuple[Mapping[str, Verdict], Mapping[str, Verdict]]:
    """Save a decision with a run; the verdicts of its question before and after.

    The next `grade` into the same folder and the next `regrade` of it obey. Nothing is
    saved if nothing of the kind is at that place.

    Raises: UsageError for an unknown target or an empty place; else as `regrade`.
    """
    bound = replace(decision.bound, by=rubrics.BY_REVIEW)
    question = _question(assignment.rubric, bound.target)
    judge, _ = judge_of(assignment, run)
    judge = replace(judge, only=(question,))
    recorded = _evidence(run, submission)
    told = replace(judge, bindings=_first(judge.bindings, submission, bound))
    if bound.target != question:
        _see_that_it_is_there(told, recorded, bound)
    why = {"because": decision.because, "by": decision.by, "when": decision.when}
    rubrics.save_binding(run / rubrics.BINDINGS, submission, bound, **why)
    return _verdicts(judge, recorded), _verdicts(told, recorded)


def _first(bindings: Bindings, submission: str, bound: Bound) -> Bindings:
    of = dict(bindings.of_submission)
    of[submission] = (bound, *of.get(submission, ()))
    return Bindings(of_submission=of)


def _verdicts(judge: Judge, recorded: Recorded) -> dict[str, Verdict]:
    return {mark.criterion: mark.verdict for mark in judged(judge, recorded).marks}


def _evidence(run: Path, submission: str) -> Recorded:
    folder = run / "evidence" / submission
    if not submission or not store.exists(folder):
        known = sorted(path.name for path in (run / "evidence").iterdir())
        what = f"there is no submission {submission!r} in this run"
        raise UsageError(Problem(str(run), what, _near(submission, known)))
    return store.read(folder)


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known[:20])}"


def _question(rubric: Rubric, target: str, *, criteria_only: bool = False) -> str:
    """The id of the question that a criterion is part of; of a question its own."""
    homes = {c.id: q.id for q, c in rubric.criteria()}
    if not criteria_only:
        homes |= {q.id: q.id for q in rubric.questions}
    if target not in homes:
        what = f"there is no criterion {target!r}"
        raise UsageError(Problem(rubric.assignment, what, _near(target, list(homes))))
    return homes[target]


def _see_that_it_is_there(judge: Judge, recorded: Recorded, bound: Bound) -> None:
    """Raises: UsageError if the finder sees nothing of the kind at the place."""
    explanation = judge.explained(recorded, bound.target)
    where = f"{explanation.submission} {bound.target}"
    if not explanation.searches:
        what = "nothing is looked for here, so nothing can be bound"
        raise UsageError(Problem(where, what, explanation.verdict.reason))
    said = f"{bound.by} say so"
    hits = [h for s in explanation.searches for h in s.found.hits]
    if not any(said in hit.binding.reasons for hit in hits):
        nearest = [n for s in explanation.searches for n in s.found.nearest]
        what = nearest[0] if nearest else "nothing of that kind is there"
        hint = f"`grader explain {bound.target}` with --run and --submission lists "
        raise UsageError(Problem(where, what, hint + "what was found"))
