"""Gather the files of one submission under caps, each under a path of its own.

In:   parts of a path with contents, a refusal, or nothing worth keeping.
Out:  `SubmittedFile` values whose paths are safe and differ on every system.
Pure: no files; grows up to the limits and no further.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.intake.content import Content, in_memory, stored
from grader.intake.kinds import Kind, kind_of
from grader.intake.limits import Limits, in_words
from grader.intake.naming import safe_part
from grader.intake.signature import is_exported_notebook
from grader.model.submission import IntakeStatus, SubmittedFile

_STATUS = {Kind.DOCUMENT: IntakeStatus.KEPT, Kind.FOREIGN_ARCHIVE: IntakeStatus.UNREADABLE}
_REASON = {
    Kind.DOCUMENT: "A document; a person can open it.",
    Kind.FOREIGN_ARCHIVE: (
        "{path}: archives of this kind are not opened; "
        "pack it as .zip and hand it in again."
    ),
}
_EXPORTED = "A notebook saved as a web page; a person can open it, the .ipynb would run."


class Basket:
    """The files of one submission so far, and how much room is left for more."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.entries_left = limits.entries
        self.bytes_left = limits.total_bytes
        self._files: list[SubmittedFile] = []
        self._names: set[str] = set()
        self._folders: set[str] = set()
        self._digests: dict[str, str] = {}

    @property
    def files(self) -> tuple[SubmittedFile, ...]:
        """Everything gathered, sorted by path."""
        return tuple(sorted(self._files, key=lambda file: str(file.path)))

    def add(self, parts: Sequence[str], content: Content) -> None:
        """Keep a file, with the status its kind asks for; the same one twice is one."""
        wanted = _safe(parts)
        if self._digests.get(_key(wanted)) == content.sha256:
            self.supersede(parts, f"The same as {wanted}, byte by byte.")
            return
        self.bytes_left -= content.size
        path = self._claim(parts)
        self._digests[_key(path)] = content.sha256
        kind = kind_of(path)
        reason = _REASON.get(kind, "").format(path=path)
        if path.suffix.lower() in (".html", ".htm") and is_exported_notebook(
            content.load()
        ):
            reason = _EXPORTED
        status = _STATUS.get(kind, IntakeStatus.READY)
        self._files.append(stored(path, content, status, reason))

    def keep(self, parts: Sequence[str], data: bytes, reason: str) -> None:
        """Keep for a person what came out of another file."""
        self.bytes_left -= len(data)
        path = self._claim(parts)
        self._files.append(stored(path, in_memory(data), IntakeStatus.KEPT, reason))

    def refuse(self, parts: Sequence[str], what: str) -> None:
        """List a file that is not kept; `what` completes the sentence `path: ...`."""
        path = self._claim(parts)
        self._list(path, IntakeStatus.UNREADABLE, f"{path}: {what}.")

    def ignore(self, parts: Sequence[str]) -> None:
        """List a file that no student means; it is not read."""
        reason = "Hidden or left behind by a program; it was not read."
        self._list(self._claim(parts), IntakeStatus.IGNORED, reason)

    def supersede(self, parts: Sequence[str], reason: str) -> None:
        """List a file that another one replaces; it is not kept."""
        self._list(self._claim(parts), IntakeStatus.SUPERSEDED, reason)

    def too_large(self, size: int) -> str:
        """Say why so many more bytes cannot be kept; "" if they can."""
        if size > self.limits.file_bytes:
            return f"it is larger than {in_words(self.limits.file_bytes)}; {SMALLER}"
        if size > self.bytes_left:
            most = in_words(self.limits.total_bytes)
            return f"with it the submission is larger than {most}; {SMALLER}"
        return ""

    def _list(self, path: PurePosixPath, status: IntakeStatus, reason: str) -> None:
        self._files.append(SubmittedFile(path=path, data=b"", status=status, reason=reason))

    def _claim(self, parts: Sequence[str]) -> PurePosixPath:
        """Find a path that no file has, nor any folder; `~2` marks a second holder."""
        path = _safe(parts)
        wanted, count = path, 1
        while not self._is_free(path):
            count += 1
            path = _second(wanted, count)
        self._names.add(_key(path))
        self._folders.update(_key(parent) for parent in path.parents)
        return path

    def _is_free(self, path: PurePosixPath) -> bool:
        if _key(path) in self._names or _key(path) in self._folders:
            return False
        return not any(_key(parent) in self._names for parent in path.parents)


SMALLER = "hand in a smaller file"


def _safe(parts: Sequence[str]) -> PurePosixPath:
    steps = [part for part in parts if part not in ("", ".", "..")]
    return PurePosixPath(*map(safe_part, steps or ["unnamed"]))


def _key(path: PurePosixPath) -> str:
    return str(path).casefold()


def _second(path: PurePosixPath, count: int) -> PurePosixPath:
    if len(path.parts) == 1:
        return path.with_name(f"{path.stem}~{count}{path.suffix}")
    top = f"{path.parts[0]}~{count}"
    renamed = path.with_name(f"{path.stem}~{count}{path.suffix}")
    # Past one try the folder itself may be a file's name: rename the top as well.
    return renamed if count == 2 else PurePosixPath(top, *path.parts[1:])
