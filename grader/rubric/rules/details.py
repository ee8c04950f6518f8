"""Values that have the right type and yet cannot be meant."""

import re
import warnings
from collections.abc import Iterator
from itertools import chain

from grader.rubric.flaw import Fault, quoted
from grader.rubric.place import Place, criteria


def patterns(rubric: Place) -> Iterator[Fault]:
    """Regular expressions compile."""
    for criterion in criteria(rubric):
        entries = chain(*(criterion.get(key).entries() for key in ("accept", "reject")))
        for place in entries:
            if place.text and (said := _unusable(place.text)):
                yield place.fault(f"{quoted(place.text)} is no regular expression: {said}")


def _unusable(pattern: str) -> str:
    """Why Python cannot compile it; empty if it can."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return ""


def known_wrong(rubric: Place) -> Iterator[Fault]:
    """Each known wrong value is listed once."""
    for criterion in criteria(rubric):
        places = [e.get("value") for e in criterion.get("known_wrong").entries()]
        seen: set[float] = set()
        for place in places:
            if place.number in seen:
                yield place.fault(f"known_wrong lists {place.number:g} twice")
            seen |= set() if place.number is None else {place.number}


def number_finds(rubric: Place) -> Iterator[Fault]:
    """A number is looked for by a label, by a name, or by both."""
    for criterion in criteria(rubric):
        find = criterion.get("find")
        given = find.get("near").value or find.get("names").value
        is_number = criterion.get("check").text == "number_close"
        if is_number and isinstance(find.value, dict) and not given:
            hint = "near: words that stand beside it; names: patterns of variables"
            yield find.fault("find says neither near nor names", hint)


def endings(rubric: Place) -> Iterator[Fault]:
    """A kind of file is given by its ending."""
    for criterion in criteria(rubric):
        if criterion.get("check").text == "files_present":
            for kind in criterion.get("kinds").entries():
                if kind.text and not kind.text.startswith("."):
                    hint = f"write .{kind.text}"
                    yield kind.fault(f"{quoted(kind.text)} is no ending of a file", hint)


def spans(rubric: Place) -> Iterator[Fault]:
    """A range goes from low to high."""
    for place in (c.get("range") for c in criteria(rubric)):
        ends = place.numbers or []
        if len(ends) == 2 and ends[0] >= ends[1]:
            what = f"{place.trail[-1]} must go from low to high"
            yield place.fault(f"{what}, got {ends[0]:g} to {ends[1]:g}")


def drawable_inputs(rubric: Place) -> Iterator[Fault]:
    """A list has only the shape it has."""
    inputs = rubric.get("inputs")
    for entry in map(inputs.get, sorted(inputs.names)):
        shape = entry.get("shape")
        if entry.get("values").entries() and shape.entries():
            yield shape.fault("an input with values has no other shape", "delete shape")


RULES = (patterns, known_wrong, number_finds, endings, spans, drawable_inputs)
