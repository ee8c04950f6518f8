"""A submission's feedback: the part of the score sheet that its student may see.

In:   one result, the lines of the rubric, the evidence and its pictures.
Out:  one HTML page. Without `staff` it holds no detail, no proposal, no confidence, no
      rubric line, and of a hidden criterion nothing beyond its statement and outcome.
Pure: no files but our own templates, no clock, no randomness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.model.evidence import Cell, Evidence
from grader.model.verdict import Mark, Outcome, Result
from grader.report.lines import AssignmentLines, CriterionLine, QuestionLine
from grader.report.pages import render
from grader.report.pictures import Album, Picture
from grader.report.tally import Tally, by_question, tally
from grader.report.words import OUR_FAULT, WORDS, Word, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One criterion as shown.

    Attributes:
        line: of the rubric. word: its outcome. points: "1 / 2" or "no points".
        reason, found, hint: sentences; empty where nothing may or can be said.
        detail: (label, text) for staff.
    """

    line: CriterionLine
    word: Word
    points: str
    reason: str
    found: str
    hint: str
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question as shown, with the pictures that belong to it."""

    line: QuestionLine
    tally: Tally
    items: tuple[Item, ...]
    pictures: tuple[Picture, ...]


def feedback_html(
    result: Result,
    lines: AssignmentLines,
    *,
    evidence: Evidence | None = None,
    pictures: Mapping[str, bytes] | None = None,
    placed: Mapping[str, Sequence[str]] | None = None,
    date: str = "",
    staff: bool = False,
) -> str:
    """Render one submission's page.

    `pictures` holds PNG bytes by sha256; `placed` says which of them belong to which
    question, by id; the others are shown by cell.

    Raises: HarnessError unless there is one mark per criterion.
    """
    album = Album(pictures or {})
    cells = evidence.cells if evidence else ()
    marks = by_question(result, lines)
    sections = [
        Section(
            line=question,
            tally=tally(marks[question.id]),
            items=_items(lines.of(question.id), marks[question.id], staff),
            pictures=album.take(_placed((placed or {}).get(question.id, ()), cells)),
        )
        for question in lines.questions
    ]
    return render(
        "feedback",
        title=f"{lines.title}: {result.submission}",
        lines=lines,
        result=result,
        whole=tally(result.marks),
        sections=sections,
        notes=_notes(result, evidence, staff),
        errors=[cell for cell in cells if cell.error is not None],
        loose=[picture for cell in cells for picture in album.take(_of_cell(cell))],
        date=date,
        staff=staff,
    )


def _items(
    lines: Sequence[CriterionLine], marks: Sequence[Mark], staff: bool
) -> tuple[Item, ...]:
    return tuple(_item(line, mark, staff) for line, mark in zip(lines, marks, strict=True))


def _item(line: CriterionLine, mark: Mark, staff: bool) -> Item:
    verdict = mark.verdict
    open_ = staff or line.visible
    found = str(verdict.binding) if verdict.binding and open_ else ""
    hint = "" if verdict.outcome is Outcome.PASS else verdict.hint or line.hint
    return Item(
        line=line,
        word=WORDS[verdict.outcome],
        points=_points(mark),
        reason=_reason(mark, open_, staff),
        found=found,
        hint=hint if open_ else "",
        detail=_detail(line, mark) if staff else (),
    )


def _reason(mark: Mark, open_: bool, staff: bool) -> str:
    """Say why, unless it is ours to know: our faults quote what failed."""
    if mark.verdict.outcome is Outcome.JUDGE_ERROR and not staff:
        return OUR_FAULT
    return mark.verdict.reason if open_ else ""


def _points(mark: Mark) -> str:
    if not mark.maximum:
        return "no points"
    bonus = " bonus" if mark.bonus else ""
    return f"{number(mark.points)} / {number(mark.maximum)}{bonus}"


def _detail(line: CriterionLine, mark: Mark) -> tuple[tuple[str, str], ...]:
    verdict = mark.verdict
    more = list(verdict.detail)
    if verdict.binding:
        more.append(("confidence", number(verdict.binding.confidence)))
    if verdict.proposal is not None:
        more.append(("proposed credit", number(verdict.proposal)))
    more += [(f"{number(points)} if", text) for text, points in line.lines]
    return (*more, ("shown to students", "yes" if line.visible else "outcome only"))


def _notes(result: Result, evidence: Evidence | None, staff: bool) -> list[str]:
    """List what happened to the run, in its order, each thing once."""
    notes = [result.reason]
    if evidence is not None:
        notes += [evidence.run.reason, *evidence.run.notes]
        for cell in evidence.cells:
            notes += [f"Cell {cell.index + 1}: {note}" for note in cell.notes]
        notes += evidence.notes if staff else ()
    return [note for note in dict.fromkeys(notes) if note]


def _of_cell(cell: Cell) -> list[tuple[str, str]]:
    many = len(cell.pictures)
    label = f"Cell {cell.index + 1}"
    if many == 1:
        return [(cell.pictures[0], label)]
    return [
        (sha256, f"{label}, picture {index} of {many}")
        for index, sha256 in enumerate(cell.pictures, start=1)
    ]


def _placed(named: Sequence[str], cells: Sequence[Cell]) -> list[tuple[str, str]]:
    labels = {sha256: label for cell in cells for sha256, label in _of_cell(cell)}
    return [(sha256, labels.get(sha256, "Picture")) for sha256 in named]
