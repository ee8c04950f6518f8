"""Decide how the notebooks of a batch are confined, or refuse to run them.

In:   the level that is wanted, "auto" for the best; whether the notebooks are trusted.
Out:  an Isolation, probed on this machine.
Touches: what `levels` touches. Nothing of a student's runs here.
"""

import os

from grader.errors import Problem, UsageError
from grader.run.choose import PLAIN, VARIABLE
from grader.run.levels import Isolation, Level, best, probe

AUTO = "auto"
TRUST = "--i-trust-these-notebooks"
WORDS = (AUTO, *(str(level) for level in reversed(Level)))


def decide(wanted: str = AUTO, *, trusted: bool = False) -> Isolation:
    """Return how to confine a batch.

    Raises: UsageError for another word, for a level that does not hold here, and below
            L1 for notebooks that nobody vouches for.
    """
    found = _found(_word(wanted))
    if not found.tamper_proof and not trusted:
        raise UsageError(
            Problem(
                "isolation",
                f"{found.level} would let a notebook read and change all that you can"
                f"{_why_not(found)}",
                "`grader doctor` says what this machine needs; if you trust whoever wrote"
                f" these notebooks, add {TRUST}",
            )
        )
    return found


def _word(wanted: str) -> str:
    for word in WORDS:
        if wanted.lower() == word.lower():
            return word
    hint = f"use {', '.join(WORDS[:-1])} or {WORDS[-1]}"
    raise UsageError(Problem("--isolation", f"there is no level {wanted!r}", hint))


def _found(word: str) -> Isolation:
    if os.environ.get(VARIABLE) == PLAIN and word in (AUTO, Level.L0):
        return probe(())
    if word == AUTO:
        return best()
    if word == Level.L0:
        return probe(())
    found = probe((Level(word),))
    if found.level != word:
        reason = next(a.reason for a in found.attempts if a.level == word)
        what = f"{word} does not hold on this machine: {reason}"
        hint = "`grader doctor` says which levels do, and what would give more"
        raise UsageError(Problem("--isolation", what, hint))
    return found


def _why_not(found: Isolation) -> str:
    reasons = [f"{a.level}: {a.reason}" for a in found.attempts if a.level is Level.L1]
    return f"; not {reasons[0]}" if reasons else ""
