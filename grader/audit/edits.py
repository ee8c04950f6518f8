"""Apply the edits of a variant to the cells of the reference.

In:   cells and one edit.
Out:  the cells it leaves; or EditError, in words an author can act on.
Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from grader.model.submission import SourceCell

SHOWN = 70


class EditError(ValueError):
    """An edit does not fit the cells. Its arguments: what is wrong, and a hint."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cell, and its place in the reference (which an edit does not change)."""

    index: int
    cell: SourceCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Exactly this text becomes that one, `times` times in the whole notebook.

    YAML takes the indentation of blocks away; so a text of several lines that is not
    found as it is, is looked for with every indentation of lines of the notebook.
    """

    old: str
    new: str
    times: int = 1

    def __call__(self, cells: Sequence[Placed]) -> tuple[Placed, ...]:
        """The cells afterwards. Raises: EditError unless the text is found so often."""
        meant = self if _places(self.old, cells) else self._indented(cells)
        found = _places(meant.old, cells)
        if len(found) != self.times:
            raise EditError(*_miscounted(self, found, cells))
        return tuple(
            replace(
                p, cell=replace(p.cell, source=p.cell.source.replace(meant.old, meant.new))
            )
            for p in cells
        )

    def _indented(self, cells: Sequence[Placed]) -> "Replacement":
        """The same with the first indentation, if any, with which it is found."""
        lines = (line for p in cells for line in p.cell.source.splitlines())
        blanks = {line[: len(line) - len(line.lstrip())] for line in lines}
        for blank in sorted(blanks - {""}):
            old, new = (_indented(text, blank) for text in (self.old, self.new))
            if _places(old, cells):
                return replace(self, old=old, new=new)
        return self


def _places(text: str, cells: Sequence[Placed]) -> list[int]:
    return [p.index for p in cells for _ in range(p.cell.source.count(text))]


def _indented(text: str, blank: str) -> str:
    """All lines but the first and empty ones moved to the right."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(blank + line if line else line for line in rest)])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """The one cell that contains this text gets that source; none: it is dropped."""

    cell: str
    source: str

    def __call__(self, cells: Sequence[Placed]) -> tuple[Placed, ...]:
        """The cells afterwards. Raises: EditError unless one cell contains the text."""
        found = [p.index for p in cells if self.cell in p.cell.source]
        if len(found) != 1:
            raise EditError(*_not_one(self.cell, found, cells))
        kept = (p for p in cells if self.source.strip() or p.index != found[0])
        return tuple(
            replace(p, cell=replace(p.cell, source=self.source.rstrip("\n")))
            if p.index == found[0]
            else p
            for p in kept
        )


Edit = Replacement | NewSource


def _miscounted(
    edit: Replacement, found: list[int], cells: Sequence[Placed]
) -> tuple[str, str]:
    if not found:
        return f"no cell contains {_shown(edit.old)}", _closest(edit.old, cells)
    often = f"{len(found)} time{'s' * (len(found) > 1)}, in {_numbers(found)}"
    what = f"{_shown(edit.old)} stands there {often}, not {edit.times}"
    return what, f"give more of its surroundings, or `times: {len(found)}`"


def _not_one(text: str, found: list[int], cells: Sequence[Placed]) -> tuple[str, str]:
    if not found:
        return f"no cell contains {_shown(text)}", _closest(text, cells)
    return f"{_shown(text)} stands in {_numbers(found)}", "give text of one cell only"


def _numbers(found: list[int]) -> str:
    """Cells as a reader of the notebook counts them, from 1."""
    distinct = [str(index + 1) for index in dict.fromkeys(found)]
    return f"cell{'s' * (len(distinct) > 1)} {', '.join(distinct)}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 3] + "...")


def _closest(text: str, cells: Sequence[Placed]) -> str:
    """The line that was probably meant; or a word about line breaks."""
    trimmed = text.rstrip("\n")
    if trimmed != text and any(trimmed in p.cell.source for p in cells):
        return "it ends with a line break, which the last line of a cell has not: write |-"
    lines = {line: p.index for p in cells for line in p.cell.source.splitlines()}
    first = next((line for line in text.splitlines() if line.strip()), "")
    close = get_close_matches(first, list(lines), n=1, cutoff=0.5)
    if not close:
        return "the text must be as in the reference's notebook, blanks included"
    return f"the closest line is {_shown(close[0])} in cell {lines[close[0]] + 1}"
