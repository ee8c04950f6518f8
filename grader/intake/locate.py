"""Find the submissions in the paths that were given, without opening any.

In:      paths as typed.
Out:     candidates, in no particular order.
Touches: lists folders; follows no link.

What is one submission:
- a file that is given; files with one name but for the suffix, or with one person's
  Moodle or Canvas prefix, belong together;
- a given folder with exactly one notebook (or, without any, one script) and no archive
  or further notebook, beside it or below: the rest are its helpers. So is a folder
  with the name that Moodle or ILIAS gives to one person's;
- otherwise a given folder holds submissions: every notebook, script, archive or
  document directly in it, and every folder in it;
- a folder in it that holds only folders sorts submissions (`accepted/alice`), unless it
  looks like one person's: a platform's name, a single folder in it whose name is no
  known category, or folders named like parts of an answer (`code`, `theory`, `ex1`).
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import Problem, UsageError
from grader.intake.candidate import Candidate
from grader.intake.kinds import Kind, is_ignored, kind_of
from grader.intake.naming import listed, shown
from grader.intake.people import Named, read_name

_CATEGORIES = re.compile(
    r"(?:accepted|rejected|right|wrong\w*|correct|partial|pass|fail|no_answer|pending"
    r"|judge_error|flagged|late|examples?|mutants?|equivalents?|submissions?|abgaben"
    r"|(?:tutorial|tutorium|group|gruppe|section|class)s?[ _-]?\w{0,3})",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?:code|src|source|theory|theorie|notebooks?|data|daten|figures?|plots?|images?|img"
    r"|pdf|results?"
    r"|(?:task|aufgabe|ex|exercise|part|teil|problem|sheet|blatt)[ _-]?\w{0,3})",
    re.IGNORECASE,
)
_ALONE = frozenset(
    {Kind.NOTEBOOK, Kind.SCRIPT, Kind.ARCHIVE, Kind.FOREIGN_ARCHIVE, Kind.DOCUMENT}
)
_DEEPEST = 8
_MOST_LOOKED_AT = 5000


@dataclass(frozen=True, slots=True)
class _Listing:
    files: tuple[str, ...]
    folders: tuple[str, ...]


def locate(paths: Sequence[Path]) -> list[Candidate]:
    """Find every submission; a place that is given twice counts once.

    Raises: UsageError naming each path that does not exist.
    """
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        hint = "check the spelling, and the folder you are in"
        raise UsageError(
            *(Problem(shown(str(p)), "no such file or folder", hint) for p in missing)
        )
    unique = {Path(os.path.abspath(path)): path for path in reversed(paths)}
    folders = [path for path in unique.values() if path.is_dir() and not path.is_symlink()]
    files: dict[Path, list[Path]] = {}
    for absolute, path in unique.items():
        if path not in folders:
            files.setdefault(absolute.parent, []).append(path)
    found = [one for path in folders for one in _in_given_folder(path)]
    found += [one for group in files.values() for one in _given_files(group)]
    return _joined(_once(found))


def _once(candidates: list[Candidate]) -> list[Candidate]:
    seen: set[Path] = set()
    kept: list[Candidate] = []
    for one in candidates:
        places = {*one.folders, *(path for path, _ in one.files)}
        absolute = {Path(os.path.abspath(place)) for place in places}
        if not absolute <= seen:
            kept.append(one)
        seen |= absolute
    return kept


def _joined(candidates: list[Candidate]) -> list[Candidate]:
    """Join what a platform split: Moodle puts files and online text in two folders."""
    groups: dict[tuple[Path, str], Candidate] = {}
    for number, one in enumerate(candidates):
        own = one.named.key if one.named.platform else f"{number}"
        place = (one.home, f"{one.named.platform}/{own}")
        first = groups.get(place)
        groups[place] = _sum(first, one) if first else one
    return list(groups.values())


def _sum(one: Candidate, other: Candidate) -> Candidate:
    first, second = sorted((one, other), key=lambda each: each.origin)
    return replace(
        first,
        folders=first.folders + second.folders,
        files=first.files + second.files,
        notes=tuple(dict.fromkeys(first.notes + second.notes)),
    )


def _given_files(paths: list[Path]) -> list[Candidate]:
    """Group files given one by one as if their folder held only them."""
    found, stray = _group(sorted(paths), ())
    # A file that somebody typed is meant, whatever it is.
    return found + [
        _of_files([path], read_name(path.stem, path.suffix), ()) for path in stray
    ]


def _in_given_folder(path: Path) -> list[Candidate]:
    whole = _of_folder(path, ())
    listing = _list(path)
    if listing is None or _is_one_submission(path, listing):
        return [whole]
    return _in_folder(path, listing, ()) or [replace(whole, is_hollow=True)]


def _in_folder(
    path: Path, listing: _Listing, categories: tuple[str, ...]
) -> list[Candidate]:
    found, stray = _group([path / name for name in listing.files], categories)
    for name in listing.folders:
        below = path / name
        inner = _list(below)
        if inner and len(categories) < _DEEPEST and _is_category(below, inner):
            found += _in_folder(below, inner, (*categories, name))
        else:
            found.append(_of_folder(below, categories))
    if not stray:
        return found
    names = listed(shown(one.name) for one in stray)
    note = f"Beside the submissions, and part of none: {names}."
    return [replace(one, notes=(*one.notes, note)) for one in found]


def _group(
    paths: Sequence[Path], categories: tuple[str, ...]
) -> tuple[list[Candidate], list[Path]]:
    """Put files of one person together; the second list belongs to nobody."""
    groups: dict[str, tuple[Named, list[Path]]] = {}
    for path in paths:
        named = read_name(path.stem, path.suffix)
        groups.setdefault(named.key, (named, []))[1].append(path)
    found: list[Candidate] = []
    stray: list[Path] = []
    for named, members in groups.values():
        if named.platform or any(_stands_alone(path) for path in members):
            found.append(_of_files(members, named, categories))
        else:
            stray += members
    return found, stray


def _stands_alone(path: Path) -> bool:
    # A link is listed as a submission that was refused: it may stand for a folder.
    return kind_of(PurePosixPath(path.name)) in _ALONE or path.is_symlink()


def _of_files(
    paths: Sequence[Path], named: Named, categories: tuple[str, ...]
) -> Candidate:
    names = [read_name(path.stem, path.suffix).file or path.name for path in paths]
    origin = next((p for p in paths if p.suffix.lower() in (".ipynb", ".zip")), paths[0])
    late = any(read_name(path.stem, path.suffix).is_late for path in paths)
    return Candidate(
        named=named,
        origin=shown(str(origin)),
        home=Path(os.path.abspath(origin)).parent,
        categories=categories,
        files=tuple(zip(paths, names, strict=True)),
        notes=("Handed in late, as its name says.",) if late else (),
    )


def _of_folder(path: Path, categories: tuple[str, ...]) -> Candidate:
    absolute = Path(os.path.abspath(path))
    return Candidate(
        named=read_name(absolute.name or "submission"),
        origin=shown(str(path)),
        home=absolute.parent,
        categories=categories,
        folders=(path,),
    )


def _is_one_submission(path: Path, listing: _Listing) -> bool:
    """Tell whether a given folder is one submission; see the top of this file."""
    if read_name(Path(os.path.abspath(path)).name).platform:
        return True
    if any(read_name(*os.path.splitext(name)).platform for name in listing.files):
        return False
    kinds = [kind_of(PurePosixPath(name)) for name in listing.files]
    if Kind.ARCHIVE in kinds or Kind.FOREIGN_ARCHIVE in kinds:
        return False
    main = Kind.NOTEBOOK if Kind.NOTEBOOK in kinds else Kind.SCRIPT
    if kinds.count(main) != 1:
        return False
    return not any(_holds_submissions(path / name) for name in listing.folders)


def _holds_submissions(folder: Path) -> bool:
    looked_at = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_ignored(name)]
        kinds = (kind_of(PurePosixPath(name)) for name in files)
        looked_at += len(files) + 1
        if any(kind in (Kind.NOTEBOOK, Kind.ARCHIVE) for kind in kinds):
            return True
        if looked_at > _MOST_LOOKED_AT or len(Path(place).parts) > 64:
            return False
    return False


def _is_category(path: Path, listing: _Listing) -> bool:
    if listing.files or not listing.folders or read_name(path.name).platform:
        return False
    if _CATEGORIES.fullmatch(path.name):
        return True
    parts = all(_PARTS.fullmatch(name) for name in listing.folders)
    return len(listing.folders) > 1 and not parts


def _list(path: Path) -> _Listing | None:
    """List what is not ignored; None where that cannot be done."""
    if path.is_symlink():
        return None
    try:
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
            seen = [one for one in entries if not is_ignored(one.name)]
            folders = [one.name for one in seen if one.is_dir(follow_symlinks=False)]
    except OSError:
        return None
    files = [one.name for one in seen if one.name not in folders]
    return _Listing(tuple(files), tuple(folders))
