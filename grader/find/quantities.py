r"""Tell which quantity a chain of equations speaks of.

In:   the sides of a chain, as tokens and as values, and the spellings of what is asked for.
Out:  the quantity, which sides are its name, and which indices stand for the sheet's.
Pure.

A side names a quantity if it is spelled like it: `f(x)` and `f` are alike, and so are
`\frac{df}{dx}` and `df/dx`; an index may be another one, or a number. A derivative that is
still to be taken names it by its value: `\frac{\partial}{\partial w_k} w^T w` too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import permutations

import numpy as np

from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Name, Node, Number, UndefinedError
from grader.find.letter_parser import parse_letters
from grader.find.letter_values import World, compute
from grader.find.letter_worlds import Language
from grader.model.value import Array

MOST = 60
"""Choices of indices that are tried for one spelling."""

Values = tuple[Array, ...]
Renamed = Mapping[str, str]
Signature = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a chain speaks of: a quantity or None; the sides that name it; other indices."""

    place: int | None = None
    named: tuple[bool, ...] = ()
    renamed: Renamed = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derivative:
    """A side whose derivative is still to be taken, and its values."""

    tree: Node
    values: Values


class Quantities:
    """What is asked for, each with its spellings."""

    def __init__(self, spoken: Language, asked: Sequence[Sequence[str]]) -> None:
        self.spoken = spoken
        self.indices = frozenset(spoken.worlds[0].ranges)
        self.wanted = [{self.spelled(name) for name in names} for names in asked]
        self.taken = [[*self.derivatives(names)] for names in asked]
        self.known: dict[tuple[Node, int, tuple[str, ...]], Array | None] = {}

    def spelled(self, name: str) -> Signature:
        return self.signature(self.spoken.tokens(f"${name}$")[1])

    def about(
        self,
        sides: Sequence[Sequence[Token]],
        derivatives: Callable[[], Sequence[Derivative | None]],
    ) -> About:
        """By spelling, else by the value of a derivative, where a side is one."""
        got = [self.signature(tokens) for tokens in sides]
        for side in got:
            for place, names in enumerate(self.wanted):
                for want in sorted(names):
                    if self.alike(side, want):
                        named = (any(self.alike(s, w) for w in names) for s in got)
                        return About(place, tuple(named), _renamed(want, side))
        return self.by_value(derivatives())

    def by_value(self, sides: Sequence[Derivative | None]) -> About:
        for side in sides:
            for place, trees in enumerate(self.taken if side and side.values else ()):
                for tree, renamed in self.choices(trees, side):
                    named = tuple(self.equals(one, tree, renamed) for one in sides)
                    if any(named):
                        return About(place, named, renamed)
        return About(None, tuple(False for _ in sides))

    def choices(
        self, trees: Sequence[Node], side: Derivative | None
    ) -> Iterator[tuple[Node, Renamed]]:
        """Every spelling, with the indices of a side in the place of its own."""
        ranges = self.spoken.worlds[0].ranges
        others = (
            [*sorted(self.used(side.tree)), *sorted(_entries(side.tree))] if side else []
        )
        for tree in trees:
            own = sorted(self.used(tree))
            for tried, chosen in enumerate(permutations(others, len(own))):
                pairs = dict(zip(own, chosen, strict=True))
                fits = all(ranges[a] == ranges.get(b, ranges[a]) for a, b in pairs.items())
                if tried < MOST and fits:
                    yield tree, {a: b for a, b in pairs.items() if a != b}

    def used(self, tree: Node) -> frozenset[str]:
        """The indices that stand in a formula."""
        return self.indices & _names(tree)

    def equals(self, side: Derivative | None, tree: Node, renamed: Renamed) -> bool:
        """Whether a side has the values of a spelling; what vanishes could be anything."""
        if side is None or all(np.allclose(one, 0) for one in side.values):
            return False
        for number, got in enumerate(side.values):
            want = self.value(tree, number, renamed)
            if want is None or got.shape != want.shape or not np.allclose(got, want):
                return False
        return True

    def value(self, tree: Node, number: int, renamed: Renamed) -> Array | None:
        """The value of a spelling in one world; computed once."""
        key = (tree, number, tuple(f"{a}={b}" for a, b in sorted(renamed.items())))
        if key not in self.known:
            world = self.spoken.worlds[number]
            here = replace(world, values=moved(world.values, renamed))
            self.known[key] = next(iter(values_of(tree, [here])), None)
        return self.known[key]

    def names(self, tokens: Sequence[Token]) -> bool:
        """Whether a side is spelled like a quantity."""
        got = self.signature(tokens)
        return any(self.alike(got, want) for names in self.wanted for want in names)

    def alike(self, got: Signature, want: Signature) -> bool:
        """Whether they differ in indices only."""
        return len(got) == len(want) and all(
            g == w or (w in self.indices and (g in self.indices or g.isdigit()))
            for g, w in zip(got, want, strict=True)
        )

    def signature(self, tokens: Sequence[Token]) -> Signature:
        """What a side says without brackets."""
        return tuple(_digits([*self.said(tokens)]))

    def said(self, tokens: Sequence[Token]) -> Iterator[str]:
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

    def derivatives(self, names: Sequence[str]) -> Iterator[Node]:
        """The spellings that say themselves how they are computed: s' and df/dx."""
        for name in names:
            tree = self.tree(name)
            if tree is not None and raw(tree, self.spoken):
                yield tree

    def tree(self, name: str) -> Node | None:
        tokens = [t for t in self.spoken.tokens(f"${name}$")[1] if t.kind != "soft"]
        try:
            return parse_letters(tokens, self.spoken.functions, self.spoken.variables)
        except NotAFormulaError:
            return None


