"""What a rendering needs to know of a rubric and of a run."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A numbered part of the assignment.

    Attributes:
        id: e.g. "2b". title: as the sheet has it.
        points: the question is worth. bonus: they come on top of the maximum.
    """

    id: str
    title: str
    points: float
    bonus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """One statement about a submission.

    Attributes:
        id, question: ids. states: the statement, written for students.
        points: it is worth; 0 for a flag. bonus: they come on top of the maximum.
        flag: it is worth no points and only noted.
        manual: a person decides it from `lines`.
        visible: its reasons may be shown to students; its outcome always is.
        hint: what a student can do; may be empty.
        lines: (text, points) that a person ticks; for staff only.
    """

    id: str
    question: str
    states: str
    points: float
    bonus: bool = False
    flag: bool = False
    manual: bool = False
    visible: bool = True
    hint: str = ""
    lines: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentLines:
    """The questions and criteria that were graded, in the rubric's order.

    Attributes:
        assignment: its slug. title: for people.
        questions, criteria: every criterion belongs to one of the questions.
    """

    assignment: str
    title: str
    questions: tuple[QuestionLine, ...]
    criteria: tuple[CriterionLine, ...]

    def __post_init__(self) -> None:
        questions = Counter(line.id for line in self.questions)
        criteria = Counter(line.id for line in self.criteria)
        for name, count in (*questions.items(), *criteria.items()):
            if count > 1:
                raise ValueError(f"{name} is listed {count} times")
        for line in self.criteria:
            if line.question not in questions:
                raise ValueError(f"{line.id} belongs to no question: {line.question}")

    def of(self, question: str) -> tuple[CriterionLine, ...]:
        """Give the criteria of a question."""
        return tuple(line for line in self.criteria if line.question == question)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a report says about the run itself; nothing here is read from a clock.

    Attributes:
        date: as it shall be shown; "" leaves it out.
        isolation: the level the notebooks ran at, "L0" ... "L4"; "" if none ran.
        versions: (name, version) of the harness, python, numpy, ...
        notes: what a reader of the marks should know, one sentence each.
    """

    date: str = ""
    isolation: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
