"""Letters that a rubric declares, so that formulas in them can be read and computed."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from grader.model.strict import Strict, Text

Law = Literal["uniform", "distribution", "signs", "symmetric", "identity", "none"]
Length = Annotated[int, Field(ge=2, le=8)]


class Letter(Strict):
    r"""One letter of the sheet, with what it stands for.

    Its name is spelled as on the sheet: `x`, `W_1'`, `W^1`, `theta`, `s_1`. Decorations
    (\mathbf, \vec), braces and the order of index and prime do not matter.
    """

    also: tuple[Text, ...] = Field(
        default=(), description="Other spellings: sigma, W1_new, \\mathcal{L}."
    )
    shape: tuple[str | int, ...] = Field(
        default=(),
        max_length=2,
        description="Sizes by name or number; [] is a number, [n] a column, [n, d] a "
        "matrix.",
    )
    law: Law = Field(
        default="uniform",
        description="How it is drawn: uniform between low and high; distribution: "
        "positive entries that add up to 1; signs: entries -1 and 1; symmetric: a "
        "symmetric matrix; identity: the identity matrix, with any index of its size; "
        "none: it only names a quantity.",
    )
    low: float = -2.0
    high: float = 2.0
    of: tuple[Text, ...] = Field(
        default=(), description="It is a function of these; `equals` is its body."
    )
    equals: str = Field(default="", description="Its value as a formula in the others.")
    flips: str = Field(
        default="", description="Drawn like that symbol, with another sign at one index."
    )
    at: str = Field(default="", description="The index at which it flips.")
    arbitrary: bool = Field(
        default=False,
        description="The function stands for any one: its derivative g' may stand in an "
        "answer; of others it is still to be taken.",
    )
    by: Literal["entry", "row", "column"] = Field(
        default="entry", description="What one index picks: theta_i may be a column."
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Letter":
        if self.of and not self.equals:
            raise ValueError("a function needs its body under `equals`")
        if bool(self.flips) != bool(self.at):
            raise ValueError("`flips` and `at` belong together")
        if self.arbitrary and not self.of:
            raise ValueError("`arbitrary` is for functions")
        if self.low >= self.high:
            raise ValueError("low must be below high")
        return self


class Symbols(Strict):
    """A set of letters with the sizes and indices that they use."""

    letters: dict[Text, Letter] = Field(min_length=1, description="By name.")
    sizes: dict[Text, Length] = Field(
        default_factory=dict, description="Lengths of vectors by name: {n: 4, d: 3}."
    )
    indices: dict[Text, Text] = Field(
        default_factory=dict, description="Which size a letter counts up to: {i: n}."
    )

    meet: tuple[Text, ...] = Field(
        default=(),
        description="Indices that are equal in every other world, for what differs on the "
        "diagonal: [i, j].",
    )
    alike: tuple[Text, ...] = Field(
        default=(),
        description="Indices that are equal in every world, where a text may call the one "
        "that is meant by another letter: [i, k].",
    )
    where: tuple[Text, ...] = Field(
        default=(), description="Formulas that are positive in everything that is drawn."
    )

    @model_validator(mode="after")
    def _known_sizes(self) -> "Symbols":
        used = {n for one in self.letters.values() for n in one.shape if isinstance(n, str)}
        if unknown := sorted((used | set(self.indices.values())) - set(self.sizes)):
            raise ValueError(f"there is no size {unknown[0]}")
        if strangers := sorted({*self.meet, *self.alike} - set(self.indices)):
            raise ValueError(f"there is no index {strangers[0]}")
        return self
