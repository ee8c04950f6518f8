"""Find formulas that were typed in the text of a section."""

from dataclasses import dataclass

from grader.find import formulas
from grader.find.context import Context
from grader.find.texts import find_texts
from grader.model.answers import Formula, Found, Hit
from grader.model.finds import FindFormula, FindText
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
    hits: list[Hit[Formula]] = []
    for passage in find_texts(context, FindText(), section).hits:
        for read in formulas.formulas(passage.value.text, what.variable):
            typed = Typed(read)
            binding = Binding(
                cell=passage.binding.cell,
                what=f"the formula {typed.text}",
                how="typed in the text",
                confidence=passage.binding.confidence,
            )
            hits.append(Hit(value=typed, binding=binding))
    return Found(hits=tuple(hits), looked_for=f"a formula in {what.variable} in the text")
