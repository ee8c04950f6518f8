"""Sentences that several checks say the same way."""

from grader.errors import JudgeError
from grader.model.answers import Found
from grader.model.verdict import Verdict, no_answer


def not_found(found: Found[object], hint: str = "") -> Verdict:
    """No answer: what was looked for, and what came near."""
    near = f" Nearest: {'; '.join(found.nearest)}." if found.nearest else ""
    return no_answer(f"Looked for {found.looked_for} and found none.{near}", hint=hint)


def reference_lacks(criterion: str, what: str) -> JudgeError:
    """Our own fault: the reference does not show what the criterion compares with."""
    return JudgeError(f"{criterion}: the reference has no {what}")


def number(value: float) -> str:
    """A number for a reader: 81, 0.125, 1.5e-07."""
    return f"{value:.6g}"


def counted(n: int, noun: str) -> str:
    """Put a number before its noun: 1 panel, 2 panels."""
    return f"{n} {noun}" + ("" if n == 1 else "s")
