r"""Find a model's parameters together: in variables, or typed in the text.

In:   the recorded names of a submission, the text of a section.
Out:  sets of parameters, by name, in the shapes of the rubric.
Pure: no kernels; student text is never executed.

Typed, also in comments: $U=\begin{pmatrix}1&-1\\-1&1\end{pmatrix}$, b_1 = (0, 0)^T,
w = [1, 1], U = [[1, -1], [-1, 1]], b_2 = -\tfrac12, b_1 = b_2 = 0.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from grader.find.arrays import as_array
from grader.find.complete import Set, called, complete, names_used
from grader.find.context import ANY, Context
from grader.find.elsewhere import comments
from grader.find.patterns import any_match
from grader.model.answers import Found, Hit, Passage
from grader.model.criteria_layers import FindParameters, Quantity
from grader.model.value import Array
from grader.model.verdict import Binding

MOST = 40
ENVIRONMENT = re.compile(
    r"\\begin\{\w*(?:matrix|array)\*?\}(?:\{[\w|]+\})?(.*?)\\end\{\w*(?:matrix|array)\*?\}",
    re.S,
)
FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]*)\}\s*\{([^{}]*)\}|(\d)\s*(\d))")
SIGNS = str.maketrans({"−": "-", "–": "-", "½": "0.5", "¼": "0.25", "¾": "0.75"})
WRAPPED = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|text|vec|hat|underline)\s*\{([^{}]*)\}"
)
DROPPED = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|text|vec|hat|left|right|big|Big|quad|qquad|"
    r"displaystyle|underline|bf|rm)(?![a-zA-Z])|\\[,;:! ]|[$`*~]|\^\s*\{?\s*(?:T|\\top|"
    r"\\intercal|t)\s*\}?(?![\w(])"
)
NAME = r"[A-Za-z]\w*(?:\s*(?:_|\^)\s*(?:\{[^{}]{1,12}\}|\(\w{1,3}\)|\[\w{1,3}\]|\w{1,3}))*"
ASSIGNED = re.compile(
    rf"(?<![\w^\\{{])(?<![-+*/·'])(?<![-+*/·'] )({NAME})\s*(?::=|\\coloneqq|=|≔|:)\s*"
)
NUMBER = r"[-+]?\s*(?:\d+\s*/\s*\d+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)"
ENTRY = re.compile(NUMBER)
DECIMAL = re.compile(r"(?<=\d)\{,\}(?=\d)")
COMMA = re.compile(r"([-+]?\s*\d+),(\d+)(?![\d,.;)\]]*[,;]\d)")
"""A decimal comma in a single number, -0,5; not the first of a list, 0,1,1,0."""
LONGEST = 400
APART = 0.8
"""Confidence of variables that were not all bound in one cell."""
LATER = 0.45
"""Confidence of what is typed after a complete set, or in a comment: a remark, perhaps."""


def find_parameters(
    context: Context, what: FindParameters, section: str
) -> Found[Mapping[str, Array]]:
    """Complete sets of parameters; those of the section first, later ones before."""
    hits = [*_bound(context, what, section), *_typed(context, what, section)]
    hits += _noted(context, what, section)
    hits.sort(key=lambda hit: (-hit.binding.confidence, -(hit.binding.cell or 0)))
    names = ", ".join(q.name for q in what.parameters)
    return Found(hits=tuple(hits[:MOST]), looked_for=f"the parameters {names}")


def _hit(found: Set, cell: int, what: str, how: str, sure: float) -> Hit[Set]:
    binding = Binding(cell=cell, what=what, how=how, confidence=sure)
    return Hit(value=found, binding=binding)


def _fits(name: str, quantity: Quantity) -> bool:
    return any_match(name, (quantity.name, *quantity.also))


def shaped(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Numbers in a shape from which they differ by axes of length 1 only."""
    if array.dtype.kind not in "iuf":
        return None
    plain = tuple(n for n in array.shape if n != 1)
    return array.astype(float).reshape(shape) if plain == shape else None


def _bound(context: Context, what: FindParameters, section: str) -> Iterator[Hit[Set]]:
    """Sets in variables: one name each, or all in one dict, list or tuple."""
    latest: dict[str, dict[str, Array]] = {q.name: {} for q in what.parameters}
    cells: dict[str, int] = {}
    sets: dict[int, tuple[Set, str, float]] = {}
    for named in context.recorded.evidence.names:
        if named.cell not in context.kinds:
            continue
        sure = 0.95 * context.rank(named.cell, section)
        for found in _within(context, named.value, what.parameters):
            yield _hit(found, named.cell, f"the variable {named.name}", "by name", sure)
        array = as_array(context.recorded, named.value)
        for quantity in what.parameters:
            own = None if array is None else shaped(array, quantity.shape)
            if own is not None and _fits(named.name, quantity):
                latest[quantity.name].pop(named.name, None)
                latest[quantity.name][named.name] = own
                cells[named.name] = named.cell
        here = frozenset(n for n, cell in cells.items() if cell == named.cell)
        if here and (found := complete(latest, what.parameters, here)):
            apart = not all(here & set(latest[q.name]) for q in what.parameters)
            told = called(names_used(latest, what.parameters, here))
            sets[named.cell] = found, told, APART if apart else 0.95
    for cell, (found, told, sure) in sets.items():
        rank = context.rank(cell, section)
        yield _hit(found, cell, told, "by name", sure * rank)


