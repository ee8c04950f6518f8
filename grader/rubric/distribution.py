"""Read what a reference's simulation has drawn, where the rubric judges by it.

In:   a rubric and the path of its file.
Out:  plain data of distribution.json beside the reference; {} if no criterion asks.
Touches: reads that file.
"""

import json
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

from grader.errors import InputError, Problem
from grader.model.distribution import DistributionError, chances, draws
from grader.model.rubric import Rubric
from grader.model.stochastic import StochasticMatches
from grader.rubric.locate import reference_path
from grader.rubric.text import shown

NAME = "distribution.json"


def distribution(rubric: Rubric, path: Path) -> dict[str, Any]:
    """What was drawn, if all that the rubric names is there and enough of it.

    Raises: InputError with one problem per criterion that cannot be judged by it.
    """
    asking = [c for _, c in rubric.criteria() if isinstance(c, StochasticMatches)]
    if all(c.process is not None for c in asking):
        return {}
    file = reference_path(rubric, path).with_name(NAME)
    data = _read(file)
    problems = [problem for c in asking for problem in _problems(c, data, file)]
    if problems:
        raise InputError(*problems)
    return data


def _read(file: Path) -> dict[str, Any]:
    """Raises: InputError if it cannot be read or is no JSON."""
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        told, hint = (
            f"it cannot be read: {error.strerror}",
            "simulate what the rubric names",
        )
        raise InputError(Problem(shown(file), told, hint)) from error
    except ValueError as error:
        raise InputError(Problem(shown(file), f"it is no JSON: {error}")) from error
    return data if isinstance(data, dict) else {}


def _problems(
    criterion: StochasticMatches, data: dict[str, Any], file: Path
) -> Iterator[Problem]:
    try:
        if criterion.successes is not None:
            chances(data, criterion.successes.chances)
        if criterion.quantiles is not None:
            rows, columns = draws(data, criterion.quantiles.draws).right.shape
            needed = ceil(round(2 * columns / (1 - criterion.quantiles.band), 6))
            if rows < needed:
                what = f"{criterion.id}: a band of {criterion.quantiles.band:g}"
                what += f" for {columns} numbers needs {needed} draws, there are {rows}"
                yield Problem(shown(file), what, "draw more, or take a narrower band")
    except DistributionError as error:
        yield Problem(shown(file), f"{criterion.id}: {error}")
