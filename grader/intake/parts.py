"""Recognise notebooks that are one answer in several files: ex1.ipynb, ex2.ipynb.

In:   notebooks of one submission, read.
Out:  the same in the order of their questions, or nothing; and their cells as one.
Pure: no files.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.intake.reading import Reading
from grader.model.submission import SourceCell, SubmittedFile

DIVIDER = "intake:file="
"""Starts the tag of a cell that says from which file the cells after it come."""

_NUMBER = re.compile(
    r"(?<![^\W\d_])(?:(?P<word>task|aufgabe|problem|question|frage|part|teil(?:aufgabe)?|q)"
    r"|(?P<loose>exercise|ex|(?:ue|ü|u)bung))?[ _.-]{0,2}"
    r"(?<!\d)(?P<n>\d{1,2})(?!\d)(?P<letter>[a-h](?![^\W\d_]))?",
    re.IGNORECASE,
)
# `ex7` may be the seventh sheet; a series that starts late is one of sheets.
_FIRST_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One of several notebooks, and the question that its name gives."""

    number: int
    letter: str
    file: SubmittedFile
    reading: Reading

    @property
    def question(self) -> str:
        """As `3` or `2b`."""
        return f"{self.number}{self.letter}"


def in_parts(readings: Sequence[tuple[SubmittedFile, Reading]]) -> list[Part]:
    """Find notebooks whose names differ in the question's number and in nothing else.

    Empty unless there are two, with different code, and no other notebook holds more
    code than they together. `sheet06` and `sheet07` are two sheets, not two questions.
    """
    series: dict[str, dict[str, Part]] = {}
    for file, reading in readings:
        for template, part in _templates(file, reading):
            series.setdefault(template, {}).setdefault(part.question, part)
    whole = [group for name, group in series.items() if _is_series(name, group)]
    best = max(whole, key=lambda group: (len(group), _size(group.values())), default={})
    parts = sorted(best.values(), key=lambda part: (part.number, part.letter))
    used = {part.file.path for part in parts}
    others = [reading.code_size for file, reading in readings if file.path not in used]
    return parts if _size(parts) >= max(others, default=0) else []


def joined(parts: Sequence[Part]) -> Reading:
    """Make one of several: before each file's cells stands a heading that names it."""
    cells: list[SourceCell] = []
    for part in parts:
        title = f"## Exercise {part.question}, from {part.file.path.name}"
        tag = f"{DIVIDER}{part.file.path}"
        cells += [SourceCell(kind="markdown", source=title, tags=(tag,))]
        cells += part.reading.cells
    return Reading(
        cells=tuple(cells),
        notes=tuple(note for part in parts for note in part.reading.notes),
    )


def _templates(file: SubmittedFile, reading: Reading) -> Iterator[tuple[str, Part]]:
    """The path with one number left out, for each number that may be a question's."""
    name = str(file.path.with_suffix("")).casefold()
    for found in _NUMBER.finditer(name):
        stem = name.rpartition("/")[2]
        is_bare = not found["word"] and not found["loose"]
        if is_bare and stem != found[0]:
            continue
        token = re.escape(f"{found['n']}{found['letter'] or ''}")
        template = re.sub(rf"(?<!\d){token}(?![^\W_])", "#", name)
        kind = "" if found["word"] else "loose "
        letter = found["letter"] or ""
        yield f"{kind}{template}", Part(int(found["n"]), letter, file, reading)


def _is_series(template: str, group: dict[str, Part]) -> bool:
    if len(group) < 2:
        return False
    codes = {tuple(cell.source for cell in part.reading.cells) for part in group.values()}
    first = min(part.number for part in group.values())
    late = template.startswith("loose ") and first > _FIRST_AT_MOST
    return len(codes) == len(group) and not late


def _size(parts: Iterable[Part]) -> int:
    return sum(part.reading.code_size for part in parts)
