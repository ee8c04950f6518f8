"""A small class for the report's tests: three questions, one bonus, five criteria."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import pytest

from grader.model.evidence import Cell, CellError, CellStatus, Evidence
from grader.model.run import Run, RunStatus
from grader.model.verdict import Mark, Result, Verdict, passed
from grader.report import AssignmentLines, CriterionLine, QuestionLine

LINES = AssignmentLines(
    assignment="sheet01",
    title="Sheet 1: Log-sum-exp",
    questions=(
        QuestionLine(id="1a", title="The derivative", points=3.0),
        QuestionLine(id="1b", title="The values", points=1.0),
        QuestionLine(id="2", title="The limit", points=3.0, bonus=True),
    ),
    criteria=(
        CriterionLine(
            id="1a.value",
            question="1a",
            states="The derivative is given.",
            points=1.0,
            hint="Use the chain rule.",
        ),
        CriterionLine(
            id="1a.proof",
            question="1a",
            states="The derivative is proved.",
            points=2.0,
            manual=True,
            lines=(("names the chain rule", 1.0),),
        ),
        CriterionLine(
            id="1b.hidden",
            question="1b",
            states="It holds for large inputs.",
            points=1.0,
            visible=False,
            hint="A hidden hint.",
        ),
        CriterionLine(
            id="1b.flag", question="1b", states="It runs.", points=0.0, flag=True
        ),
        CriterionLine(
            id="2.bonus", question="2", states="The limit is shown.", points=3.0, bonus=True
        ),
    ),
)

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
VOID = {"meta", "img", "br", "line"}


class Page(HTMLParser):
    """Collects what a page is made of, and that its tags close as they open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.text += " " + data

    @property
    def words(self) -> str:
        """The text with its white space evened out."""
        return re.sub(r"\s+", " ", self.text)


def _mark(submission: str, line: CriterionLine, verdict: Verdict) -> Mark:
    credit = verdict.credit
    return Mark(
        submission=submission,
        question=line.question,
        criterion=line.id,
        maximum=line.points,
        verdict=verdict,
        points=None if credit is None else line.points * credit,
        bonus=line.bonus,
        manual=line.manual,
    )


def _result(
    submission: str,
    verdicts: Mapping[str, Verdict] | None = None,
    people: tuple[str, ...] = (),
    status: str = "ok",
    reason: str = "",
    lines: AssignmentLines = LINES,
) -> Result:
    given = verdicts or {}
    marks = tuple(
        _mark(submission, line, given.get(line.id, passed("It is.")))
        for line in lines.criteria
    )
    return Result(
        submission=submission, people=people, status=status, reason=reason, marks=marks
    )


@pytest.fixture(scope="session")
def lines() -> AssignmentLines:
    """Give an assignment of 4 points, a flag, and 3 bonus points."""
    return LINES


@pytest.fixture(scope="session")
def make() -> Callable[..., Result]:
    """Give a maker of results: a pass wherever no other verdict is given."""
    return _result


@pytest.fixture(scope="session")
def read() -> Callable[[str], Page]:
    """Give a parser that refuses a page whose tags do not close as they open."""
    return Page


@pytest.fixture(scope="session")
def png() -> bytes:
    """Give the smallest picture there is."""
    return PNG


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """Give evidence with two pictures, one failed cell, and notes of every kind."""
    error = CellError(name="NameError", message="no lamb", line=4, trace="Traceback: x")
    cells = (
        Cell(index=2, kind="code", source="", pictures=("aa", "bb"), notes=("No pip.",)),
        Cell(index=8, kind="code", source="", status=CellStatus.ERROR, error=error),
    )
    run = Run(status=RunStatus.ERRORS, reason="1 cell failed.", notes=("input() gave ''.",))
    return Evidence(submission="a", run=run, cells=cells, notes=("Two notebooks.",))
