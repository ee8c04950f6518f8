"""Read the bytes of a .py file as cells.

In:   bytes and the name of their file.
Out:  cells, or a refusal.
Pure: no files; nothing in a script is run or imported.
"""

import re
from typing import Any

from grader.intake.bounded_json import place
from grader.intake.decode import decode
from grader.intake.limits import Limits, in_words
from grader.intake.reading import Reading, RefusedError
from grader.model.submission import SourceCell

# Atomic `(?>...)`: a line that matches two ways must not be tried twice.
_HEADER = re.compile(r"\A(?>#!.*\n)?(?>#.*coding.*\n)?# ---\n(?P<body>(?:#.*\n)*?)# ---\n+")
_FORMAT = re.compile(r"^# +format_name: *(?P<name>\w+) *$", re.MULTILINE)
_PERCENT = re.compile(r"^# ?%%(?:\s|\[|$)", re.MULTILINE)
_LIGHT = re.compile(r"^# \+(?: *$| +(?:\[|\{|tags=|\w+=))", re.MULTILINE)
_LONG_MARKER = re.compile(r"^# ?(?:%%|\+).{1000}", re.MULTILINE)
_EXPORTED = re.compile(r"^# In ?\[[ 0-9*]*\]:[ \t]*\n+", re.MULTILINE)
_OURS = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
_THEIRS = re.compile(r"^>{7}(?: |$)", re.MULTILINE)
_FORMATS = {"percent": "percent", "hydrogen": "percent", "light": "light"}


def read_script(data: bytes, name: str, limits: Limits) -> Reading:
    """Read a script: with cell markers as its cells, without them as one code cell.

    Markers are those of Jupytext's percent and light formats, and the `# In [3]:`
    of notebooks exported as scripts. A wrong syntax is the run's to report.
    Raises: RefusedError, with file and place, if it is empty, not text, or half merged.
    """
    if not data.strip():
        raise RefusedError(
            f"{name}: the file is empty; save the script and hand it in again."
        )
    if len(data) > limits.script_bytes:
        most = in_words(limits.script_bytes)
        raise RefusedError(
            f"{name}: the script is larger than {most}; move its data to a file."
        )
    text, encoding = decode(data)
    _refuse_damage(text, name)
    notes = [f"{name} was read as {encoding}, not as plain UTF-8."] if encoding else []
    cells = _split(text, limits.script_cells)
    if cells is None:
        cells = (SourceCell(kind="code", source=text),)
        notes.append(f"{name} has cell markers that cannot be read; it runs as one cell.")
    return Reading(cells=cells, notes=tuple(notes))


def _refuse_damage(text: str, name: str) -> None:
    zero = text.find("\0")
    if zero >= 0:
        where = f"{name}:{place(text, zero)}"
        what = "this is not text; save the script and hand it in again"
        raise RefusedError(f"{where}: {what}.")
    conflict = _OURS.search(text)
    if conflict and _THEIRS.search(text, conflict.end()):
        what = "git left conflict markers here; resolve the conflict and hand it in again"
        raise RefusedError(f"{name}:{place(text, conflict.start())}: {what}.")


def _split(text: str, most: int) -> tuple[SourceCell, ...] | None:
    """Split at cell markers; None when there are some and they cannot be read."""
    # The header is cut off, not parsed: it is YAML from a stranger.
    header = _HEADER.match(text)
    body = text[header.end() :] if header else text
    stated = _FORMAT.search(header["body"]) if header else None
    if not _PERCENT.search(body):
        body = _EXPORTED.sub("# %%\n", body)
    layout = _FORMATS.get(stated["name"], "") if stated else ""
    layout = layout or ("percent" if _PERCENT.search(body) else "")
    layout = layout or ("light" if _LIGHT.search(body) else "")
    if not layout:
        return (SourceCell(kind="code", source=text),)
    # Light cells end at blank lines, too.
    blank = body.count("\n\n") if layout == "light" else 0
    markers = len(_PERCENT.findall(body)) + len(_LIGHT.findall(body)) + blank
    if markers > most or _LONG_MARKER.search(body):
        return None
    return _jupytext(body, layout)


def _jupytext(text: str, layout: str) -> tuple[SourceCell, ...] | None:
    # Slow to import, and not every batch holds scripts.
    import jupytext

    try:
        notebook = jupytext.reads(text, fmt={"extension": ".py", "format_name": layout})
    # Any damage in a marker may raise anything; the script itself is still whole.
    except Exception:  # noqa: BLE001
        return None
    return tuple(
        SourceCell(
            kind=str(cell.cell_type),
            source=_titled(cell),
            tags=tuple(map(str, cell.metadata.get("tags") or ())),
        )
        for cell in notebook.cells
        if str(cell.source).strip()
    )


def _titled(cell: Any) -> str:
    """A code cell's source under its title: `# %% 2b` says which question it answers."""
    title = str(cell.metadata.get("title") or "").strip()
    if not title or cell.cell_type != "code":
        return str(cell.source)
    return f"# {title}\n{cell.source}"
