"""Read what Python code says equals what, as equations in declared letters.

In:   the source of a cell, a reader that knows the letters and what was defined so far,
      and patterns of names for what is asked.
Out:  chains of equations, as from a text.
Pure: the source is parsed, never executed.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.find.equation_reader import Reader
from grader.find.formula_chains import Member
from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tree import Apply, Name, Node
from grader.find.letter_proofs import open_names
from grader.find.own_names import counted, is_set
from grader.find.patterns import any_match
from grader.find.python_claims import GRIDS, Claim, called, claims, parsed, words
from grader.find.python_formulas import PythonReader
from grader.find.quantities import About, raw
from grader.model.answers import Equation

LONGEST = 400
MATRICES = ("Matrix(", "MatrixSymbol(", "IndexedBase(")


@dataclass
class CodeReader:
    """Reads one cell after the other.

    Attributes:
        reader: what reads the texts; it learns what the code defines.
        names: patterns of variables and functions, for each quantity.
    """

    reader: Reader
    names: Sequence[Sequence[str]] = ()
    matrices: bool = False

    def read(self, source: str) -> Iterator[Equation]:
        """The claims of the code, then those of its comments and strings."""
        tree = parsed(source)
        if tree is None:  # read as text what is no Python
            yield from self.reader.read(source)
            return
        self.matrices = any(word in source for word in MATRICES)
        outside: list[dict[str, Node]] = []
        for claim in claims(tree):
            if claim.opens:
                outside.append(dict(self.reader.defined))
                self.bind(claim)
            elif claim.closes:
                self.reader.defined = outside.pop()
            else:
                yield from self.claimed(claim)
        for text in words(source, tree):
            yield from self.reader.read(text)

    def claimed(self, claim: Claim) -> Iterator[Equation]:
        """A claim as an equation, then remembered."""
        before = dict(self.reader.defined)
        self.bind(claim)
        yield from self.equation(claim)
        self.reader.defined = before
        self.learn(claim)

    def bind(self, claim: Claim) -> None:
        """Take a lone parameter for the sheet's one variable."""
        parameters, spoken = claim.parameters or (), self.reader.spoken
        if len(parameters) == len(spoken.variables) == 1:
            letter = self.python.letter(parameters[0])
            if letter not in spoken.names:
                self.reader.defined[letter] = Name(*spoken.variables)

    @property
    def python(self) -> PythonReader:
        return PythonReader(
            self.reader.spoken, frozenset(self.reader.functions), self.matrices
        )

    def tree(self, node: ast.expr) -> Node | None:
        """The tree of an expression; None if it is too long or no formula."""
        try:
            return self.python.tree(node)
        except NotAFormulaError:
            return None

    def equation(self, claim: Claim) -> Iterator[Equation]:
        """A claim as a chain of two sides."""
        if not claim.sides:
            return
        texts = [" ".join(ast.unparse(side).split()) for side in claim.sides]
        if max(map(len, texts)) > LONGEST:
            return
        trees = [self.tree(side) for side in claim.sides]
        texts, trees = (
            ([claim.name, *texts], [None, *trees]) if claim.name else (texts, trees)
        )
        about = self.about(claim, texts, trees)
        values = [self.reader.values(t, about.renamed) if t else () for t in trees]
        relations = ["=" if place else "" for place in range(len(texts))]
        sides = self.reader.sides(texts, relations, trees, about, values)
        yield Equation(sides=sides, about=about.place, boxed=False)

    def member(self, text: str) -> Member:
        """A side as a text has it; a variable under the name that it spells: W1p."""
        spoken = self.reader.spoken
        _, tokens = spoken.tokens(f"${spoken.spellings.get(text, text)}$")
        kept = tuple(token for token in tokens if token.kind != "soft")
        return Member(tokens=kept, relation="", before=(), after=())

    def about(
        self, claim: Claim, texts: Sequence[str], trees: Sequence[Node | None]
    ) -> About:
        """Which quantity a claim speaks of: by the pattern of its name, or as in a text."""
        for place, patterns in enumerate(self.names):
            if claim.name and any_match(claim.name, patterns):
                return About(place, (True, *(False for _ in claim.sides)))
        raw_sides = [t is not None and raw(t, self.reader.spoken) for t in trees]
        about = self.reader.about([self.member(text) for text in texts], trees, raw_sides)
        if about.place is None or about.place < len(self.reader.quantities):
            return about
        return About(None, tuple(False for _ in texts))  # a whole vector is not taken apart

    def learn(self, claim: Claim) -> None:
        """Remember what an undeclared name stands for now, or that it is not known."""
        letter = self.python.letter(claim.name)
        spoken, reader = self.reader.spoken, self.reader
        own = letter in counted(spoken)  # an index or a size, until it is set to a formula
        if not claim.name or (letter in {*spoken.names, *spoken.functions} and not own):
            return
        tree = self.tree(claim.sides[0]) if claim.sides else None
        if claim.parameters is not None:
            parameters = tuple(map(self.python.letter, claim.parameters))
            if tree and open_names(tree) <= {*parameters, *spoken.names}:
                reader.functions[letter] = (parameters, tree)
        elif claim.sides and called(claim.sides[0]) in GRIDS and len(spoken.variables) == 1:
            reader.defined[letter] = Name(*spoken.variables)
        elif tree and not _holds(tree, letter) and (not own or is_set(letter, tree)):
            reader.defined[letter] = tree
        else:
            reader.defined.pop(letter, None)


def _holds(tree: Node, name: str) -> bool:
    """Whether a name is defined by itself: x = x + 1."""
    if isinstance(tree, Apply):
        return any(_holds(one, name) for one in tree.arguments)
    return tree == Name(name)
