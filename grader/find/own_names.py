"""Tell which declared names a text uses for something of its own.

In:   the chains of a text, read in the letters of a rubric.
Out:  other spellings that mean another thing here: the u of "let u(x) = 2s(2x) - 1", where
      the sheet's x may be called u; indices that are set to a formula: s = sum_j e^{z_j}.
Pure.

An equation about the sheet's own letter is a claim, right or wrong, and defines nothing. A
drawn letter under another spelling is set to a formula only by a definition: nobody claims
that x is 1 + e^{-x}. So is a function that stands without an argument, where what it is
set to is not a formula in its argument.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from grader.find.formula_chains import Member
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Name, Node, Number
from grader.find.letter_names import spelled
from grader.find.letter_worlds import Language
from grader.model.value import Array

Values = tuple[Array, ...]


@dataclass(frozen=True)
class OwnNames:
    """Looks through the chains of a text.

    Attributes:
        tree, values: what is read of one side.
        asked: whether a side names what is asked for; that is never the student's own.
    """

    spoken: Language
    tree: Callable[[Member], Node | None]
    values: Callable[[Node], Values]
    asked: Callable[[Sequence[Token]], bool]

    def among(self, text: str, chains: Sequence[Sequence[Member]]) -> frozenset[str]:
        """The other spellings that the text defines as something else."""
        return frozenset(
            alias
            for chain in chains
            if len(chain) > 1 and chain[1].relation == "="
            if (alias := self.alias(text, chain[0].tokens[0]))
            if not self.asked(chain[0].tokens) and self.is_defined(alias, chain)
        )

    def alias(self, text: str, token: Token) -> str:
        """The other spelling that stands there; "" if it is the letter's own."""
        if token.kind != "name":
            return ""
        typed = str(spelled(text[token.start : token.end].strip()))
        return typed if self.spoken.meant.get(typed) == token.text != typed else ""

    def is_defined(self, alias: str, chain: Sequence[Member]) -> bool:
        """Whether the chain sets the spelling to what its letter is not."""
        name, behind = self.spoken.meant[alias], chain[0].tokens[1:]
        if not behind and name in self.spoken.functions:
            return self.is_apart(name, self.tree(chain[1]))
        if name not in self.spoken.variables or not (not behind or _is_call(behind)):
            return False
        tree = self.tree(chain[1])
        if not behind and (tree is None or isinstance(tree, Number | Name)):
            return False
        left = self.tree(chain[0])
        got = self.values(left) if left else ()
        read = [tree for member in chain[1:] if (tree := self.tree(member))]
        others = [values for tree in read if (values := self.values(tree))]
        return bool(others) and not any(_alike(got, values) for values in others)

    def is_apart(self, name: str, tree: Node | None) -> bool:
        """Whether a formula has a value and holds neither the function nor its argument."""
        if tree is None or isinstance(tree, Number | Name) or not self.values(tree):
            return False
        parameters, _ = self.spoken.worlds[0].functions[name]
        return not {name, f"call {name}", *parameters} & set(_names(tree))


def _is_call(tokens: Sequence[Token]) -> bool:
    """Whether a bracket follows, and nothing behind it but an index."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth <= 0:
            rest = tokens[place + 1 :]
            return place > 1 and (not rest or rest[0].kind == "sub")
    return False


def _alike(got: Values, want: Values) -> bool:
    return len(got) == len(want) and all(
        a.shape == b.shape and np.allclose(a, b) for a, b in zip(got, want, strict=True)
    )


def _names(tree: Node) -> Iterator[str]:
    if isinstance(tree, Name):
        yield tree.name
    elif isinstance(tree, Apply):
        yield tree.operation
        for argument in tree.arguments:
            yield from _names(argument)


@lru_cache(maxsize=64)
def without(spoken: Language, aliases: frozenset[str]) -> Language:
    """The language in which some other spellings mean nothing."""
    meant = {other: name for other, name in spoken.meant.items() if other not in aliases}
    spellings = {
        other: name
        for other, name in spoken.spellings.items()
        if str(spelled(other)) not in aliases
    }
    return replace(spoken, meant=meant, spellings=spellings)


def counted(spoken: Language) -> frozenset[str]:
    """Names that are indices or sizes, and no letters."""
    world = spoken.worlds[0]
    letters = {*spoken.letters, *spoken.meant, *world.defined, *world.functions}
    return frozenset({*world.ranges, *world.sizes} - letters)


def is_set(name: str, tree: Node) -> bool:
    """Whether an index or a size is set to a formula, and not to a number or another."""
    return isinstance(tree, Apply) and name not in _names(tree)
