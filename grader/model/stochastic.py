"""Criteria about results of chance, judged against what correct solutions produce."""

from typing import Literal

from pydantic import Field

from grader.model.criteria import Checked
from grader.model.finds import FindArray, FindDrawings, FindMatrices, FindStated
from grader.model.strict import Strict, Text


class Rates(Strict):
    """How often a criterion errs, as the reference's simulation measured it."""

    false_reject: float = Field(
        ge=0, le=1, description="Share of correct submissions it does not accept."
    )
    false_accept: float = Field(
        ge=0, le=1, description="Share of wrong submissions it accepts."
    )
    trials: int = Field(ge=1, description="Submissions simulated, of each sort.")
    because: Text = Field(description="What was simulated, and where the result stands.")


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
    data: FindArray = Field(description="The sample: one row for each point.")
    limit: float = Field(
        default=3.0, gt=0, description="Allowed distance from the mean course, in scatters."
    )


class StochasticMatches(Checked):
    """Results of a random iteration are what its law makes of the student's starts."""

    check: Literal["stochastic_matches"]
    process: Process
    errors: FindStated = Field(description="Stated distances, if no results were kept.")
    target: FindArray = Field(description="The reference's true state.")
    rates: Rates


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
