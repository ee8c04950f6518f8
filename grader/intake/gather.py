"""Read the files of one submission into memory, bounded.

In:      a candidate: folders, or some files.
Out:     its files, archives unpacked.
Touches: lists and reads places.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.intake.archive import folder_for, unpack
from grader.intake.basket import Basket
from grader.intake.candidate import Candidate
from grader.intake.kinds import Kind, is_ignored, kind_of
from grader.intake.limits import Limits
from grader.intake.place import Place, why_not
from grader.model.submission import SubmittedFile


def read_files(candidate: Candidate, limits: Limits) -> tuple[SubmittedFile, ...]:
    """Read everything a candidate holds; what other attempts held is only listed.

    An archive that is the whole submission unpacks in place; any other becomes a folder
    with its name, so that two of them cannot mix.
    """
    basket = Basket(limits)
    for folder in candidate.folders:
        _read_folder(folder, candidate, basket)
    for place, name in candidate.files:
        if name in candidate.superseded:
            basket.supersede([name], candidate.superseded[name])
        else:
            alone = len(candidate.files) == 1 and not candidate.folders
            _read_file(place, [name], basket, unpack_in_place=alone)
    for other, reason in candidate.replaced:
        _list_only(other, reason, basket)
    return basket.files


def _read_folder(top: Place, candidate: Candidate, basket: Basket) -> None:
    pending: list[tuple[Place, tuple[str, ...]]] = [(top, ())]
    while pending:
        folder, parts = pending.pop()
        try:
            entries = folder.below()
        except OSError as error:
            basket.refuse(parts or [top.name], why_not(error))
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
            elif entry.is_folder and not is_ignored(entry.name):
                _push(pending, entry, below, basket)
            else:
                basket.entries_left -= 1
                _read_file(entry, below, basket)


def _push(
    pending: list[tuple[Place, tuple[str, ...]]],
    folder: Place,
    parts: tuple[str, ...],
    basket: Basket,
) -> None:
    if len(parts) >= basket.limits.folder_depth:
        most = basket.limits.folder_depth
        basket.refuse(parts, f"it lies more than {most} folders deep; it is not read")
    else:
        pending.append((folder, parts))


def _read_file(
    place: Place, parts: Sequence[str], basket: Basket, unpack_in_place: bool = False
) -> None:
    kind = kind_of(PurePosixPath(*parts))
    if kind is Kind.IGNORED:
        basket.ignore(parts)
        return
    try:
        content = place.read(basket)
    except OSError as error:
        basket.refuse(parts, why_not(error))
        return
    if isinstance(content, str):
        basket.refuse(parts, content)
    elif kind in (Kind.ARCHIVE, Kind.TAR):
        folder = [] if unpack_in_place else folder_for(parts)
        unpack(content.load(), parts, folder, basket)
    else:
        basket.add(parts, content)


def _list_only(other: Candidate, reason: str, basket: Basket) -> None:
    """Name the files of an attempt that was not chosen, folders file by file."""
    for _, name in other.files:
        basket.supersede([name], reason)
    pending: list[tuple[Place, tuple[str, ...]]] = [(f, (f.name,)) for f in other.folders]
    left = basket.limits.entries
    while pending:
        folder, parts = pending.pop()
        try:
            entries = folder.below()
        except OSError:
            entries = []
        if not entries or left < len(entries) or len(parts) > basket.limits.folder_depth:
            basket.supersede(parts, reason)
            continue
        left -= len(entries)
        for entry in entries:
            if entry.is_folder and not is_ignored(entry.name):
                pending.append((entry, (*parts, entry.name)))
            else:
                basket.supersede((*parts, entry.name), reason)
