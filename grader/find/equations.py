"""Find equations in declared letters: which hold, and what they say of a quantity.

In:   the text of a section, printed output and code, and a set of letters.
Out:  chains of equations; the value of each side in several worlds, where it has one.
Pure: no files, no kernels; student text is never executed.
"""

import re
from collections.abc import Iterator
from itertools import islice

from grader.errors import JudgeError
from grader.find.code_reader import CodeReader
from grader.find.context import ANY, Context
from grader.find.equation_reader import Reader
from grader.find.letter_budget import bounded
from grader.find.letter_worlds import language
from grader.model.answers import IN_CODE, Equation, Found, Hit
from grader.model.finds import FindEquations
from grader.model.verdict import Binding

MOST = 1000
"""Formulas of one search; what they may cost is bounded by itself."""
BOLD = re.compile(r"(?<![\w)\]}*])\*\*(?=\S)([^*\n$]{1,60})(?<=\S)\*\*(?![\w*])")
"""Bold words, `**2a** $f = ...`; in x**2 the stars stand behind a letter."""
TYPED, PRINTED, CODED = 0.9, 0.7, 0.6


def find_equations(context: Context, what: FindEquations, section: str) -> Found[Equation]:
    """Equations of the section in the order in which they stand.

    Raises: JudgeError if the rubric has no such set of letters.
    """
    symbols = context.symbols.get(what.symbols)
    if symbols is None:
        raise JudgeError(f"the rubric has no symbols called {what.symbols}")
    spoken = language(symbols)
    known = section == ANY or section in context.sections.known
    quantities = tuple(tuple(q) for q in what.quantities)
    reader = Reader(spoken, quantities, what.whole, what.written_with)
    code = CodeReader(reader, what.in_code)

    def hits() -> Iterator[Hit[Equation]]:
        for cell, text, how, sure in _texts(context, section if known else ANY):
            lone = how == "typed in the text"
            read = code.read(text) if how == IN_CODE else reader.read(text, lone=lone)
            for equation in read:
                binding = Binding(
                    cell=cell,
                    what=f"the formula {equation.text[:120]}",
                    how=how,
                    confidence=sure if known else sure * 0.45,
                )
                yield Hit(value=equation, binding=binding)

    with bounded():
        found = tuple(islice(hits(), MOST))
    return Found(hits=found, looked_for="a formula in the text")


def _texts(context: Context, section: str) -> Iterator[tuple[int, str, str, float]]:
    for passage in context.sections.passages(section, context.kinds):
        text = BOLD.sub(r"\1\n", passage.text)
        yield passage.cell, text, "typed in the text", TYPED
    for cell in context.own:
        if cell.kind == "code" and (
            section == ANY or context.sections.holds(cell.index, section)
        ):
            yield cell.index, f"{cell.stdout}\n\n{cell.result}", "printed", PRINTED
            source = cell.source
            if section != ANY:
                source = context.sections.code(cell, section)
            yield cell.index, source, IN_CODE, CODED
