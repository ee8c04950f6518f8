"""Keep the bytes of large files out of memory until somebody asks for them.

In:      bytes as they were read, and the file on disk that holds them, if one does.
Out:     contents: their size, their digest, and the bytes on demand.
Touches: one nameless temporary file per process for what was unpacked from archives.
"""

import hashlib
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from grader.errors import Problem, UsageError
from grader.intake.naming import shown
from grader.model.submission import IntakeStatus, SubmittedFile

IN_MEMORY = 64 * 1024
"""What is no larger stays in memory: most notebooks, no PDF."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one file, here or elsewhere.

    Attributes:
        size: in bytes.
        sha256: hex digest.
        load: gives the bytes; raises UsageError if they are no longer what was read.
    """

    size: int
    sha256: str
    load: Callable[[], bytes]


def in_memory(data: bytes) -> Content:
    """Content that stays where it is."""
    return Content(len(data), hashlib.sha256(data).hexdigest(), lambda: data)


def on_disk(data: bytes, path: Path) -> Content:
    """Content that is read from `path` again when it is large."""
    if len(data) <= IN_MEMORY:
        return in_memory(data)
    size, sha256 = len(data), hashlib.sha256(data).hexdigest()
    return Content(size, sha256, lambda: _again(path, size, sha256))


def unpacked(data: bytes) -> Content:
    """Content that came out of an archive; when large it waits in a temporary file."""
    if len(data) <= IN_MEMORY:
        return in_memory(data)
    try:
        load = _Waiting.room().put(data)
    except OSError:  # no room on disk: memory is what is left
        return in_memory(data)
    return Content(len(data), hashlib.sha256(data).hexdigest(), load)


class StoredFile(SubmittedFile):
    """A submitted file that loads its bytes each time `data` is asked for.

    `dataclasses.replace` would load them for good; `marked` does not.
    """

    __slots__ = ("content",)

    content: Content

    def __init__(
        self,
        path: PurePosixPath,
        content: Content,
        status: IntakeStatus = IntakeStatus.READY,
        reason: str = "",
    ) -> None:
        object.__setattr__(self, "content", content)
        super().__init__(path=path, data=b"", status=status, reason=reason)

    def __getattribute__(self, name: str) -> Any:
        if name == "data":
            content: Content = object.__getattribute__(self, "content")
            return content.load()
        return object.__getattribute__(self, name)


def stored(
    path: PurePosixPath, content: Content, status: IntakeStatus, reason: str
) -> SubmittedFile:
    """A submitted file; a plain one when its bytes are few."""
    if content.size > IN_MEMORY:
        return StoredFile(path, content, status, reason)
    return SubmittedFile(path=path, data=content.load(), status=status, reason=reason)


def marked(file: SubmittedFile, status: IntakeStatus, reason: str) -> SubmittedFile:
    """The same file with another status."""
    return stored(file.path, content_of(file), status, reason)


def content_of(file: SubmittedFile) -> Content:
    """Size, digest and bytes of a file, without loading what is not in memory."""
    return file.content if isinstance(file, StoredFile) else in_memory(file.data)


def _again(path: Path, size: int, sha256: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(size + 1)
    except OSError:
        data = b""
    if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
        what = "the file was changed or removed while its batch was graded"
        raise UsageError(Problem(shown(str(path)), what, "grade again"))
    return data


class _Waiting:
    """A temporary file without a name: it is gone when its last reader is."""

    _latest: "weakref.ref[_Waiting] | None" = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._turn = threading.Lock()

    @classmethod
    def room(cls) -> "_Waiting":
        with cls._lock:
            room = cls._latest() if cls._latest else None
            room = room or cls()
            cls._latest = weakref.ref(room)
            return room

    def put(self, data: bytes) -> Callable[[], bytes]:
        """Append the bytes, and give what reads them back."""
        size = len(data)  # the bytes themselves must not live on in the closure
        with self._turn:
            start = self._file.seek(0, 2)
            written = 0
            while written < size:
                written += self._file.write(memoryview(data)[written:])
        return lambda: self._get(start, size)

    def _get(self, start: int, size: int) -> bytes:
        with self._turn:
            self._file.seek(start)
            data = bytearray()
            while len(data) < size and (piece := self._file.read(size - len(data))):
                data += piece
        return bytes(data)
