"""Cut a text into the pieces of formulas in declared letters.

In:   text, and the names that a rubric declares.
Out:  tokens as in `formula_tokens`; a declared name with its index and primes is one.
Pure: linear time.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from grader.find.formula_tokens import CLOSING, MAX_TEXT, Cutter, Token, unboxed
from grader.find.letter_text import (
    COMMANDS,
    ENDED,
    GREEK,
    IDENTITY,
    MATRIX,
    ONES,
    TRANSPOSED,
    VARIANTS,
    plain,
)

CALLED = frozenset(
    """exp log ln sqrt tanh sinh cosh arctan atan arctanh atanh abs max min maximum minimum
    sign sgn softmax relu ReLU sum norm det inv diag tr trace sin cos square
    outer""".split()  # noqa: SIM905
)
PRODUCTS = {"cdot": "·", "·": "·", "⋅": "·", "∙": "·", "odot": "⊙", "circ": "⊙", "⊙": "⊙",
            "otimes": "⊗", "⊗": "⊗", "@": "*"}  # fmt: skip
DOTS = ("vdots", "ddots", "⋮", "⋱")
DIFFERENTIALS = {"∂": "∂", "∇": "nabla"}
SIGNS = {ONES: ("ones", ONES), TRANSPOSED: ("transpose", TRANSPOSED),
         IDENTITY: ("name", IDENTITY), MATRIX: ("open", "matrix"),
         ENDED: ("close", "matrix")}  # fmt: skip
JOINED = re.compile(r"([A-Za-z])(\d+)(?=[A-Za-z])")
ACCENTS = ("tilde", "hat", "bar")
END = Token(kind="end", text="", start=0, end=0)


class Spelled(NamedTuple):
    """A name in parts, so that `W'_1` and `W_{1}'` are the same."""

    base: str
    sub: str = ""
    sup: str = ""
    primes: int = 0

    def __str__(self) -> str:
        parts = [self.base, self.sub and f"_{self.sub}", self.sup and f"^{self.sup}"]
        return "".join(parts) + "'" * self.primes


def letter_tokens(
    text: str, names: Set[str], spellings: Mapping[str, str]
) -> tuple[str, list[Token]]:
    """Spell a text plainly and cut it; return both.

    `names` are declared, in the form of `str(Spelled)`; `spellings` as in `plain`.
    """
    text = plain(text[:MAX_TEXT], spellings)
    tokens = _Letters(text, names).tokens()
    return text, list(_fused(unboxed(tokens), names))


class _Letters(Cutter):
    """Knows Greek letters, declared names, primes and transposes."""

    def __init__(self, text: str, names: Set[str]) -> None:
        super().__init__(text, "")
        self.matrices = 0
        self.names = names
        self.bases = {spelled(name).base for name in names}

    def _symbol(self, name: str, text: str) -> Iterator[tuple[str, str]]:
        if name in PRODUCTS:
            yield "operator", PRODUCTS[name]
        elif name in COMMANDS:
            yield "name", VARIANTS.get(name, name)
        elif name in DOTS:
            yield "ellipsis", "..."
        elif name == "partial":
            yield "name", "∂"
        elif name in CALLED and name != "sum":
            yield "function", name
        elif name == "'":
            near = self.out and self.out[-1].kind in (*CLOSING, "prime") and not self.spaced
            yield ("prime", "'") if near else ("separator", "'")
        else:
            yield from super()._symbol(name, text)

    def _meaning(self, piece: object) -> Iterator[tuple[str, str]]:
        kind, text = piece.lastgroup, piece.group()  # type: ignore[attr-defined]
        if kind == "row" and self.matrices:
            yield ("cell" if text == "&" else "row"), text
        elif kind == "identifier":
            after = self.text[piece.end() : piece.end() + 3]  # type: ignore[attr-defined]
            yield from self._identifier(text, after)
        elif kind == "other" and text in PRODUCTS:
            yield "operator", PRODUCTS[text]
        elif kind == "other" and text in DOTS:
            yield "ellipsis", "..."
        elif kind == "other" and text in DIFFERENTIALS:
            yield "name", DIFFERENTIALS[text]
        elif kind == "word" and len(text) > 1 and self._is_letters(text):
            after = self.text[piece.end() : piece.end() + 2]  # type: ignore[attr-defined]
            yield from (("name", GREEK.get(letter, letter)) for letter in text[:-1])
            yield self._word(text[-1], after)
        else:
            yield from super()._meaning(piece)  # type: ignore[arg-type]

    def _identifier(self, text: str, after: str = "") -> Iterator[tuple[str, str]]:
        """Read `s_1`, `x_ij` and `W_1x` as names with an index; others are bad."""
        if text.endswith("_"):  # x_iw_{ij}
            yield from self._identifier(text[:-1], after)
            yield "sub", "_"
            return
        base, _, rest = text.partition("_")
        if self.math and (joined := JOINED.match(base)):  # ^n2w_i
            yield "name", joined[1]
            yield "number", joined[2]
            yield from self._identifier(text[joined.end() :], after)
            return
        if base[0] == "d" and base[1:] in self.bases:
            yield "name", "d"
            base = base[1:]
        if len(base) > 1 and self._is_letters(base):  # k y_j
            yield from (("name", letter) for letter in base[:-1])
            base = base[-1]
        known = base in self.bases or base in CALLED or base.endswith(ACCENTS)
        if not rest and known:
            yield "name", base
            return
        if not rest or not (known or len(base) == 1):
            yield "bad", text
            return
        index = self._index(base, rest)
        kind = "sum" if base == "sum" else "function" if base in CALLED else "name"
        yield kind, base
        yield "sub", "_"
        yield ("number" if index.isdigit() else "name"), index
        yield from self._behind_index(rest[len(index) :], after)

    def _index(self, base: str, rest: str) -> str:
        """How much of `rest` is the index: digits, one letter, or two that are written."""
        declared = str(Spelled(base, rest)) in self.names
        if declared or (not self.math and "_" not in rest and rest.isalpha()):
            return rest
        digits = "".join(takewhile(str.isdigit, rest))
        return digits or rest[0]

    @staticmethod
    def _is_power(after: str) -> bool:
        return after.lstrip().startswith(("^", "**"))

    def _behind_index(self, rest: str, after: str = "") -> Iterator[tuple[str, str]]:
        if "_" in rest and not rest.startswith("_"):
            yield from self._identifier(rest, after)
        elif rest.endswith("e") and self._is_power(after):  # w_1e^{-w_1}
            yield from self._behind_index(rest[:-1])
            yield super()._word("e", "^")
        elif rest in self.bases or self._is_letters(rest):
            yield from (("name", GREEK.get(letter, letter)) for letter in rest)
        elif rest:
            yield "bad", rest

    def _is_letters(self, word: str) -> bool:
        """Tell `Wx` and `dx` in a formula from words."""
        if not word or word in self.bases or word in CALLED:
            return False
        letters = [GREEK.get(letter, letter) for letter in word]
        differential = word[0] in "d∂" and all(one in self.bases for one in letters[1:])
        known = all(one in self.bases or one in "de" for one in letters)
        return differential or (known and (self.math or not word.islower()))

    def _word(self, word: str, after: str) -> tuple[str, str]:
        if word in SIGNS:
            self.matrices += (word == MATRIX) - (word == ENDED)
            return SIGNS[word]
        word = GREEK.get(word, word)
        if word == "e" and after.lstrip().startswith(("^", "*")):
            return super()._word(word, after.lstrip())
        if word in self.bases:
            return "name", word
        if word == "sum" and after.startswith("_"):
            return "sum", word
        if word in CALLED and (self.math or after.lstrip().startswith(("(", "{", "_"))):
            return "function", word
        if word.endswith(ACCENTS) and len(word) <= 6:
            return "name", word
        return super()._word(word, after)


def spelled(name: str) -> Spelled:
    """Take a declared name apart; it is spelled as a rubric spells it."""
    text = plain(name, {}).replace("\\", "").replace("{", "").replace("}", "")
    text = "".join(text.split())
    primes = text.count("'")
    text = text.replace("'", "")
    head, _, sup = text.partition("^")
    base, _, sub = head.partition("_")
    if "_" in sup:  # W^1_i
        sup, _, sub = sup.partition("_")
    return Spelled(GREEK.get(base, VARIANTS.get(base, base)), sub, sup, primes)


def _fused(tokens: Sequence[Token], names: Set[str]) -> Iterator[Token]:
    """Join a name with the index, the layer and the primes that belong to it."""
    place = 0
    while place < len(tokens):
        if tokens[place].kind == "name":
            start = place
            fused, place = _longest(tokens, place, names)
            yield from fused
            behind = tokens[place] if place < len(tokens) else END
            power = start and tokens[start - 1].text == "^"  # ^n2 is no index
            number = behind.kind == "number" and behind.text.isdigit()
            if number and not behind.spaced and not power:
                yield replace(behind, kind="sub", text="_")  # w1 is w_1
        else:
            yield tokens[place]
            place += 1


def _longest(
    tokens: Sequence[Token], place: int, names: Set[str]
) -> tuple[list[Token], int]:
    """The longest declared name that begins here; else the letter with its primes.

    In `x_i'` the declared name may be `x'`; its index then follows it.
    """
    one, stop = Spelled(tokens[place].text), place + 1
    if one.base in ("∂", "nabla"):
        return [tokens[place]], stop
    best, end = one, stop
    known = str(one) in names
    index = slice(stop, stop)
    while step := _step(tokens, stop, one):
        if step[0].sub != one.sub:
            index = slice(stop, step[1])
        one, stop = step
        bare = one._replace(sub="")
        if str(one) in names or (not known and _one_name(one)):
            best, end, known = one, stop, str(one) in names
            index = slice(stop, stop) if one.sub else index
        elif str(bare) in names and bare != best:
            best, end, known = bare, stop, True
    name = replace(tokens[place], text=str(best), end=tokens[end - 1].end)
    inner = index.start < end and not best.sub
    return [name, *(tokens[index] if inner else ())], end


def _one_name(one: Spelled) -> bool:
    """Tell an undeclared name from a letter with an index or a power."""
    return not one.sup and (not one.sub or one.sub.isdigit() or len(one.sub) > 2)


def _step(tokens: Sequence[Token], place: int, one: Spelled) -> tuple[Spelled, int] | None:
    """Read one more part of a name: a prime, an index or a layer."""
    token = tokens[place] if place < len(tokens) else END
    if token.kind == "prime":
        return one._replace(primes=one.primes + 1), place + 1
    if token.kind == "number" and not token.spaced and not (one.sub or one.primes):
        return one._replace(sub=token.text), place + 1
    part = "sub" if token.kind == "sub" else "sup"
    power = token.kind == "operator" and token.text == "^"
    if not (token.kind == "sub" or power) or getattr(one, part):
        return None
    inner, stop = _group(tokens, place + 1)
    if not inner:
        return None
    return (one._replace(sub=inner) if part == "sub" else one._replace(sup=inner)), stop


def _group(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """The text of one token, or of a short group in braces, and where it ends."""
    token = tokens[place] if place < len(tokens) else END
    if token.kind in ("name", "number"):
        return token.text, place + 1
    if token.kind != "open" or token.text != "{":
        return "", place
    texts: list[str] = []
    for stop in range(place + 1, min(place + 6, len(tokens))):
        if tokens[stop].kind == "close":
            return "".join(texts), stop + 1
        if tokens[stop].kind not in ("name", "number", "word", "comma", "function"):
            break
        texts.append(tokens[stop].text)
    return "", place
