"""Read numbers in sentences, output and LaTeX, with the place of each.

Understood: 81, -3.5, 1e-3, 1,234, 1.234,5 and 0,5 (decimal comma where no other reading
fits), 1.234.567, 10 000, 1_000, 1{,}234 and 1\\,234 (LaTeX), 2\\cdot 10^3, 2 * 10**3,
10^{-3}, 2·10⁻³, \\frac{1}{2}, 5cm, 81params. Of 1,234 and 1.234 there are two readings:
the likelier one, and the other. A number that is part of a name (W1), of a label at the
start of a line ("3 (a)", "Q3.1:", "## 1.1"), or of points ("(2 pts)") is none.
"""

import re
from dataclasses import dataclass

THIN = "\u202f\u2009\u00a0"
ENGLISH = rf"[1-9]\d{{0,2}}(?:[,{THIN}']\d{{3}})+(?:\.\d+)?"
GERMAN = r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}(?!\.?\d)"
LATEX = r"[1-9]\d{0,2}(?:(?:\{,\}|\\,|\\ |~|\{\\,\})\d{3})+(?!\d)(?:\.\d+)?"
ROUND = r"[1-9]\d{0,2}(?: 000)+(?!\d)"
GROUPED = r"[1-9]\d{0,2}(?:_\d{3})+"
SPELLED = rf"{LATEX}|{GERMAN}|{ENGLISH}|{ROUND}|{GROUPED}|\d+[.,]\d+|\d+|\.\d+"
PLAIN = rf"[-+−]?(?:{SPELLED})(?:[eE][-+]?\d+)?"
UNIT = (
    r"(?:[cmk]?m|ms|s|sec|min|h|kg|g|px|[kMG]B|params?|parameters?|Parametern?)(?![^\W_])"
)
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
LOWERED = str.maketrans(RAISED, "0123456789-")
EXPONENT = rf"10\s*(?:(?:\^|\*\*)\s*\{{?\s*([-+−]?\d{{1,9}})\s*\}}?|([{RAISED}]{{1,4}}))"
NUMERAL = re.compile(rf"(?<![\w.^_]){PLAIN}(?:(?!\w|\.\d)|(?={UNIT}))(?![{RAISED}])")
TAIL = re.compile(rf"\s*(?:\\cdot|\\times|\*|·|×)\s*{EXPONENT}")
POWER = re.compile(rf"(?<![\w.^_])([-+−]?){EXPONENT}")
FRACTION = re.compile(r"([-+−]?)\s*\\[dt]?frac\s*\{\s*(-?\d+)\s*\}\s*\{\s*(\d+)\s*\}")
POINTS = re.compile(r"\(\s*\d+(?:[.,]\d+)?\s*(?:pts?|points?|punkte?|p)\.?\s*\)", re.I)
NAMED = r"(?:[^\W\d_]{1,20}\.?\s{0,3})?"
LABEL = re.compile(
    rf"^[\s>*_#]{{0,20}}(?:{NAMED}\d{{1,2}}\s?[.:)]?\s?\(?[a-z]\)(?=\W|$)"
    rf"|{NAMED}\d{{1,2}}\.(?:\d{{1,2}}|[a-z]\d?)\s?(?:(?:\([a-z]\)|[a-z]\))(?=\W|$)|[:)])"
    rf"|(?<=#)\s*{NAMED}\d{{1,2}}(?:\.\w{{1,3}})?[.:)]?(?=\s+[^\W\d]))",
    re.I,
)
TWO_READINGS = re.compile(r"[-+−]?[1-9]\d{0,2}([.,])\d{3}")
LONGEST = 4000
"""Characters of a line that are read; nobody answers behind them."""
FARTHEST = 300


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where its text begins and ends.

    Attributes:
        value: the likelier reading. other: the second one, where there are two.
    """

    value: float
    start: int
    end: int
    other: float | None = None


def numerals(line: str) -> list[Numeral]:
    """All numbers of one line, left to right."""
    clear = POINTS.sub(_blank, LABEL.sub(_blank, line[:LONGEST]))
    special = [*_fractions(clear), *_powers(clear)]
    found: list[Numeral] = []
    for match in NUMERAL.finditer(clear):
        value, end = _read(match[0]), match.end()
        if tail := TAIL.match(clear, end):
            value, end = value * 10.0 ** _exponent(tail), tail.end()
        other = None if end > match.end() else _otherwise(match[0])
        found.append(Numeral(value, match.start(), end, other))
    return _apart([*special, *found])


def _apart(found: list[Numeral]) -> list[Numeral]:
    """Of numbers that overlap, the longest: 2·10³ is neither 2 nor 10³."""
    kept: list[Numeral] = []
    for numeral in sorted(found, key=lambda n: (n.start, -n.end)):
        if not kept or numeral.start >= kept[-1].end:
            kept.append(numeral)
        elif numeral.end - numeral.start > kept[-1].end - kept[-1].start:
            kept[-1] = numeral
    return kept


def _fractions(text: str) -> list[Numeral]:
    found = []
    for match in FRACTION.finditer(text):
        if int(match[3]):
            sign = -1 if match[1] in ("-", "−") else 1
            value = sign * int(match[2]) / int(match[3])
            found.append(Numeral(value, match.start(), match.end()))
    return found


def _powers(text: str) -> list[Numeral]:
    return [
        Numeral(
            (-1 if match[1] in ("-", "−") else 1) * 10.0 ** _exponent(match, 2),
            match.start(),
            match.end(),
        )
        for match in POWER.finditer(text)
    ]


def _exponent(match: re.Match[str], first: int = 1) -> int:
    text = match[first] or match[first + 1].translate(LOWERED)
    digits = re.sub(r"(?<=.)[-+−]", "", text.replace("−", "-"))
    power = int(digits) if digits.strip("-+") else 0
    return max(-FARTHEST, min(power, FARTHEST))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _read(text: str) -> float:
    plain = re.sub(rf"[{THIN}'_ ~\\]|\{{|\}}", "", text.replace("−", "-"))
    if re.fullmatch(LATEX, text.lstrip("-+−")):
        return float(plain.replace(",", ""))
    if re.fullmatch(rf"[-+]?(?:{GERMAN})", plain):
        return float(plain.replace(".", "").replace(",", "."))
    if re.fullmatch(rf"[-+]?{ENGLISH}", plain):
        return float(plain.replace(",", ""))
    return float(plain.replace(",", "."))


def _otherwise(text: str) -> float | None:
    """1,234 may be 1.234, and 1.234 may be 1234."""
    match = TWO_READINGS.fullmatch(text)
    if not match:
        return None
    plain = text.replace("−", "-")
    return float(plain.replace(".", "") if match[1] == "." else plain.replace(",", "."))
