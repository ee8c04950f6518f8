"""What a TA would change by hand so that a failing notebook runs, and what it may earn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from grader.model.strict import Strict


class RepairKind(StrEnum):
    """What kind of repair was made."""

    IMPORT = "missing_import"
    """A standard alias is used and never imported: np, plt, pd, torch, nn."""
    ORDER = "cell_order"
    """A name is used above the cell that binds it."""
    DISPLAY = "display"
    """A statement wants a window where there is none."""
    PRINT = "print_statement"
    """`print x`, as Python 2 had it."""
    PATH = "file_path"
    """A file is opened at a place that only the student's machine has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One change, made for a second run.

    Attributes:
        kind: see RepairKind.
        cell: index of the cell it was made for.
        what: one sentence for the student.
    """

    kind: RepairKind
    cell: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the cells are to be run the second time.

    Attributes:
        repairs: in the order of the cells they were made for.
        sources: by index of the cell: what to run instead of what was handed in.
        shifts: by index of the cell: lines put in front of it.
        order: indices of all cells, in the order to run them; empty: as handed in.
    """

    repairs: tuple[Repair, ...]
    sources: Mapping[int, str] = field(default_factory=dict)
    shifts: Mapping[int, int] = field(default_factory=dict)
    order: tuple[int, ...] = ()


Policy = Literal["allowed", "refused"] | Annotated[float, Field(ge=0, le=1)]
"""allowed; refused; or the largest credit of what was only found after the repair."""


class Repairs(Strict):
    """What each kind of repair may earn: allowed, refused, or a largest credit."""

    missing_import: Policy = "allowed"
    cell_order: Policy = "allowed"
    display: Policy = "allowed"
    print_statement: Policy = "allowed"
    file_path: Policy = "allowed"

    def refused(self) -> frozenset[RepairKind]:
        """The kinds that are not to be made."""
        return frozenset(kind for kind in RepairKind if self._of(kind) == "refused")

    def cap(self, kinds: frozenset[RepairKind]) -> float:
        """The largest credit, 0..1, of an answer that needed these kinds together."""
        said = [self._of(kind) for kind in kinds]
        return min((p for p in said if isinstance(p, float)), default=1.0)

    def _of(self, kind: RepairKind) -> str | float:
        found: str | float = getattr(self, kind.value)
        return found


class DataFile(Strict):
    """A file that the assignment supplies to every run."""

    file: str = Field(
        min_length=1,
        description="Relative to the rubric's folder; lies beside the notebook "
        "under its own name, unless a file of that name was handed in.",
    )
    names: tuple[str, ...] = Field(
        default=(),
        description="Patterns of other names that students give it, e.g. '*train*.csv'; "
        "a missing file of such a name is replaced by it.",
    )
