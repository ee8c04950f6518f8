"""Decide which formulas a text presents as its answer.

In:   the formulas of a text with what their chains say of them, and its tokens.
Out:  the places of the answers in the list of formulas; more than one where the text
      states several; none where it only mentions formulas.
Pure: no files, no clock.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from grader.find.formula_reader import Read
from grader.find.formula_tokens import Token

ANSWERS = re.compile(
    r"max|therefore|hence|thus|also$|so$|somit|folglich|daher|insgesamt|total|overall"
    r"|altogether|antwort|answer|formula|formel|region|gebiete|result|ergebnis|ergibt"
    r"|return$|lambda$|lösung|solution|conclu|closed|geschlossen"
)


def final(found: Sequence[Read], tokens: Sequence[Token]) -> frozenset[int]:
    """Choose what is boxed, else equated or announced, else a line of its own."""
    good = [i for i, one in enumerate(found) if one.eligible and one.ends]
    boxed = [i for i in good if found[i].tokens[0].boxed]
    if boxed:
        return frozenset(boxed)
    words = _words(tokens)
    equated = [i for i in good if found[i].equated][-1:]
    announced = [i for i in _last_of_lines(found, good) if _announced(found[i], words)]
    alone = [i for i in good if _line(found[i]) not in words][-1:]
    return frozenset([*equated, *announced] or alone)


def _line(one: Read) -> int:
    return one.tokens[-1].block


def _last_of_lines(found: Sequence[Read], good: Sequence[int]) -> Iterator[int]:
    """Yield the last formula of each line, equations before mere pieces."""
    lines: dict[int, list[int]] = defaultdict(list)
    for place in good:
        lines[_line(found[place])].append(place)
    for places in lines.values():
        yield max(places, key=lambda place: (found[place].equated, place))


def _words(tokens: Sequence[Token]) -> Mapping[int, list[str]]:
    """Collect the words of each line that has any, from the first line to the last."""
    words: dict[int, list[str]] = defaultdict(list)
    for token in tokens:
        if token.kind == "word":
            words[token.block] += token.text.lower().split()
    return dict(words)


def _announced(one: Read, words: Mapping[int, list[str]]) -> bool:
    """Look for words of an answer on its line; if that has none, on the last above."""
    lines = [*words]
    above = bisect_right(lines, _line(one))
    return above > 0 and any(map(ANSWERS.match, words[lines[above - 1]]))