def _within(
    context: Context, value: object, parameters: Sequence[Quantity], depth: int = 0
) -> Iterator[Set]:
    """Sets in one container, by its keys or, in a list, by shapes in order."""
    if isinstance(value, dict) and 0 < len(value) <= 40:
        latest: dict[str, dict[str, Array]] = {q.name: {} for q in parameters}
        for key, item in value.items():
            array = as_array(context.recorded, item)
            for q in parameters:
                own = None if array is None else shaped(array, q.shape)
                if own is not None and _fits(str(key), q):
                    latest[q.name][str(key)] = own
        if found := complete(latest, parameters):
            yield found
        items = list(value.values())
    elif isinstance(value, list | tuple) and len(value) <= 12:
        if found := _in_order(context, value, parameters):
            yield found
        items = list(value)
    else:
        return
    for item in items if depth < 2 else ():
        yield from _within(context, item, parameters, depth + 1)


def _in_order(
    context: Context, value: Sequence[object], parameters: Sequence[Quantity]
) -> Set:
    arrays = [as_array(context.recorded, item) for item in value]
    left = [a for a in arrays if a is not None]
    found: Set = {}
    for quantity in parameters:
        for i, array in enumerate(left):
            own = shaped(array, quantity.shape)
            if own is not None:
                found[quantity.name] = own
                del left[i]
                break
    return found if len(found) == len(parameters) else {}


def _typed(context: Context, what: FindParameters, section: str) -> Iterator[Hit[Set]]:
    known = section == ANY or section in context.sections.known
    passages = context.passages(section if known else ANY)
    for count, (cell, found) in enumerate(_stated(passages, what.parameters)):
        sure = (0.8 if not count else LATER) if known else 0.4
        yield _hit(found, cell, "parameters in the text", "typed", sure)


def _noted(context: Context, what: FindParameters, section: str) -> Iterator[Hit[Set]]:
    """Sets in the comments of a cell of code; they are rarely labelled one by one."""
    for cell in context.own:
        passage = Passage(cell=cell.index, text="\n".join(comments(cell)))
        sure = LATER * context.rank(cell.index, section)
        for _, found in _stated([passage], what.parameters):
            yield _hit(found, cell.index, "parameters in a comment", "typed", sure)


def _stated(
    passages: Iterable[Passage], parameters: Sequence[Quantity]
) -> Iterator[tuple[int, Set]]:
    """Sets as they become complete, with their cells."""
    latest: dict[str, dict[str, Array]] = {q.name: {} for q in parameters}
    for passage in passages:
        first = False
        for name, text in assignments(passage.text):
            for quantity in parameters:
                if _fits(name, quantity):
                    array = typed(text, quantity.shape)
                    if array is not None:
                        latest[quantity.name].pop(name, None)
                        latest[quantity.name][name] = array
                        first = True
            found = complete(latest, parameters)
            if found and first:
                first = False
                yield passage.cell, found


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """Names in plain spelling (b_1 is b1, W^{(1)} is W1), and what follows each `=`."""
    text = _plain(text)
    matches = list(ASSIGNED.finditer(text))
    for match in matches:
        rest = text[match.end() : match.end() + LONGEST]
        while chained := ASSIGNED.match(rest):  # b_1 = b_2 = 0
            rest = rest[chained.end() :]
        yield re.sub(r"[\s_^{}()\[\]]", "", match[1]), rest


def _plain(text: str) -> str:
    """Text with matrices as rows in brackets, fractions as quotients, no decoration."""
    text = ENVIRONMENT.sub(_rows, text[:50_000].translate(SIGNS))
    text = WRAPPED.sub(r" \1", FRACTION.sub(_quotient, text))
    return DROPPED.sub(" ", DECIMAL.sub(".", text))


def _quotient(match: re.Match[str]) -> str:
    over, under = (match[1], match[2]) if match[1] is not None else (match[3], match[4])
    return f" {over.strip()}/{under.strip()} "


def _rows(match: re.Match[str]) -> str:
    rows = [row for row in re.split(r"\\\\(?:\[[^\]]*\])?", match[1]) if row.strip()]
    cells = [", ".join(part.strip() for part in row.split("&")) for row in rows]
    return "[" + "; ".join(f"[{cell}]" for cell in cells) + "]"


def typed(text: str, shape: tuple[int, ...]) -> Array | None:
    """The numbers at the beginning of a text, if they are of that shape."""
    text = text.lstrip()
    if shape == ():
        if comma := COMMA.match(text):
            return _number(f"{comma[1]}.{comma[2]}")
        match = ENTRY.match(text.lstrip(" \n([{"))
        return None if match is None else _number(match[0])
    if text[:1] not in "([" or not text:
        match = re.match(r"(?:\\vec\s*)?0(?![\d.])", text)
        return np.zeros(shape) if match else None
    inner = _bracketed(text)
    if inner is None or re.search(r"[A-Za-z\\]", inner):
        return None
    numbers = [_number(entry) for entry in ENTRY.findall(inner)]
    found = np.array([n for n in numbers if n is not None])
    if found.size != int(np.prod(shape)) or not _divided(inner, shape):
        return None
    return found.reshape(shape)


def _divided(inner: str, shape: tuple[int, ...]) -> bool:
    """Whether a matrix is written row by row: [1, 2], [3, 4] or 1, 2; 3, 4."""
    return len(shape) < 2 or ";" in inner or inner.count("[") + inner.count("(") >= shape[0]


def _bracketed(text: str) -> str | None:
    depth = 0
    for i, character in enumerate(text[:LONGEST]):
        depth += (character in "([") - (character in ")]")
        if depth == 0:
            return text[1:i]
    return None


def _number(text: str) -> Array | None:
    over, _, under = re.sub(r"\s", "", text).partition("/")
    try:
        return np.asarray(float(over) / float(under) if under else float(over))
    except (ValueError, ZeroDivisionError):
        return None
