"""What a score sheet needs to know of a rubric: its questions and criteria, in order.

Protocols, so that the sheet neither imports the rubric nor another stage.
"""

from collections.abc import Sequence
from typing import Protocol


class Question(Protocol):
    """A numbered part of an assignment: one column of the pivoted sheet."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


class Criterion(Protocol):
    """One statement about a submission: one row of the long sheet per submission."""

    @property
    def id(self) -> str: ...

    @property
    def question(self) -> str: ...

    @property
    def states(self) -> str: ...

    @property
    def points(self) -> float: ...

    @property
    def bonus(self) -> bool: ...


class Assignment(Protocol):
    """The questions and criteria that were graded, in the rubric's order."""

    @property
    def questions(self) -> Sequence[Question]: ...

    @property
    def criteria(self) -> Sequence[Criterion]: ...
