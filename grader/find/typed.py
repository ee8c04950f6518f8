"""Find formulas that were typed in the text of a section."""

from dataclasses import dataclass

from grader.find import formulas
from grader.find.context import ANY, Context
from grader.find.texts import PRINTED
from grader.model.answers import Formula, Found, Hit
from grader.model.finds import FindFormula
from grader.model.verdict import Binding


@dataclass(frozen=True, slots=True)
class Typed:
    """A formula read from text; see `grader.model.answers.Formula`.

    Attributes:
        read: the formula. is_final: it stands where an answer stands.
    """

    read: formulas.Formula
    is_final: bool

    @property
    def text(self) -> str:
        """As typed, shortened."""
        return " ".join(self.read.text.split())[:120]

    def at(self, n: float) -> float | None:
        """Its value; None where it has none."""
        return formulas.evaluate(self.read, n)


def find_formulas(context: Context, what: FindFormula, section: str) -> Found[Formula]:
    """Formulas of the section in the order in which they stand.

    Where one is boxed, in whichever cell, only boxed ones are answers.
    """
    known = section == ANY or section in context.sections.known
    sure = 0.9 if known else 0.4
    every = [
        (passage.cell, read)
        for passage in context.passages(section if known else ANY)
        for read in formulas.formulas(passage.text, what.variable)
    ]
    how = "typed in the text"
    if not every:
        how, sure = "printed", PRINTED
        every = [
            (passage.cell, read)
            for passage in context.printed(section)
            for read in formulas.formulas(passage.text, what.variable)
        ]
    boxed = any(read.is_final and read.boxed for _, read in every)
    hits: list[Hit[Formula]] = []
    for cell, read in every:
        typed = Typed(read, read.is_final and (read.boxed or not boxed))
        where = f"the formula {typed.text}"
        binding = Binding(cell=cell, what=where, how=how, confidence=sure)
        hits.append(Hit(value=typed, binding=binding))
    return Found(hits=tuple(hits), looked_for=f"a formula in {what.variable} in the text")
