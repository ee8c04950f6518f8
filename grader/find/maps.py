"""Find functions of one real variable that were typed as formulas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from grader.find.context import ANY, Context
from grader.find.formula_chains import chains
from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tree import Node, UndefinedError
from grader.find.letter_parser import parse_letters
from grader.find.letter_text import SHOWN
from grader.find.letter_values import compute
from grader.find.letter_worlds import Language, language
from grader.find.texts import PRINTED
from grader.model.answers import Found, Hit, Passage
from grader.model.criteria_layers import FindMap
from grader.model.symbols import Letter, Symbols
from grader.model.verdict import Binding

MOST = 60


@dataclass(frozen=True, slots=True)
class Map:
    """A typed function; see `grader.model.answers.Formula`."""

    text: str
    is_final: bool
    tree: Node
    spoken: Language
    variable: str

    def at(self, n: float) -> float | None:
        """Its value; None where it has none."""
        world = self.spoken.worlds[0]
        values = {**world.values, self.variable: np.asarray(float(n))}
        try:
            found = compute(self.tree, replace(world, values=values))
        except (UndefinedError, KeyError):
            return None
        return float(found) if found.shape == () else None


def find_maps(context: Context, what: FindMap, section: str) -> Found[Map]:
    """Formulas of the section in which the variable stands, in their order."""
    known = section == ANY or section in context.sections.known
    hits: list[Hit[Map]] = []
    for passage in context.passages(section if known else ANY):
        hits += _read(passage, what, "typed in the text", 0.9 if known else 0.4)
    for passage in context.printed(section) if not hits else ():
        hits += _read(passage, what, "printed", PRINTED)
    return Found(
        hits=tuple(hits[:MOST]), looked_for=f"a formula in {what.variable} in the text"
    )


def _read(passage: Passage, what: FindMap, how: str, sure: float) -> Iterator[Hit[Map]]:
    for found in typed_maps(passage.text, what.variable):
        binding = Binding(
            cell=passage.cell, what=f"the formula {found.text}", how=how, confidence=sure
        )
        yield Hit(value=found, binding=binding)


@lru_cache(maxsize=8)
def _spoken(variable: str) -> Language:
    return language(Symbols(letters={variable: Letter(low=0.3, high=0.7)}))


def _applied(text: str, first: int, math: bool) -> bool:
    """Whether a function that is not known is applied to what begins there."""
    before = text[:first].rstrip() if math else text[:first]
    return text[first] == "(" and before[-1:].isalpha()


CALL = re.compile(
    r"(?<![A-Za-z])[A-Za-z]\w{0,12}\s?\(\s?([a-z])\s?\)\s{0,3}(?::?=|\\coloneqq)"
)
"""`g(t) = ...`: there, t is the variable."""


def typed_maps(text: str, variable: str) -> Iterator[Map]:
    """Every formula that depends on the variable and has a value somewhere.

    In a chain that begins with `g(t)`, t is the variable; that may be another function
    than the one that is asked for, so that it is never the final one.
    """
    yield from _maps_of(text, variable, called=False)
    for other in sorted({*CALL.findall(text)} - {variable, "e", "d"})[:4]:
        yield from _maps_of(text, other, called=True)


def _maps_of(text: str, variable: str, called: bool) -> Iterator[Map]:
    spoken = _spoken(variable)
    text, tokens = spoken.tokens(text)
    for chain in chains(tokens):
        members = [member for member in chain if member.tokens]
        head = (
            text[members[0].tokens[0].start : members[-1].tokens[-1].end] if members else ""
        )
        named = CALL.match(head)
        if called and (named is None or named[1] != variable or named[0][:3] == "abs"):
            continue
        for place, member in enumerate(members):
            try:
                tree = parse_letters(member.tokens, spoken.functions, spoken.variables)
            except NotAFormulaError:
                continue
            first, last = member.tokens[0].start, member.tokens[-1].end
            if _applied(text, first, member.tokens[0].math):
                continue
            plain = " ".join(text[first:last].translate(SHOWN).split())[:120]
            final = place == len(members) - 1 and not called
            found = Map(plain, final, tree, spoken, variable)
            values = {found.at(x) for x in (-2.3, -0.4, 0.3, 0.6, 1.7)} - {None}
            if len(values) > 1:
                yield found
