"""Read the bytes of an .ipynb file, which may be damaged or hostile.

In:   bytes and the name of their file.
Out:  cells, or a refusal.
Pure: no files; nothing in a notebook is run.
"""

import ast
import json
from typing import NoReturn

from grader.intake.attachments import attachments
from grader.intake.bounded_json import AGAIN, parse
from grader.intake.decode import decode
from grader.intake.limits import Limits
from grader.intake.reading import Reading, RefusedError
from grader.intake.saved_output import saved_text
from grader.intake.shorten import Shortened, shorten
from grader.intake.signature import advice, disguise
from grader.model.submission import SourceCell

_KINDS = frozenset({"code", "markdown", "raw"})


def read_notebook(data: bytes, name: str, limits: Limits) -> Reading:
    """Read a notebook of format 4 with any minor, or of an older one (converted).

    Missing or repeated cell ids and invalid metadata do no harm: they are not used.
    Raises: RefusedError, with file and place, if it cannot be read or is not Python.
    """
    if not data.strip():
        raise RefusedError(
            f"{name}: the file is empty; save the notebook and hand it in again."
        )
    _refuse_disguise(data, name)
    short = shorten(data, limits.json_tokens)
    tree, encoding = _parsed(short, data, name, limits)
    notebook = _as_format_4(tree, name)
    _refuse_other_language(notebook, name)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise RefusedError(f"{name}: there is no list of cells in it; {AGAIN}.")
    sources = (_with_source(cell, short) for cell in cells)
    read = tuple(_cell(cell, i, name, limits) for i, cell in enumerate(sources, start=1))
    pictures = tuple(attachments(cells, limits.attachments, short.full))
    return Reading(cells=read, notes=_notes(read, name, encoding), pictures=pictures)


def _parsed(short: Shortened, data: bytes, name: str, limits: Limits) -> tuple[object, str]:
    text, encoding = decode(short.data)
    try:
        return parse(text, name, limits), encoding
    except RefusedError:
        if not short.spans:
            raise
    text, encoding = decode(data)  # for the right line and column in the reason
    return parse(text, name, limits), encoding


def _with_source(cell: object, short: Shortened) -> object:
    """A long source is wanted whole, of a long output only the beginning."""
    if not short.spans or not isinstance(cell, dict):
        return cell
    return {**cell, "source": short.full(cell.get("source", ""))}


def _notes(cells: tuple[SourceCell, ...], name: str, encoding: str) -> tuple[str, ...]:
    notes = [f"{name} was read as {encoding}, not as plain UTF-8."] if encoding else []
    if not any(cell.kind == "code" and cell.source.strip() for cell in cells):
        notes.append(f"{name} has no code.")
    return tuple(notes)


def _refuse_disguise(data: bytes, name: str) -> None:
    what = disguise(data)
    if what:
        raise RefusedError(f"{name}:1:1: this is {what}, not a notebook; {advice(what)}.")


def _as_format_4(tree: object, name: str) -> dict[str, object]:
    if not isinstance(tree, dict) or not tree.keys() & {"cells", "worksheets"}:
        raise RefusedError(f"{name}: this is JSON, yet no notebook; {AGAIN}.")
    major = tree.get("nbformat", 4 if "cells" in tree else 3)
    if not isinstance(major, int) or major > 4:
        raise RefusedError(
            f"{name}: notebook format {str(major)[:20]!r} is unknown; "
            "save it as nbformat 4 and hand it in again."
        )
    return tree if major == 4 else _upgraded(tree, name)


def _upgraded(tree: dict[str, object], name: str) -> dict[str, object]:
    import nbformat  # slow to import, and rarely needed

    try:
        # Reading the text again joins lines, which the conversion takes for granted.
        old = nbformat.reader.reads(json.dumps(tree))  # type: ignore[no-untyped-call]
        return dict(nbformat.convert(old, 4))  # type: ignore[no-untyped-call]
    # Conversion trusts the old structure, so damage can raise anything at all.
    except Exception as error:
        what = "it is of an old notebook format and cannot be converted"
        raise RefusedError(f"{name}: {what}; {AGAIN}.") from error


def _refuse_other_language(notebook: dict[str, object], name: str) -> None:
    """Refuse when languages are named and none is Python; nothing named is Python."""
    spec = _dict(_dict(notebook.get("metadata")).get("kernelspec"))
    info = _dict(_dict(notebook.get("metadata")).get("language_info"))
    named = [spec.get("language"), info.get("name")]
    languages = [text for text in named if isinstance(text, str) and text]
    if not languages:
        kernel = spec.get("name")
        languages = ["R"] if kernel == "ir" else []
        if isinstance(kernel, str) and kernel.startswith("julia"):
            languages = ["julia"]
    if languages and not any("python" in text.lower() for text in languages):
        language = "".join(c for c in languages[0] if c.isalnum() or c in "+# ")[:30]
        raise RefusedError(
            f"{name}: the notebook is written in {language}; reported, not run."
        )


def _cell(cell: object, number: int, name: str, limits: Limits) -> SourceCell:
    if not isinstance(cell, dict):
        _refuse_cell(name, number, "is not a cell")
    kind, source = cell.get("cell_type"), _source(cell.get("source", ""), number, name)
    known = kind if isinstance(kind, str) and kind in _KINDS else "raw"
    return SourceCell(
        kind="markdown" if known == "raw" and not _is_code(source) else known,
        source=source,
        tags=_tags(cell),
        saved=saved_text(cell.get("outputs"), limits.saved_chars),
    )


def _is_code(source: str) -> bool:
    """Whether a raw cell may be code that was switched off; any other is text."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("%")]
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _source(value: object, number: int, name: str) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        _refuse_cell(name, number, "has a source that is neither text nor lines")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        line = value.count("\n", 0, error.start) + 1
        column = error.start - value.rfind("\n", 0, error.start)
        what = f"has half a character (a lone surrogate) at {line}:{column}"
        _refuse_cell(name, number, what)
    return value


def _refuse_cell(name: str, number: int, what: str) -> NoReturn:
    raise RefusedError(
        f"{name}: cell {number} {what}; mend it in Jupyter and hand it in again."
    )


def _tags(cell: dict[str, object]) -> tuple[str, ...]:
    tags = _dict(cell.get("metadata")).get("tags")
    every = tags if isinstance(tags, list) else []
    texts = (tag for tag in every if isinstance(tag, str))
    return tuple(tag.encode("utf-8", "replace").decode() for tag in texts)


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
