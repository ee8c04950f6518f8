"""What the finders know about one submission: its evidence, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from grader.find.sections import Sections, sections
from grader.find.skeleton import aligned, given_lines, without
from grader.find.struck import without_struck
from grader.model.answers import Passage
from grader.model.bindings import Bound
from grader.model.evidence import Candidate, Cell
from grader.model.recorded import Recorded
from grader.model.symbols import Symbols

ANY = "any"
UNLABELLED = 0.65
"""How sure a place is where the notebook labels no such section: a number in a variable
of the right name is still sure enough to be scored; a comment is not."""


@dataclass(frozen=True)
class Context:
    """One submission as the finders see it.

    Attributes:
        recorded: its evidence.
        questions: ids of the rubric's questions, in order.
        handed_out: sources of the skeleton's cells; never the student's work.
        symbols: the rubric's sets of letters, by name.
        skeleton: the cells that were handed out, in order.
        bound: where persons say that answers are; the first on a target counts.
        titles: of the questions, by their ids.
    """

    recorded: Recorded
    questions: Sequence[str]
    handed_out: frozenset[str] = field(default_factory=frozenset)
    symbols: Mapping[str, Symbols] = field(default_factory=dict)
    skeleton: tuple[Cell, ...] = ()
    bound: tuple[Bound, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The notebook's cells; texts without what is struck out."""
        return tuple(
            replace(cell, source=without_struck(cell.source))
            if cell.kind == "markdown" and cell.source.strip() not in self.handed_out
            else cell
            for cell in self.recorded.evidence.cells
        )

    def is_struck(self, question: str) -> bool:
        """Whether all that the question's section says is struck out.

        Where nothing is labelled so: whether something is, under no question's label.
        """
        known = question in self.sections.known
        if known and any(passage.says for passage in self.passages(question)):
            return False
        here = question if known else ""
        pairs = zip(self.cells, self.recorded.evidence.cells, strict=True)
        struck = {kept.index for kept, cell in pairs if kept.source != cell.source}
        return any(here in self.sections.touched.get(cell, ("",)) for cell in struck)

    @cached_property
    def sections(self) -> Sections:
        """Which question every line belongs to."""
        said: dict[int, str] = {}
        for bound in self.bound:
            if bound.target in self.questions:
                said = dict.fromkeys(bound.cells, bound.target) | said
        return sections(self.cells, self.questions, self._like, said, self.titles)

    @cached_property
    def _like(self) -> dict[int, tuple[str, float]]:
        """Cells that the skeleton has the like of: under which question, how alike."""
        if not self.skeleton:
            return {}
        given = sections(self.skeleton, self.questions, titles=self.titles)
        under = {
            place: given.ends.get(cell.index, "")
            for place, cell in enumerate(self.skeleton)
        }
        pairs = aligned(self.cells, self.skeleton).items()
        return {cell: (under[j], alike) for cell, (j, alike) in pairs if under[j]}

    @cached_property
    def given(self) -> frozenset[str]:
        """Lines of text that were handed out; never the student's words."""
        return given_lines(self.skeleton)

    def said(self, cell: Cell) -> str:
        """A cell's source; of a text, without the lines that were handed out."""
        if cell.kind != "markdown" or not self.given:
            return cell.source
        return without(cell.source, self.given)

    def passages(self, question: str) -> tuple[Passage, ...]:
        """The student's own words under a question; "any" for all of them."""
        found = self.sections.passages(question, self.kinds)
        if not self.given:
            return found
        return tuple(replace(p, text=without(p.text, self.given)) for p in found)

    def printed(self, question: str) -> tuple[Passage, ...]:
        """What code that belongs to one question alone prints or shows as its result."""
        return tuple(
            Passage(cell=cell.index, text=f"{cell.stdout}\n{cell.result}".strip())
            for cell in self.own
            if cell.kind == "code"
            and {*self.sections.touched.get(cell.index, ())} - {""} == {question}
            and (cell.stdout or cell.result)
        )

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The kind of every cell, without those that were handed out as they are."""
        return {
            cell.index: cell.kind
            for cell in self.cells
            if cell.source.strip() not in self.handed_out and not self._only_given(cell)
        }

    def _only_given(self, cell: Cell) -> bool:
        """A text of which every line was handed out, joined or cut in another way."""
        if cell.kind != "markdown" or not self.skeleton:
            return False
        said = [line.strip() for line in cell.source.splitlines() if line.strip()]
        return bool(said) and all(
            line in self.given or line in self._given_headings for line in said
        )

    @cached_property
    def _given_headings(self) -> frozenset[str]:
        lines = (line.strip() for c in self.skeleton for line in c.source.splitlines())
        return frozenset(line for line in lines if line.startswith("#"))

    @cached_property
    def own(self) -> tuple[Cell, ...]:
        """The cells that are the student's work."""
        return tuple(cell for cell in self.cells if cell.index in self.kinds)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """What was bound or made by the student's own cells."""
        every = self.recorded.evidence.candidates
        return tuple(c for c in every if not self.cells or c.cell in self.kinds)

    def placing(self, cell: int | None, section: str) -> tuple[str, ...]:
        """How a cell lies to a section, in words; () where it does not matter."""
        if section == ANY or cell is None:
            return ()
        if self.sections.holds(cell, section):
            return (f"in question {section}",)
        if section not in self.sections.known:
            return (f"nothing is labelled {section}",)
        return (f"outside question {section}",)

    def rank(self, cell: int, section: str) -> float:
        """How well a cell fits a section: 1 inside, less outside, UNLABELLED if unknown."""
        if section == ANY:
            return 1.0
        if self.sections.holds(cell, section):
            return 1.0
        return UNLABELLED if section not in self.sections.known else 0.3
