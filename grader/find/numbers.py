"""Find a number: stated near a label in output or text, or bound to a name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from grader.find.context import Context
from grader.find.elsewhere import (
    asserted,
    comments,
    figure_texts,
    in_tables,
    in_totals,
    kept,
    printed,
)
from grader.find.numerals import LONGEST, Numeral, numerals
from grader.find.patterns import any_match, in_words, mentions
from grader.find.sums import sums
from grader.model.answers import FAR_OFF, Found, Hit
from grader.model.evidence import Cell
from grader.model.finds import FindNumber
from grader.model.verdict import Binding

FAR = 80
"""Characters from a label to a number that it may name."""
CLOSEST, CLOSE, FARTHER = 0.95, 0.7, 0.5
"""How sure a number is meant: the likeliest of a line, one near a label, any other."""
MOST = 40
"""Labels and numbers of one line that are looked at."""
TOTALS = (
    r"\b(?:total|overall|(?:al)?together|in all|summe|zusammen|gesamt\w*|insgesamt)\b"
    r"(?!\s+(?:with|mit|of|von|aus)\b)"
)
ANNOUNCES = re.compile(rf"[:=≈]|\b(?:is|are|has|have|ist|sind|hat|haben)\b|{TOTALS}", re.I)
WHOLE = re.compile(TOTALS, re.I)
WORD = re.compile(r"(?<![\\\w])[^\W\d_]+|\d")
"""A word, unless it is LaTeX's; or another number."""
ANOTHER = re.compile(
    r"\b(?:non|not|nicht)[- ]?(?:trainable|trainierbar\w*|learnable|lernbar\w*)|"
    r"\bsize\s*\(\s*[kMG]?B\s*\)",
    re.I,
)
"""Lines of a summary that count something else: "Non-trainable params: 0"."""


def find_numbers(context: Context, what: FindNumber, section: str) -> Found[float]:
    """Every number that answers the description, the most trustworthy first.

    Numbers of the section come before those elsewhere; a stated number before one that
    only stands alone in the output of a cell whose code mentions the label.
    """
    hits = [
        *_stated(context, what),
        *_titled(context, what),
        *_lone(context, what),
        *_named(context, what),
        *_elsewhere(context, what),
    ]
    ranked = sorted((_placed(context, hit, section) for hit in hits), key=_trust)
    return Found(
        hits=tuple(ranked),
        looked_for=_looked_for(what),
        nearest=_nearest(context, section) if not ranked else (),
    )


def _trust(hit: Hit[float]) -> float:
    return -hit.binding.confidence


def _placed(context: Context, hit: Hit[float], section: str) -> Hit[float]:
    cell = hit.binding.cell
    rank = 1.0 if cell is None else context.rank(cell, section)
    placing = context.placing(cell, section)
    binding = hit.binding.times("".join(placing), rank)
    return Hit(value=hit.value, binding=replace(binding, reasons=placing))


def _hit(value: float, cell: int, what: str, how: str, sure: float) -> Hit[float]:
    binding = Binding(cell=cell, what=what, how=how, confidence=sure)
    return Hit(value=value, binding=binding)


def _texts(context: Context) -> Iterator[tuple[Cell, str, str]]:
    """What a reader sees: text cells as handed in, and what running cells printed."""
    for cell in context.cells:
        if cell.index not in context.kinds:
            continue
        if cell.kind == "markdown":
            yield cell, context.said(cell), "the text"
        elif cell.kind == "code":
            yield cell, cell.stdout, "the output"
            yield cell, cell.result, "the result"
            yield cell, "\n".join(comments(cell)), "a comment"
    for cell, text in figure_texts(context):
        yield cell, text, "a figure"


def _stated(context: Context, what: FindNumber) -> Iterator[Hit[float]]:
    """Numbers in lines that name the label: first the one it seems to mean, then others."""
    for cell, text, where in _texts(context):
        lines = text.splitlines()
        weight = 0.42 if where == "a comment" else 1.0
        for index, line in enumerate(lines):
            if ANOTHER.search(line):
                continue
            near = _near(line, what.near)
            near = near or [(n, CLOSEST) for n in _below(lines, index, what.near)]
            for numeral, sure in near:
                what_it_is = f"the number {_shown(numeral)} in {where}"
                how = FAR_OFF if sure == FARTHER else "by the words beside it"
                for value in _readings(numeral):
                    yield _hit(value, cell.index, what_it_is, how, sure * weight)


def _titled(context: Context, what: FindNumber) -> Iterator[Hit[float]]:
    """The result of a sum that is written out below a heading that names the label."""
    titled = False
    for cell in context.cells:
        if cell.kind != "markdown" or cell.index not in context.kinds:
            continue
        for line in cell.source.splitlines():
            if line.lstrip().startswith("#"):
                titled = bool(mentions(line, what.near)) and not numerals(line)
            elif titled and (numeral := _result(line)):
                what_it_is = f"the number {_shown(numeral)} in the text"
                yield _hit(numeral.value, cell.index, what_it_is, "below its heading", 0.8)


def _result(line: str) -> Numeral | None:
    """The number at the end of a line, behind its last sign of equality."""
    behind = [n for n in numerals(line) if n.start > line.rfind("=") >= 0]
    rest = line[behind[0].end :] if len(behind) == 1 else "more"
    return behind[0] if len(behind) == 1 and not re.search(r"\w", rest) else None


