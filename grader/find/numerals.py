"""Read numbers in sentences, output and LaTeX, with the place of each.

Understood: 81, -3.5, 1e-3, 1,234, 1.234,5 and 0,5 (decimal comma where no other reading
fits), 2\\cdot 10^3, 2 * 10**3. A number that is part of a name (W1), of a label at the
start of a line ("3 (a)"), or of points ("(2 pts)") is none.
"""

import re
from dataclasses import dataclass

GROUPED = r"\d{1,3}(?:[,\u202f\u00a0']\d{3})+(?:\.\d+)?"
PLAIN = rf"[-+−]?(?:{GROUPED}|\d+[.,]\d+|\d+|\.\d+)(?:[eE][-+]?\d+)?"
POWER = r"\s*(?:\\cdot|\\times|\*|·|×)\s*10\s*(?:\^|\*\*)\s*\{?\s*([-+−]?\d+)\s*\}?"
NUMERAL = re.compile(rf"(?<![\w.^_]){PLAIN}(?![\w]|\.\d)")
TAIL = re.compile(POWER)
POINTS = re.compile(r"\(\s*\d+(?:[.,]\d+)?\s*(?:pts?|points?|punkte?|p)\.?\s*\)", re.I)
LABEL = re.compile(r"^[\s>*_#]*(?:\w+\s+)?\d{1,2}\s*[.:)]?\s*\(?[a-z]\)(?=\W|$)", re.I)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where its text begins and ends."""

    value: float
    start: int
    end: int


def numerals(line: str) -> list[Numeral]:
    """All numbers of one line, left to right."""
    clear = POINTS.sub(_blank, LABEL.sub(_blank, line))
    found: list[Numeral] = []
    for match in NUMERAL.finditer(clear):
        value, end = _read(match[0]), match.end()
        if tail := TAIL.match(clear, end):
            value, end = value * 10.0 ** int(tail[1].replace("−", "-")), tail.end()
        if not found or match.start() >= found[-1].end:
            found.append(Numeral(value, match.start(), end))
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _read(text: str) -> float:
    plain = re.sub(r"[\u202f\u00a0']", "", text.replace("−", "-"))
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        return float(plain.replace(",", ""))
    return float(plain.replace(",", "."))
