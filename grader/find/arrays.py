"""Find an array: bound to a name, or typed in the text as "w = (1, -1)"."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from grader.find.context import Context
from grader.find.numerals import numerals
from grader.find.patterns import any_match, folded, in_words
from grader.model.answers import Found, Hit
from grader.model.evidence import Named
from grader.model.finds import FindArray
from grader.model.recorded import Recorded
from grader.model.value import Array, ArrayRef
from grader.model.verdict import Binding

MATRIX = re.compile(r"\\begin\{\w*(?:matrix|array)\}(?:\{\w+\})?(.*?)\\end\{\w+\}", re.S)
BINOMIAL = re.compile(r"\\[dt]?binom\{([^{}]*)\}\{([^{}]*)\}")
VULGAR = str.maketrans({"½": "0.5", "¼": "0.25", "¾": "0.75"})
SIGN = re.compile(r"(?<![\w.)])([-+−])\s+(?=[\d.])")
FRACTION = re.compile(
    r"\\[dt]?frac\s*(?:\{(-?\d+)\}\s*\{(\d+)\}|(\d)(\d))|(?<![\w.])(\d+)\s?/\s?(\d+)(?!\w|\.\d)"
)
DECORATION = re.compile(
    r"\\(?:mathbf|vec|boldsymbol|bm|mathrm|text|hat|left|right|big|quad|displaystyle)\b|"
    r"\\[,;!]|[{}$*`]|\^\s*(?:T\b|\\top|\\intercal|t\b)"
)
ASSIGNED = re.compile(r"(?<![\w^_])([A-Za-z_]\w*)\s*(?:=|:=|\\coloneqq|≔)\s*")
LISTED = re.compile(r"^[\[(]?\s*[\[(]([^\])]*)[\])]")
UNNAMED, FEW = 0.4, 64
"""How sure an array is of which only the shape fits; how many numbers it may have."""
LARGEST = 4_000_000
"""Numbers that are put together from the parts of a list; one array may be larger."""


def find_arrays(context: Context, what: FindArray, section: str) -> Found[Array]:
    """Arrays (and plain numbers, for shape ()) of the wanted names and shape.

    Later bindings of the section come first: what stands last is what the student means.
    Where no name fits, those of the section that have the shape are for a person.
    """
    hits: list[Hit[Array]] = []
    nearest: list[str] = []
    for hit, fits in (*_named(context, what), *_typed(context, what)):
        rank = context.rank(hit.binding.cell or 0, section)
        placing = context.placing(hit.binding.cell, section)
        placed = replace(hit.binding.times("".join(placing), rank), reasons=placing)
        if fits:
            hits.append(Hit(value=hit.value, binding=placed))
        else:
            nearest.append(f"{placed.what} has shape {hit.value.shape}")
    hits = hits or list(_shaped(context, what, section))
    hits.sort(key=lambda hit: (-hit.binding.confidence, -(hit.binding.cell or 0)))
    return Found(hits=tuple(hits), looked_for=_looked_for(what), nearest=tuple(nearest[:3]))


def _looked_for(what: FindArray) -> str:
    kind = f"an array of shape {what.shape}" if what.shape else "a number"
    return f"{kind} called {in_words(what.names)}"


def as_array(recorded: Recorded, value: object) -> Array | None:
    """A value as an array of numbers, if it is one; never of objects."""
    if isinstance(value, ArrayRef):
        return recorded.array(value)
    if isinstance(value, bool | int | float | complex):
        return np.asarray(value)
    if isinstance(value, list | tuple):
        if _size(value) > LARGEST:
            return None
        parts = [as_array(recorded, item) for item in value]
        if parts and all(p is not None and p.shape == parts[0].shape for p in parts):  # type: ignore[union-attr]
            return np.stack([part for part in parts if part is not None])
    return None


def _size(value: object) -> int:
    """How many numbers a list of equal parts would be put together from."""
    if isinstance(value, list | tuple):
        return len(value) * max((_size(item) for item in value), default=0)
    return math.prod(value.shape) if isinstance(value, ArrayRef) else 1


def _squeezed(array: Array, shape: tuple[int, ...]) -> Array:
    """(2, 1) and (1, 2) are the vector (2,), and (1,) is a number, for a reader."""
    flat = tuple(n for n in array.shape if n != 1)
    return array.reshape(shape) if flat == tuple(n for n in shape if n != 1) else array


def _named(context: Context, what: FindArray) -> Iterator[tuple[Hit[Array], bool]]:
    for named in context.recorded.evidence.names:
        if named.cell in context.kinds and any_match(named.name, what.names):
            array = _numeric(context.recorded, named)
            if array is not None:
                array = _squeezed(array, what.shape)
                yield (
                    _named_hit(array, named, "by name", 0.95),
                    array.shape == what.shape,
                )


def _shaped(context: Context, what: FindArray, section: str) -> Iterator[Hit[Array]]:
    """Variables of any name, of the section and the shape: too unsure to be scored."""
    for named in context.recorded.evidence.names:
        if named.cell not in context.kinds or not context.sections.holds(
            named.cell, section
        ):
            continue
        array = _numeric(context.recorded, named)
        if array is None or array.size > FEW:
            continue
        array = _squeezed(array, what.shape)
        if array.shape == what.shape:
            hit = _named_hit(array, named, "by its shape", UNNAMED)
            reasons = context.placing(named.cell, section)
            yield replace(hit, binding=replace(hit.binding, reasons=reasons))


def _numeric(recorded: Recorded, named: Named) -> Array | None:
    array = as_array(recorded, named.value)
    return array if array is not None and array.dtype.kind in "biuf" else None


def _hit(value: Array, cell: int, what: str, how: str, sure: float) -> Hit[Array]:
    binding = Binding(cell=cell, what=what, how=how, confidence=sure)
    return Hit(value=value, binding=binding)


def _named_hit(value: Array, named: Named, how: str, sure: float) -> Hit[Array]:
    hit = _hit(value, named.cell, f"the variable {named.name}", how, sure)
    return replace(hit, binding=replace(hit.binding, names=(named.name,)))


def _typed(context: Context, what: FindArray) -> Iterator[tuple[Hit[Array], bool]]:
    for cell in context.cells:
        if cell.kind != "markdown" or cell.index not in context.kinds:
            continue
        text = SIGN.sub(r"\1", _plain(cell.source))
        for match in ASSIGNED.finditer(text):
            array = _listed(text[match.end() : match.end() + 120], what.shape)
            if array is not None and any_match(folded(match[1]), what.names):
                yield (
                    _hit(
                        array,
                        cell.index,
                        f"{match[1]} in the text",
                        "typed in the text",
                        0.85,
                    ),
                    array.shape == what.shape,
                )


def _plain(text: str) -> str:
    """Text with matrices as bracketed lists, fractions as decimals, and no decoration."""
    text = MATRIX.sub(_bracketed, BINOMIAL.sub(r"(\1 ; \2)", text))
    text = text.translate(VULGAR)
    return DECORATION.sub(" ", FRACTION.sub(_decimal, text))


def _bracketed(match: re.Match[str]) -> str:
    entries = re.split(r"&|\\\\", match[1])
    return f"({' ; '.join(entries)})"


def _decimal(match: re.Match[str]) -> str:
    over, under = (int(part) for part in match.groups() if part is not None)
    return repr(over / under) if under else match[0]


def _listed(text: str, shape: tuple[int, ...]) -> Array | None:
    """The numbers right behind an equals sign: one, or a bracketed list of them."""
    if shape == ():
        found = numerals(text[:40])
        starts = found and not text[: found[0].start].strip(" (")
        return np.asarray(found[0].value) if starts else None
    match = LISTED.match(text.lstrip())
    if not match:
        return None
    parts = [part for part in re.split(r"[;&\s]+|,(?!\d)|,", match[1].strip()) if part]
    values = [numerals(part) for part in parts]
    if not values or any(len(value) != 1 for value in values):
        return None
    return np.array([value[0].value for value in values])
