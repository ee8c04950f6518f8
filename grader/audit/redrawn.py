"""Draw hand-ins again from a committed distribution, where no simulation draws them.

In:   a criterion judged by quantiles or by successes, and the distribution.
Out:  hand-ins with one variable, or one sentence: right ones and each known mistake.
Pure: seeded; the same every time.
"""

import re
from collections.abc import Iterator

import numpy as np

from grader.audit.simulated import Cells, Draw
from grader.judge import Judge
from grader.model.criteria import Checked
from grader.model.distribution import chances, draws
from grader.model.finds import FindNumber
from grader.model.rubric import Question
from grader.model.stochastic import OneAnswer, Quantiles, StochasticMatches, Successes
from grader.model.value import Array

SEED = 20240501
Drawn = Iterator[tuple[bool, str, Cells]]
RIGHT = "right"


def redrawn(judge: Judge, question: Question, criterion: Checked) -> Draw | None:
    """How to draw hand-ins for this criterion; None if it is judged in another way."""
    if not isinstance(criterion, StochasticMatches):
        return None
    quantiles, successes = criterion.quantiles, criterion.successes
    data = judge.distribution

    def draw(count: int) -> Drawn:
        rng = np.random.default_rng(SEED)
        if quantiles is not None:
            return _by_quantiles(rng, quantiles, data, question.id, count)
        assert successes is not None
        return _by_successes(rng, successes, data, question.id, count)

    return draw if quantiles is not None or successes is not None else None


def _by_quantiles(
    rng: np.random.Generator, how: Quantiles, data: object, question: str, count: int
) -> Drawn:
    """Fresh draws of correct solutions, each once; then those of each mistake."""
    known = draws(data, how.draws)
    for sort, rows in ((RIGHT, known.fresh), *known.wrong.items()):
        for row in rows[rng.permutation(len(rows))[:count]]:
            value = row if how.array is not None else row[0]
            yield sort == RIGHT, sort, [_cell(how, value, question)]


def _by_successes(
    rng: np.random.Generator, how: Successes, data: object, question: str, count: int
) -> Drawn:
    """With the lowest and the highest chance by turns."""
    known = chances(data, how.chances)
    for sort, span in ((RIGHT, known.right), *known.wrong.items()):
        for i in range(count):
            good = rng.random(how.trials) < span[i % 2]
            runs = np.where(good, how.at_least, how.at_least - 1.0)
            value = runs if how.array is not None else np.asarray(float(good.sum()))
            yield sort == RIGHT, sort, [_cell(how, value, question)]


def _cell(how: OneAnswer, value: Array, question: str) -> dict[str, object]:
    """One cell with the answer under the first of its names, or beside its first word."""
    find = how.array or how.number
    assert find is not None
    if find.names:
        name = re.sub(r"\W", "", find.names[0]) or "answer"
        return {"question": question, "variables": {name: value}}
    assert isinstance(find, FindNumber)
    return {"question": question, "text": f"{find.near[0]}: {float(value)!r}"}
