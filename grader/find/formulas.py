r"""Find the closed formulas that a student typed, and compute them.

In:   markdown, LaTeX, Python or plain text of a student, and the name of the variable.
Out:  each formula in that variable alone, in order; its value at a number.
Pure: student text is never executed, compiled, imported or given to sympy.

Why not sympy: on 61 spellings that students use, its lark backend read 28, could not
tell `n(n+1)` the product from `n(...)` the function, and took 83 ms each;
latex2sympy2-extended read 45, without `\frac12` and `\big(`, and took 18 ms each.
`9^{9^{9^9}}` or 5000 braces keep the first busy for more than ten seconds, the braces
or 60 brackets the second. This reader needs less than a millisecond, and counts steps.

Not understood, and so not returned: other letters than the variable (say where k stands
for n), recursions, cases, products with \prod, double factorials, an ellipsis that is
no run in steps of one, sums over anything but whole numbers from ... to ..., decimal
commas. `1/2n` is read from the left, as n/2. What cannot be read as a whole, from one
relation, comma or word to the next, is not read in part.
"""

from dataclasses import dataclass
from itertools import islice

from grader.find.formula_chains import chains
from grader.find.formula_final import final
from grader.find.formula_reader import read
from grader.find.formula_tokens import tokenize, unboxed
from grader.find.formula_tree import Node, UndefinedError, value

MAX_FORMULAS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A closed formula in one variable, as a student typed it.

    Attributes:
        text: the excerpt of the source it was read from.
        is_final: the text presents it as the answer: it is boxed or underlined; or, where
            nothing is, it ends the last chain of equations, or is the last formula of a
            line that speaks of an answer; or, failing these, is the last on its own line.
        boxed: it is boxed or underlined.
        symbol: the letter that stands for the variable: `n`, or `N`.
        tree: the formula as read.
    """

    text: str
    is_final: bool
    boxed: bool
    symbol: str
    tree: Node


def formulas(text: str, variable: str) -> tuple[Formula, ...]:
    """Find the formulas in `text` whose only free symbol is `variable`.

    Also accepts a capital for a small letter, `N` for `n`. Returns at most MAX_FORMULAS,
    none longer than 300 characters, from the first 50 000 characters of `text`.
    """
    tokens = unboxed(tokenize(text, variable))
    every = (one for chain in chains(tokens) for one in read(chain, variable))
    found = list(islice(every, MAX_FORMULAS))
    answers = final(found, tokens)
    return tuple(
        Formula(
            text=text[one.tokens[0].start : one.tokens[-1].end],
            is_final=place in answers,
            boxed=one.tokens[0].boxed,
            symbol=one.symbol,
            tree=one.tree,
        )
        for place, one in enumerate(found)
    )


def evaluate(formula: Formula, n: float) -> float | None:
    """Compute `formula` at `n`; None where it is undefined, too large or too long."""
    try:
        return value(formula.tree, {formula.symbol: float(n)})
    except (UndefinedError, OverflowError):
        return None
