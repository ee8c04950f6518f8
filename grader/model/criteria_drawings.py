"""What a criterion may say whose answer is drawn: fields, networks, gradients, colours."""

from typing import Literal

from pydantic import Field, model_validator

from grader.model.criteria import Checked, Tolerance
from grader.model.finds import FindDrawings, FindNetwork
from grader.model.strict import Text


class FieldsDrawn(Checked):
    """Fields over the plane are drawn that equal the reference's panels."""

    check: Literal["fields_drawn"]
    find: FindDrawings
    panels: tuple[Text, ...] = Field(
        min_length=1, description="Titles of the reference's panels."
    )
    range: tuple[float, float] = Field(description="Of both axes, if not drawn with it.")
    tolerance: Tolerance
    share: float = Field(
        default=0.98, gt=0.5, le=1, description="Of the points that must match."
    )


class NetworkDrawn(Checked):
    """An image shows the output of the student's own network over a range."""

    check: Literal["network_drawn"]
    find: FindDrawings
    network: FindNetwork
    range: tuple[float, float] = Field(description="Of both axes.")
    beyond: bool = Field(default=False, description="Any larger range instead.")
    resolution: int = Field(default=2, ge=2, description="Points per axis at least.")
    tolerance: Tolerance


class GradientDrawn(Checked):
    """Two images show the components of the gradient of the student's own network."""

    check: Literal["gradient_drawn"]
    find: FindDrawings
    network: FindNetwork
    range: tuple[float, float]
    share: float = Field(default=0.9, gt=0.5, le=1)
    tolerance: Tolerance


class DrawnWith(Checked):
    """Drawings use a colormap."""

    check: Literal["drawn_with"]
    find: FindDrawings
    cmap: Text
    count: int = Field(default=1, ge=1, description="How many at least.")
    network: FindNetwork | None = Field(
        default=None,
        description="Only what shows a network, or what its gradient decides, counts.",
    )
    range: tuple[float, float] | None = Field(
        default=None, description="With network: of both axes."
    )
    share: float = Field(
        default=0.995, gt=0.5, le=1, description="With network: of the points."
    )
    tolerance: Tolerance | None = Field(default=None, description="With network.")

    @model_validator(mode="after")
    def _all_of_it(self) -> "DrawnWith":
        if len({self.network is None, self.range is None, self.tolerance is None}) > 1:
            raise ValueError("network, range and tolerance go together")
        return self
