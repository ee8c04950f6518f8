"""Show text that a student may have written, without letting it act.

In:   text. Out: text in which nothing is invisible and nothing moves a cursor.
Pure: no files, no clock, no randomness.
"""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff]"
)
_SPACES = re.compile(r"[\t\r\n]+")


def plain(text: str) -> str:
    """Replace by U+FFFD what a reader cannot see; keep line ends and tabs.

    Replaced are C0, C1 and DEL (terminal escapes), marks that turn the reading
    direction, and lone surrogates, which UTF-8 cannot spell.
    """
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same on one line, for a terminal or a table."""
    return plain(_SPACES.sub(" ", text))


def to_ascii(text: str) -> str:
    """Spell text for a terminal that knows only ASCII: accents go, the rest is "?"."""
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return kept.encode("ascii", "replace").decode("ascii")
