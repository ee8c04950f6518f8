"""One model per check: what a criterion may say in the rubric.

A criterion is one statement about a submission, worth points, decided by one check.
The functions that decide are in `grader.checks`, under the same names.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from grader.model.carried import Carried
from grader.model.finds import (
    FindArray,
    FindFormula,
    FindFunction,
    FindNetwork,
    FindNumber,
    FindText,
)
from grader.model.strict import Strict, Text


class Tolerance(Strict):
    """How far a number may lie from the reference and still match it.

    x matches r when |x - r| <= atol + rtol * |r|. NaN matches nothing.
    """

    rtol: float = Field(ge=0, description="Relative part; no unit.")
    atol: float = Field(ge=0, description="Absolute part; unit of the reference.")
    because: Text = Field(description="Why these numbers, in the author's words.")


class RubricLine(Strict):
    """One line that a person ticks."""

    text: Text
    points: float = Field(ge=0)


class Checked(Strict):
    """What every criterion says, whichever check decides it."""

    id: Text = Field(description="question.word: 3a.architecture")
    states: Text = Field(description="One statement, for the student to read.")
    points: float = Field(default=0, ge=0, description="0 for a flag.")
    visible: bool = Field(default=True, description="Shown in a student's self-check.")
    hint: str = Field(default="", description="What to do when it fails.")
    needs: tuple[Text, ...] = Field(
        default=(), description="Criteria that must earn something first."
    )
    carried: Carried | None = Field(
        default=None, description="What follows from an earlier answer, if that is wrong."
    )
    check: str


class KnownWrong(Strict):
    """A value that a known mistake produces, and what it is worth."""

    value: float
    credit: float = Field(default=0, ge=0, le=1)
    reason: Text


class NumberClose(Checked):
    """A number equals the reference's number."""

    check: Literal["number_close"]
    find: FindNumber
    tolerance: Tolerance
    known_wrong: tuple[KnownWrong, ...] = ()
    own_count: FindNetwork | None = Field(
        default=None,
        description="Also right if it is the true parameter count of the student's own "
        "network: a mistake in the architecture costs once.",
    )


class ArrayClose(Checked):
    """An array equals the reference's array."""

    check: Literal["array_close"]
    find: FindArray
    tolerance: Tolerance


class Argument(Strict):
    """One argument of a probed function.

    `values` are tried one after the other; `input` names one of the rubric's inputs.
    """

    name: Text
    also: tuple[Text, ...] = Field(default=(), description="Other names it goes by.")
    input: str = ""
    values: tuple[float, ...] = ()
    constant: int | None = Field(default=None, description="A fixed number: an axis.")
    optional: bool = Field(
        default=False, description="Left out where the student's function has no such."
    )

    @model_validator(mode="after")
    def _one_source(self) -> "Argument":
        if bool(self.input) + bool(self.values) + (self.constant is not None) != 1:
            raise ValueError("an argument needs exactly one of input, values, constant")
        return self


Layout = Literal["as is", "transposed", "flat", "flat transposed"]
"""Of one value: as the reference's, its transpose, or either of them row by row."""


class FunctionMatches(Checked):
    """A function gives the reference's values on fresh inputs."""

    check: Literal["function_matches"]
    find: FindFunction
    arguments: tuple[Argument, ...] = Field(min_length=1)
    tolerance: Tolerance
    reference: str = Field(
        default="", description="Its name in the reference, if several ones fit `find`."
    )
    layouts: tuple[Layout, ...] = Field(
        default=("as is",),
        description="How a gradient or Hessian may be laid out, besides axes of length 1.",
    )
    negated_with: str = Field(
        default="",
        description="A criterion decided before; where it passed, the negative is as "
        "right: who minimises -f has the gradient of -f.",
    )
    instead: str = Field(
        default="",
        description="A criterion decided before; where no function is a try at it, its "
        "verdict counts, as the work may stand in a loop.",
    )
    follows: str = Field(
        default="",
        description="A criterion decided before, about what the function computes; where "
        "that is not right, a wrong function may be the same mistake, and a person looks.",
    )


SIZE = re.compile(r"[1-9][0-9]{0,5}")


def _layer(text: str) -> str:
    words = text.split()
    if words[:1] == ["linear"] and len(words) == 3 and all(map(SIZE.fullmatch, words[1:])):
        return " ".join(words)
    if words in (["relu"], ["tanh"], ["sigmoid"]):
        return words[0]
    raise ValueError(
        f"unknown layer {text!r}: write 'linear IN OUT', relu, tanh or sigmoid"
    )


LayerText = Annotated[Text, AfterValidator(_layer)]


class ModuleMatches(Checked):
    """A network has this architecture, shown by recomputing its forward pass."""

    check: Literal["module_matches"]
    find: FindNetwork
    architecture: tuple[LayerText, ...] = Field(
        min_length=1, description="[linear 2 20, relu, linear 20 1]; linear has a bias."
    )
    tolerance: Tolerance


Point = tuple[float, ...]
Points = Annotated[tuple[Point, ...], Field(min_length=1)]


class Separates(Checked):
    """A weight vector and a bias separate two classes of points, either polarity."""

    check: Literal["separates"]
    weights: FindArray
    bias: FindArray
    classes: tuple[Points, Points] = Field(description="Two lists of points.")
    direction: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="Credit for a weight vector that separates with another bias.",
    )

    @model_validator(mode="after")
    def _one_dimension(self) -> "Separates":
        lengths = {len(point) for points in self.classes for point in points}
        if len(lengths) != 1 or lengths != set(self.weights.shape):
            raise ValueError("the points and the weight vector need one length")
        return self


class FormulaEquals(Checked):
    """A typed formula or a function of one whole number equals the reference's."""

    check: Literal["formula_equals"]
    find: FindFormula
    function: FindFunction = Field(description="The reference's function, and theirs.")
    arguments: tuple[Argument, ...] = Field(min_length=1, max_length=1)
    tolerance: Tolerance
    decisive: bool = Field(
        default=False,
        description="A typed formula decides; otherwise it is proposed to a person.",
    )


class SourceCalls(Checked):
    """The source calls one of these functions."""

    check: Literal["source_calls"]
    calls: tuple[Text, ...] = Field(min_length=1, description="numpy.gradient")


class TextPresent(Checked):
    """The section holds words of the student's own."""

    check: Literal["text_present"]
    find: FindText
    words: int = Field(default=10, ge=1, description="How many at least.")


class TextClaims(Checked):
    """The section's text makes a claim that patterns can recognise."""

    check: Literal["text_claims"]
    find: FindText
    accept: tuple[Text, ...] = Field(min_length=1, description="Regular expressions.")
    reject: tuple[Text, ...] = Field(default=(), description="Regular expressions.")


class FilesPresent(Checked):
    """Files of these kinds were handed in."""

    check: Literal["files_present"]
    kinds: tuple[Text, ...] = Field(min_length=1, description="Endings: .ipynb, .pdf")


class GroupSize(Checked):
    """As many people as the sheet asks for."""

    check: Literal["group_size"]
    people: int = Field(ge=1)


class Manual(Checked):
    """A person decides, line by line."""

    check: Literal["manual"]
    lines: tuple[RubricLine, ...] = Field(min_length=2, max_length=4)
    partial: tuple[Text, ...] = Field(default=(), description="Typical partial answers.")
