"""Find all the numbers that a question's answer states: printed, typed, or kept."""

from grader.find.context import Context
from grader.find.numerals import numerals
from grader.find.patterns import any_match
from grader.find.within import parts
from grader.model.answers import Found, Hit
from grader.model.finds import FindStated
from grader.model.verdict import Binding

MOST = 600


def find_stated(context: Context, what: FindStated, section: str) -> Found[float]:
    """Numbers that a reader of the section sees, and those in variables of fitting names.

    Without such a section, those of the whole notebook. Printed ones come first.
    """
    hits: list[Hit[float]] = []
    for cell in context.own:
        rank = context.rank(cell.index, section)
        if rank < 0.6:
            continue
        text = cell.source if cell.kind == "markdown" else f"{cell.stdout}\n{cell.result}"
        found = [n.value for line in text.splitlines() for n in numerals(line)]
        hits += [_hit(v, cell.index, "a stated number", 0.6 + 0.3 * rank) for v in found]
    for named in context.recorded.evidence.names:
        if named.cell in context.kinds and any_match(named.name, what.names):
            for part in parts(context.recorded, named.value):
                if part.whole and part.array.size <= what.most:
                    values = part.array.ravel().tolist()
                    hits += [
                        _hit(float(v), named.cell, f"the variable {named.name}", 0.8)
                        for v in values
                    ]
    return Found(hits=tuple(hits[:MOST]), looked_for="numbers in this question's output")


def _hit(value: float, cell: int, what: str, sure: float) -> Hit[float]:
    binding = Binding(cell=cell, what=what, how="as stated", confidence=sure)
    return Hit(value=value, binding=binding)
