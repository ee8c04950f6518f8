"""What the finders know about one submission: its evidence, read once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from grader.find.sections import Sections, sections
from grader.model.evidence import Candidate, Cell
from grader.model.recorded import Recorded

ANY = "any"


@dataclass(frozen=True)
class Context:
    """One submission as the finders see it.

    Attributes:
        recorded: its evidence.
        questions: ids of the rubric's questions, in order.
        handed_out: sources of the skeleton's cells; never the student's work.
    """

    recorded: Recorded
    questions: Sequence[str]
    handed_out: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The notebook's cells."""
        return self.recorded.evidence.cells

    @cached_property
    def sections(self) -> Sections:
        """Which question every line belongs to."""
        return sections(self.cells, self.questions)

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The kind of every cell, without those that were handed out as they are."""
        return {
            cell.index: cell.kind
            for cell in self.cells
            if cell.source.strip() not in self.handed_out
        }

    @cached_property
    def own(self) -> tuple[Cell, ...]:
        """The cells that are the student's work."""
        return tuple(cell for cell in self.cells if cell.index in self.kinds)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """What was bound or made by the student's own cells."""
        every = self.recorded.evidence.candidates
        return tuple(c for c in every if not self.cells or c.cell in self.kinds)

    def rank(self, cell: int, section: str) -> float:
        """How well a cell fits a section: 1 inside, less outside, 0.6 if unknown."""
        if section == ANY:
            return 1.0
        if self.sections.holds(cell, section):
            return 1.0
        return 0.6 if section not in self.sections.known else 0.3
