"""The words and symbols for outcomes, statuses and numbers, in one place."""

from dataclasses import dataclass

from grader.model.verdict import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """How an outcome is shown; never by its colour alone.

    Attributes:
        name: the class in the style sheet. symbol: one character.
        text: for students. short: for a legend.
    """

    name: str
    symbol: str
    text: str
    short: str


UNSCORED = "\u2013"
"""Stands where a number would be; a dash is not a zero."""

WORDS = {
    Outcome.PASS: Word(name="pass", symbol="✓", text="Correct", short="correct"),
    Outcome.PARTIAL: Word(
        name="partial", symbol="◐", text="Partly correct", short="partly"
    ),
    Outcome.FAIL: Word(name="fail", symbol="✗", text="Not correct", short="not correct"),
    Outcome.NO_ANSWER: Word(
        name="none", symbol="∅", text="No answer found", short="no answer"
    ),
    Outcome.PENDING: Word(
        name="pending", symbol="…", text="A person will look", short="pending"
    ),
    Outcome.JUDGE_ERROR: Word(
        name="ours", symbol="!", text="A person will look", short="our fault"
    ),
}

OUR_FAULT = (
    "Something went wrong on our side. It costs no points; a person will look at it."
)

STATUS = {
    "ok": "ran without errors",
    "errors": "ran; some cells failed",
    "repaired": "failed as handed in; ran with repairs",
    "cell_timeout": "a cell ran out of time",
    "timeout": "the run ran out of time",
    "kernel_died": "the kernel died",
    "out_of_memory": "the memory was used up",
    "output_limit": "too much output",
    "not_run": "nothing could be run",
    "harness_failed": "we failed to run it",
    "ready": "ready",
    "unreadable": "the file is unreadable",
    "no_notebook": "no notebook was found",
    "superseded": "another attempt counts",
}

LEVELS = {
    "L4": "a separate kernel",
    "L3": "namespaces, a control group and a system call filter",
    "L2": "namespaces",
    "L1": "file and system call filters, without namespaces",
    "L0": "a plain process: a notebook could have read files on this machine, so "
    "these marks are not tamper-proof",
}


def status_words(status: str) -> str:
    """Say a status in words; an unknown one says itself."""
    return STATUS.get(status, status.replace("_", " "))


def number(value: float | None) -> str:
    """Spell points: at most two decimals, no trailing zeros, a dash for unscored."""
    if value is None:
        return UNSCORED
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def count_word(many: int, one: str, several: str = "") -> str:
    """Give the word that goes with a number: "cell" with 1, "cells" with 2."""
    return one if many == 1 else several or one + "s"


def count(many: int, one: str, several: str = "") -> str:
    """Say how many of something there are: "1 cell", "2 cells"."""
    return f"{many} {count_word(many, one, several)}"
