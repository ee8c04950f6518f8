"""Cut a text into the pieces of formulas in declared letters.

In:   text, and the names that a rubric declares.
Out:  tokens as in `formula_tokens`; a declared name with its index and primes is one.
Pure: linear time.
"""

import re
from collections.abc import Iterator, Mapping, Set
from itertools import takewhile

from grader.find.formula_tokens import CLOSING, MAX_TEXT, Cutter, Token, unboxed
from grader.find.formula_words import FUNCTIONS
from grader.find.letter_names import Spelled, fused, spelled
from grader.find.letter_text import (
    CASED,
    CASES,
    COMMANDS,
    ENDED,
    GREEK,
    IDENTITY,
    MATRIX,
    ONES,
    OTHERWISE,
    TRANSPOSED,
    UPRIGHT_NAME,
    VARIANTS,
    plain,
)

CALLED = frozenset(
    """exp log ln sqrt tanh sinh cosh sech coth arctan atan arctanh atanh abs max min
    maximum minimum sign sgn erf softmax relu ReLU sum norm det inv diag tr trace sin cos
    square outer""".split()  # noqa: SIM905
)
PRODUCTS = {"cdot": "·", "·": "·", "⋅": "·", "∙": "·", "odot": "⊙", "circ": "⊙", "⊙": "⊙",
            "otimes": "⊗", "⊗": "⊗", "@": "*"}  # fmt: skip
DOTS = ("vdots", "ddots", "⋮", "⋱")
DIFFERENTIALS = {"∂": "∂", "∇": "nabla"}
SIGNS = {ONES: ("ones", ONES), TRANSPOSED: ("transpose", TRANSPOSED),
         IDENTITY: ("name", IDENTITY), MATRIX: ("open", "matrix"),
         ENDED: ("close", "matrix"), CASES: ("open", "cases"), CASED: ("close", "cases"),
         OTHERWISE: ("name", OTHERWISE)}  # fmt: skip
JOINED = re.compile(r"([A-Za-z])(\d+)(?=[A-Za-z])")
ACCENTS = ("tilde", "hat", "bar")
PI = ("\\pi", "π")
APPLIED = ("(", "_", "^", "'", "[", "=")
END = Token(kind="end", text="", start=0, end=0)


def letter_tokens(
    text: str, names: Set[str], spellings: Mapping[str, str]
) -> tuple[str, list[Token]]:
    """Spell a text plainly and cut it; return both.

    `names` are declared, in the form of `str(Spelled)`; `spellings` as in `plain`.
    """
    text = plain(text[:MAX_TEXT], spellings)
    tokens = _Letters(text, names).tokens()
    return text, list(fused(unboxed(tokens), names))


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
        behind = self.text[piece.end() : piece.end() + 1]  # type: ignore[attr-defined]
        if text in PI and behind == "_":  # π_j is a letter
            yield "name", "pi"
        elif kind == "row" and self.matrices:
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
        elif kind == "word" and text.endswith(UPRIGHT_NAME):
            yield self._upright(text.removesuffix(UPRIGHT_NAME), piece.end())  # type: ignore[attr-defined]
        elif kind == "word" and len(text) > 1 and self._is_letters(text):
            after = self.text[piece.end() : piece.end() + 2]  # type: ignore[attr-defined]
            yield from (("name", GREEK.get(letter, letter)) for letter in text[:-1])
            yield self._word(text[-1], after)
        else:
            yield from super()._meaning(piece)  # type: ignore[arg-type]

    def _upright(self, word: str, stop: int) -> tuple[str, str]:
        """A word that is one name and no product: declared, applied or defined."""
        after = self.text[stop : stop + 3]
        if word in self.bases or word in CALLED or word in FUNCTIONS:
            return self._word(word, after)
        return ("name" if after.lstrip().startswith(APPLIED) else "word"), word

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
            yield ("name" if self.math and len(rest) == 1 else "bad"), rest

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
            self.matrices += (word in (MATRIX, CASES)) - (word in (ENDED, CASED))
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
