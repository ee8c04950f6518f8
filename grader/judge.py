"""Decide every criterion of a rubric for one submission.

In:   a rubric, the submission's evidence and the reference's.
Out:  one verdict per criterion, in the rubric's order.
Pure: no files, no kernels; the same evidence gives the same verdicts.

A check that fails through our own fault gives judge_error, never fail. Where something
could not be found and may yet exist (on paper, in a file that could not be read, in
cells that did not get to run), a person looks.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from grader.checks import CHECKS
from grader.checks.carried import carry
from grader.checks.panels import KEPT
from grader.errors import JudgeError
from grader.find import Context, finder, following, tagged
from grader.find.announced import not_here
from grader.model.answers import Found
from grader.model.bindings import Bindings, Bound
from grader.model.case import Case, Finder
from grader.model.criteria import Checked
from grader.model.evidence import Cell, CellStatus, Evidence
from grader.model.explanation import Explanation, Search, watching
from grader.model.finds import Find
from grader.model.recorded import Recorded
from grader.model.rubric import Question, Rubric
from grader.model.run import BROKEN_OFF, RunStatus
from grader.model.strict import Strict
from grader.model.value import Array
from grader.model.verdict import (
    Outcome,
    Verdict,
    failed,
    judge_error,
    pending,
)


@dataclass(frozen=True)
class Judge:
    """A rubric and the reference it judges against.

    Attributes:
        rubric: the questions and criteria.
        reference: the reference's evidence.
        handed_out: sources of the skeleton's cells.
        only: ids of the questions to judge; empty: all. Answers are found in the same
            places either way: all questions have their sections.
        skeleton: the cells that were handed out, in order.
        bindings: where a TA says that answers are.
        distribution: what the reference's simulation has drawn, as plain data.
    """

    rubric: Rubric
    reference: Recorded
    handed_out: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    skeleton: tuple[Cell, ...] = ()
    bindings: Bindings = field(default_factory=Bindings)
    distribution: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def asked(self) -> Rubric:
        """The rubric with the questions that are to be judged."""
        kept = (q for q in self.rubric.questions if not self.only or q.id in self.only)
        return self.rubric.model_copy(update={"questions": tuple(kept)})

    def verdicts(self, got: Recorded) -> dict[str, Verdict]:
        """One verdict per criterion id that is asked, in the rubric's order."""
        return self._verdicts(got, {})

    def explained(self, got: Recorded, criterion: str) -> Explanation:
        """One criterion's verdict, and what the finders found on the way to it.

        Raises: KeyError for a criterion that is not asked.
        """
        searches: list[Search] = []
        verdicts = self._verdicts(got, {criterion: searches})
        return Explanation(
            submission=got.evidence.submission,
            criterion=criterion,
            verdict=verdicts[criterion],
            searches=tuple(searches),
            sure_enough=self.rubric.sure_enough,
        )

    def _verdicts(
        self, got: Recorded, watched: Mapping[str, list[Search]]
    ) -> dict[str, Verdict]:
        titles, bound = self.rubric.titles, self._bound(got.evidence)
        given = self.handed_out, self.rubric.symbols, self.skeleton
        context = Context(got, list(titles), *given, bound, titles)
        find = finder(context)
        decided: dict[str, Verdict] = {}
        for question, criterion in self._in_order():
            case = Case(
                question=question.id,
                criterion=criterion,
                got=got,
                want=self.reference,
                find=watching(find, watched.get(criterion.id)),
                find_want=self._find_want,
                verdicts=decided,
                own_cells=context.own,
                criteria={c.id: c for _, c in self.rubric.criteria()},
                distribution=self.distribution,
                follows=self._follows,
            )
            decided[criterion.id] = self._decide(case, question, criterion, context)
        KEPT.forget()
        return {c.id: decided[c.id] for _, c in self.asked.criteria()}

    def _bound(self, evidence: Evidence) -> tuple[Bound, ...]:
        """Where answers are said to be: by a TA, else by the student, else by a tag."""
        targets = [c.id for _, c in self.rubric.criteria()]
        ta = self.bindings.of(evidence.submission)
        return (*ta, *evidence.bindings, *tagged(evidence.cells, targets))

    @cached_property
    def _find_want(self) -> Finder:
        """A finder over the reference that remembers what it found."""
        titles, symbols = self.rubric.titles, self.rubric.symbols
        find = finder(Context(self.reference, list(titles), symbols=symbols, titles=titles))
        found: dict[tuple[Find, str], Found[Any]] = {}

        def remembered(what: Find, criterion: Strict, question: str) -> Found[Any]:
            key = what, getattr(criterion, "id", "")
            if key not in found:
                found[key] = find(what, criterion, question)
            return found[key]

        return remembered

    def _follows(
        self, gives: str, given: Mapping[str, tuple[Array, ...]], symbols: str
    ) -> tuple[Array, ...]:
        """What earlier answers make of a later one; in the rubric's letters, if any."""
        return following(gives, given, self.rubric.symbols.get(symbols))

    def _in_order(self) -> list[tuple[Question, Checked]]:
        """Criteria after those they need; otherwise the rubric's order."""
        needed = self._needed_ids()
        left = [(q, c) for q, c in self.rubric.criteria() if c.id in needed]
        ordered: list[tuple[Question, Checked]] = []
        while left:
            waiting = {c.id for _, c in left}
            ready = [(q, c) for q, c in left if not waiting & _before(c)] or left[:1]
            ordered.append(ready[0])
            left.remove(ready[0])
        return ordered

    def _needed_ids(self) -> set[str]:
        """What is asked, and all that it builds on, in whichever question."""
        needs = {c.id: _before(c) for _, c in self.rubric.criteria()}
        found: set[str] = set()
        left = {c.id for _, c in self.asked.criteria()}
        while left:
            found |= left
            left = {id for one in left for id in needs[one]} - found
        return found

    def _decide(
        self, case: Case, question: Question, criterion: Checked, context: Context
    ) -> Verdict:
        evidence = case.got.evidence
        if early := _not_judged(evidence) or _needed(criterion, case.verdicts):
            return early
        try:
            verdict = carry(criterion, case, CHECKS[criterion.check](criterion, case))
        except JudgeError as error:
            return judge_error(f"We could not judge this: {error}")
        except Exception as error:  # noqa: BLE001  ours, whatever it is: never a fail
            where = traceback.extract_tb(error.__traceback__)[-1]
            return judge_error(
                f"We could not judge this ({type(error).__name__}).",
                detail=(("error", f"{error!r} at {where.filename}:{where.lineno}"),),
            )
        verdict = _unsure(verdict, self.rubric.sure_enough)
        return _may_exist(_with_errors(verdict, question, context), question, context)


