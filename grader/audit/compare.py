"""Compare what was marked with what must come out.

In:   results, and what is expected of them.
Out:  the disagreements, each a sentence of its own.
Pure.
"""

from dataclasses import dataclass

from grader.audit.expected import Example, Wanted
from grader.model.verdict import Mark, Outcome, Result

EARNING = frozenset({Outcome.PASS, Outcome.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One outcome that is not the one written down.

    Attributes:
        example, criterion: where. got, want: the outcomes in words.
        kind: "false pass", "false fail" or "other".
        reason: what the verdict said.
    """

    example: str
    criterion: str
    got: str
    want: str
    kind: str
    reason: str = ""

    def __str__(self) -> str:
        head = f"{self.example}: {self.criterion}: {self.kind}"
        head += f": got {self.got}, want {self.want}"
        return f"{head}\n    {self.reason}" if self.reason else head


def of_reference(result: Result) -> list[Disagreement]:
    """The reference earns every machine-decided point; what is manual stays pending."""
    found = []
    for mark in result.marks:
        proposed = mark.verdict.outcome is Outcome.PENDING and mark.verdict.proposal == 1
        right = mark.verdict.outcome is Outcome.PASS or mark.manual or proposed
        if mark.maximum and not right:
            found.append(_disagreement("reference", mark, Wanted(outcome=Outcome.PASS)))
    return found


def of_example(example: Example, result: Result) -> list[Disagreement]:
    """Every criterion gets exactly the outcome written down, and the run its status."""
    found = []
    if result.status != example.run:
        found.append(
            Disagreement(
                example=example.path,
                criterion="run",
                got=result.status,
                want=example.run,
                kind="other",
                reason=result.reason,
            )
        )
    for mark in result.marks:
        want = example.outcomes[mark.criterion]
        if not agrees(mark, want):
            found.append(_disagreement(example.path, mark, want))
    return found


def agrees(mark: Mark, want: Wanted) -> bool:
    """Whether a mark has the outcome, and the credit or proposal where one is stated."""
    verdict = mark.verdict
    if verdict.outcome is not want.outcome:
        return False
    pairs = ((verdict.credit, want.credit), (verdict.proposal, want.proposal))
    return all(w is None or (g is not None and abs(g - w) < 1e-6) for g, w in pairs)


def _disagreement(example: str, mark: Mark, want: Wanted) -> Disagreement:
    verdict = mark.verdict
    got = Wanted(
        outcome=verdict.outcome,
        credit=verdict.credit if verdict.outcome is Outcome.PARTIAL else None,
        proposal=verdict.proposal,
    )
    return Disagreement(
        example=example,
        criterion=mark.criterion,
        got=str(got),
        want=str(want),
        kind=_kind(got, want),
        reason=verdict.reason,
    )


def _kind(got: Wanted, want: Wanted) -> str:
    if got.outcome in EARNING and want.outcome not in EARNING:
        return "false pass"
    if got.outcome not in EARNING and want.outcome in EARNING:
        return "false fail"
    return "other"
