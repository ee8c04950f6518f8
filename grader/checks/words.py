"""Sentences that several checks say the same way."""

import re

from grader.errors import JudgeError
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.verdict import Verdict, no_answer, pending

NEAREST = 3
"""Near misses that are named."""
SAYS = re.compile(
    r"^(?!\s*(?:(?:import|from|pass|%|!)\b|[\w, ]+=\s*[-\d.eE]+\s*$))\s*#?\s*[\w({[\"']",
    re.M,
)
"""A line of code or a comment that may say something: no import, nor a bare number."""


def not_found(found: Found[object], hint: str = "") -> Verdict:
    """No answer: what was looked for, and what came near.

    What was found and does not count is the nearest: where it is, and why not.
    Pending where something stands in the section that only a person can read.
    """
    if found.unread:
        first = found.unread[0]
        cell = "" if first.cell is None else f" in cell {first.cell + 1}"
        return pending(
            f"Looked for {found.looked_for}; the numbers of {first.what}{cell} cannot be "
            "read as one. A person will look.",
            binding=first,
        )
    missed = tuple(dict.fromkeys(_missed(hit) for hit in found.hits))
    near = "; ".join((*missed, *found.nearest)[:NEAREST])
    told = f"Looked for {found.looked_for} and found none{' that fits' if missed else ''}."
    return no_answer(f"{told} Nearest: {near}." if near else told, hint=hint)


def _missed(hit: Hit[object]) -> str:
    """An answer that does not count: where it is, and why not."""
    place = hit.binding
    outside = [why for why in place.reasons if not why.startswith("in question")]
    told = "in cell " in place.what or place.cell is None
    where = "" if told else f" in cell {(place.cell or 0) + 1}"
    return f"{place.what}{where} ({'; '.join((*outside, WRONG))})"


WRONG = "it is not what was asked for"


def unless_unread(verdict: Verdict, got: Found[object]) -> Verdict:
    """What is missing may be among the drawings that could not be read."""
    if not got.unread or verdict.credit in (None, 1):
        return verdict
    return pending(
        f"{verdict.reason} The numbers of {got.unread[0].what} could not be read; a person "
        "will look.",
        binding=verdict.binding,
        proposal=verdict.credit,
    )


def unwritten(case: Case, found: Found[object], hint: str = "") -> Verdict:
    """Nothing to read in the text, of what may be said in words: a zero, if text is all.

    Code may say it, in a comment, in what it prints, or by what it computes: a person
    looks, who reads the question's proofs anyway.
    """
    if not any(c.kind == "code" and SAYS.search(c.source) for c in case.own_cells):
        return not_found(found, hint)
    return pending(
        f"Looked for {found.looked_for} and found none; code may say it, in comments or in "
        "what it prints. A person will look.",
        hint=hint,
    )


def reference_lacks(criterion: str, what: str) -> JudgeError:
    """Our own fault: the reference does not show what the criterion compares with."""
    return JudgeError(f"{criterion}: the reference has no {what}")


def number(value: float) -> str:
    """A number for a reader: 81, 0.125, 1.5e-07."""
    return f"{value:.6g}"


def counted(n: int, noun: str) -> str:
    """Put a number before its noun: 1 panel, 2 panels."""
    return f"{n} {noun}" + ("" if n == 1 else "s")
