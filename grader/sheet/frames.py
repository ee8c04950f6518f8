"""The score sheet as DataFrames: one row per verdict, and one row per submission.

In:   results of a batch in any order, and the lines of its rubric.
Out:  DataFrames sorted by submission, in the rubric's order.
Pure: no files, no clock, no randomness.
"""

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from grader.errors import HarnessError
from grader.model.verdict import Mark, Result
from grader.sheet.cells import rounded, total
from grader.sheet.lines import Assignment

VERDICT_COLUMNS = {
    "submission": "str",
    "question": "str",
    "criterion": "str",
    "outcome": "str",
    "credit": "float64",
    "points": "float64",
    "maximum": "float64",
    "bonus": "bool",
    "reason": "str",
    "found": "str",
    "cell": "Int64",
    "confidence": "float64",
    "proposal": "float64",
    "detail": "str",
}


def verdicts(results: Iterable[Result], lines: Assignment) -> pd.DataFrame:
    """Give one row per submission and criterion.

    Units:  credit, confidence and proposal in 0..1; points and maximum in points.
            `cell` counts from 1, as people count, and as `found` says it.
    Empty:  credit and points of what is unscored; cell and confidence where nothing
            was found; proposal where a machine has none.
    Raises: HarnessError if a submission comes twice or lacks a criterion's mark.
    """
    frame = unrounded(results, lines)
    for column in ("credit", "points", "maximum", "confidence", "proposal"):
        frame[column] = frame[column].map(rounded, na_action="ignore")
    return frame


def unrounded(results: Iterable[Result], lines: Assignment) -> pd.DataFrame:
    """Give the same rows with every digit, for sums."""
    ordered = in_order(results, lines)
    place = {line.id: index for index, line in enumerate(lines.criteria)}
    rows = [
        _verdict_row(mark)
        for result in ordered
        for mark in sorted(result.marks, key=lambda mark: place[mark.criterion])
    ]
    frame = pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
    return frame.astype(VERDICT_COLUMNS)


def _verdict_row(mark: Mark) -> tuple[object, ...]:
    verdict, binding = mark.verdict, mark.verdict.binding
    return (
        mark.submission,
        mark.question,
        mark.criterion,
        str(verdict.outcome),
        verdict.credit,
        mark.points,
        mark.maximum,
        mark.bonus,
        verdict.reason,
        str(binding) if binding else "",
        None if binding is None or binding.cell is None else binding.cell + 1,
        binding.confidence if binding else None,
        verdict.proposal,
        "; ".join(f"{label}: {text}" for label, text in verdict.detail),
    )


def scores(results: Iterable[Result], lines: Assignment) -> pd.DataFrame:
    """Give one row per submission, one column per question, and the sums.

    A question's cell holds its scored part so far, and is empty while nothing of it
    is scored: unscored is never zero. So are `score` and `bonus`. `score` is the sum
    of all scored marks, bonus included; `maximum` is without bonus. `pending_points`
    are not scored yet, and `pending` counts the criteria a person must look at.

    Raises: HarnessError if a submission comes twice or lacks a criterion's mark.
    """
    ordered = in_order(results, lines)
    long = unrounded(ordered, lines)
    ids = [result.submission for result in ordered]
    left = pd.DataFrame(
        {
            "submission": ids,
            "people": ["; ".join(result.people) for result in ordered],
            "ids": ["; ".join(map(" ".join, result.ids)) for result in ordered],
        },
        dtype="str",
    )
    right = pd.DataFrame(
        {
            "status": [result.status for result in ordered],
            "reason": [result.reason for result in ordered],
        },
        dtype="str",
    )
    parts = [left, _by_question(long, ids, lines), _sums(long, ids, lines), right]
    return pd.concat([part.reset_index(drop=True) for part in parts], axis=1)


def _by_question(long: pd.DataFrame, ids: list[str], lines: Assignment) -> pd.DataFrame:
    columns = [question.id for question in lines.questions]
    worth = long[long["maximum"] > 0]
    sums = worth.groupby(["submission", "question"], sort=False)["points"].agg(_so_far)
    table = sums.unstack().reindex(index=ids, columns=columns).astype("float64")
    table[[name for name in columns if name not in set(worth["question"])]] = 0.0
    table.columns.name = None
    return table


def _sums(long: pd.DataFrame, ids: list[str], lines: Assignment) -> pd.DataFrame:
    maximum = total(line.points for line in lines.criteria if not line.bonus)
    unscored = long[long["points"].isna()]
    return (
        pd.DataFrame(
            {
                "score": _per_submission(long, ids),
                "bonus": _per_submission(long[long["bonus"]], ids),
                "maximum": maximum,
                "pending_points": unscored.groupby("submission")["maximum"].agg(total),
                "pending": unscored.groupby("submission").size(),
            },
            index=pd.Index(ids, dtype="str"),
        )
        .fillna({"pending_points": 0.0, "pending": 0})
        .astype({"pending": "int64"})
    )


def _per_submission(long: pd.DataFrame, ids: list[str]) -> pd.Series:
    worth = long[long["maximum"] > 0]
    sums = worth.groupby("submission")["points"].agg(_so_far)
    if worth.empty:
        return pd.Series(0.0, index=ids)
    return sums.reindex(ids)


def _so_far(points: pd.Series) -> float:
    """Add what is scored; NaN, not zero, while nothing is."""
    scored = points.dropna()
    return math.nan if scored.empty else total(scored)


def in_order(results: Iterable[Result], lines: Assignment) -> Sequence[Result]:
    """Sort results by submission, having checked that none would be miscounted.

    Raises: HarnessError if a submission comes twice or lacks a criterion's mark.
    """
    ordered = sorted(results, key=lambda result: result.submission)
    wanted = sorted(line.id for line in lines.criteria)
    for before, result in zip([None, *ordered], ordered, strict=False):
        if before is not None and before.submission == result.submission:
            raise HarnessError(f"submission {result.submission} is in the results twice")
        if sorted(mark.criterion for mark in result.marks) != wanted:
            raise HarnessError(
                f"the marks of {result.submission} are not one per criterion"
            )
    return ordered
