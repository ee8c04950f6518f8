"""Choose, among the files of one submission, the one that runs.

In:   files, read but not parsed.
Out:  a choice: the notebook and its cells, or why there is none.
Pure: no files.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.intake.kinds import Kind, kind_of
from grader.intake.limits import Limits
from grader.intake.naming import listed
from grader.intake.notebook import read_notebook
from grader.intake.reading import NOTHING, Reading, RefusedError
from grader.intake.script import read_script
from grader.model.submission import IntakeStatus, SubmittedFile

_CHECKPOINT = re.compile(r"checkpoint", re.IGNORECASE)
_HAND_OUT = re.compile(
    r"skeleton|template|hand[-_ ]?out|vorlage|angabe|starter|blank|original|release",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"solution|l(?:oe|ö|o)sung|abgabe|submission|final|sheet|blatt|(?<![a-z])ex|main",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What runs, or why nothing does.

    Attributes:
        files: all files; those that turned out unreadable, or kept, say so now.
        main: the file that runs; None if none does.
        reading: its cells.
        status, reason: READY, or why nothing runs.
        notes: the notebooks that were not chosen, and how the one was read.
    """

    files: tuple[SubmittedFile, ...]
    main: SubmittedFile | None = None
    reading: Reading = NOTHING
    status: IntakeStatus = IntakeStatus.READY
    reason: str = ""
    notes: tuple[str, ...] = ()


def choose(files: Sequence[SubmittedFile], limits: Limits) -> Choice:
    """Choose what runs: notebooks before scripts, then by `_preferred`."""
    ready = [file for file in files if file.status is IntakeStatus.READY]
    notebooks = [file for file in ready if kind_of(file.path) is Kind.NOTEBOOK]
    lost = [file for file in files if _is_lost_notebook(file)]
    scripts = [file for file in ready if kind_of(file.path) is Kind.SCRIPT]
    # Scripts beside a notebook are its helpers, also where the notebook is damaged.
    options = notebooks or ([] if lost else _not_imported(scripts))
    readings: list[tuple[SubmittedFile, Reading]] = []
    marked = {file.path: file for file in files}
    for file in options:
        try:
            readings.append((file, _read(file, limits)))
        except RefusedError as refusal:
            unreadable = replace(
                file, status=IntakeStatus.UNREADABLE, reason=refusal.reason
            )
            marked[file.path] = unreadable
    everything = tuple(marked.values())
    if not readings:
        return _nothing_runs(everything)
    main, reading = _preferred(readings)
    others = [str(file.path) for file in options if file is not main]
    notes = [f"Not run, since {main.path} was chosen: {listed(others)}."] if others else []
    return Choice(
        files=_sorted_out(everything, reading),
        main=main,
        reading=reading,
        notes=(*notes, *reading.notes),
    )


def _preferred(
    readings: Sequence[tuple[SubmittedFile, Reading]],
) -> tuple[SubmittedFile, Reading]:
    """Choose among several that can be read.

    1. Not a checkpoint copy, not named like the hand-out, if any other has code.
    2. With at least half as much code as the one with most: scraps are out.
    3. Of those, one named like an answer: solution, abgabe, final, sheet, blatt, ex.
    4. Of those, the most code; then the fewest folders deep; then the first by name.
    """
    with_code = [one for one in readings if one[1].code_size] or list(readings)
    own = [one for one in with_code if not _is_copy(one[0])] or with_code
    most = max(reading.code_size for _, reading in own)
    full = [one for one in own if 2 * one[1].code_size >= most]
    named = [one for one in full if _ANSWER.search(one[0].path.stem)] or full
    return min(
        named,
        key=lambda one: (-one[1].code_size, len(one[0].path.parts), str(one[0].path)),
    )


def _is_copy(file: SubmittedFile) -> bool:
    name = str(file.path)
    return bool(_CHECKPOINT.search(name) or _HAND_OUT.search(file.path.stem))


def _not_imported(scripts: Sequence[SubmittedFile]) -> list[SubmittedFile]:
    """Leave out the scripts that another one imports, unless that leaves none."""
    imported: set[bytes] = set()
    for file in scripts:
        found = re.findall(rb"^\s*(?:import|from)\s+\.?(\w+)", file.data, re.MULTILINE)
        imported |= {name for name in found if name != file.path.stem.encode()}
    left = [file for file in scripts if file.path.stem.encode() not in imported]
    return left or list(scripts)


def _read(file: SubmittedFile, limits: Limits) -> Reading:
    is_notebook = kind_of(file.path) is Kind.NOTEBOOK
    reader = read_notebook if is_notebook else read_script
    return reader(file.data, str(file.path), limits)


def _is_lost_notebook(file: SubmittedFile) -> bool:
    kinds = (Kind.NOTEBOOK, Kind.ARCHIVE, Kind.FOREIGN_ARCHIVE)
    return file.status is IntakeStatus.UNREADABLE and kind_of(file.path) in kinds


def _nothing_runs(files: tuple[SubmittedFile, ...]) -> Choice:
    """Say why nothing runs; what was lost comes before what was never there."""
    files = _documents(files)
    lost = [file for file in files if file.status is IntakeStatus.UNREADABLE]
    runnable = (Kind.NOTEBOOK, Kind.SCRIPT, Kind.ARCHIVE, Kind.FOREIGN_ARCHIVE)
    first = [file for file in lost if kind_of(file.path) in runnable] + lost
    if first:
        return Choice(files=files, status=IntakeStatus.UNREADABLE, reason=first[0].reason)
    reason = _why_no_notebook(files)
    return Choice(files=files, status=IntakeStatus.NO_NOTEBOOK, reason=reason)


def _why_no_notebook(files: Sequence[SubmittedFile]) -> str:
    kept = [str(file.path) for file in files if file.status is IntakeStatus.KEPT]
    data = [str(file.path) for file in files if file.status is IntakeStatus.READY]
    if kept:
        return f"Only documents were handed in, which a person must open: {listed(kept)}."
    if data:
        return f"No notebook, script or archive is among the files: {listed(data)}."
    return "There is no file in it; ask the student to hand in again."


def _documents(files: Sequence[SubmittedFile]) -> tuple[SubmittedFile, ...]:
    """Without a notebook to load it, a text file is something to read."""
    return tuple(
        replace(file, status=IntakeStatus.KEPT, reason="A document; a person can open it.")
        if file.status is IntakeStatus.READY and kind_of(file.path) is Kind.TEXT
        else file
        for file in files
    )


def _sorted_out(
    files: Sequence[SubmittedFile], reading: Reading
) -> tuple[SubmittedFile, ...]:
    """A document that the code opens by its name goes along into the run folder."""
    code = "\n".join(cell.source for cell in reading.cells if cell.kind == "code")
    return tuple(
        replace(file, status=IntakeStatus.READY, reason="")
        if file.status is IntakeStatus.KEPT and file.path.name in code
        else file
        for file in files
    )
