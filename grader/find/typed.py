"""Find formulas that were typed in the text of a section."""

from dataclasses import dataclass

from grader.find import formulas
from grader.find.context import ANY, Context
from grader.model.answers import Formula, Found, Hit
from grader.model.finds import FindFormula
from grader.model.verdict import Binding


@dataclass(frozen=True, slots=True)
class Typed:
    """A formula read from text; see `grader.model.answers.Formula`."""

    read: formulas.Formula

    @property
    def text(self) -> str:
        """As typed, shortened."""
        return " ".join(self.read.text.split())[:120]

    @property
    def is_final(self) -> bool:
        """It stands where an answer stands."""
        return self.read.is_final

    def at(self, n: float) -> float | None:
        """Its value; None where it has none."""
        return formulas.evaluate(self.read, n)


def find_formulas(context: Context, what: FindFormula, section: str) -> Found[Formula]:
    """Formulas of the section in the order in which they stand."""
    known = section == ANY or section in context.sections.known
    sure = 0.9 if known else 0.4
    hits: list[Hit[Formula]] = []
    for passage in context.passages(section if known else ANY):
        for read in formulas.formulas(passage.text, what.variable):
            typed = Typed(read)
            where = f"the formula {typed.text}"
            binding = Binding(
                cell=passage.cell, what=where, how="typed in the text", confidence=sure
            )
            hits.append(Hit(value=typed, binding=binding))
    return Found(hits=tuple(hits), looked_for=f"a formula in {what.variable} in the text")
