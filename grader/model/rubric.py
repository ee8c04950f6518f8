"""A rubric: an assignment's questions and criteria, as the YAML file states them.

In:   plain data read from YAML (`grader.rubric.load` adds file and line to errors).
Out:  frozen models; a bad value cannot be built.
Pure: no files, no kernels.

Which check decides a criterion is the key `check`; its own keys are in `criteria.py`.
"""

from typing import Annotated, Literal

from pydantic import Field

from grader.model.criteria import (
    ArrayClose,
    Checked,
    FilesPresent,
    FormulaEquals,
    FunctionMatches,
    GroupSize,
    Manual,
    ModuleMatches,
    NumberClose,
    Separates,
    SourceCalls,
    TextClaims,
    TextPresent,
)
from grader.model.criteria_drawings import (
    DrawnWith,
    FieldsDrawn,
    GradientDrawn,
    NetworkDrawn,
)
from grader.model.criteria_files import (
    ArchiveNamed,
    CommentsPresent,
    FilesOnly,
    ImportsOnly,
    PeopleAtMost,
    ReportPresent,
    SectionWritten,
    SourceAvoids,
    SourceUses,
    TextStates,
)
from grader.model.criteria_formulas import (
    ClosedForm,
    CurvesDrawn,
    Derivation,
    FunctionRange,
)
from grader.model.criteria_layers import (
    CurvesNamed,
    LayersClassify,
    LossDrawn,
    MapsInto,
    ParametersDrawn,
    RowsMatch,
    TrainingOutcome,
)
from grader.model.curves import NetworksMatch, ShapesDrawn
from grader.model.inputs import Input
from grader.model.paths import PathsDrawn, PathsEnd, PathsFollow, ProgressDrawn
from grader.model.repair import DataFile, Repairs
from grader.model.steps import StepShows, UpdateMatches
from grader.model.stochastic import DistancesStated, ObjectiveDrawn, StochasticMatches
from grader.model.strict import Strict, Text
from grader.model.symbols import Symbols

Criterion = Annotated[
    ArchiveNamed
    | ArrayClose
    | ClosedForm
    | CommentsPresent
    | CurvesDrawn
    | CurvesNamed
    | Derivation
    | DistancesStated
    | DrawnWith
    | FieldsDrawn
    | FilesOnly
    | FilesPresent
    | FormulaEquals
    | FunctionMatches
    | FunctionRange
    | GradientDrawn
    | GroupSize
    | ImportsOnly
    | LayersClassify
    | LossDrawn
    | Manual
    | MapsInto
    | ModuleMatches
    | NetworkDrawn
    | NetworksMatch
    | NumberClose
    | ObjectiveDrawn
    | ParametersDrawn
    | PathsDrawn
    | PathsEnd
    | PathsFollow
    | PeopleAtMost
    | ProgressDrawn
    | ReportPresent
    | RowsMatch
    | SectionWritten
    | Separates
    | ShapesDrawn
    | SourceAvoids
    | SourceCalls
    | SourceUses
    | StepShows
    | StochasticMatches
    | TextClaims
    | TextPresent
    | TextStates
    | TrainingOutcome
    | UpdateMatches,
    Field(discriminator="check"),
]


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]


class Question(Strict):
    """A numbered part of the sheet; its points are those of its criteria."""

    id: Text = Field(description="As printed, without brackets: 2b.")
    title: Text
    points: float = Field(ge=0, description="As printed on the sheet.")
    bonus: bool = Field(
        default=False, description="On top of the sheet's maximum, not part of it."
    )
    written: bool = Field(
        default=False,
        description="May be answered on paper: if nothing is found and the submission "
        "holds documents, or its text names a scan, a person looks, not no_answer.",
    )
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class RubricLimits(Strict):
    """What this assignment needs beyond the usual budget of a run."""

    cell_seconds: float = Field(default=120, gt=0)
    total_seconds: float = Field(default=600, gt=0)
    probe_seconds: float = Field(default=10, gt=0)
    memory_gb: float = Field(
        default=6, ge=0.1, description="Of the whole box, in GB of 2^30 bytes."
    )
    processes: int = Field(default=256, gt=0, description="At once, threads included.")
    disk_gb: float = Field(
        default=1, ge=0.01, description="Everything written, in GB of 2^30 bytes."
    )
    output_bytes: int = Field(
        default=100_000, gt=0, description="Text kept of each cell; the rest is cut."
    )
    pictures: int | None = Field(
        default=None,
        ge=0,
        description="Figures drawn for people, per run. Left out: 40, or none where no"
        " criterion is a person's or about a drawing.",
    )


class Rubric(Strict):
    """One assignment's rubric."""

    schema_: Literal[1] = Field(
        default=1, alias="schema", description="Version of this format."
    )
    assignment: Slug = Field(description="The slug: mlph-sheet07.")
    title: Text
    course: str = ""
    points: float = Field(ge=0, description="Maximum without bonus, as printed.")
    reference: str = Field(
        default="",
        description="The reference, relative to the rubric's folder; "
        "by default ../reference/<assignment>/solution.md.",
    )
    skeleton: str = Field(
        default="",
        description="The notebook handed out, relative to the rubric's folder; "
        "its text is never the student's work.",
    )
    sure_enough: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="A binding with less confidence than this is judged but pending.",
    )
    limits: RubricLimits = RubricLimits()
    repairs: Repairs = Field(
        default=Repairs(),
        description="A notebook that fails is run a second time with the fewest changes "
        "that a marker would make by hand; what each kind of change may earn.",
    )
    data: tuple[DataFile, ...] = Field(
        default=(), description="Files that lie beside every notebook when it runs."
    )
    inputs: dict[str, Input] = Field(
        default_factory=dict, description="Named, seeded arguments of probes."
    )
    symbols: dict[str, Symbols] = Field(
        default_factory=dict, description="Sets of letters in which formulas are read."
    )
    questions: tuple[Question, ...] = Field(min_length=1)

    def criteria(self) -> tuple[tuple[Question, Checked], ...]:
        """Every criterion with its question, in the sheet's order."""
        return tuple((q, c) for q in self.questions for c in q.criteria)

    @property
    def titles(self) -> dict[str, str]:
        """The title of every question by its id, in the sheet's order."""
        return {question.id: question.title for question in self.questions}

    def question(self, id: str) -> Question:
        """The question of that id. Raises: KeyError if there is none."""
        found = {question.id: question for question in self.questions}
        return found[id]
