"""Criteria about results of chance, judged against what correct solutions produce."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from grader.model.criteria import Checked
from grader.model.finds import (
    FindArray,
    FindDrawings,
    FindMatrices,
    FindNumber,
    FindStated,
)
from grader.model.strict import Strict, Text


class Rates(Strict):
    """How often a criterion may err; `grader audit` measures both rates."""

    false_reject: float = Field(
        ge=0,
        le=1,
        description="Of each sort of right submissions: the share it does not accept.",
    )
    false_accept: float = Field(
        ge=0, le=1, description="Of each sort of wrong submissions: the share it accepts."
    )
    except_for: tuple[Text, ...] = Field(
        default=(),
        description="Sorts of wrong submissions that it cannot tell, and says so.",
    )
    trials: int = Field(
        ge=1, description="Submissions of each sort that an audit draws to measure them."
    )
    because: Text = Field(description="What is drawn, and where that stands.")


class Process(Strict):
    """A random iteration, whose mean course and scatter the host recomputes.

    Runs: every step size from every start. The student's own starts and data are used.
    """

    law: Literal["precision_ascent"] = Field(
        description="precision_ascent: P <- P + step * (inv(P) - x x^T), one x a step."
    )
    steps: tuple[float, ...] = Field(min_length=1, description="Step sizes.")
    factors: tuple[float, ...] = Field(
        default=(1.0,), min_length=1, description="Of the step; each of them is right."
    )
    iterations: int = Field(ge=1, le=100_000)
    starts: int = Field(ge=1, le=20, description="Different starts asked for.")
    state: FindMatrices = Field(description="Starts and results.")
    data: FindArray = Field(
        description="The sample: one row for each point, or one column."
    )
    limit: float = Field(
        default=3.0, gt=0, description="Allowed distance from the mean course, in scatters."
    )


Keys = Annotated[tuple[Text, ...], Field(min_length=1)]
Band = Annotated[float, Field(gt=0.5, lt=1)]


class OneAnswer(Strict):
    """Where the answer is: exactly one of `array` and `number`."""

    array: FindArray | None = Field(default=None, description="Several numbers together.")
    number: FindNumber | None = Field(default=None, description="One number.")

    @model_validator(mode="after")
    def _one(self) -> "OneAnswer":
        if (self.array is None) == (self.number is None):
            raise ValueError("needs exactly one of array, number")
        return self


class Quantiles(OneAnswer):
    """Numbers that lie in the band which holds a share of all correct solutions."""

    draws: Keys = Field(
        description="Keys that lead to the draws in the reference's distribution.json: a "
        "mapping with `right`, `fresh` and `wrong`."
    )
    band: Band = Field(description="Share of correct solutions that lie within: 0.99.")
    any_order: bool = Field(default=False, description="The numbers are sorted first.")


class Successes(OneAnswer):
    """As many of n trials succeed as correct solutions let: exact binomial bounds.

    `array` holds a number for each trial, `number` is how many succeeded.
    """

    at_least: float = Field(
        default=1.0, description="In `array`: from this number on a trial has succeeded."
    )
    trials: int = Field(ge=1, description="How many; in `array` at least so many.")
    chances: Keys = Field(
        description="Keys that lead to the chance of a success in the reference's "
        "distribution.json: a mapping with `right` and `wrong`, each a number or "
        "[lowest, highest]."
    )
    band: Band = Field(description="Share of correct solutions that lie within: 0.99.")


class StochasticMatches(Checked):
    """A result of chance is one that correct solutions produce.

    Exactly one of `process`, `quantiles` and `successes` says how it is judged; from the
    student's own start and data wherever these decide the result.
    """

    check: Literal["stochastic_matches"]
    process: Process | None = Field(
        default=None, description="From the student's own starts and data."
    )
    errors: FindStated = Field(
        default=FindStated(), description="Stated distances, if no results were kept."
    )
    target: FindArray | None = Field(
        default=None, description="The reference's true state; `process` needs it."
    )
    quantiles: Quantiles | None = Field(
        default=None, description="Against all correct solutions."
    )
    successes: Successes | None = Field(default=None, description="By their number.")
    rates: Rates

    @model_validator(mode="after")
    def _one_way(self) -> "StochasticMatches":
        if sum(w is not None for w in (self.process, self.quantiles, self.successes)) != 1:
            raise ValueError("needs exactly one of process, quantiles, successes")
        if (self.process is None) != (self.target is None):
            raise ValueError("`process` and `target` belong together")
        return self


class ObjectiveDrawn(Checked):
    """Curves show the objective of a random iteration, one panel for each step size."""

    check: Literal["objective_drawn"]
    find: FindDrawings
    process: Process
    share: float = Field(
        default=0.03, gt=0, lt=0.5, description="Of the curves' range they may be off."
    )
    rates: Rates


class DistancesStated(Checked):
    """The squared distances of the student's own results from the truth are stated."""

    check: Literal["distances_stated"]
    find: FindStated
    process: Process
    target: FindArray = Field(description="The reference's true state.")
    rtol: float = Field(default=0.005, gt=0, description="They may be rounded.")
    rates: Rates
