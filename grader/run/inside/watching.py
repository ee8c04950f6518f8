"""Note the small arrays and numbers that a piece of a student's code computes.

In:   frames of the student's functions as they return; a namespace afterwards.
Out:  name -> numbers; what a function returns is called `name()`.
Touches: nothing.
"""

from typing import Any

import numpy

from .places import MOST_PARTS, hidden, is_large, is_own, numbers

SEEN = 80
SMALL = 16
LONG_ARRAY = 100_000


class Watch:
    """Notes the small arrays and numbers that the student's functions end with.

    Of `runs` that are trained at once it notes those of the first one.
    """

    def __init__(self, found: dict[str, Any], runs: int = 0) -> None:
        self.found, self.runs = found, runs

    def __call__(self, frame: Any, event: str, value: Any) -> None:
        if event != "return" or frame.f_globals.get("__name__", "").startswith("_box"):
            return
        if "site-packages" in frame.f_code.co_filename:
            return
        for name, local in list(frame.f_locals.items()):
            if not hidden(name):
                look(name, local, self.found, self.runs)
        look(f"{frame.f_code.co_name}()", value, self.found, self.runs)


def look(name: str, value: Any, found: dict[str, Any], runs: int = 0) -> None:
    """Note a value's numbers; of a name that held several, the first and a second."""
    if type(value) is tuple:
        for i, part in enumerate(value[:6]):
            look(f"{name}[{i}]", part, found, runs)
        return
    if type(value) is list and value and numbers(value) is None:
        look(f"{name}[-1]", value[-1], found, runs)
        return
    value = first(value, runs)
    try:
        array = numbers(value)
    except Exception:
        return
    if array is not None and array.size <= SMALL and len(found) < SEEN:
        known = found.get(name)
        if known is None or not differ(known, array):
            found[name] = array
        elif f"{name}'" not in found:
            found[f"{name}'"] = array


def first(value: Any, runs: int) -> Any:
    """Of an array with one entry a run the first one; anything else as it is."""
    stacked = runs > 1 and isinstance(value, numpy.ndarray) and value.ndim > 0
    return value[0] if stacked and len(value) == runs else value


def differ(one: Any, other: Any) -> bool:
    """Tell whether two arrays are not the same; a missing one is like no other."""
    if one is None or other is None or one.shape != other.shape:
        return True
    return not bool(numpy.array_equal(one, other, equal_nan=True))


def look_around(
    world: dict[str, Any], before: dict[str, Any], found: Any, runs: int = 0
) -> None:
    """Note what the variables hold: numbers, the ends of lists, new entries of arrays."""
    for name, value in list(world.items()):
        if hidden(name):
            continue
        look(name, value, found, runs)
        parts = vars(value) if is_own(value) else value if type(value) is dict else {}
        for key, part in list(parts.items())[:MOST_PARTS]:
            look(f"{name}.{key}", part, found, runs)
        _entries(name, value, before.get(name), found, runs)


def _entries(name: str, value: Any, before: Any, found: dict[str, Any], runs: int) -> None:
    """A preallocated history: the few entries that a turn wrote."""
    arrays = isinstance(value, numpy.ndarray) and isinstance(before, numpy.ndarray)
    if not arrays or value.shape != before.shape:
        return
    if runs > 1 and value.ndim == 2 and value.shape[1] == runs:
        value, before = value[:, 0], before[:, 0]
    if not SMALL < value.size < LONG_ARRAY:
        return
    changed = value[(value != before) & ~(numpy.isnan(value) & numpy.isnan(before))]
    if 0 < changed.size <= 2:
        look(f"{name}[...]", changed[0], found)


Left = dict[int, dict[str, Any]]
"""Cell -> the names it left behind, large arrays left out."""


def keep(left: Left, namespace: dict[str, Any], cell: int) -> list[Any]:
    """Remember what a cell's names are bound to: later cells may use them again."""
    left[cell] = {
        name: value
        for name, value in list(namespace.items())
        if not hidden(name) and not is_large(value)
    }
    return []
