"""Read numbers in sentences, output and LaTeX, with the place of each.

Understood: 81, -3.5, 1e-3, 1,234, 1.234,5 and 0,5 (decimal comma where no other reading
fits), 2\\cdot 10^3, 2 * 10**3. A number that is part of a name (W1), of a label at the
start of a line ("3 (a)"), or of points ("(2 pts)") is none.
"""

import re
from dataclasses import dataclass

ENGLISH = r"[1-9]\d{0,2}(?:[,\u202f\u00a0']\d{3})+(?:\.\d+)?"
GERMAN = r"[1-9]\d{0,2}(?:\.\d{3})+,\d+"
PLAIN = rf"[-+−]?(?:{GERMAN}|{ENGLISH}|\d+[.,]\d+|\d+|\.\d+)(?:[eE][-+]?\d+)?"
POWER = r"\s*(?:\\cdot|\\times|\*|·|×)\s*10\s*(?:\^|\*\*)\s*\{?\s*([-+−]?\d{1,9})\s*\}?"
NUMERAL = re.compile(rf"(?<![\w.^_]){PLAIN}(?![\w]|\.\d)")
TAIL = re.compile(POWER)
POINTS = re.compile(r"\(\s*\d+(?:[.,]\d+)?\s*(?:pts?|points?|punkte?|p)\.?\s*\)", re.I)
LABEL = re.compile(
    r"^[\s>*_#]{0,20}(?:[^\W\d_]{1,20}\s{1,3})?\d{1,2}\s?[.:)]?\s?\(?[a-z]\)(?=\W|$)", re.I
)
LONGEST = 4000
"""Characters of a line that are read; nobody answers behind them."""
FARTHEST = 300


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where its text begins and ends."""

    value: float
    start: int
    end: int


def numerals(line: str) -> list[Numeral]:
    """All numbers of one line, left to right."""
    clear = POINTS.sub(_blank, LABEL.sub(_blank, line[:LONGEST]))
    found: list[Numeral] = []
    for match in NUMERAL.finditer(clear):
        value, end = _read(match[0]), match.end()
        if tail := TAIL.match(clear, end):
            power = min(int(tail[1].replace("−", "-")), FARTHEST)
            value, end = value * 10.0**power, tail.end()
        if not found or match.start() >= found[-1].end:
            found.append(Numeral(value, match.start(), end))
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _read(text: str) -> float:
    plain = re.sub(r"[\u202f\u00a0']", "", text.replace("−", "-"))
    if re.fullmatch(rf"[-+]?{GERMAN}", plain):
        return float(plain.replace(".", "").replace(",", "."))
    if re.fullmatch(rf"[-+]?{ENGLISH}", plain):
        return float(plain.replace(",", ""))
    return float(plain.replace(",", "."))
