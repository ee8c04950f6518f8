r"""Read what has a form of its own: sums over an index, and matrices.

In:   tokens of `letter_tokens`.
Out:  trees.
Pure. Raises: NotAFormulaError.
"""

from collections.abc import Set
from dataclasses import replace

from grader.find.formula_parser import NotAFormulaError, Parser
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Name, Node, Number
from grader.find.letter_dots import DOTS
from grader.find.letter_text import OTHERWISE

GAPS = ("quad", "qquad", ":")
COMPARED = {"=": "=", "<=": "<=", "<": "<", "lt": "<", ">": ">", "gt": ">",
            **dict.fromkeys(("ge", "geq", "geqslant", ">=", "≥"), ">="),
            **dict.fromkeys(("ne", "neq", "!=", "≠"), "!=")}  # fmt: skip


class Sums(Parser):
    """A place in a list of tokens, and what the names mean."""

    def __init__(
        self,
        tokens: list[Token],
        functions: Set[str],
        variables: Set[str],
        letters: Set[str],
    ) -> None:
        super().__init__(tokens)
        self.functions = functions
        self.variables = variables
        self.letters = letters

    def ahead(self, place: int) -> Token:
        """The token `place` steps on; the next is at 0."""
        found = self.tokens[-1 - place] if place < len(self.tokens) else None
        return found or Token(kind="end", text="", start=0, end=0)

    def series(self) -> Node:
        r"""Read a sum over an index: `\sum_{i=1}^n`, `\sum_j`, `\sum_{j \neq i}`, `i<j`."""
        self.deeper()
        self.take("sum")
        high = self.upper() if self.sees("operator", "^") else None
        self.take("sub")
        low: Node | None = None
        but: list[Node] = []
        below: dict[str, Node] = {}
        if not self.accept("open", "{"):
            indices = [self.take("name").text]
        else:
            indices, low, but = self.bounds(below)
        if self.sees("operator", "^"):
            high = self.upper()
        body = self.term()
        self.depth -= 1
        for index in reversed(indices):
            last = below.get(index) or high or Name("")
            body = Apply(f"sum {index}", (body, low or Name(""), last, *but))
        return body

    def bounds(self, below: dict[str, Node]) -> tuple[list[str], Node | None, list[Node]]:
        """Read what stands below a sum, up to the closing brace; of i<j, j is outside."""
        indices, but = [*self.take("name").text], []
        low: Node | None = None
        while not self.accept("close", "{"):
            if self.accept("comma"):
                if self.sees("name") and self.next.text not in indices:
                    indices += [*self.take("name").text]
            elif self.accept("relation", "="):
                low = self.expression()
            elif self.accept("separator", "neq", "ne", "!=", "≠"):
                but.append(self.expression())
            elif self.accept("separator", "<", "lt"):
                outer = self.take("name").text
                below[indices[-1]] = Apply("+", (Name(outer), Number(-1.0)))
                indices = [outer, *indices]
            elif self.sees("name", *indices):
                self.take("name")
            else:
                raise NotAFormulaError("unknown bounds of a sum")
        return indices, low, but

    def part(self) -> Node:
        """Read one of several expressions, or dots."""
        return DOTS if self.accept("ellipsis") else self.expression()

    def matrix(self) -> Node:
        """Read the rows of a matrix; a place may be empty."""
        self.take("open", "matrix")
        rows: list[Node] = []
        row = [self.cell()]
        while not self.accept("close", "matrix"):
            if self.accept("row"):
                rows.append(Apply("row", tuple(row)))
                if self.accept("close", "matrix"):
                    return Apply("matrix", tuple(rows))
                row = []
            else:
                self.take("cell")
            row.append(self.cell())
        return Apply("matrix", (*rows, Apply("row", tuple(row))))

    def cell(self) -> Node:
        empty = self.next.kind in ("cell", "row") or self.sees("close", "matrix")
        return Number(0.0) if empty else self.part()

    def cases(self) -> Node:
        r"""Read cases: value, condition, value, condition, ... of equal length."""
        self.take("open", "cases")
        found: list[Node] = []
        while not self.accept("close", "cases"):
            found += [self.expression(), self.condition()]
            if not self.accept("row") and not self.sees("close", "cases"):
                raise NotAFormulaError("a case with two conditions")
        return Apply("cases", tuple(found))

    def condition(self) -> Node:
        r"""Read `& i = j`, `, x \ge 0`, or what stands for all other cases."""
        while (
            self.accept("comma") or self.accept("cell") or self.accept("separator", *GAPS)
        ):
            pass
        if self.accept("name", OTHERWISE):
            return Apply("otherwise", ())
        left = self.expression()
        tree, right = self.compared(left)
        if self.next.text in COMPARED:  # a <= x <= b
            tree = Apply("both", (tree, self.compared(right)[0]))
        self.accept("comma")
        return tree

    def compared(self, left: Node) -> tuple[Node, Node]:
        """Read `< b` behind a; also `<-2`, which is no arrow here."""
        sign = self.next.text
        if sign == "<-":
            minus = replace(self.next, kind="operator", text="-")
            self.tokens[-1:] = [minus, replace(self.next, text="<")]
            sign = "<"
        if self.next.kind not in ("relation", "separator") or sign not in COMPARED:
            raise NotAFormulaError("an unknown condition")
        self.take(self.next.kind)
        right = self.expression()
        return Apply(f"if {COMPARED[sign]}", (left, right)), right
