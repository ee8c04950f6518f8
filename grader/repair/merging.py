"""Merge what the straight run earns with what the repaired one does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.model.repair import Repair, Repairs
from grader.model.verdict import SCORED, Outcome, Verdict, graded


def merged(
    straight: Mapping[str, Verdict],
    repaired: Mapping[str, Verdict],
    repairs: Sequence[Repair],
    policy: Repairs,
) -> dict[str, Verdict]:
    """One verdict per criterion: nobody loses by a repair, and a gain has the policy's cap.

    Raises: KeyError if the two do not hold the same criteria.
    """
    cap = policy.cap(frozenset(repair.kind for repair in repairs))
    return {id: _one(straight[id], repaired[id], cap) for id in repaired}


def _one(first: Verdict, second: Verdict, cap: float) -> Verdict:
    if first.outcome is Outcome.PASS or _worth(first) > _worth(second):
        return first
    if _worth(second) <= max(_worth(first), cap):
        return second
    return _capped(second, max(_worth(first), cap))


def _worth(verdict: Verdict) -> float:
    """The credit given or proposed."""
    found = verdict.credit if verdict.credit is not None else verdict.proposal
    return found or 0.0


def _capped(verdict: Verdict, cap: float) -> Verdict:
    reason = (
        f"{verdict.reason} It was only found after a repair, for {cap:.0%} of the credit."
    )
    if verdict.outcome not in SCORED:
        return replace(verdict, proposal=cap, reason=reason)
    return graded(
        cap, reason, binding=verdict.binding, detail=verdict.detail, hint=verdict.hint
    )
