"""Read equations in declared letters, one text after the other.

In:   texts in the order in which they stand, and a language.
Out:  chains of equations; the value of each side in several worlds, where it has one.
Pure: no files, no kernels; student text is never executed.

What a student defines (`z = Wx`, `u(x) = 1 + e^{-x}`) is known from there on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from grader.find.conditions import conditional
from grader.find.formula_chains import Member, chains
from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tree import Apply, Name, Node, Number
from grader.find.letter_marks import bare, lists_some, loose
from grader.find.letter_names import spelled
from grader.find.letter_parser import parse_letters
from grader.find.letter_proofs import Typed
from grader.find.letter_text import SHOWN
from grader.find.letter_values import Entry, World
from grader.find.letter_worlds import Language
from grader.find.own_names import OwnNames, counted, is_set, without
from grader.find.quantities import (
    About,
    Derivative,
    Quantities,
    Renamed,
    moved,
    quantities,
    raw,
    values_of,
)
from grader.find.wholes import apart
from grader.model.answers import Equation, Side
from grader.model.value import Array

LONGEST = 300
RESERVED = ("d", "∂", "nabla")


@dataclass
class Reader:
    """Reads one text after the other and remembers what was defined."""

    spoken: Language
    quantities: tuple[tuple[str, ...], ...]
    whole: tuple[str, ...] = ()
    written_with: tuple[str, ...] = ()
    defined: dict[str, Node] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def asked(self) -> Quantities:
        """What is asked for."""
        whole = (self.whole,) if self.whole else ()
        return quantities(self.spoken, (*self.quantities, *whole))

    @property
    def lengths(self) -> set[int]:
        """How long vectors and matrices of declared letters are."""
        return {1, *(n for v in self.spoken.worlds[0].values.values() for n in v.shape)}

    def read(self, text: str, lone: bool = False) -> Iterator[Equation]:
        """The chains of a text that say that something equals something.

        With `lone`, formulas that stand alone as well, if they have a value.
        """
        typed = text
        text, tokens = self.spoken.tokens(typed)
        found = [[m for m in chain if m.tokens] for chain in chains(tokens)]
        found = [c for c in found if not (c and conditional(text, c, self.asked.indices))]
        kept = [c for c in found if len(c) > 1 or self.boxed(c) or (lone and self.says(c))]
        if own := self.own.among(text, kept):
            self.spoken = without(self.spoken, own)
            yield from self.read(typed, lone)
            return
        for chain in kept:  # "p - y, where p = ...": known before it is defined
            self.learn(chain)
        for chain in kept:
            equation = self.equation(chain, text)
            if equation.about == len(self.quantities):
                yield from apart(equation, len(self.quantities))
            else:
                yield equation

    @property
    def own(self) -> OwnNames:
        """Finds spellings that are the student's own letters."""
        return OwnNames(
            self.spoken, self.tree, lambda tree: self.values(tree, {}), self.asked.names
        )

    def says(self, chain: Sequence[Member]) -> bool:
        """Whether a formula that stands alone is more than a letter or a number."""
        tree = self.tree(chain[0]) if len(chain) == 1 else None
        return isinstance(tree, Apply) and bool(self.side(tree, {}))

    @staticmethod
    def boxed(members: Sequence[Member]) -> bool:
        """Whether all of a chain stands in a box."""
        return bool(members) and all(m.tokens[0].boxed for m in members)

    def equation(self, members: Sequence[Member], text: str) -> Equation:
        """Compute every side of a chain; learn what it defines."""
        trees = [self.tree(member) for member in members]
        self.learn(members)
        raw_sides = [tree is not None and raw(tree, self.spoken) for tree in trees]
        about = self.about(members, trees, raw_sides)
        values = [self.side(tree, about.renamed) for tree in trees]
        sides = self.sides(
            [_shown(text, member) for member in members],
            [member.relation for member in members],
            trees,
            about,
            values,
        )
        return Equation(sides=sides, about=about.place, boxed=self.boxed(members))

    def sides(
        self,
        texts: Sequence[str],
        relations: Sequence[str],
        trees: Sequence[Node | None],
        about: About,
        values: Sequence[tuple[Array, ...]],
    ) -> tuple[Side, ...]:
        """The sides of a chain that was read and computed."""
        raw_sides = [tree is not None and raw(tree, self.spoken) for tree in trees]
        of_name = zip(about.named, raw_sides, values, strict=True)
        stated = next((v for named, is_raw, v in of_name if named and is_raw and v), ())
        known = self.indices_of(
            [t for t, named in zip(texts, about.named, strict=True) if named]
        )
        return tuple(
            Side(
                text=text,
                relation=relations[place],
                values=values[place],
                closed=trees[place] is not None and not raw_sides[place],
                named=about.named[place],
                stated=() if about.named[place] else stated,
                resized=not {n for v in values[place][:1] for n in v.shape} <= self.lengths,
                formula=self.typed(trees[place], about.renamed) if values[place] else None,
                written=self.written(trees[place]),
                bare=bare(trees[place]),
                listed=self.listed(trees[place]),
                loose=self.loose(trees[place]) - known,
            )
            for place, text in enumerate(texts)
        )

    def indices_of(self, names: Sequence[str]) -> frozenset[str]:
        """The indices in names of a quantity."""
        tokens = (t for name in names for t in self.spoken.tokens(f"${name}$")[1])
        return frozenset(token.text for token in tokens) & self.asked.indices

    def loose(self, tree: Node | None) -> frozenset[str]:
        """The indices in a side that nothing in it binds."""
        return loose(tree, self.asked.indices) if tree is not None else frozenset()

    def listed(self, tree: Node | None) -> bool:
        """Whether a side lists some entries of a vector, and not all."""
        sizes = self.spoken.worlds[0].sizes
        return tree is not None and lists_some(tree, self.spoken.letters, sizes)

    def about(
        self,
        members: Sequence[Member],
        trees: Sequence[Node | None],
        raw_sides: Sequence[bool],
    ) -> About:
        """Which quantity a chain speaks of."""

        def derivatives() -> list[Derivative | None]:
            return [
                Derivative(tree, self.side(tree, {}))
                if tree is not None and is_raw
                else None
                for tree, is_raw in zip(trees, raw_sides, strict=True)
            ]

        return self.asked.about([m.tokens for m in members], derivatives)

    def side(self, tree: Node | None, renamed: Renamed) -> tuple[Array, ...]:
        """The values of a side; a name that was defined has none to compare with."""
        if tree is None or getattr(tree, "name", "") in self.defined:
            return ()
        return self.values(tree, renamed)

    def tree(self, member: Member) -> Node | None:
        """Read a side; None if it is too long, no formula or a part of one."""
        tokens = member.tokens
        if member.cut or tokens[-1].end - tokens[0].start > LONGEST:
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
        if tree and len(kinds) == 1 and is_set(name, tree):  # an index or a size no more
            declared -= counted(self.spoken)
        learnt = {*self.defined, *self.functions, *self.entries, *declared, *RESERVED}
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
        elif self.asked.names(left.tokens):  # H(f) is no new function
            return
        else:
            self.learn_call(name, kinds, tree)

    def learn_call(self, name: str, kinds: Sequence[tuple[str, str]], tree: Node) -> None:
        """Remember `u(x) = ...`, and `p(x; w)_k = ...` entry by entry."""
        given = [text for kind, text in kinds[2:] if kind == "name"]
        shape = [kind for kind, _ in kinds if kind not in ("comma", "separator")]
        if shape[:3] != ["name", "open", "name"] or not given:
            return
        if [kind for kind, _ in kinds[3:]] == ["close"]:
            self.functions[name] = (tuple(given), tree)
        elif shape[-3:] == ["close", "sub", "name"] and {*shape[2:-3]} == {"name"}:
            self.entries[name] = Entry(given[-1], tuple(given[:-1]), tree)

    def values(self, tree: Node, renamed: Renamed) -> tuple[Array, ...]:
        """The value in every world; empty if it has none in one of them."""
        return values_of(tree, self.worlds(renamed))

    def worlds(self, renamed: Renamed) -> Iterator[World]:
        """What is drawn, with what was defined so far."""
        own = {*self.defined} & counted(self.spoken)
        for world in self.spoken.worlds:
            values = moved(world.values, renamed)
            yield replace(
                world,
                values={name: one for name, one in values.items() if name not in own},
                ranges={i: last for i, last in world.ranges.items() if i not in own},
                defined={**self.defined, **world.defined},
                functions={**self.functions, **world.functions},
                entries={**self.entries},
            )

    def written(self, tree: Node | None) -> bool:
        """Whether all the letters stand in a side in which an answer is written."""
        if tree is None or not self.written_with:
            return False
        names = (str(spelled(name)) for name in self.written_with)
        wanted = {self.spoken.meant.get(name, name) for name in names}
        return wanted <= self.mentioned(tree)

    def mentioned(self, tree: Node) -> set[str]:
        """Letters and functions of a formula, and of what it uses that was defined."""
        found: set[str] = set()
        ahead = [tree]
        while ahead:
            node = ahead.pop()
            if isinstance(node, Apply):
                found.add(node.operation.removeprefix("call "))
                ahead += node.arguments
            elif isinstance(node, Name) and node.name not in found:
                found.add(node.name)
                ahead += [self.defined[node.name]] if node.name in self.defined else []
        return found

    def typed(self, tree: Node | None, renamed: Renamed) -> Typed | None:
        """What a proof needs to know of a formula."""
        if tree is None:
            return None
        worlds = tuple(self.worlds(renamed))
        return Typed(tree=tree, worlds=worlds, letters=self.spoken.letters)


def _shown(text: str, member: Member) -> str:
    first, last = member.tokens[0].start, max(token.end for token in member.tokens)
    return " ".join(text[first:last].translate(SHOWN).split())
