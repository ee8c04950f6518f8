"""Where a finder is to look for an answer, as a rubric states it.

Every pattern is matched without regard to case, with * and ? as in file names.
`section` defaults to the criterion's own question; "any" means the whole notebook.
"""

from typing import Literal

from pydantic import Field

from grader.model.strict import Strict, Text


class Find(Strict):
    """What all finders share."""

    section: str = Field(
        default="", description='A question id; empty: its own; "any": everywhere.'
    )


class FindNumber(Find):
    """A number: stated near a label in text or output, or bound to a name."""

    near: tuple[Text, ...] = Field(
        default=(), description="Words that stand beside it: parameter, params."
    )
    names: tuple[Text, ...] = Field(default=(), description="Patterns of variables.")


class FindArray(Find):
    """An array or a list of numbers of a given shape, bound to a name or typed."""

    names: tuple[Text, ...] = Field(min_length=1, description="Patterns of variables.")
    shape: tuple[int, ...] = Field(default=(), description="What it must have.")


class FindFunction(Find):
    """A callable: by name, else whichever behaves like the reference's."""

    names: tuple[Text, ...] = Field(min_length=1, description="Patterns of functions.")
    by_behaviour: bool = Field(
        default=True, description="Also consider functions of other names."
    )


class FindNetwork(Find):
    """A network: by name, section, and the sizes of its input and output."""

    names: tuple[Text, ...] = Field(default=(), description="Patterns of variables.")
    inputs: int = Field(gt=0, description="Length of one input vector.")
    outputs: int = Field(gt=0, description="Length of one output vector.")
    hidden: tuple[int, int] | None = Field(
        default=None,
        description="How many hidden layers it has at least and at most; "
        "tells two networks of one sheet apart, whatever they are called.",
    )


Kind = Literal["image", "contour", "line", "points", "arrows", "bars"]


class FindDrawings(Find):
    """Drawing calls of certain kinds."""

    kinds: tuple[Kind, ...] = Field(min_length=1)


class FindText(Find):
    """The student's own words (and typed formulas) in a section."""


class FindFormula(Find):
    """A closed formula in one variable, typed in the text."""

    variable: Text = Field(description="n, as in 1 + n + n(n-1)/2.")
