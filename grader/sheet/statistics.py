"""What a class did: per criterion, per question, and as a distribution of scores.

In:   the DataFrames of `frames`, and the lines of the rubric.
Out:  DataFrames; a mean over nothing is empty, not zero.
Pure: no files, no clock, no randomness.
"""

import math
from collections.abc import Iterable

import pandas as pd

from grader.model.verdict import Outcome, Result
from grader.sheet.cells import rounded, total
from grader.sheet.frames import scores, unrounded
from grader.sheet.lines import Assignment

BINS = 10


def criteria(results: Iterable[Result], lines: Assignment) -> pd.DataFrame:
    """Count the outcomes of each criterion, and average the credit that is scored.

    Columns: question, criterion, states, maximum, bonus, one per outcome, mean_credit
             (0..1; empty if nothing is scored).
    """
    long = unrounded(results, lines)
    frame = pd.DataFrame(
        {
            "question": [line.question for line in lines.criteria],
            "criterion": [line.id for line in lines.criteria],
            "states": [line.states for line in lines.criteria],
            "maximum": [rounded(line.points) for line in lines.criteria],
            "bonus": [line.bonus for line in lines.criteria],
        }
    )
    counts = pd.crosstab(long["criterion"], long["outcome"])
    for outcome in Outcome:
        column = counts[outcome.value] if outcome.value in counts else pd.Series(dtype=int)
        frame[outcome.value] = [int(column.get(name, 0)) for name in frame["criterion"]]
    means = long.groupby("criterion")["credit"].mean().round(6)
    frame["mean_credit"] = means.reindex(frame["criterion"]).to_numpy(dtype="float64")
    return frame


def questions(results: Iterable[Result], lines: Assignment) -> pd.DataFrame:
    """Say how each question went, over the submissions whose part of it is scored.

    Columns: question, title, maximum and bonus (points), scored and pending (numbers
             of submissions), mean, median, lowest, highest (points; empty if none).
    """
    long = unrounded(results, lines)
    rows = [_question_row(long, lines, line.id, line.title) for line in lines.questions]
    names = ["question", "title", "maximum", "bonus", "scored", "pending"]
    return pd.DataFrame(rows, columns=[*names, "mean", "median", "lowest", "highest"])


def _question_row(
    long: pd.DataFrame, lines: Assignment, question: str, title: str
) -> tuple[object, ...]:
    of_it = [line for line in lines.criteria if line.question == question]
    points = (
        long[long["question"] == question]
        .groupby("submission")["points"]
        .agg(lambda values: total(values) if values.notna().all() else math.nan)
    )
    scored = points.dropna()
    return (
        question,
        title,
        total(line.points for line in of_it if not line.bonus),
        total(line.points for line in of_it if line.bonus),
        len(scored),
        len(points) - len(scored),
        *(round(getattr(scored, what)(), 6) for what in ("mean", "median", "min", "max")),
    )


def distribution(results: Iterable[Result], lines: Assignment) -> pd.DataFrame:
    """Count scores in tenths of the maximum, the last one taking all above.

    Columns: above (points, included), below (points, excluded; infinite for the last),
             complete (submissions fully scored), provisional (something is pending).
             A submission with nothing scored is in neither.
    """
    frame = scores(results, lines)
    maximum = total(line.points for line in lines.criteria if not line.bonus)
    above = [rounded(maximum * index / BINS) for index in range(BINS)]
    below = [*above[1:], float("inf")]
    inside = [
        frame[(frame["score"] >= low) & (frame["score"] < high)]["pending"]
        for low, high in zip(above, below, strict=True)
    ]
    return pd.DataFrame(
        {
            "above": above,
            "below": below,
            "complete": [int((pending == 0).sum()) for pending in inside],
            "provisional": [int((pending > 0).sum()) for pending in inside],
        }
    )
