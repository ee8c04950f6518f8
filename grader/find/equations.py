"""Find equations in declared letters: which hold, and what they say of a quantity.

In:   the text of a section, printed output and code, and a set of letters.
Out:  chains of equations; the value of each side in several worlds, where it has one.
Pure: no files, no kernels; student text is never executed.

What a student defines (`z = Wx`, `u(x) = 1 + e^{-x}`) is known from there on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grader.errors import JudgeError
from grader.find.context import ANY, Context
from grader.find.formula_chains import Member, chains
from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Node, Number, UndefinedError
from grader.find.letter_parser import parse_letters
from grader.find.letter_text import ENDED, MATRIX, ONES, TRANSPOSED
from grader.find.letter_values import Entry, World, compute
from grader.find.letter_worlds import Language, language
from grader.model.answers import Equation, Found, Hit, Side
from grader.model.finds import FindEquations
from grader.model.value import Array
from grader.model.verdict import Binding

MOST = 200
LONGEST = 300
SHOWN = str.maketrans({ONES: "1", TRANSPOSED: "ᵀ", MATRIX: "(", ENDED: ")"})
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
    reader = Reader(spoken, tuple(tuple(q) for q in what.quantities))
    hits: list[Hit[Equation]] = []
    for cell, text, how, sure in _texts(context, section if known else ANY):
        for equation in reader.read(text):
            binding = Binding(
                cell=cell,
                what=f"the formula {equation.text[:120]}",
                how=how,
                confidence=sure if known else sure * 0.45,
            )
            hits.append(Hit(value=equation, binding=binding))
            if len(hits) >= MOST:
                break
    return Found(hits=tuple(hits), looked_for="a formula in the text")


def _texts(context: Context, section: str) -> Iterator[tuple[int, str, str, float]]:
    for passage in context.sections.passages(section, context.kinds):
        yield passage.cell, passage.text, "typed in the text", TYPED
    for cell in context.own:
        if cell.kind == "code" and (
            section == ANY or context.sections.holds(cell.index, section)
        ):
            yield cell.index, f"{cell.stdout}\n\n{cell.result}", "printed", PRINTED
            yield cell.index, cell.source, "in the code", CODED


@dataclass
class Reader:
    """Reads one text after the other and remembers what was defined."""

    spoken: Language
    quantities: tuple[tuple[str, ...], ...]
    defined: dict[str, Node] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wanted = [
            {tuple(self.signature(self.spoken.tokens(f"${name}$")[1])) for name in names}
            for names in self.quantities
        ]
        self.indices = set(self.spoken.worlds[0].ranges)
        self.taken = [
            [v for name in names if (v := self.derivative_of(name))]
            for names in self.quantities
        ]

    def derivative_of(self, name: str) -> tuple[Array, ...]:
        """The values of a quantity whose spelling says how it is computed: s', df/dx."""
        tokens = [t for t in self.spoken.tokens(f"${name}$")[1] if t.kind != "soft"]
        try:
            tree = parse_letters(tokens, self.spoken.functions, self.spoken.variables)
        except NotAFormulaError:
            return ()
        return self.values(tree, {}) if _raw(tree) else ()

    def read(self, text: str) -> Iterator[Equation]:
        """The chains of a text that say that something equals something."""
        text, tokens = self.spoken.tokens(text)
        found = [[m for m in chain if m.tokens] for chain in chains(tokens)]
        kept = [chain for chain in found if len(chain) > 1 or self.boxed(chain)]
        for chain in kept:  # "p - y, where p = ...": known before it is defined
            self.learn(chain)
        for chain in kept:
            yield self.equation(chain, text)

    @staticmethod
    def boxed(members: Sequence[Member]) -> bool:
        """Whether all of a chain stands in a box."""
        return bool(members) and all(m.tokens[0].boxed for m in members)

    def equation(self, members: Sequence[Member], text: str) -> Equation:
        """Compute every side of a chain; learn what it defines."""
        about, renamed = self.about(members)
        trees = [self.tree(member) for member in members]
        self.learn(members)
        values = [
            # A name that was defined has no value of its own to compare with.
            self.values(t, renamed)
            if t and getattr(t, "name", "") not in self.defined
            else ()
            for t in trees
        ]
        raw = [tree is not None and _raw(tree) for tree in trees]
        names = [self.index_free(m.tokens) in self.plain_wanted(about) for m in members]
        if about is None:
            about, names = self.taken_by(values, raw)
        sides = tuple(
            Side(
                text=_shown(text, member),
                relation=member.relation,
                values=values[place],
                closed=trees[place] is not None and not raw[place],
                named=names[place],
            )
            for place, member in enumerate(members)
        )
        return Equation(sides=sides, about=about, boxed=self.boxed(members))

    def taken_by(
        self, values: Sequence[tuple[Array, ...]], raw: Sequence[bool]
    ) -> tuple[int | None, list[bool]]:
        """The quantity that a derivative on some side is, by its value, and the sides."""
        for place, known in enumerate(self.taken):
            equal = [
                is_raw and any(_alike(got, want) for want in known)
                for got, is_raw in zip(values, raw, strict=True)
            ]
            if any(equal):
                return place, equal
        return None, [False] * len(values)

    def plain_wanted(self, about: int | None) -> set[tuple[str, ...]]:
        return set() if about is None else {self.blank(s) for s in self.wanted[about]}

    def index_free(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        return self.blank(tuple(self.signature(tokens)))

    def blank(self, signature: Sequence[str]) -> tuple[str, ...]:
        """A signature in which one index is like another."""
        return tuple("#" if part in self.indices else part for part in signature)

    def about(self, members: Sequence[Member]) -> tuple[int | None, dict[str, str]]:
        """Which quantity a chain speaks of, and which index it uses for the sheet's."""
        for member in members:
            got = tuple(self.signature(member.tokens))
            for place, names in enumerate(self.wanted):
                for want in names:
                    if self.blank(want) == self.blank(got):
                        pairs = {w: g for w, g in zip(want, got, strict=True) if w != g}
                        return place, pairs
        return None, {}

    def signature(self, tokens: Sequence[Token]) -> Iterator[str]:
        """What a side says without brackets: `f(x)` and `f` are one quantity."""
        depth = 0
        behind = ""
        for token in tokens:
            if token.kind == "open" and (depth or (token.text in "([" and behind)):
                depth += 1
            elif token.kind == "close" and depth:
                depth -= 1
            elif not depth and not _unsaid(token):
                yield "d" if token.text == "∂" else token.text
            named = token.kind in ("name", "prime", "close", "function")
            behind = token.text if named else ""

    def tree(self, member: Member) -> Node | None:
        """Read a side; None if it is too long or no formula."""
        tokens = member.tokens
        if tokens[-1].end - tokens[0].start > LONGEST:
            return None
        called = {n for n, entry in self.entries.items() if entry.parameters}
        known = {*self.functions, *called, *self.spoken.functions}
        try:
            return parse_letters(tokens, known, self.spoken.variables, self.spoken.names)
        except NotAFormulaError:
            return None

    def learn(self, members: Sequence[Member]) -> None:
        """Remember `z = Wx`, `u(x) = 1 + e^{-x}` and `o_i = ...` of undeclared letters."""
        if len(members) < 2:
            return
        left, tree = members[0], self.tree(members[1])
        kinds = [(token.kind, token.text) for token in left.tokens]
        primes = sum(kind == "prime" for kind, _ in kinds)
        kinds = [pair for pair in kinds if pair[0] != "prime"]
        name = kinds[0][1] + "'" * primes
        drawn = self.spoken.worlds[0]
        declared = {*drawn.values, *drawn.defined, *drawn.functions}
        learnt = {*self.defined, *self.functions, *self.entries, *declared, "d", "∂"}
        if tree is None or kinds[0][0] != "name" or name in learnt:
            return
        if isinstance(tree, Number):  # "if h_i = 0" defines nothing
            return
        if len(kinds) == 1:
            self.defined[name] = tree
        elif [kind for kind, _ in kinds[:3]] == ["name", "sub", "name"]:
            behind = [text for kind, text in kinds[3:] if kind == "name"]
            if len(kinds) == 3 or (len(kinds) == 6 and len(behind) == 1):
                self.entries[name] = Entry(kinds[2][1], tuple(behind), tree)
        elif len(kinds) == 4 and kinds[1] == ("open", "(") and kinds[2][0] == "name":
            self.functions[name] = ((kinds[2][1],), tree)

    def values(self, tree: Node, renamed: dict[str, str]) -> tuple[Array, ...]:
        """The value in every world; empty if it has none in one of them."""
        found = []
        for world in self.spoken.worlds:
            values = dict(world.values)
            for want, got in renamed.items():
                values[want], values[got] = world.values[got], world.values[want]
            here: World = replace(
                world,
                values=values,
                defined={**self.defined, **world.defined},
                functions={**self.functions, **world.functions},
                entries=self.entries,
            )
            try:
                found.append(compute(tree, here))
            except (UndefinedError, KeyError):
                return ()
        return tuple(found)


def _shown(text: str, member: Member) -> str:
    first, last = member.tokens[0].start, max(token.end for token in member.tokens)
    return " ".join(text[first:last].translate(SHOWN).split())


def _alike(got: Sequence[Array], want: Sequence[Array]) -> bool:
    pairs = zip(got, want, strict=False)
    return bool(got) and all(g.shape == w.shape and np.allclose(g, w) for g, w in pairs)


def _unsaid(token: Token) -> bool:
    """Brackets and fractions do not tell one quantity from another."""
    slash = (token.kind, token.text) == ("operator", "/")
    return slash or token.kind in ("open", "close", "soft", "frac", "comma")


def _raw(tree: Node) -> bool:
    """Whether a derivative is still to be taken."""
    if not isinstance(tree, Apply):
        return False
    taken = tree.operation.startswith(("derivative", "slope"))
    return taken or any(_raw(argument) for argument in tree.arguments)
