"""Draw values for the letters that a rubric declares.

In:   a set of letters.
Out:  several worlds, the same for everybody; how names are spelled.
Pure: seeded. A typed formula cannot look at the numbers, so they need not be secret.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from grader.errors import JudgeError
from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Node
from grader.find.letter_names import spelled
from grader.find.letter_parser import parse_letters
from grader.find.letter_text import IDENTITY
from grader.find.letter_tokens import letter_tokens
from grader.find.letter_values import World, compute
from grader.model.symbols import Letter, Symbols
from grader.model.value import Array

ALIAS = re.compile(r"\\?[A-Za-z]+(?:_\w|_\{\w{1,3}\})?")
"""What is only another name: `W`, `w_1`."""
DRAWS = 5
MOST_TRIED = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """The letters of a rubric, ready to read with; one is equal to itself only.

    Attributes:
        names: of letters and their other spellings, in the form of `str(Spelled)`.
        meant: other spelling -> name.
        spellings: identifiers of Python -> name as on the sheet.
        functions: names of functions.
        variables: what a derivative may be taken by.
        arbitrary: functions that stand for any one.
        steps: x(t) and x(t+1) of letters that have a flipped one, x and x'.
        identity: the name of the identity matrix, or nothing.
        worlds: values, drawn several times.
        letters: as declared, by name.
    """

    names: frozenset[str]
    meant: Mapping[str, str]
    spellings: Mapping[str, str]
    functions: frozenset[str]
    variables: frozenset[str]
    arbitrary: frozenset[str] = frozenset()
    identity: str = ""
    steps: tuple[tuple[re.Pattern[str], str], ...] = ()
    worlds: tuple[World, ...] = ()
    letters: Mapping[str, Letter] = field(default_factory=dict)

    def tokens(self, text: str) -> tuple[str, list[Token]]:
        """Cut a text; other spellings are replaced by the names they mean."""
        for pattern, replacement in self.steps:
            text = pattern.sub(replacement, text)
        text, tokens = letter_tokens(text, self.names, self.spellings)
        named = [self.named(token) for token in tokens]
        return text, list(self.unsized(named))

    def named(self, token: Token) -> Token:
        """A token under the name that it means; a bold 1 may be the identity matrix."""
        if token.kind == "name" or (token.kind == "ones" and token.text in self.meant):
            return replace(token, kind="name", text=self.meant.get(token.text, token.text))
        return token

    def unsized(self, tokens: Sequence[Token]) -> Iterator[Token]:
        r"""Drop the size of an identity matrix: `I_n`, `I_{n \times n}`, not `I_{ij}`."""
        place = 0
        while place < len(tokens):
            yield tokens[place]
            if tokens[place].kind == "name" and tokens[place].text == self.identity:
                place = self.behind_size(tokens, place)
            place += 1

    def behind_size(self, tokens: Sequence[Token], place: int) -> int:
        """The last token of the size that follows, or `place` if there is none."""
        inside = [token.text for token in tokens[place + 1 : place + 8]]
        if inside[:1] != ["_"]:
            return place
        last = inside.index("{", 2) if inside[1:2] == ["{"] and "{" in inside[2:] else 1
        indexed = set(inside[1 : last + 1]) & set(self.worlds[0].ranges)
        return place if indexed else place + 1 + last


def language(symbols: Symbols) -> Language:
    """The language of a set of letters; made once for each set."""
    return _language(symbols.model_dump_json())


@lru_cache(maxsize=32)
def _language(plain: str) -> Language:
    symbols = Symbols.model_validate_json(plain)
    own = {name: str(spelled(name)) for name in symbols.letters}
    meant, spellings = {}, {}
    for name, letter in symbols.letters.items():
        for other in letter.also:
            meant[str(spelled(other))] = own[name]
            if other.isidentifier() and len(other) > 1 and other[0].isascii():
                spellings[other] = name
        if letter.law == "identity":
            meant[IDENTITY] = own[name]
    identity = meant.get(IDENTITY, "")
    bare = Language(
        names=frozenset({*own.values(), *meant, *symbols.indices, *symbols.sizes}),
        meant=meant,
        spellings=spellings,
        functions=frozenset(own[n] for n, one in symbols.letters.items() if one.of),
        identity=identity,
        arbitrary=frozenset(own[n] for n, one in symbols.letters.items() if one.arbitrary),
        variables=frozenset(own[n] for n, one in symbols.letters.items() if _moves(one)),
        letters={own[name]: one for name, one in symbols.letters.items()},
    )
    flipped = [one.flips for one in symbols.letters.values() if one.flips]
    bare = replace(bare, steps=tuple(step for name in flipped for step in _steps(name)))
    return replace(bare, worlds=tuple(_worlds(symbols, bare)))


def _moves(letter: Letter) -> bool:
    """Whether a derivative may be taken by it: it is drawn, or is an entry of what is."""
    if letter.of or letter.law in ("none", "identity") or letter.flips:
        return False
    return not letter.equals or ALIAS.fullmatch(letter.equals) is not None


def _steps(name: str) -> Iterator[tuple[re.Pattern[str], str]]:
    r"""Spell `x_i(t+1)`, `x^{(t+1)}` and `x_i^{t+1}` as x'_i."""
    index = r"((?:_\{\w\}|_\w)?)"
    for time, prime in ((r"t\s?\+\s?1|new|neu", "'"), (r"t|old|alt", "")):
        word = rf"(?:\\(?:text|mathrm)\{{\s?)?(?:{time})\s?\}}?"
        for bracketed in (rf"\(\s?(?:{time})\s?\)", rf"\^\{{?\s?\(?{word}\)?\s?\}}?"):
            behind = "(?![A-Za-z0-9])" if prime == "" else ""
            pattern = rf"(?<![A-Za-z\\]){name}{index}\s?{bracketed}{behind}{index}"
            yield re.compile(pattern), rf"{name}{prime}\1\2"