def _near(line: str, near: tuple[str, ...]) -> list[tuple[Numeral, float]]:
    """The numbers of a line that names a label, the one it seems to mean first."""
    labels, found = mentions(line[:LONGEST], near)[:MOST], _worked_out(line)[:MOST]
    totals = _totals(line, found) if labels else []
    close = [
        n for n in found if n in totals or any(_gap(n, label) <= FAR for label in labels)
    ]
    if not close:
        return []
    first = _announced(line, close) or min(
        close, key=lambda n: min(_gap(n, label) for label in labels)
    )
    others = [(n, CLOSE if n in close else FARTHER) for n in found if n is not first]
    return [(first, CLOSEST), *sorted(others, key=lambda other: -other[1])]


def _worked_out(line: str) -> list[Numeral]:
    """The numbers of a line, a sum in place of its terms: "2*20 + 21" is 61."""
    whole = sums(line)
    terms = [n for n in numerals(line)
             if not any(s.start <= n.start < s.end for s in whole)]  # fmt: skip
    return sorted([*terms, *whole], key=lambda n: n.start)


def _gap(numeral: Numeral, label: int) -> int:
    return numeral.start - label if numeral.start >= label else label - numeral.end


def _announced(line: str, found: list[Numeral]) -> Numeral | None:
    """The number right behind the last sign or word that announces a result."""
    ends = [match.end() for match in ANNOUNCES.finditer(line[:LONGEST])]
    for end in reversed(ends):
        behind = [n for n in found if n.start >= end]
        if behind and len(WORD.findall(line[end : behind[0].start])) <= 1:
            return behind[0]
    return None


def _totals(line: str, found: list[Numeral]) -> list[Numeral]:
    """The numbers right behind a word for a total, however far from the label."""
    ends = [match.end() for match in WHOLE.finditer(line[:LONGEST])]
    return [
        n
        for n in found
        if any(n.start >= e and len(WORD.findall(line[e : n.start])) <= 2 for e in ends)
    ]


def _below(lines: list[str], index: int, near: tuple[str, ...]) -> list[Numeral]:
    """A number alone on the line after a line that ends with a label and a colon."""
    below = next((line for line in lines[index + 1 : index + 4] if line.strip()), "")
    if not below or not mentions(lines[index], near):
        return []
    if numerals(lines[index]) or not lines[index].rstrip(" *_$").endswith(":"):
        return []
    result = _result(below)
    return _alone(below) or ([result] if result else [])


def _alone(text: str) -> list[Numeral]:
    found = numerals(text)
    rest = re.sub(r"[\s$*_.`{}\\]|boxed|text", "", text)
    return found if len(found) == 1 and len(rest) <= found[0].end - found[0].start else []


def _lone(context: Context, what: FindNumber) -> Iterator[Hit[float]]:
    for cell in context.cells:
        own = cell.kind == "code" and cell.index in context.kinds
        if not own or not mentions(cell.source.replace("_", " "), what.near):
            continue
        for line in (*cell.stdout.splitlines(), *cell.result.splitlines()):
            for numeral in _alone(line):
                what_it_is = f"the number {_shown(numeral)} in the output"
                how = "alone in the output of a cell about it"
                yield _hit(numeral.value, cell.index, what_it_is, how, 0.85)


def _elsewhere(context: Context, what: FindNumber) -> Iterator[Hit[float]]:
    """Numbers in tables, dictionaries, asserts; each reading of 1.234 counts."""
    places = chain(
        in_tables(context, what),
        in_totals(context, what),
        asserted(context, what),
        kept(context, what),
        printed(context, what),
    )
    for place in places:
        what_it_is = f"the number {_shown(place.numeral)} in {place.where}"
        if place.where.startswith("the variable"):
            what_it_is = place.where
        for value in _readings(place.numeral):
            yield _hit(value, place.cell, what_it_is, place.how, place.sure)


def _readings(numeral: Numeral) -> tuple[float, ...]:
    one, other = numeral.value, numeral.other
    return (one,) if other is None else (one, other)


def _named(context: Context, what: FindNumber) -> Iterator[Hit[float]]:
    for named in context.recorded.evidence.names:
        value = named.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        readable = isinstance(value, float) or abs(value) < 2**53
        if readable and named.cell in context.kinds and any_match(named.name, what.names):
            what_it_is = f"the variable {named.name}"
            hit = _hit(float(value), named.cell, what_it_is, "by name", 0.8)
            yield replace(hit, binding=replace(hit.binding, names=(named.name,)))


def _shown(numeral: Numeral) -> str:
    return f"{numeral.value:g}" if abs(numeral.value) < 1e6 else repr(numeral.value)


def _looked_for(what: FindNumber) -> str:
    parts = []
    if what.near:
        parts.append(f"a number beside {in_words(what.near)}")
    if what.names:
        parts.append(f"a variable {in_words(what.names)}")
    return " or ".join(parts)


def _nearest(context: Context, section: str) -> tuple[str, ...]:
    seen = []
    for cell, text, where in _texts(context):
        if context.sections.holds(cell.index, section):
            seen += [f"{_shown(n)} in {where} of cell {cell.index + 1}"
                     for line in text.splitlines() for n in numerals(line)]  # fmt: skip
    return tuple(dict.fromkeys(seen))[:3]
