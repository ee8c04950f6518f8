"""Criteria on the parameters of small networks, and on what training made of them."""

from typing import Literal

from pydantic import Field, model_validator

from grader.model.criteria import Argument, Checked, Points
from grader.model.finds import Find, FindDrawings, FindFunction
from grader.model.strict import Strict, Text


class Quantity(Strict):
    """One parameter of a model: its spellings and its shape."""

    name: Text = Field(description="As on the sheet: U, b_1.")
    also: tuple[Text, ...] = Field(default=(), description="Patterns of other names.")
    shape: tuple[int, ...] = Field(
        default=(), description="Without axes of length 1; [] is a number."
    )
    default: float | None = Field(
        default=None, description="Every entry, where it is not given."
    )


class FindParameters(Find):
    """All parameters of a model together: in variables, or typed as matrices."""

    parameters: tuple[Quantity, ...] = Field(min_length=1, max_length=8)


class FindMap(Find):
    """A function of one real variable, typed as a formula."""

    variable: Text = Field(default="x", description="As on the sheet.")


class Layers(Strict):
    """A network with one hidden layer: output · max(hiddenᵀ x + bias, 0) + constant.

    The values name parameters of the finder.
    """

    hidden: Text
    bias: Text
    output: Text
    constant: Text


class KnownValues(Strict):
    """Values at the points that a known mistake produces, and what they are worth."""

    values: tuple[float, ...]
    credit: float = Field(default=0, ge=0, le=1)
    reason: Text


class LayersClassify(Checked):
    """Given parameters of a small network classify given points."""

    check: Literal["layers_classify"]
    find: FindParameters
    layers: Layers
    inputs: Points
    classes: tuple[bool, ...] = Field(
        description="Of each point: whether the output must be at least 0."
    )
    zero: tuple[Text, ...] = Field(
        default=(), description="Parameters that are dropped: taken as 0."
    )
    known_wrong: tuple[KnownValues, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "LayersClassify":
        if len(self.inputs) != len(self.classes):
            raise ValueError("every input needs a class")
        known = {q.name for q in self.find.parameters}
        parts = self.layers
        used = {parts.hidden, parts.bias, parts.output, parts.constant, *self.zero}
        if missing := sorted(used - known):
            raise ValueError(f"find has no parameter {missing[0]}")
        return self


class Plateau(Strict):
    """A value of the loss at which training is known to get stuck."""

    at: float
    words: Text


class TrainingOutcome(Checked):
    """A run of training classifies all points."""

    check: Literal["training_outcome"]
    find: FindParameters
    drawn: FindDrawings = Field(description="Where the loss is drawn.")
    layers: Layers
    inputs: Points
    labels: tuple[float, ...] = Field(description="Of each point; the sign decides.")
    step: str = Field(default="", description="The criterion about a step, if any.")
    predictions: tuple[Text, ...] = Field(
        default=(), description="Patterns of variables that hold outputs or classes."
    )
    losses: tuple[Text, ...] = Field(
        default=(), description="Patterns of variables that hold the loss."
    )
    proves: float = Field(
        gt=0, description="A final loss below this proves that all points are right."
    )
    plateaus: tuple[Plateau, ...] = ()


class LossDrawn(Checked):
    """A loss is drawn against the epochs, and it falls."""

    check: Literal["loss_drawn"]
    find: FindDrawings
    fewest: int = Field(default=20, ge=2, description="Points of the curve at least.")
    below: float = Field(gt=0, description="Where the curve of a successful run ends.")
    outcome: str = Field(default="", description="The criterion about the run.")


class ParametersDrawn(Checked):
    """Some of the trained parameters are drawn against the epochs."""

    check: Literal["parameters_drawn"]
    find: FindDrawings
    count: int = Field(default=2, ge=1, description="How many different ones.")
    fewest: int = Field(default=20, ge=2, description="Points of each curve at least.")
    step: str = Field(default="", description="The criterion about a step, if any.")
    parameters: FindParameters | None = Field(
        default=None, description="Final values, with which the curves should end."
    )


class CurvesNamed(Checked):
    """The axes of curves, or the curves themselves, say what they are."""

    check: Literal["curves_named"]
    find: FindDrawings
    what: Literal["axes", "curves"] = "axes"
    of: Text = Field(description="The criterion that found the curves.")
    count: int = Field(default=1, ge=1, description="How many curves must be named.")


class RowsMatch(Checked):
    """A table of inputs has the rows it should have, each with its label."""

    check: Literal["rows_match"]
    rows: Points = Field(description="The inputs, in any order.")
    labels: tuple[float, ...] = Field(description="Of each row.")
    inputs_credit: float = Field(
        default=0.5, ge=0, le=1, description="For the right rows with other labels."
    )


class MapsInto(Checked):
    """A function maps the real line into an interval."""

    check: Literal["maps_into"]
    find: FindMap
    function: FindFunction
    arguments: tuple[Argument, ...] = Field(min_length=1, max_length=1)
    range: tuple[float, float]
    slack: float = Field(default=1e-9, ge=0, description="How far outside is rounding.")
    other_than: tuple[Text, ...] = Field(
        default=(), description="Functions of the reference that are no answer: sigmoid."
    )


class FindTables(Find):
    """Every array of numbers that variables of fitting names hold."""

    names: tuple[Text, ...] = Field(default=("*",), description="Patterns of variables.")