def _worlds(symbols: Symbols, spoken: Language) -> Iterator[World]:
    functions, defined, picks = {}, {}, {}
    for name, letter in symbols.letters.items():
        own = str(spelled(name))
        if letter.of:
            parameters = tuple(str(spelled(parameter)) for parameter in letter.of)
            functions[own] = (parameters, _body(letter.equals, name, spoken))
        elif letter.equals:
            defined[own] = _body(letter.equals, name, spoken)
        picks[own] = letter.by
    drawn = {str(spelled(n)): letter for n, letter in symbols.letters.items()}
    variable = next((n for n, one in drawn.items() if _moves(one) and not one.shape), "")
    positive = [_body(text, "where", spoken) for text in symbols.where]
    found = 0
    for draw in range(MOST_TRIED):
        values = _values(symbols, draw)
        world = World(
            values=values,
            defined=defined,
            functions=functions,
            ranges={i: symbols.sizes[size] for i, size in symbols.indices.items()},
            sizes=symbols.sizes,
            picks=picks,
            variable=variable,
            point=_point(functions, values),
        )
        if all(float(compute(tree, world)) > 0 for tree in positive):
            found += 1
            yield world
        if found == DRAWS:
            return
    raise JudgeError(f"no values were found for which {symbols.where} are positive")


def _point(
    functions: Mapping[str, tuple[tuple[str, ...], Node]], values: Mapping[str, Array]
) -> str:
    """The vector or matrix that functions are of; else the first that is drawn."""
    of = [name for parameters, _ in functions.values() for name in parameters]
    drawn = [name for name in (*of, *values) if name in values and values[name].ndim]
    return drawn[0] if drawn else ""


def _body(text: str, name: str, spoken: Language) -> Node:
    """Raises: JudgeError if the rubric's own formula cannot be read."""
    _, tokens = spoken.tokens(f"${text}$")
    inner = [token for token in tokens if token.kind != "soft"]
    try:
        return parse_letters(inner, spoken.functions, spoken.variables)
    except NotAFormulaError as error:
        raise JudgeError(f"the rubric's formula for {name} is not one: {error}") from error


def _values(symbols: Symbols, draw: int) -> dict[str, Array]:
    """Values of letters, indices and sizes; in every other world the indices meet.

    Those that are alike are equal in all worlds.
    """
    rng = np.random.default_rng([7, draw])
    values = {size: np.asarray(float(n)) for size, n in symbols.sizes.items()}
    taken: dict[str, set[int]] = {}
    for index, size in symbols.indices.items():
        free = set(range(1, symbols.sizes[size] + 1)) - taken.setdefault(size, set())
        number = int(rng.choice(sorted(free or {1})))
        taken[size].add(number)  # i and j differ, or x_i would equal x_j
        values[index] = np.asarray(float(number))
    for index in symbols.meet if draw % 2 else ():
        values[index] = values[symbols.meet[0]]
    for index in symbols.alike:
        values[index] = values[symbols.alike[0]]
    for name, letter in symbols.letters.items():
        if letter.law != "none" and not letter.equals and not letter.flips:
            values[str(spelled(name))] = _drawn(letter, symbols, rng)
    for name, letter in symbols.letters.items():
        if letter.flips:
            flipped = values[str(spelled(letter.flips))].copy()
            flipped[int(values[letter.at]) - 1] *= -1
            values[str(spelled(name))] = flipped
    return values


def _drawn(letter: Letter, symbols: Symbols, rng: np.random.Generator) -> Array:
    shape = tuple(symbols.sizes[n] if isinstance(n, str) else n for n in letter.shape)
    shape = (*shape, 1) if len(shape) == 1 else shape
    if letter.law == "signs":
        return np.asarray(rng.choice([-1.0, 1.0], size=shape))
    if letter.law == "identity":
        return np.eye(shape[0])
    drawn = np.asarray(rng.uniform(letter.low, letter.high, size=shape))
    if letter.law == "symmetric":
        return np.asarray((drawn + drawn.T) / 2)
    if letter.law == "distribution":
        positive = np.abs(drawn) + 0.1
        return np.asarray(positive / positive.sum())
    return drawn
