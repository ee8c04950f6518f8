"""What correct and wrong solutions produce, as a reference's simulation has drawn it.

In:   plain data of reference/<assignment>/distribution.json.
Out:  draws and chances under the keys that a rubric names; or what is wrong there.
Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.model.value import Array

Rows = Mapping[str, Array]


class DistributionError(ValueError):
    """A distribution lacks what a rubric names, or it is of another form."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Simulated answers, one a row.

    Attributes:
        right: of correct solutions, shape (n, k); these set the bounds.
        fresh: of other correct ones, shape (m, k); by these the bounds are measured.
        wrong: known mistake -> shape (n, k).
    """

    right: Array
    fresh: Array
    wrong: Rows = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely one trial succeeds, as (lowest, highest).

    Attributes:
        right: with a correct solution, over all usual choices.
        wrong: known mistake -> the same.
    """

    right: tuple[float, float]
    wrong: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def draws(data: object, keys: Sequence[str]) -> Draws:
    """The draws under these keys. Raises: DistributionError."""
    entry = _entry(data, keys)
    right, fresh = (_rows(entry.get(name), keys, name) for name in ("right", "fresh"))
    wrong = {
        str(name): _rows(rows, keys, f"wrong, {name}")
        for name, rows in dict(entry.get("wrong", {})).items()
    }
    for name, rows in (("fresh", fresh), *wrong.items()):
        if rows.shape[1] != right.shape[1]:
            raise DistributionError(
                f"{_told(keys)}: rows of {name!r} have {rows.shape[1]} numbers, those of "
                f"'right' {right.shape[1]}"
            )
    return Draws(right, fresh, wrong)


def chances(data: object, keys: Sequence[str]) -> Chances:
    """The chances under these keys. Raises: DistributionError."""
    entry = _entry(data, keys)
    wrong = {
        str(name): _span(span, keys, f"wrong, {name}")
        for name, span in dict(entry.get("wrong", {})).items()
    }
    return Chances(_span(entry.get("right"), keys, "right"), wrong)


def _told(keys: Sequence[str]) -> str:
    return " / ".join(keys)


def _entry(data: object, keys: Sequence[str]) -> Mapping[str, Any]:
    for count, key in enumerate(keys):
        if not isinstance(data, Mapping) or key not in data:
            raise DistributionError(f"there is no {_told(keys[: count + 1])!r}")
        data = data[key]
    if not isinstance(data, Mapping):
        raise DistributionError(f"{_told(keys)}: needs a mapping with 'right'")
    return data


def _rows(given: object, keys: Sequence[str], name: str) -> Array:
    try:
        rows = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        rows = np.empty(0)
    rows = rows[:, None] if rows.ndim == 1 else rows
    if rows.ndim != 2 or not rows.size:
        raise DistributionError(
            f"{_told(keys)}: {name!r} needs a list of draws, each a number or a list of "
            "as many numbers as the others"
        )
    return rows


def _span(given: object, keys: Sequence[str], name: str) -> tuple[float, float]:
    ends = given if isinstance(given, list) else [given, given]
    plain = [float(e) for e in ends if isinstance(e, int | float) and e is not True]
    if len(ends) != 2 or len(plain) != 2 or not 0 <= plain[0] <= plain[1] <= 1:
        raise DistributionError(
            f"{_told(keys)}: {name!r} needs a chance from 0 to 1, or [lowest, highest]"
        )
    return plain[0], plain[1]
