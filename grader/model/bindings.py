"""Where a person says an answer is: a TA, or the student, in a file or by a cell tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

EVERYBODY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One answer's place, as a person gave it; it overrides what is found.

    Attributes:
        target: a criterion's id, or a question's: then the cells are its section.
        cells: indices from 0; empty: any cell.
        names: what the answer is bound to; empty: any name.
        panel: of a figure, from 0; None: any panel.
        value: a number that a person read where no machine can.
        by: who says so: "the TA's bindings", "a tag of cell 7".
    """

    target: str
    cells: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    panel: int | None = None
    value: float | None = None
    by: str = ""

    def __post_init__(self) -> None:
        if not (self.cells or self.names or self.value is not None):
            raise ValueError(f"{self.target} is bound to no cell, no name and no value")
        if min(self.cells, default=0) < 0 or (self.panel is not None and self.panel < 0):
            raise ValueError(f"{self.target}: cells and panels are counted from 1")


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """What a TA bound, by submission; "*" holds for everybody."""

    of_submission: Mapping[str, Sequence[Bound]] = field(default_factory=dict)

    def of(self, submission: str) -> tuple[Bound, ...]:
        """What holds for a submission; its own before everybody's."""
        own = self.of_submission.get(submission, ())
        every = self.of_submission.get(EVERYBODY, ())
        return (*own, *every)
