"""Criteria about random networks: the shapes of drawn curves, families of architectures."""

from typing import Annotated, Literal

from pydantic import Field

from grader.model.criteria import Checked, LayerText, Tolerance
from grader.model.finds import FindDrawings, FindNetwork

Shape = Literal["curved", "kinked", "straight"]
Layers = Annotated[tuple[LayerText, ...], Field(min_length=1)]


class ShapesDrawn(Checked):
    """Curves of given shapes are drawn over a range, so many of each."""

    check: Literal["shapes_drawn"]
    find: FindDrawings
    range: tuple[float, float] = Field(description="Of the horizontal axis.")
    shapes: tuple[Shape, ...] = Field(
        min_length=1,
        description="curved: smooth and bent; kinked: straight pieces, perhaps one or a "
        "constant; straight: one line that is not constant.",
    )
    each: int = Field(default=1, ge=1, description="How many different curves of each.")
    tolerance: Tolerance = Field(description="Of a straight piece, in the curve's range.")
    network: FindNetwork | None = Field(
        default=None,
        description="The networks whose first output is drawn over their first input; "
        "they tell whether all the kinked curves may be constant.",
    )


class NetworksMatch(Checked):
    """The networks of a comparison were built, one for each of several architectures."""

    check: Literal["networks_match"]
    find: FindNetwork
    architectures: tuple[Layers, ...] = Field(
        min_length=1, description="Each as in module_matches; biases may be left out."
    )
    last: Literal["as stated", "either"] = Field(
        default="as stated", description="either: the last activation may be left out."
    )
