"""The report of a run: what the course sees on one page.

In:   results of a batch in any order, the lines of the rubric, facts about the run.
Out:  one HTML page that links to each submission's feedback.
Pure: no files but our own templates, no clock, no randomness.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from grader.model.verdict import Result
from grader.report.classwide import Spread, spreads, waiting
from grader.report.lines import AssignmentLines, RunFacts
from grader.report.pages import render
from grader.report.plots import histogram
from grader.report.tally import Tally, by_question, in_order, mean, tally
from grader.report.words import LEVELS, UNSCORED, WORDS, count_word, number, status_words

_NOTHING = RunFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One submission in the score sheet."""

    result: Result
    href: str
    parts: tuple[Tally, ...]
    whole: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number at the head of the page, with what it says."""

    value: str
    label: str


def feedback_path(submission: str) -> str:
    """Name a submission's feedback page, relative to report.html."""
    return f"feedback/{submission}.html"


def report_html(
    results: Iterable[Result], lines: AssignmentLines, *, facts: RunFacts = _NOTHING
) -> str:
    """Render the report of a run.

    Raises: HarnessError if a submission comes twice or lacks a criterion's mark.
    """
    ordered = in_order(results)
    rows = [_row(result, lines) for result in ordered]
    return render(
        "report",
        title=f"{lines.title}: score sheet",
        lines=lines,
        facts=facts,
        level=LEVELS.get(facts.isolation, ""),
        rows=rows,
        figures=_figures(rows),
        bins=histogram(_so_far(rows), rows[0].whole.maximum if rows else 0.0),
        queue=waiting(ordered, lines),
        spreads=_by_question(spreads(ordered, lines), lines),
        statuses=_statuses(rows),
        legend=list(WORDS.values()),
        href=feedback_href,
    )


def feedback_href(submission: str, criterion: str = "") -> str:
    """Link to a feedback page, or to one criterion on it."""
    page = quote(feedback_path(submission).encode("utf-8", "replace"))
    return f"{page}#{quote('c-' + criterion)}" if criterion else page


def _row(result: Result, lines: AssignmentLines) -> Row:
    marks = by_question(result, lines)
    return Row(
        result=result,
        href=feedback_href(result.submission),
        parts=tuple(tally(marks[question.id]) for question in lines.questions),
        whole=tally(result.marks),
    )


def _so_far(rows: Sequence[Row]) -> list[tuple[float, bool]]:
    """Give (score so far, fully scored) of every submission with anything scored."""
    return [
        (row.whole.points, not row.whole.pending)
        for row in rows
        if row.whole.points is not None
    ]


def _figures(rows: Sequence[Row]) -> list[Figure]:
    so_far = _so_far(rows)
    done = [score for score, complete in so_far if complete]
    points = done or [score for score, _ in so_far]
    of_whom = "" if len(done) == len(rows) else " of those" if done else " so far"
    maximum = number(rows[0].whole.maximum) if rows else UNSCORED
    middle = number(median(points)) if points else UNSCORED
    looks = sum(row.whole.pending for row in rows)
    return [
        Figure(value=str(len(rows)), label=count_word(len(rows), "submission")),
        Figure(value=str(len(done)), label="fully scored"),
        Figure(value=number(mean(points)), label=f"mean{of_whom}, of {maximum} points"),
        Figure(value=middle, label=f"median{of_whom}"),
        Figure(value=str(looks), label=f"{count_word(looks, 'verdict')} for a person"),
    ]


def _by_question(
    all_of_them: Sequence[Spread], lines: AssignmentLines
) -> list[tuple[object, list[Spread]]]:
    return [
        (question, [each for each in all_of_them if each.line.question == question.id])
        for question in lines.questions
    ]


def _statuses(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Group the submissions whose run did not end well, by how it ended."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.result.status != "ok":
            groups.setdefault(row.result.status, []).append(row)
    return [(status_words(status), group) for status, group in sorted(groups.items())]
