"""Compute what follows from a student's earlier answer, by a rubric's own formula.

In:   a formula in letters, values of the letters, and a set of declared letters.
Out:  one value for each world.
Pure: the formula is the rubric's, the values are plain data; nothing is executed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from grader.errors import JudgeError
from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tree import Node, UndefinedError
from grader.find.letter_names import spelled
from grader.find.letter_parser import parse_letters
from grader.find.letter_values import compute
from grader.find.letter_worlds import Language, language
from grader.model.carried import REF
from grader.model.rubric import Rubric
from grader.model.symbols import Letter, Symbols
from grader.model.value import Array

Given = Mapping[str, tuple[Array, ...]]


def following(gives: str, given: Given, symbols: Symbols | None) -> tuple[Array, ...]:
    """What `gives` is worth in every world; empty if it has no value in one of them.

    Without `symbols` there are as many worlds as the letters have values.
    Raises: JudgeError if `gives` is no formula in these letters.
    """
    spoken = language(_with(symbols, given))
    tree = _read(gives, spoken)
    worlds = spoken.worlds if symbols is not None else spoken.worlds[:1]
    count = max((*(len(v) for v in given.values()), len(worlds)), default=0)
    found = []
    for place in range(count):
        own = {str(spelled(n)): _upright(_at(v, place)) for n, v in given.items()}
        world = worlds[min(place, len(worlds) - 1)]
        try:
            found.append(compute(tree, replace(world, values={**world.values, **own})))
        except (UndefinedError, KeyError):
            return ()
    return tuple(found)


def _with(symbols: Symbols | None, given: Given) -> Symbols:
    """The letters of the rubric and those of the earlier answers."""
    more = {name: Letter(law="none") for name in given}
    if symbols is None:
        return Symbols(letters=more)
    return symbols.model_copy(update={"letters": {**symbols.letters, **more}})


def _read(gives: str, spoken: Language) -> Node:
    _, tokens = spoken.tokens(f"${gives}$")
    inner = [token for token in tokens if token.kind != "soft"]
    try:
        return parse_letters(inner, spoken.functions, spoken.variables, spoken.names)
    except NotAFormulaError as error:
        raise JudgeError(f"carried: {gives!r} is no formula: {error}") from error


def _at(values: Sequence[Array], place: int) -> Array:
    return values[0] if len(values) == 1 else values[place]


def _upright(array: Array) -> Array:
    """A list of numbers as a column, as formulas have it."""
    plain = np.asarray(array, dtype=np.float64)
    return plain[:, None] if plain.ndim == 1 else plain


def unreadable(rubric: Rubric) -> Iterator[tuple[str, str]]:
    """Every criterion whose `carried` gives what is no formula, and why."""
    for _, criterion in rubric.criteria():
        rule = criterion.carried
        if rule is None or not rule.gives:
            continue
        own = getattr(getattr(criterion, "find", None), "symbols", "")
        given = dict.fromkeys((*rule.from_, REF), (np.asarray(1.0),))
        try:
            _read(rule.gives, language(_with(rubric.symbols.get(own), given)))
        except JudgeError as error:
            yield criterion.id, str(error)
