"""Read what the author wrote: the reference solution, and the notebook handed out.

In:      paths of a Jupytext Markdown (or any notebook jupytext reads) file.
Out:     a submission like any other, and the sources of handed-out cells.
Touches: reads those two files.
"""

from pathlib import Path, PurePosixPath

import jupytext
import nbformat

from grader.errors import InputError, Problem
from grader.model.evidence import Cell
from grader.model.submission import SourceCell, Submission, SubmittedFile

REFERENCE = "reference"


def read_reference(path: Path) -> Submission:
    """The reference as a submission; the files beside it go along.

    Raises: InputError if it cannot be read.
    """
    cells = tuple(_cell(cell) for cell in _notebook(path).cells)
    beside = [p for p in sorted(path.parent.iterdir()) if p.is_file() and _goes_along(p)]
    files = (SubmittedFile(path=PurePosixPath(p.name), data=p.read_bytes()) for p in beside)
    return Submission(
        id=REFERENCE,
        origin=path.name,
        notebook=PurePosixPath(path.name),
        cells=cells,
        files=tuple(files),
    )


def handed_out(path: Path | None) -> frozenset[str]:
    """Sources of the skeleton's cells; a student's cell equal to one is not their work."""
    if path is None:
        return frozenset()
    return frozenset(cell.source.strip() for cell in _notebook(path).cells)


def read_skeleton(path: Path | None) -> tuple[Cell, ...]:
    """The cells of the notebook that was handed out, in order; () if there is none."""
    cells = [] if path is None else _notebook(path).cells
    return tuple(
        Cell(index=i, kind=cell.cell_type, source=cell.source)
        for i, cell in enumerate(cells)
    )


def _goes_along(path: Path) -> bool:
    return path.suffix in (".py", ".csv", ".npy", ".npz", ".json", ".txt")


def _notebook(path: Path) -> nbformat.NotebookNode:
    try:
        notebook: nbformat.NotebookNode = jupytext.read(path)
        return notebook
    except FileNotFoundError as error:
        raise InputError(Problem(str(path), "there is no such file")) from error
    except Exception as error:  # jupytext and nbformat raise many kinds
        hint = "open it with jupytext to see more"
        raise InputError(Problem(str(path), f"it cannot be read: {error}", hint)) from error


def _cell(cell: nbformat.NotebookNode) -> SourceCell:
    tags = tuple(cell.get("metadata", {}).get("tags", ()))
    return SourceCell(kind=cell.cell_type, source=cell.source, tags=tags)
