"""Read the files of one submission from disk into memory, bounded.

In:      a candidate: one folder, or some files.
Out:     its files, archives unpacked.
Touches: opens files for reading; never a link, a pipe or a device.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.intake.archive import unpack
from grader.intake.basket import Basket
from grader.intake.candidate import Candidate
from grader.intake.kinds import Kind, is_ignored, kind_of
from grader.intake.limits import Limits
from grader.model.submission import SubmittedFile

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_LINK = "it is a symbolic link, which is not followed; hand in the file itself"


def read_files(candidate: Candidate, limits: Limits) -> tuple[SubmittedFile, ...]:
    """Read everything a candidate holds.

    An archive that is the whole submission unpacks in place; any other becomes a folder
    with its name, so that two of them cannot mix.
    """
    basket = Basket(limits)
    for folder in candidate.folders:
        _read_folder(folder, candidate, basket)
    for path, name in candidate.files:
        if name in candidate.superseded:
            basket.supersede([name], candidate.superseded[name])
        else:
            alone = len(candidate.files) == 1 and not candidate.folders
            _read_file(path, [name], basket, unpack_in_place=alone)
    return basket.files


def _read_folder(top: Path, candidate: Candidate, basket: Basket) -> None:
    pending: list[tuple[Path, tuple[str, ...]]] = [(top, ())]
    while pending:
        folder, parts = pending.pop()
        try:
            _refuse_link(folder)
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            basket.refuse(parts or [top.name], _why_not(error))
            continue
        for entry in entries:
            below = (*parts, entry.name)
            if not parts and entry.name in candidate.superseded:
                basket.supersede(below, candidate.superseded[entry.name])
            elif basket.entries_left <= 0:
                most = basket.limits.entries
                basket.refuse(
                    below, f"there are more than {most} files; the rest is not read"
                )
                return
            elif entry.is_dir(follow_symlinks=False) and not is_ignored(entry.name):
                _push(pending, Path(entry.path), below, basket)
            else:
                basket.entries_left -= 1
                _read_file(Path(entry.path), below, basket)


def _push(
    pending: list[tuple[Path, tuple[str, ...]]],
    folder: Path,
    parts: tuple[str, ...],
    basket: Basket,
) -> None:
    if len(parts) >= basket.limits.folder_depth:
        most = basket.limits.folder_depth
        basket.refuse(parts, f"it lies more than {most} folders deep; it is not read")
    else:
        pending.append((folder, parts))


def _read_file(
    path: Path, parts: Sequence[str], basket: Basket, unpack_in_place: bool = False
) -> None:
    kind = kind_of(PurePosixPath(*parts))
    if kind is Kind.IGNORED:
        basket.ignore(parts)
        return
    try:
        data = _bounded(path, basket)
    except OSError as error:
        basket.refuse(parts, _why_not(error))
        return
    if isinstance(data, str):
        basket.refuse(parts, data)
    elif kind is Kind.ARCHIVE:
        folder = [] if unpack_in_place else [*parts[:-1], PurePosixPath(parts[-1]).stem]
        unpack(data, parts, folder, basket)
    else:
        basket.add(parts, data)


def _bounded(path: Path, basket: Basket) -> bytes | str:
    """Read a file whole, or say why not; never more than the cap is read."""
    _refuse_link(path)
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return "it is not an ordinary file; hand in ordinary files only"
        # The size is looked at first, so that a sparse giant costs nothing.
        too_large = basket.too_large(status.st_size)
        if too_large:
            return too_large
        data = file.read(status.st_size + 1)
    return basket.too_large(len(data)) or data


class _LinkError(OSError):
    """Raised instead of opening a link, also where O_NOFOLLOW does not exist."""


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise _LinkError


def _why_not(error: OSError) -> str:
    if isinstance(error, _LinkError):
        return _LINK
    if isinstance(error, PermissionError):
        return "it may not be read; change its permissions and grade again"
    return f"it cannot be read ({error.strerror or type(error).__name__}); grade again"
