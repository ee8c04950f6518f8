"""Read a rubric file as text, or say why that cannot be done.

In:   a path.
Out:  the text, without a byte order mark.
Touches: the file, and the names of its neighbours for "did you mean".
"""

import os
import re
from pathlib import Path

from grader.errors import Problem, RubricError
from grader.rubric.flaw import Flaw, UnreadableError, did_you_mean

LARGEST = 2_000_000
"""Bytes. The largest rubric seen so far has 40 thousand."""

ENDINGS = (".yaml", ".yml")

_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|\r(?!\n)|\ufeff"
)


def shown(path: Path) -> str:
    """The path as a message names it: relative to the working folder if below it."""
    try:
        return path.relative_to(Path.cwd()).as_posix() or "."
    except (ValueError, OSError):
        return path.as_posix()


def read_text(path: Path) -> str:
    """Read the file.

    Raises: RubricError if there is no such file, or none that can be read;
            UnreadableError, with a line, if its bytes are no text.
    """
    _must_be_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}") from error
    return _text(content)


def rubric_files(folder: Path) -> list[Path]:
    """The rubric files of a folder, sorted; empty if there is no such folder."""
    try:
        return sorted(p for p in folder.iterdir() if p.suffix in ENDINGS)
    except OSError:
        return []


def is_file(path: Path) -> bool:
    """Tell whether there is a file; a path no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _must_be_file(path: Path) -> None:
    if is_file(path):
        return
    if os.path.exists(path):
        raise _refusal(path, "not a file")
    names = [p.name for p in rubric_files(path.parent)]
    raise _refusal(path, "no such file", did_you_mean(path.name, names, "rubrics here"))


def _refusal(path: Path, what: str, hint: str = "") -> RubricError:
    return RubricError(Problem(shown(path), what, hint))


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise UnreadableError(Flaw(1, "the file is larger than 2 MB", "is this a rubric?"))
    text = _decoded(content.removeprefix(b"\xef\xbb\xbf"))
    if found := _FORBIDDEN.search(text):
        raise UnreadableError(_forbidden(text, found.start()))
    return text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise UnreadableError(Flaw(line, what, "save the file as UTF-8")) from error


def _forbidden(text: str, index: int) -> Flaw:
    line = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    what = f"forbidden character U+{ord(text[index]):04X} (column {column})"
    return Flaw(line, what, "delete it; it cannot be seen in most editors")
