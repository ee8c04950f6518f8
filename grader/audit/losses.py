"""Compare what a variant got with what the reference got, and with what it must lose.

In:   trials.
Out:  the disagreements; which criteria every mutant takes something from.
Pure.
"""

from collections.abc import Iterator

from grader.audit.compare import Disagreement, agrees
from grader.audit.expected import Wanted
from grader.audit.trials import Trial
from grader.audit.variants import Kind
from grader.model.verdict import Mark, Outcome, Verdict

CLOSE = 1e-6


def of_trial(trial: Trial) -> list[Disagreement]:
    """A mutant loses everything it says and nothing else; an equivalent nothing."""
    variant, found = trial.variant, []
    if trial.got.status != variant.run:
        found.append(
            Disagreement(
                example=name_of(trial),
                criterion="run",
                got=trial.got.status,
                want=variant.run,
                kind="other",
                reason=trial.got.reason,
            )
        )
    for got, base in pairs(trial):
        wanted = variant.loses.get(got.criterion)
        if Outcome.JUDGE_ERROR in (got.verdict.outcome, base.verdict.outcome):
            found.append(_disagreement(trial, got, "a verdict", "other"))
        elif wanted:
            found += _not_lost(trial, got, base, wanted)
        elif got.criterion not in variant.may_change and not _kept(trial, got, base):
            found.append(_changed(trial, got, base))
    return found


def pairs(trial: Trial) -> Iterator[tuple[Mark, Mark]]:
    """What a variant got for every criterion that was judged, and what the reference."""
    base = {mark.criterion: mark for mark in trial.base.marks}
    return ((mark, base[mark.criterion]) for mark in trial.got.marks)


def name_of(trial: Trial) -> str:
    """How a sentence calls a trial."""
    repeated = f", seed {trial.seed}" if trial.variant.seeds > 1 else ""
    return f"{trial.variant.kind} {trial.variant.id}{repeated}"


def earned(verdict: Verdict) -> float:
    """Credit given, or what a person is proposed to give; nothing proposed is 0."""
    return verdict.credit if verdict.credit is not None else verdict.proposal or 0.0


def same(got: Mark, base: Mark) -> bool:
    """Same outcome, same credit, same proposal."""
    a, b = got.verdict, base.verdict
    return a.outcome is b.outcome and abs(earned(a) - earned(b)) < CLOSE


def _kept(trial: Trial, got: Mark, base: Mark) -> bool:
    """As the reference; or, of an equivalent, decided where the reference is proposed."""
    decided = trial.variant.kind is Kind.EQUIVALENT and got.verdict.outcome is Outcome.PASS
    return decided or same(got, base)


def lost(got: Mark, base: Mark) -> bool:
    """Less credit than the reference has, or less is proposed."""
    return earned(got.verdict) < earned(base.verdict) - CLOSE


def _not_lost(
    trial: Trial, got: Mark, base: Mark, wanted: tuple[Wanted, ...]
) -> list[Disagreement]:
    told = " or ".join(map(str, wanted))
    if not any(agrees(got, want) for want in wanted):
        kind = "other" if lost(got, base) else "false pass"
        return [_disagreement(trial, got, told, kind)]
    if not lost(got, base):
        return [_disagreement(trial, got, "less than the reference gets", "false pass")]
    return []


def _changed(trial: Trial, got: Mark, base: Mark) -> Disagreement:
    """A criterion that should have stayed as it is."""
    kind = "false fail" if lost(got, base) else "other"
    return _disagreement(trial, got, f"{told(base.verdict)} as the reference", kind)


def told(verdict: Verdict) -> str:
    """A verdict in words: "partial 0.5", "pending, proposing 0"."""
    partial = verdict.outcome is Outcome.PARTIAL
    return str(
        Wanted(
            outcome=verdict.outcome,
            credit=verdict.credit if partial else None,
            proposal=verdict.proposal,
        )
    )


def _disagreement(trial: Trial, got: Mark, want: str, kind: str) -> Disagreement:
    return Disagreement(
        example=name_of(trial),
        criterion=got.criterion,
        got=told(got.verdict),
        want=want,
        kind=kind,
        reason=got.verdict.reason,
    )


def kills(trial: Trial) -> set[str]:
    """The criteria of which a mutant lost something that it says it loses."""
    if trial.variant.kind is not Kind.MUTANT:
        return set()
    return {
        got.criterion
        for got, base in pairs(trial)
        if got.criterion in trial.variant.loses and lost(got, base)
    }
