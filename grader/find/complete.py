"""Put a model's parameters together from variables, each used once.

In:   the arrays that fit each parameter, by the names of variables, oldest first.
Out:  one array for each parameter, and what the variables are called.
Pure: no files, no kernels.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from grader.model.criteria_layers import Quantity
from grader.model.value import Array

Set = dict[str, Array]


def names_used(
    latest: Mapping[str, Mapping[str, Array]],
    parameters: Sequence[Quantity],
    here: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The latest name of each, every variable used once; some may be missing.

    Names in `here` come first, then those that are spelled as in the rubric.
    """
    names: dict[str, str] = {}
    for quantity in parameters:
        free = [n for n in latest[quantity.name] if n not in names.values()]
        free = [n for n in free if n in here] or free
        exact = [n for n in free if n == quantity.name] or free
        if exact:
            names[quantity.name] = exact[-1]
    return names


def complete(
    latest: Mapping[str, Mapping[str, Array]],
    parameters: Sequence[Quantity],
    here: frozenset[str] = frozenset(),
) -> Set:
    """The latest of each; empty if one is missing that is not given by the rubric."""
    names = names_used(latest, parameters, here)
    found: Set = {}
    for quantity in parameters:
        if name := names.get(quantity.name):
            found[quantity.name] = latest[quantity.name][name]
        elif quantity.default is not None:
            found[quantity.name] = np.full(quantity.shape, quantity.default)
        else:
            return {}
    return found


def called(names: Mapping[str, str]) -> str:
    """Variables in words: the variables U, b1, w and b2."""
    *others, last = names.values()
    return (
        f"the variables {', '.join(others)} and {last}"
        if others
        else f"the variable {last}"
    )