def _before(criterion: Checked) -> set[str]:
    """The criteria that are decided first: needed ones, and those that are carried."""
    return {
        *criterion.needs,
        *(criterion.carried.from_.values() if criterion.carried else ()),
    }


def _not_judged(evidence: Evidence) -> Verdict | None:
    """A submission that could not be read or run through no verdict of a check."""
    if evidence.run.status is RunStatus.HARNESS_FAILED:
        return judge_error(f"We could not run this submission: {evidence.run.reason}")
    if evidence.intake not in ("ready", ""):
        return pending(
            f"Nothing could be run: {evidence.intake_reason} A person will look."
        )
    return None


def _needed(criterion: Checked, verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """What a criterion builds on must have earned something first."""
    for id in criterion.needs:
        needed = verdicts[id]
        if needed.credit is None:
            return pending(f"This waits for {id}, which a person decides.")
        if needed.credit == 0:
            return failed(f"This builds on {id}, which earned nothing.")
    return None


def _unsure(verdict: Verdict, sure_enough: float) -> Verdict:
    """Judged, but found in a place that is not sure enough: a proposal to a person."""
    binding, credit = verdict.binding, verdict.credit
    if binding is None or credit is None or verdict.outcome is Outcome.NO_ANSWER:
        return verdict
    if binding.confidence >= sure_enough:
        return verdict
    return replace(
        verdict,
        outcome=Outcome.PENDING,
        credit=None,
        proposal=credit,
        reason=f"{verdict.reason} It is not certain that this is the answer meant; "
        "a person will look.",
    )


def _with_errors(verdict: Verdict, question: Question, context: Context) -> Verdict:
    """Nothing found, and a cell of the question failed: that may be why."""
    failed_here = [
        cell
        for cell in context.own
        if cell.error is not None and context.sections.holds(cell.index, question.id)
    ]
    if verdict.outcome is not Outcome.NO_ANSWER or not failed_here:
        return verdict
    first = failed_here[0]
    assert first.error is not None
    told = f"{first.error.name}: {first.error.message}"[:200]
    return replace(
        verdict, reason=f"{verdict.reason} Cell {first.index + 1} failed ({told})."
    )


def _may_exist(verdict: Verdict, question: Question, context: Context) -> Verdict:
    """Nothing found, although an answer may be where no machine looks."""
    evidence = context.recorded.evidence
    lost = verdict.credit is not None and verdict.credit < 1
    if lost and evidence.run.status in BROKEN_OFF and _unrun(evidence, question, context):
        return replace(
            verdict,
            outcome=Outcome.PENDING,
            credit=None,
            proposal=verdict.credit,
            reason=f"{verdict.reason} The run ended early ({evidence.run.reason}), so a "
            "person will look.",
        )
    if verdict.outcome is not Outcome.NO_ANSWER:
        return verdict
    if question.written and context.is_struck(question.id):
        told = f"{verdict.reason} An attempt is struck out. A person will look."
        return replace(verdict, outcome=Outcome.PENDING, credit=None, reason=told)
    if question.written and (where := not_here(context)):
        return replace(
            verdict,
            outcome=Outcome.PENDING,
            credit=None,
            reason=f"Not found in the notebook; it may be in {where}. A person will look.",
        )
    return verdict


def _unrun(evidence: Evidence, question: Question, context: Context) -> bool:
    """Whether code of the question was left that did not run, or not to its end.

    Where the notebook has no such section, any code may be the question's.
    """
    unfinished = (CellStatus.NOT_RUN, CellStatus.TIMEOUT)
    died = "KernelDied"
    left = [
        c
        for c in evidence.cells
        if c.kind == "code"
        and (c.status in unfinished or (c.error is not None and c.error.name == died))
    ]
    known = question.id in context.sections.known
    return any(
        c.source.strip() and (not known or context.sections.holds(c.index, question.id))
        for c in left
    )
