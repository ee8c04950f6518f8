"""Decide which members of a chain of equations are closed formulas.

In:   a chain, and the name of the variable.
Out:  its formulas, each with what the chain says of it.
Pure: no files, no clock.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from grader.find.formula_chains import Chain, Member
from grader.find.formula_parser import NotAFormulaError, parse
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Name, Node, free

MAX_LENGTH = 300
THINGS = re.compile(
    r"intersect|crossing|points?$|lines?$|neuron|pair|vertices|edge|hyperplane|new$|more$"
    r"|additional|plus$|minus$|times$|schnitt|punkt|geraden$|linie|paar|neue|weitere"
    r"|zusätzlich|mal$"
)
CHANGES = re.compile(r"adds?$|adding|increas|plus$|minus$|times$|mal$|um$")
Left: TypeAlias = Literal["at the variable", "elsewhere", "no call"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A formula in its chain.

    Attributes:
        symbol: the letter that stands for the variable.
        ends: it is the last formula of its chain.
        equated: its chain says that something equals it.
        eligible: it can be an answer: it does not give a number of something else, or
            a value elsewhere (`R(n+1) = ...`), or the solution of an equation.
    """

    tokens: tuple[Token, ...]
    symbol: str
    tree: Node
    ends: bool
    equated: bool
    eligible: bool


def read(chain: Chain, variable: str) -> Iterator[Read]:
    """Read the members of a chain; yield those that are formulas."""
    trees = [_tree(member) for member in chain]
    left = _left(chain[0].tokens, variable)
    closed = [
        (member, tree)
        for member, tree in zip(chain, trees, strict=True)
        if tree and _closed(tree, member, left, variable)
    ]
    eligible = _eligible(chain, trees, left, variable)
    for member, tree in closed:
        yield Read(
            tokens=member.tokens,
            symbol=min(free(tree)),
            tree=tree,
            ends=member is closed[-1][0],
            equated=_equated(member, left),
            eligible=eligible and not _aside(member),
        )


def _tree(member: Member) -> Node | None:
    """Read a member, unless it is empty, too long or unreadable."""
    tokens = member.tokens
    if not tokens or tokens[-1].end - tokens[0].start > MAX_LENGTH or _prose(tokens):
        return None
    try:
        return parse(list(tokens))
    except NotAFormulaError:
        return None


def _prose(tokens: Sequence[Token]) -> bool:
    """Tell `4 n` in a sentence from a product: no sign, but a space between."""
    bare = all(token.kind in ("number", "name") for token in tokens)
    return bare and not tokens[0].math and any(token.spaced for token in tokens[1:])


def _closed(tree: Node, member: Member, left: Left, variable: str) -> bool:
    """Ask for the variable alone; for more than its letter, save in R(n) = n."""
    if free(tree) not in _symbols(variable):
        return False
    stated = left == "at the variable" and member.relation == "="
    return stated or not isinstance(tree, Name)


def _symbols(variable: str) -> tuple[frozenset[str], frozenset[str]]:
    capital = variable.upper() if len(variable) == 1 else variable
    return frozenset({variable}), frozenset({capital})


def _left(tokens: Sequence[Token], variable: str) -> Left:
    """Tell R(n) and R_n from R(n+1), R_{n-1} and R(3), and these from all else."""
    opens = [i for i, token in enumerate(tokens) if token.kind == "open"]
    if not opens or tokens[-1].kind != "close":
        return "no call"
    head = tokens[opens[-1] - 1] if opens[-1] else tokens[-1]
    if head.kind not in ("name", "bad", "sub", "close", "function"):
        return "no call"
    if head.kind == "name" and frozenset({head.text}) in _symbols(variable):
        return "no call"
    return (
        "at the variable" if _names(tokens[opens[-1] + 1 : -1], variable) else "elsewhere"
    )


def _names(arguments: Sequence[Token], variable: str) -> bool:
    """Tell whether one of the arguments, between commas, is the variable itself."""
    parts = groupby(arguments, key=lambda token: token.kind == "comma")
    names = ([token.text for token in part] for comma, part in parts if not comma)
    return any(len(name) == 1 and frozenset(name) in _symbols(variable) for name in names)


def _eligible(
    chain: Chain, trees: Sequence[Node | None], left: Left, variable: str
) -> bool:
    """Tell whether a chain says what holds for every value of the variable."""
    first = trees[0]
    constant = any(tree is not None and not free(tree) for tree in trees)
    closed = first is not None and free(first) in (*_symbols(variable), frozenset())
    if len(chain) == 1 or not closed:
        return len(chain) == 1 or left != "elsewhere"
    assigns = isinstance(first, Name) and chain[-1].relation != "->"
    return not (constant or assigns)


def _equated(member: Member, left: Left) -> bool:
    stated = member.relation == "<=" and left == "at the variable"
    return stated or member.relation in ("=", "->")


def _aside(member: Member) -> bool:
    """Tell a number of something else: `adds n + 1`, `n(n-1)/2 pairs`."""
    counts = any(map(THINGS.match, member.after))
    return counts or any(map(CHANGES.match, member.before))
