"""Criteria on formulas in declared letters, and on the range of a function."""

from typing import Literal

from pydantic import Field, model_validator

from grader.model.criteria import Argument, Checked, Tolerance
from grader.model.finds import FindDrawings, FindEquations, FindFunction
from grader.model.strict import Text


class ClosedForm(Checked):
    """Typed closed forms have the reference's values, whatever they look like."""

    check: Literal["closed_form"]
    find: FindEquations
    tolerance: Tolerance
    transposed: bool = Field(
        default=False, description="The transpose is as right: no layout is prescribed."
    )
    named: bool = Field(
        default=False, description="A formula only counts beside the quantity's name."
    )
    function: FindFunction | None = Field(
        default=None, description="A function of theirs that answers as well."
    )
    arguments: tuple[Argument, ...] = Field(
        default=(), description="Of that function, as in function_matches."
    )
    readings: tuple[Text, ...] = Field(
        default=(),
        description="Names of the reference's functions that are all right; empty: the "
        "one that is found first.",
    )
    function_decides: bool = Field(
        default=True,
        description="false: a right function is proposed, as its values do not tell "
        "whether it computes the formula; and a formula that was read comes first.",
    )
    scalar_for_matrix: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Credit for a number c where c times the identity is meant: 2 for 2I.",
    )
    decisive: bool = Field(
        default=False,
        description="A typed formula decides; otherwise it is proposed to a person.",
    )

    @model_validator(mode="after")
    def _asked(self) -> "ClosedForm":
        if not self.find.quantities:
            raise ValueError("find.quantities names what is asked for")
        if (self.function is None) != (not self.arguments):
            raise ValueError("`function` and `arguments` belong together")
        return self


class Derivation(Checked):
    """A chain of equations leads to the result, and every step that is read holds."""

    check: Literal["derivation"]
    find: FindEquations
    tolerance: Tolerance
    expressions: int = Field(
        default=2,
        ge=1,
        description="How many different expressions of the same value must be connected "
        "by equations at least; derivatives that are still to be taken do not count.",
    )

    @model_validator(mode="after")
    def _asked(self) -> "Derivation":
        if len(self.find.quantities) != 1:
            raise ValueError("find.quantities names the one thing that is derived")
        return self


class FunctionRange(Checked):
    """A function of one number keeps within a range, near and far out."""

    check: Literal["function_range"]
    function: FindFunction = Field(description="A function of theirs, found by name.")
    arguments: tuple[Argument, ...] = Field(
        min_length=1, max_length=1, description="Where it is asked: near 0 and far out."
    )
    find: FindEquations | None = Field(
        default=None,
        description="Or a typed formula: every closed form of the quantities is asked in "
        "the worlds of its letters.",
    )
    range: tuple[float, float] = Field(description="Closed: both ends belong to it.")
    varies: bool = Field(default=True, description="A constant is no answer.")
    tolerance: Tolerance = Field(description="How far rounding may lead outside.")

    @model_validator(mode="after")
    def _ordered(self) -> "FunctionRange":
        if self.range[0] >= self.range[1]:
            raise ValueError("the range is [low, high] with low below high")
        return self


class CurvesDrawn(Checked):
    """Curves are drawn that agree with curves of the reference."""

    check: Literal["curves_drawn"]
    find: FindDrawings
    labels: tuple[Text, ...] = Field(
        min_length=1, description="Labels of the reference's curves, or parts of them."
    )
    range: tuple[float, float] = Field(description="What a curve must cover at least.")
    ranges: tuple[tuple[float, float], ...] = Field(
        default=(),
        description="One for each label, in place of range; then a curve must agree "
        "wherever it is drawn.",
    )
    tolerance: Tolerance
    may_be_text: bool = Field(
        default=False, description="May be stated instead: then a person looks."
    )

    @model_validator(mode="after")
    def _one_each(self) -> "CurvesDrawn":
        if self.ranges and len(self.ranges) != len(self.labels):
            raise ValueError("ranges has one entry for each label")
        return self
