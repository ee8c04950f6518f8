"""Work out sums that stand in a line without their result: "2*20 + 20 + 20 + 1".

In:   one line.
Out:  the value of every chain of whole numbers and + - * ( ) with at least one operator,
      and where it stands.
Pure: read by a small parser of our own; nothing is evaluated that is not a number.
"""

import re
from dataclasses import dataclass

from grader.find.numerals import LONGEST, Numeral

CHAIN = re.compile(
    r"(?<![\w.,^_])[(\[]*\d{1,7}(?:\s*(?:[-+*·×−()\[\]]|\\cdot|\\times|\\left|\\right)\s*"
    r"[(\[]*|\d{1,7}(?![\w.,]\d))+"
)
PIECE = re.compile(r"\d+|[-+*()]")
MOST_PIECES = 60
MOST_DIGITS = 7


class _Broken(ValueError):
    """The chain is no sum."""


@dataclass
class _Reader:
    pieces: list[str]
    at: int = 0

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def take(self) -> str:
        piece = self.peek()
        self.at += 1
        return piece

    def sum(self) -> int:
        value = self.product()
        while self.peek() in ("+", "-"):
            value += self.product() if self.take() == "+" else -self.product()
        return value

    def product(self) -> int:
        value = self.factor()
        while self.peek() == "*" or self.peek() == "(":
            if self.peek() == "*":
                self.take()
            value *= self.factor()
        return value

    def factor(self) -> int:
        piece = self.take()
        if piece == "(":
            value = self.sum()
            if self.take() != ")":
                raise _Broken
            return value
        if not piece.isdecimal():
            raise _Broken
        return int(piece)


def sums(line: str) -> list[Numeral]:
    """The sums of a line with their values, left to right."""
    found = []
    for match in CHAIN.finditer(line[:LONGEST]):
        plain = re.sub(r"\\left|\\right", "", match[0])
        plain = re.sub(r"\\cdot|\\times|[·×]", "*", plain).replace("−", "-")
        pieces = PIECE.findall(plain.replace("[", "(").replace("]", ")"))
        while pieces and pieces[-1] in "+-*(":
            pieces.pop()
        while pieces.count(")") > pieces.count("(") and pieces[-1] == ")":
            pieces.pop()
        if not {"+", "*"} & set(pieces) or len(pieces) > MOST_PIECES:
            continue
        if any(len(piece) > MOST_DIGITS for piece in pieces):
            continue
        try:
            reader = _Reader(pieces)
            value = reader.sum()
        except (_Broken, RecursionError):
            continue
        if reader.at == len(pieces) and abs(value) < 2**53:
            found.append(Numeral(float(value), match.start(), match.end()))
    return found
