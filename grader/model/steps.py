"""What a rubric may say about one step of training, and what was seen of one.

A step is one turn of the student's own loop, run from parameters that we chose.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations, product
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from grader.model.criteria import Checked, Tolerance
from grader.model.finds import Find
from grader.model.strict import Strict, Text
from grader.model.value import Array

Size = Annotated[int, Field(ge=2, le=64)]


class FindStep(Find):
    """A loop one turn of which changes parameters of given shapes."""

    names: tuple[Text, ...] = Field(
        default=(), description="Patterns of functions to look into first: train, fit."
    )


class Parameter(Strict):
    """One parameter of a step, and the numbers it is given."""

    name: Text = Field(description="As in the reference.")
    also: tuple[Text, ...] = Field(default=(), description="Patterns of other names.")
    shape: tuple[Size, ...] = Field(
        default=(), description="Without axes of length 1; [] is a number."
    )
    turned: bool = Field(
        default=False, description="A square matrix that may be kept transposed."
    )
    at: tuple[tuple[float, ...], ...] = Field(
        min_length=1, description="Its numbers, row by row, one list per start."
    )

    @model_validator(mode="after")
    def _sizes(self) -> "Parameter":
        if {len(point) for point in self.at} != {math.prod(self.shape)}:
            raise ValueError(f"{self.name} needs lists of {math.prod(self.shape)} numbers")
        if self.turned and (len(self.shape) != 2 or self.shape[0] != self.shape[1]):
            raise ValueError(f"{self.name} is no square matrix and cannot be turned")
        return self


class Instead(Strict):
    """Data of the student's that are wrong, and were charged elsewhere."""

    found: tuple[float, ...] = Field(min_length=2, description="As the student has them.")
    wanted: tuple[float, ...] = Field(description="What stands there during the step.")

    @model_validator(mode="after")
    def _as_long(self) -> "Instead":
        if len(self.found) != len(self.wanted):
            raise ValueError("found and wanted need as many numbers as each other")
        return self


class UpdateMatches(Checked):
    """One step of training changes the parameters as the reference's step does."""

    check: Literal["update_matches"]
    find: FindStep
    parameters: tuple[Parameter, ...] = Field(min_length=1, max_length=8)
    rate: tuple[Text, ...] = Field(
        default=("lr", "eta", "alpha", "*learning_rate*", "*lernrate*", "*step*size*"),
        description="Patterns of what the step size is called.",
    )
    jitter: float = Field(
        default=0.05,
        ge=0,
        le=0.5,
        description="Relative; the numbers are shifted so that nobody knows them before.",
    )
    instead: tuple[Instead, ...] = Field(
        default=(), description="So that a mistake in the data costs once."
    )
    tolerance: Tolerance

    @model_validator(mode="after")
    def _as_many(self) -> "UpdateMatches":
        if len({len(p.at) for p in self.parameters}) != 1:
            raise ValueError("every parameter needs as many starts as the others")
        return self

    @property
    def starts(self) -> int:
        """How many starts there are."""
        return len(self.parameters[0].at)


class StepShows(Checked):
    """One step of training computes a value that the reference's step computes."""

    check: Literal["step_shows"]
    of: Text = Field(description="The criterion with the step: 3.2.update.")
    value: Text = Field(description="In the reference: a variable, or forward().")
    scaled: bool = Field(default=False, description="Up to a common positive factor.")
    called: tuple[Text, ...] = Field(
        default=(),
        description="Patterns of what students call it: what is called so must be right, "
        "also where the step itself is.",
    )
    tolerance: Tolerance


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a student's parameters as the reference's.

    Attributes:
        roles: the reference's name -> the name under which the step keeps it.
        turned: names of those that are kept transposed.
    """

    roles: Mapping[str, str]
    turned: frozenset[str]

    def read(self, kept: Mapping[str, Array], name: str) -> Array:
        """The reference's parameter `name`, from what the step keeps."""
        array = kept[self.roles[name]]
        return array.T if name in self.turned else array


def readings(parameters: tuple[Parameter, ...]) -> tuple[Reading, ...]:
    """All ways: parameters of one shape may be exchanged, some may be transposed.

    The first one takes everything as it is.
    """
    shapes = sorted({p.shape for p in parameters})
    groups = [[p.name for p in parameters if p.shape == shape] for shape in shapes]
    orders = [list(permutations(group)) for group in groups]
    turned = [p.name for p in parameters if p.turned]
    found = []
    for order in product(*orders):
        pairs = zip(groups, order, strict=True)
        roles = {k: v for g, o in pairs for k, v in zip(g, o, strict=True)}
        for flags in product((False, True), repeat=len(turned)):
            chosen = frozenset(n for n, flag in zip(turned, flags, strict=True) if flag)
            found.append(Reading(roles, chosen))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn from one start.

    Attributes:
        moved: parameter -> by how much the turn changed it.
        seen: variables and results of functions on the way, small ones.
        error: "" or why there is none.
    """

    moved: Mapping[str, Array] = field(default_factory=dict)
    seen: Mapping[str, Array] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """A loop of the student's that is a step, and its turns.

    Attributes:
        where: in words. places: parameter -> what the student calls it.
        natural: parameter -> its numbers where the notebook left it.
        rate: the student's own step size; None if it has no name.
        turns: by start, at the student's own rate. small: at a small one.
        inside: a loop within the body changes the parameters.
    """

    where: str
    places: Mapping[str, str]
    natural: Mapping[str, Array]
    rate: float | None
    turns: Mapping[int, Turn]
    small: Mapping[int, Turn]
    inside: bool = False


def given(
    options: UpdateMatches, draws: Mapping[str, Array]
) -> tuple[Mapping[str, Array], ...]:
    """The numbers of every start under every reading; start k, reading r is k·R + r.

    `draws` holds, for every parameter, numbers of mean 0 and spread 1, shape (starts, n).
    """
    found: list[Mapping[str, Array]] = []
    for k in range(options.starts):
        own = {
            p.name: (np.array(p.at[k]) * (1 + options.jitter * draws[p.name][k])).reshape(
                p.shape
            )
            for p in options.parameters
        }
        for reading in readings(options.parameters):
            found.append({p.name: reading.read(own, p.name) for p in options.parameters})
    return tuple(found)
