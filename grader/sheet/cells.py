"""Make text and numbers safe to stand in a table that a spreadsheet will open.

In:   text that a student may have written; floats.
Out:  text that is one line, shows what is in it, and is not a formula.
Pure: no files, no clock, no randomness.
"""

import math
import re
from collections.abc import Iterable

DECIMALS = 6
"""A score keeps this many; 0.1 + 0.2 is 0.3 and thirds are 0.333333."""

LONGEST = 32_000
"""Characters in one cell; a spreadsheet refuses more than 32 767."""

_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff]"
)
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_SPLIT_FORMULA = re.compile(r"([;\t]\s*)(?=[=+\-@])")


def plain(text: str) -> str:
    """Put text on one line and show U+FFFD for what a reader cannot see.

    Replaced are C0, C1 and DEL (terminal escapes), marks that turn the reading
    direction, and lone surrogates, which UTF-8 cannot spell.
    """
    shown = _UNSEEN.sub("\ufffd", _SPACES.sub(" ", text))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def inert(text: str) -> str:
    """Keep a spreadsheet from reading a CSV cell as a formula.

    A leading = + - @ TAB or CR gets a ' before it; so does one after a semicolon,
    since a spreadsheet in much of Europe splits a CSV there whatever the quotes.
    """
    prefixed = "'" + text if _FORMULA.match(text) else text
    return plain(_SPLIT_FORMULA.sub(r"\1'", prefixed))


def rounded(value: float) -> float:
    """Round to DECIMALS, never to -0.0."""
    return round(value, DECIMALS) + 0.0


def total(values: Iterable[float]) -> float:
    """Add exactly, then round once: the order of the summands cannot matter."""
    return rounded(math.fsum(values))
