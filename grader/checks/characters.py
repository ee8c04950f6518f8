"""Recognise a drawing made of characters in what code printed.

In:   text.
Out:  whether it may be a plot.
Pure.
"""

import re

MARKS = frozenset("*#@+.:|-_/\\=~^oOxX°·•×█▓▒░▄▀■□●○─│┤├┼└┘┐┌")
FEWEST_LINES = 6
"""Different lines of marks in a row; empty ones may lie between."""
LABEL = re.compile(r"^\s*[+-]?[\d.,]*(?:e[+-]?\d+)?\s*")
"""A number at the axis."""


def drawn_in_text(text: str) -> bool:
    """Whether enough different lines in a row show nothing but marks."""
    seen: set[str] = set()
    for line in text.splitlines():
        drawn = LABEL.sub("", line, count=1).rstrip()
        if any(c not in MARKS and not c.isspace() for c in drawn):
            seen.clear()
        elif drawn:
            seen.add(drawn)
        if len(seen) >= FEWEST_LINES:
            return True
    return False
