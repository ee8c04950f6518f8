"""What a label at the start of a line is, and how a line stands out.

In:   what was read of one line.
Out:  frozen data, for the walk over the notebook.
Pure.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """What a line begins with.

    Attributes:
        steps: ("2", "b"), in lower case.
        gain: how much it looks like the label of a question, > 0.
        listed: it may as well be an item of a list.
        top: its word is one for a whole question, as Question or Aufgabe.
        sheet: two such words, each with a number: the first may count sheets.
        capital: its last letter is a capital, and not C.
        others: further steps it may have, the likelier first.
        aligned: not written here; the skeleton has the cell's like under that label.
        code: code follows right below it.
        weak: a number alone, or one behind a word for any part: it may be one's own.
        text: the words behind it. level: of its heading, 1 to 7 (bold); 0 if it is none.
        beside: further parts that it names, as in "1 (a), (b)".
        initial: its word is this one letter: the P of "P2 b)".
        again: it says that it goes back: "1.2 second try".
        item: what it is as an item of a numbered list, if its steps mean nothing: "1. 2w".
    """

    steps: tuple[str, ...]
    gain: float
    listed: bool = False
    aligned: bool = False
    top: bool = False
    sheet: bool = False
    capital: bool = False
    others: tuple[tuple[str, ...], ...] = ()
    code: bool = False
    weak: bool = False
    text: str = ""
    level: int = 0
    beside: tuple[tuple[str, ...], ...] = ()
    initial: str = ""
    item: "Label | None" = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How a line stands out.

    Attributes:
        titled: heading, bold, or the title of a percent cell. bold: that, and no heading.
        first: the first line of its cell that holds anything.
        comment: it is code. level: as that of a label.
    """

    titled: bool = False
    bold: bool = False
    first: bool = False
    comment: bool = False
    level: int = 0
