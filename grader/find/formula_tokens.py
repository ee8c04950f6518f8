"""Cut a student's text into the pieces that formulas are made of.

In:   text that mixes words, LaTeX, Python and typed mathematics.
Out:  tokens with their places; words and unknown commands are tokens too.
Pure: one regular expression, whose repetitions neither nest nor look far ahead in vain;
      so time is linear.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from unicodedata import category

from grader.find.formula_words import CHARACTERS, FUNCTIONS, MEANINGS, PICKS, SKIPPED

MAX_TEXT = 50_000
MAX_TOKENS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    r"""One piece of text.

    Attributes:
        kind: number, name, operator, open, close, function, frac, binom, sum, infix,
            pick, ellipsis, comma, sub, boxed; relation, separator, soft (a line end or
            a dollar, named in `text`); word; bad (nothing we understand).
        text: what it means: the operator, the bracket, the function's name.
        start, end: its place in the text.
        block: lines of text, and displayed formulas, are numbered.
        spaced: white space stands before it.
        math: it stands between delimiters of mathematics.
        boxed: it stands inside \boxed.
    """

    kind: str
    text: str
    start: int
    end: int
    block: int = 0
    spaced: bool = False
    math: bool = False
    boxed: bool = False


PIECES = re.compile(
    r"""
      (?P<space>[^\S\n]+|~|\\[,;!:\ ]|\\(?=[*_])|\\(?:left|right)\s?\.
          |\\color\{\w{0,40}\}
          |\\(?:begin|end)\{(?:aligned|split|gathered)\*?\}
          |\b(?:math|np|numpy|scipy|special|sympy|sp)\.(?=[a-z]))
    | (?P<blank>\n[^\S\n]*\n\s*)
    | (?P<line>\n)
    | (?P<display>\$\$|\\[\[\]]|\\(?:begin|end)\{
          (?:align|equation|gather|eqnarray|multline|displaymath|flalign)\*?\})
    | (?P<inline>\$|\\[()]|\\(?:begin|end)\{math\})
    | (?P<row>&|\\\\(?:\[[^\]\n]{0,9}\])?)
    | (?P<styled>\\(?:text|textbf|textit|textrm|mbox)\s?\{[^{}]{0,200}\}
          |\\(?:mathrm|mathbf|mathit|mathcal|operatorname)\*?\s?\{[A-Za-z\ ]{1,40}\})
    | (?P<note>\\(?:tag|label|hspace|vspace)\*?\{[^{}]{0,80}\})
    | (?P<command>\\[A-Za-z]+|\\[{}\#|])
    | (?P<comma>(?<![\d.,;:(\[{_^])\d+,\d+(?=\(|\\left\b|\s?(?:[*·⋅]|\\cdot|\\times)))
    | (?P<number>\d+(?:\.\d+|\{,\}\d+)?|\.\d+|[½¼¾π])
    | (?P<ellipsis>\.\.\.+|…|⋯)
    | (?P<symbol>\*\*|//|:=|<=|>=|!=|==|=>|<-|->
          |[-+*/^_=<>!(){}\[\],;:.|`#?"'—·⋅∙÷≤≥≠≈→↦⇒⟹∴²³∑Σ√⌊⌋⌈⌉]
          |[\N{MINUS SIGN}\N{EN DASH}\N{MULTIPLICATION SIGN}])
    | (?P<identifier>[A-Za-z]\w{0,60}_\w+)
    | (?P<word>[^\W\d_²³½¼¾]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

CLOSING = ("close", "name", "number")


def tokenize(text: str, variable: str) -> list[Token]:
    """Cut the first MAX_TEXT characters of `text` into at most MAX_TOKENS tokens.

    A name is one letter, or `variable`; longer words are words, or functions.
    """
    return Cutter(text[:MAX_TEXT], variable).tokens()


class Cutter:
    """One pass over one text: where we are, and whether inside mathematics."""

    def __init__(self, text: str, variable: str) -> None:
        self.text = text
        self.variable = variable
        self.math = False
        self.block = 0
        self.spaced = True
        self.out: list[Token] = []

    def tokens(self) -> list[Token]:
        for piece in PIECES.finditer(self.text):
            if len(self.out) >= MAX_TOKENS:
                break
            for kind, text in self._meaning(piece):
                self._add(kind, text, piece)
            self.spaced = piece.lastgroup in ("space", "blank", "line")
        return self.out

    def _add(self, kind: str, text: str, piece: re.Match[str]) -> None:
        token = Token(
            kind=kind,
            text=text,
            start=piece.start(),
            end=piece.end(),
            block=self.block,
            spaced=self.spaced,
            math=self.math,
        )
        self.out.append(token)

    def _meaning(self, piece: re.Match[str]) -> Iterator[tuple[str, str]]:
        """Say what a piece of text means: no, one or two tokens."""
        text = piece.group()
        match piece.lastgroup:
            case "space":
                pass
            case "blank" | "line" | "display" | "inline" | "row":
                yield from self._boundary(piece.lastgroup, text)
            case "number":
                yield "number", CHARACTERS.get(text, text.replace("{,}", "."))
            case "comma":
                yield "number", text.replace(",", ".")
            case "ellipsis":
                yield "ellipsis", text
            case "note":
                yield "separator", text
            case "styled":
                yield self._styled(text[text.index("{") + 1 : -1].strip())
            case "command" | "symbol":
                yield from self._symbol(text.removeprefix("\\"), text)
            case "word" if text.isalpha():
                yield self._word(text, self.text[piece.end() : piece.end() + 2])
            case "other" if _ornament(text):
                yield "separator", text
            case _:
                yield "bad", text

    def _boundary(self, kind: str | None, text: str) -> Iterator[tuple[str, str]]:
        """Enter or leave mathematics; number the blocks; a line of it may go on."""
        if kind == "line" and self.math:
            return
        self.block += kind not in ("row", "inline")
        if kind == "blank":
            self.math = False
        elif kind in ("display", "inline"):
            self.math = text.startswith(("\\[", "\\(", "\\b")) or (
                text.startswith("$") and not self.math
            )
        yield "soft", "row" if kind in ("row", "inline") else "line"

    def _styled(self, inner: str) -> tuple[str, str]:
        return ("name", inner) if len(inner) == 1 and inner.isalpha() else ("word", inner)

    def _symbol(self, name: str, text: str) -> Iterator[tuple[str, str]]:
        """Look up a command or a sign."""
        kind, meaning = MEANINGS.get(name, ("bad", text))
        if kind == "power":
            yield "operator", "^"
            yield "number", meaning
        elif name not in SKIPPED:
            yield kind, meaning or text

    def _word(self, word: str, after: str) -> tuple[str, str]:
        """Tell names and functions from words of a sentence."""
        if word == self.variable:
            return "name", word
        if word == "e" and after.startswith(("^", "**")):
            return "number", "2.718281828459045"
        if word in FUNCTIONS and after.lstrip().startswith("("):
            return "function", FUNCTIONS[word]
        if len(word) == 1:
            return "name", word
        return self._long_word(word, after)

    def _long_word(self, word: str, after: str) -> tuple[str, str]:
        if word == "sum" and after.startswith("_"):
            return "sum", word
        if word in PICKS and self.out and self.out[-1].kind in CLOSING:
            return "pick", word
        foreign = after.startswith("(") or (self.math and len(word) == 2)
        return ("bad", word) if foreign else ("word", word)


def _ornament(character: str) -> bool:
    """Tell a tick, a smiley, a quotation mark or a bullet from mathematics."""
    return category(character) in ("So", "Pi", "Pf", "Ps") or character in "•∎"


def unboxed(tokens: list[Token]) -> list[Token]:
    r"""Take \boxed and its braces away, and remember what stood inside."""
    out: list[Token] = []
    depths: list[int] = []
    opens = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        opens -= token.kind == "close"
        leaves = token.kind == "close" and depths and depths[-1] == opens
        enters = token.kind == "open" and before is not None and before.kind == "boxed"
        if leaves:
            depths.pop()
        elif enters:
            depths.append(opens)
        elif token.kind != "boxed":
            out.append(replace(token, boxed=bool(depths)) if depths else token)
        opens += token.kind == "open"
    return out
