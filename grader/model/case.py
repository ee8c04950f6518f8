"""What a check is given: one submission, the reference, and finders for both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.model.answers import Found
from grader.model.evidence import Cell
from grader.model.finds import Find
from grader.model.recorded import Recorded
from grader.model.strict import Strict
from grader.model.value import Array
from grader.model.verdict import Verdict


class Finder(Protocol):
    """Looks for an answer in one submission; pure."""

    def __call__(self, what: Find, criterion: Strict, question: str) -> Found[Any]:
        """Find what `what` describes, for a criterion of `question`."""
        ...


class Follows(Protocol):
    """Computes what follows from earlier answers by a rubric's own formula; pure."""

    def __call__(
        self, gives: str, given: Mapping[str, tuple[Array, ...]], symbols: str
    ) -> tuple[Array, ...]:
        """The value in every world; empty if there is none in one of them.

        Shapes: of a number (), of a column (n,) or (n, 1), of a matrix (rows, columns).
        `given` are the values of letters, one in all worlds or one for each; `symbols`
        names the rubric's own letters that may stand in `gives`, "" none.
        Raises: JudgeError if `gives` is no formula.
        """
        ...


def nothing_follows(
    gives: str, given: Mapping[str, tuple[Array, ...]], symbols: str
) -> tuple[Array, ...]:
    """Nothing follows from earlier answers."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One criterion to decide for one submission.

    Attributes:
        question: the criterion's question id.
        criterion: the criterion itself.
        got: the submission. want: the reference.
        find, find_want: finders over the two.
        verdicts: of criteria decided before, by id.
        criteria: all of the rubric, by id.
        distribution: what the reference's simulation has drawn, as plain data.
        follows: computes what an earlier answer makes of a later one.
        own_cells: the submission's cells, without those handed out and left as they were.
    """

    question: str
    criterion: Strict
    got: Recorded
    want: Recorded
    find: Finder
    find_want: Finder
    verdicts: Mapping[str, Verdict]
    own_cells: tuple[Cell, ...] = ()
    criteria: Mapping[str, Strict] = field(default_factory=dict)
    distribution: Mapping[str, Any] = field(default_factory=dict)
    follows: Follows = nothing_follows

    def seek(self, what: Find) -> Found[Any]:
        """What the finder finds in the submission."""
        return self.find(what, self.criterion, self.question)

    def expect(self, what: Find) -> Found[Any]:
        """What the same finder finds in the reference."""
        return self.find_want(what, self.criterion, self.question)
