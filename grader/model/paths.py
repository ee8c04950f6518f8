"""Criteria about runs of an optimisation: where they end, how they go, what is drawn."""

from typing import Annotated, Literal

from pydantic import Field

from grader.model.criteria import Checked, Tolerance
from grader.model.finds import FindDrawings, FindPaths
from grader.model.strict import Text

Point = Annotated[tuple[float, ...], Field(min_length=1)]
Points = Annotated[tuple[Point, ...], Field(min_length=1)]


class PathsEnd(Checked):
    """Runs from given starts end where the reference's drawn runs end."""

    check: Literal["paths_end"]
    find: FindPaths
    starts: Points = Field(description="Where the runs begin, as the sheet says.")
    tolerance: Tolerance = Field(description="How far from the end they may stop.")


class PathsFollow(Checked):
    """Every step of the runs goes along the gradient of a field."""

    check: Literal["paths_follow"]
    find: FindPaths
    starts: Points
    field: FindDrawings = Field(description="Where the reference draws the field.")
    panel: Text = Field(description="Title of the reference's panel with the field.")
    degrees: float = Field(
        default=5.0, gt=0, lt=45, description="A step may deviate by this angle."
    )
    share: float = Field(default=0.95, gt=0.5, le=1, description="Of the steps.")


class PathsDrawn(Checked):
    """Runs are drawn over contours, one panel for each start."""

    check: Literal["paths_drawn"]
    find: FindPaths
    starts: Points
    over: FindDrawings = Field(description="What they are drawn over: contours.")
    tolerance: Tolerance = Field(description="How far from the end they may stop.")


class ProgressDrawn(Checked):
    """Curves of an objective against iteration start and end as the reference's do."""

    check: Literal["progress_drawn"]
    find: FindDrawings
    paths: FindPaths = Field(description="The student's own runs: a curve may begin late.")
    starts: Points
    tolerance: Tolerance
