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


class FindOne(Find):
    """What finders of one answer share: which of several counts."""

    which: Literal["usual", "last", "first", "best"] = Field(
        default="usual",
        description="Of several answers: last, first: those of the section's last or first "
        "cell that has one. best: a right one, among no more than a few others. usual: "
        "what the check says.",
    )


class FindNumber(FindOne):
    """A number: stated near a label in text or output, or bound to a name."""

    near: tuple[Text, ...] = Field(
        default=(), description="Words that stand beside it: parameter, params."
    )
    names: tuple[Text, ...] = Field(default=(), description="Patterns of variables.")


class FindArray(FindOne):
    """An array or a list of numbers of a given shape, bound to a name or typed."""

    names: tuple[Text, ...] = Field(min_length=1, description="Patterns of variables.")
    shape: tuple[int, ...] = Field(default=(), description="What it must have.")


class FindFunction(FindOne):
    """A callable: by name, else whichever behaves like the reference's."""

    names: tuple[Text, ...] = Field(min_length=1, description="Patterns of functions.")
    by_behaviour: bool = Field(
        default=True, description="Also consider functions of other names."
    )


class FindNetwork(FindOne):
    """A network: by name, section, and the sizes of its input and output."""

    names: tuple[Text, ...] = Field(default=(), description="Patterns of variables.")
    inputs: int = Field(gt=0, description="Length of one input vector.")
    outputs: int = Field(gt=0, description="Length of one output vector.")
    hidden: tuple[int, int] | None = Field(
        default=None,
        description="How many hidden layers it has at least and at most; "
        "tells two networks of one sheet apart, whatever they are called.",
    )


Kind = Literal["image", "contour", "line", "points", "arrows", "bars", "across"]


class FindDrawings(Find):
    """Drawing calls of certain kinds."""

    kinds: tuple[Kind, ...] = Field(min_length=1)


class FindText(Find):
    """The student's own words (and typed formulas) in a section."""

    printed: bool = Field(
        default=False, description="What its code prints, where it prints words, instead."
    )


class FindFormula(Find):
    """A closed formula in one variable, typed in the text."""

    variable: Text = Field(description="n, as in 1 + n + n(n-1)/2.")


class FindPaths(Find):
    """The points that runs went through: kept in variables, or drawn."""

    dimension: int = Field(default=2, ge=1, le=10, description="Numbers per point.")
    sources: tuple[Literal["kept", "drawn"], ...] = Field(
        default=("kept", "drawn"), description="Where they may be."
    )


class FindMatrices(Find):
    """Every matrix of a shape that a variable held, whatever it is called."""

    shape: tuple[int, int] = Field(description="Rows and columns.")


class FindStated(Find):
    """All numbers that a question's output and text state."""

    names: tuple[Text, ...] = Field(default=(), description="Variables that count too.")
    most: int = Field(default=100, ge=1, description="Numbers one variable may hold.")


class FindEquations(Find):
    """Equations in declared letters, typed in the text, printed or in code."""

    symbols: Text = Field(description="Which of the rubric's sets of letters.")
    quantities: tuple[tuple[Text, ...], ...] = Field(
        default=(),
        description='What is asked for, each with its spellings: [["s_1\'", '
        '"\\\\frac{d s_1}{d x}"]]. Arguments in brackets do not matter.',
    )
    whole: tuple[Text, ...] = Field(
        default=(),
        description="Spellings of the vector that has the quantities as its entries: "
        '["\\\\nabla f"]; it answers all of them.',
    )
    in_code: tuple[tuple[Text, ...], ...] = Field(
        default=(),
        description="Patterns of the names that a quantity has in code, one list each: "
        '[["dsigma*", "*sigmoid*prime*"]].',
    )
    written_with: tuple[Text, ...] = Field(
        default=(),
        description="Letters that an answer has to hold, where its form is asked for and "
        "not its value alone.",
    )
