"""Propose repairs from what a straight run showed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.model.evidence import Cell, CellStatus, Evidence
from grader.model.repair import DataFile, Plan, Repair, RepairKind
from grader.repair import texts
from grader.repair.imports import ALIASES
from grader.repair.ordering import reorder
from grader.repair.syntax import BODY_MAGICS, names

UNDEFINED = re.compile(r"name '(\w+)' is not defined")


def failures(evidence: Evidence) -> int:
    """How many code cells did not run to their end."""
    return sum(
        cell.kind == "code"
        and bool(cell.source.strip())
        and cell.status is not CellStatus.OK
        for cell in evidence.cells
    )


def propose(
    evidence: Evidence,
    files: Sequence[PurePosixPath],
    data: Sequence[DataFile] = (),
    refused: frozenset[RepairKind] = frozenset(),
    before: Plan | None = None,
) -> Plan | None:
    """Plan a second run; `before` is what was repaired for the run that is looked at.

    Returns: a plan with all repairs, those of `before` too; None if nothing new would
        help, or what would help is refused.
    """
    work = _Work(evidence, files, data, refused, before)
    makers: tuple[tuple[RepairKind, Callable[[Cell], None]], ...] = (
        (RepairKind.PRINT, work.print_calls),
        (RepairKind.PATH, work.paths),
        (RepairKind.DISPLAY, work.windows),
        (RepairKind.IMPORT, work.imports),
    )
    for cell in evidence.cells:
        if cell.error is not None:
            for kind, make in makers:
                if kind not in refused:
                    make(cell)
    if RepairKind.ORDER not in refused:
        work.reorder()
    return work.plan()


@dataclass
class _Work:
    evidence: Evidence
    files: Sequence[PurePosixPath]
    data: Sequence[DataFile]
    refused: frozenset[RepairKind]
    before: Plan | None
    repairs: list[Repair] = field(default_factory=list)
    order: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        old = self.before
        self.sources = dict(old.sources) if old else {}
        self.shifts = dict(old.shifts) if old else {}
        self.added: set[str] = set()
        code = [cell for cell in self.evidence.cells if cell.kind == "code"]
        self.bound = {name for cell in code for name in names(self.source(cell)).bound}

    def source(self, cell: Cell) -> str:
        """What ran, repairs included."""
        return self.sources.get(cell.index, cell.source)

    def note(self, kind: RepairKind, cell: Cell, what: str) -> None:
        """Note a repair."""
        self.repairs.append(Repair(kind=kind, cell=cell.index, what=what))

    def print_calls(self, cell: Cell) -> None:
        """Repair a cell that cannot be parsed only for its print statements."""
        assert cell.error is not None
        new = texts.with_print_calls(self.source(cell))
        old = self.source(cell)
        if cell.error.name == "SyntaxError" and not texts.parses(old) and texts.parses(new):
            self.sources[cell.index] = new
            self.note(RepairKind.PRINT, cell, "print statements became calls of print.")

    def paths(self, cell: Cell) -> None:
        """Repair a path that only the student's machine has."""
        assert cell.error is not None
        path = texts.missing_file(cell.error.message)
        if not path or cell.error.name not in ("FileNotFoundError", "OSError"):
            return
        folder = PurePosixPath(self.evidence.notebook).parent
        instead = texts.replacement(path, self.files, self.data, folder)
        if not instead or instead == path:
            return
        changed = False
        for other in self.evidence.cells:
            new = texts.with_path(self.source(other), path, instead)
            if other.kind == "code" and new != self.source(other):
                self.sources[other.index], changed = new, True
        if changed:
            self.note(RepairKind.PATH, cell, f"{path} was read from {instead}.")

    def windows(self, cell: Cell) -> None:
        """Leave out a statement that wants a window."""
        assert cell.error is not None
        if not texts.NO_DISPLAY.search(cell.error.message):
            return
        new = texts.without_statement(self.source(cell), cell.error.line)
        if new:
            self.sources[cell.index] = new
            self.note(
                RepairKind.DISPLAY,
                cell,
                f"line {cell.error.line} wants a window, where there is none; "
                "it was left out.",
            )

    def imports(self, cell: Cell) -> None:
        """Import the standard aliases that nothing in the notebook binds."""
        first = undefined(cell)
        if first not in ALIASES or first in self.bound | self.added:
            return
        more = names(self.source(cell)).read & ALIASES.keys() - self.bound - self.added
        for name in (first, *sorted(more - {first})):
            self.add_import(cell, name)

    def add_import(self, cell: Cell, name: str) -> None:
        """Put one import above a cell, once in a notebook."""
        source, line = self.source(cell), ALIASES[name]
        magic, newline, rest = source.partition("\n")
        if not magic.startswith("%%"):
            source = f"{line}\n{source}"
        elif magic.split()[0] in BODY_MAGICS:
            source = f"{magic}{newline}{line}\n{rest}"
        else:
            return
        self.added.add(name)
        self.sources[cell.index] = source
        self.shifts[cell.index] = self.shifts.get(cell.index, 0) + 1
        self.note(RepairKind.IMPORT, cell, f"`{line}` was added above it.")

    def reorder(self) -> None:
        """Run a cell after the later cell that binds what it needs."""
        cells = {c.index: c for c in self.evidence.cells if c.kind == "code"}
        given = {index: cell.source for index, cell in cells.items()}
        missing = {
            index: frozenset({name})
            for index, cell in cells.items()
            if (name := undefined(cell)) and name in self.bound
        }
        rest = [c.index for c in self.evidence.cells if c.index not in cells]
        found, waits = reorder(given, missing)
        for index, wanted in waits.items():
            listed = ", ".join(f"`{name}`" for name in wanted)
            what = f"it ran after the later cell that defines {listed}."
            self.note(RepairKind.ORDER, cells[index], what)
        if found:
            self.order = (*found, *rest)

    def plan(self) -> Plan | None:
        """Everything found; None if that is nothing new."""
        if not self.repairs:
            return None
        old = self.before
        return Plan(
            repairs=((*old.repairs,) if old else ()) + tuple(self.repairs),
            sources=self.sources,
            shifts=self.shifts,
            order=self.order or (old.order if old else ()),
        )


def undefined(cell: Cell) -> str:
    """The name that a cell did not find; "" if that was not its fault."""
    if cell.error is None or cell.error.name != "NameError":
        return ""
    found = UNDEFINED.search(cell.error.message)
    return found[1] if found else ""