@lru_cache(maxsize=64)
def quantities(spoken: Language, asked: tuple[tuple[str, ...], ...]) -> Quantities:
    """What is asked for; made once for each language."""
    return Quantities(spoken, asked)


def raw(tree: Node, spoken: Language) -> bool:
    """Whether a derivative is still to be taken; that of an arbitrary function is not."""
    if not isinstance(tree, Apply):
        return False
    operation, _, name = tree.operation.partition(" ")
    slope = operation.startswith("slope") and name not in spoken.arbitrary
    taken = slope or operation == "derivative"
    return taken or any(raw(argument, spoken) for argument in tree.arguments)


def values_of(tree: Node, worlds: Iterable[World]) -> Values:
    """The value in every world; empty if it has none in one of them."""
    try:
        return tuple(compute(tree, world) for world in worlds)
    except (UndefinedError, KeyError):
        return ()


def moved(values: Mapping[str, Array], renamed: Renamed) -> dict[str, Array]:
    """Give another index, or a number, the part of the sheet's.

    What is left over stays: with i for the sheet's k, k has the value that i had.
    """
    there = dict(values)
    for want, got in renamed.items():
        if got.isdigit():
            there[want] = np.asarray(float(got))
        else:
            there[got] = values[want]
    free = [want for want in renamed if want not in renamed.values()]
    left = [got for got in renamed.values() if got not in renamed and not got.isdigit()]
    for want, got in zip(free, left, strict=False):
        there[want] = values[got]
    return there


def _renamed(want: Signature, got: Signature) -> Renamed:
    return {w: g for w, g in zip(want, got, strict=True) if w != g}


def _digits(parts: Sequence[str]) -> Iterator[str]:
    """Take the index of `w_{12}` apart."""
    for before, part in zip(["", *parts], parts, strict=False):
        yield from part if before == "_" and part.isdigit() else [part]


def _names(tree: Node) -> set[str]:
    if isinstance(tree, Name):
        return {tree.name}
    inside = tree.arguments if isinstance(tree, Apply) else ()
    return set[str]().union(*map(_names, inside))


def _entries(tree: Node) -> set[str]:
    """The numbers that stand as indices in a formula: the 1 of w_1."""
    inside = tree.arguments if isinstance(tree, Apply) else ()
    found = set[str]().union(*map(_entries, inside))
    if isinstance(tree, Apply) and tree.operation == "index":
        numbers = (one.value for one in inside if isinstance(one, Number))
        found |= {str(int(number)) for number in numbers if number.is_integer()}
    return found


def _unsaid(token: Token) -> bool:
    """Brackets and fractions do not tell one quantity from another."""
    slash = (token.kind, token.text) == ("operator", "/")
    return slash or token.kind in ("open", "close", "soft", "frac", "comma")
