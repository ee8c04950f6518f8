"""Choose, among the files of one submission, the one that runs.

In:   files, read but not parsed.
Out:  a choice: the notebook and its cells, or why there is none.
Pure: no files.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.intake.content import marked, stored, unpacked
from grader.intake.kinds import Kind, kind_of
from grader.intake.limits import Limits
from grader.intake.naming import listed, safe_part
from grader.intake.notebook import read_notebook
from grader.intake.parts import Part, in_parts, joined
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
    known = {file.path: file for file in files}
    for file in options:
        try:
            readings.append((file, _read(file, limits)))
        except RefusedError as refusal:
            known[file.path] = marked(file, IntakeStatus.UNREADABLE, refusal.reason)
    everything = tuple(known.values())
    if not readings:
        return _nothing_runs(everything)
    parts = in_parts([one for one in readings if not _is_copy(one[0])])
    main, reading = (parts[0].file, joined(parts)) if parts else _preferred(readings)
    run = {part.file.path for part in parts} or {main.path}
    others = [file for file in options if file.path not in run]
    notes = [_as_one(parts)] if parts else []
    notes += [f"{_not_run(main)}: {listed(str(f.path) for f in others)}."] if others else []
    held = [(part.file, part.reading) for part in parts] or [(main, reading)]
    pictures = [one for file, read in held for one in _pictures(file, read, everything)]
    return Choice(
        files=_sorted_out(
            (*everything, *pictures), reading, main, others, _texts(readings, main)
        ),
        main=main,
        reading=reading,
        notes=(*notes, *reading.notes),
    )


def _texts(
    readings: Sequence[tuple[SubmittedFile, Reading]], main: SubmittedFile
) -> frozenset[PurePosixPath]:
    """Notebooks without code that say something, beside the one that runs."""
    return frozenset(
        file.path
        for file, reading in readings
        if file.path != main.path
        and kind_of(file.path) is Kind.NOTEBOOK
        and not (reading.code_size or _is_copy(file))
        and any(cell.kind == "markdown" and cell.source.strip() for cell in reading.cells)
    )


def _as_one(parts: Sequence[Part]) -> str:
    names = ", ".join(str(part.file.path) for part in parts)
    where = (
        ""
        if len({part.file.path.parent for part in parts}) == 1
        else (" They lie in different folders and run in the first one's.")
    )
    return f"Run as one notebook, in this order: {names}.{where}"


def _not_run(main: SubmittedFile) -> str:
    return f"Not run, since {main.path} was chosen"


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
    kinds = (Kind.NOTEBOOK, Kind.ARCHIVE, Kind.TAR, Kind.FOREIGN_ARCHIVE)
    return file.status is IntakeStatus.UNREADABLE and kind_of(file.path) in kinds


def _nothing_runs(files: tuple[SubmittedFile, ...]) -> Choice:
    """Say why nothing runs; what was lost comes before what was never there."""
    files = _documents(files)
    lost = [file for file in files if file.status is IntakeStatus.UNREADABLE]
    archives = (Kind.ARCHIVE, Kind.TAR, Kind.FOREIGN_ARCHIVE)
    runnable = (Kind.NOTEBOOK, Kind.SCRIPT, *archives)
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
        marked(file, IntakeStatus.KEPT, "A document; a person can open it.")
        if file.status is IntakeStatus.READY and kind_of(file.path) is Kind.TEXT
        else file
        for file in files
    )


def _pictures(
    file: SubmittedFile, reading: Reading, files: Sequence[SubmittedFile]
) -> list[SubmittedFile]:
    """What is pasted into text cells is kept for a person, beside the notebook."""
    taken = {str(other.path).casefold() for other in files}
    folder = file.path.with_name(safe_part(f"{file.path.stem} attachments"))
    found: list[SubmittedFile] = []
    for count, picture in enumerate(reading.pictures, start=1):
        path = folder / safe_part(f"cell {picture.cell} {picture.name}")
        if str(path).casefold() in taken:
            path = folder / safe_part(f"cell {picture.cell} picture {count} {picture.name}")
        taken.add(str(path).casefold())
        where = f"attached to cell {picture.cell} of {file.path}"
        if picture.data:
            kept = unpacked(picture.data)
            why = f"A picture {where}; a person can open it."
            found.append(stored(path, kept, IntakeStatus.KEPT, why))
        else:
            why = f"{path}: a picture {where} is damaged; paste it again."
            found.append(stored(path, unpacked(b""), IntakeStatus.UNREADABLE, why))
    return found


def _sorted_out(
    files: Sequence[SubmittedFile],
    reading: Reading,
    main: SubmittedFile,
    others: Sequence[SubmittedFile],
    texts: Set[PurePosixPath] = frozenset(),
) -> tuple[SubmittedFile, ...]:
    """A document that the code opens by its name goes along into the run folder.

    So do the notebooks and scripts that were not chosen; their reason says so. Of these
    `texts` hold the theory, apart from the code; they are documents.
    """
    code = "\n".join(cell.source for cell in reading.cells if cell.kind == "code")
    passed_over = {file.path for file in others}
    found: list[SubmittedFile] = []
    for file in files:
        if file.status is IntakeStatus.KEPT and file.path.name in code:
            found.append(marked(file, IntakeStatus.READY, ""))
        elif file.path in texts:
            told = f"{_not_run(main)}; it has text and no code, so a person opens it."
            found.append(marked(file, IntakeStatus.KEPT, told))
        elif file.status is IntakeStatus.READY and file.path in passed_over:
            found.append(marked(file, IntakeStatus.READY, f"{_not_run(main)}."))
        else:
            found.append(file)
    return tuple(sorted(found, key=lambda file: str(file.path)))
