"""Cells of a notebook from their sources; "code:" begins a code cell."""

from collections.abc import Sequence

from grader.model.evidence import Cell


def cells_of(sources: Sequence[str]) -> list[Cell]:
    """Spell the cells in their order."""
    return [
        Cell(
            index=i,
            kind="code" if s.startswith("code:") else "markdown",
            source=s.removeprefix("code:"),
        )
        for i, s in enumerate(sources)
    ]
