"""Tell what is only said of some indices: `... = 0 for i ≠ j`.

In:   a text, and a chain of sides with their places in it.
Out:  whether a condition on two indices stands beside it.
Pure: regular expressions on a few characters.
"""

import re
from collections.abc import Sequence, Set

from grader.find.formula_chains import Member

REACH = 48
EQUATED = r"([a-z])\s?(?:=|\\neq?(?![a-z])|≠|!=|\\not\s?=)\s?([a-z])"
LOOSE = r"[\s$,;:()]|\\[,;:!]|\\q?quad|\\(?:text|mbox|textrm)\s?\{[^{}]{0,20}\}"
BEHIND = re.compile(
    rf"(?:{LOOSE}|if|for|when|where|falls|für|wenn|mit|with){{0,9}}{EQUATED}(?![A-Za-z_'(^])"
)
BEFORE = re.compile(
    rf"(?<![A-Za-z_\\^]){EQUATED}(?:{LOOSE}|then|we|have|is|it|dann|ist|gilt|also){{0,9}}$"
)


def conditional(text: str, chain: Sequence[Member], indices: Set[str]) -> bool:
    """Whether what a chain says is said for equal, or for different, indices only."""
    sides = [member.tokens for member in chain if member.tokens]
    if not sides:
        return False
    first, last = sides[0][0].start, sides[-1][-1].end
    behind = BEHIND.match(text[last : last + REACH])
    before = BEFORE.search(text[max(first - REACH, 0) : first])
    return any(one is not None and {*one.groups()} <= indices for one in (behind, before))
