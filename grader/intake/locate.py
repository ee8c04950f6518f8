"""Find the submissions in the paths that were given, without reading any.

In:      paths as typed.
Out:     candidates, in no particular order, and what belongs to none of them.
Touches: lists folders and archives; follows no link.

What is one submission:
- a file that is given; files with one name but for the suffix, or with one person's
  Moodle or Canvas prefix, belong together;
- a given folder with exactly one notebook (or, without any, one script) and no archive
  or further notebook, beside it or below: the rest are its helpers. So is a folder
  with the name that a platform gives to one person's, and an ILIAS team's;
- otherwise a given folder holds submissions: every notebook, script, archive or
  document directly in it, and every folder in it;
- a folder in it that holds only folders sorts submissions (`accepted/alice`), unless it
  looks like one person's: a platform's name, a single folder in it whose name is no
  known category, or folders named like parts of an answer (`code`, `theory`, `ex1`);
- an archive that holds many people's submissions is opened like a folder, and so is a
  folder that a platform wraps around them; but only where all that is given is such:
  beside other people's work nobody can hand in an archive that speaks for them.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import Problem, UsageError
from grader.intake.candidate import Candidate, Stray
from grader.intake.gradescope import FILE
from grader.intake.kinds import Kind, kind_of
from grader.intake.limits import Limits
from grader.intake.naming import listed, shown, split_suffix
from grader.intake.packed import look_into
from grader.intake.people import Named, read_name
from grader.intake.place import OnDisk, Place, given
from grader.intake.shape import (
    Listing,
    is_batch,
    is_category,
    is_one_submission,
    listed_in,
    listing_of,
    stands_alone,
    team,
)

_DEEPEST = 8
_LEFT_BEHIND = "Hidden or left behind by a program; it was not read."
_NOBODYS = "Beside the submissions, and part of none."
_LIST = "The platform's list of who handed in what; it was read."


@dataclass(frozen=True, slots=True)
class Located:
    """What was found: submissions to be read, and the rest by name."""

    candidates: list[Candidate]
    strays: list[Stray]


def locate(paths: Sequence[Path], limits: Limits, whole: bool = False) -> Located:
    """Find every submission; a place that is given twice counts once.

    With `whole`, a given folder is one submission, whatever is in it.

    Raises: UsageError naming each path that does not exist.
    """
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        hint = "check the spelling, and the folder you are in"
        raise UsageError(
            *(Problem(shown(str(p)), "no such file or folder", hint) for p in missing)
        )
    unique = {one.where: one for one in map(given, reversed(paths))}
    places = sorted(unique.values(), key=lambda one: one.where)
    search = _Search(limits, whole)
    opened = search.opened(places)
    homes: dict[str, list[Place]] = {}
    for one in opened or places:
        homes.setdefault(one.home, []).append(one)
    found: list[Candidate] = []
    for group in homes.values():
        listing = listing_of(group, os.path.basename(group[0].home))
        for folder in listing.folders:
            # What was opened is a batch, whatever its name.
            named = read_name("batch") if opened else listing.named[folder.name]
            found += search.in_given_folder(folder, named)
        found += search.given_files([*listing.files, *listing.ignored], listing.named)
    return Located(_joined(_once(found)), sorted(set(search.strays)))


class _Search:
    """One look through what was given; gathers what belongs to nobody."""

    def __init__(self, limits: Limits, whole: bool = False) -> None:
        self.limits, self.is_whole = limits, whole
        self.strays: list[Stray] = []

    def opened(self, places: Sequence[OnDisk]) -> list[Place]:
        """The archives as folders, if every place is one that holds a batch."""
        found: list[Place] = []
        for one in places:
            is_zip = kind_of(PurePosixPath(one.name)) is Kind.ARCHIVE
            top = look_into(one, self.limits) if is_zip and _is_file(one) else None
            inner = self._unwrapped(top, is_batch) if top else None
            if not inner:
                return []
            found.append(inner[0])
        return found

    def in_given_folder(self, place: Place, named: Named) -> list[Candidate]:
        """A given folder: one submission, or many."""
        listing = listed_in(place)
        if listing is None:
            return [_of_folder(place, (), named)]
        whole = self._team(place, (), listing) or _of_folder(place, (), named)
        if self.is_whole or whole.named.platform or is_one_submission(named, listing):
            return [whole]
        inner = self._unwrapped(place, lambda inside: inside.is_of_a_platform)
        if inner:
            place, listing = inner
        inside = self._in_folder(place, listing, ())
        return inside or [replace(whole, is_hollow=True)]

    def given_files(
        self, places: Sequence[Place], named: Mapping[str, Named]
    ) -> list[Candidate]:
        """Group files given one by one as if their folder held only them."""
        files = [one for one in places if one.name != FILE]
        self.strays += [Stray(one.origin, _LIST) for one in places if one.name == FILE]
        found, stray = _group(files, (), named)
        # A file that somebody typed is meant, whatever it is.
        every = {one.name: named.get(one.name) or _plain(one.name) for one in stray}
        return found + [_of_files([one], every[one.name], (), every) for one in stray]

    def _unwrapped(
        self, place: Place, holds: Callable[[Listing], bool]
    ) -> tuple[Place, Listing] | None:
        """Go down while there is but one folder, to where `holds` is true."""
        for _ in range(_DEEPEST):
            listing = listed_in(place)
            if listing is None or holds(listing):
                return (place, listing) if listing else None
            if len(listing.folders) != 1 or any(map(stands_alone, listing.files)):
                return self._only_archive(listing)
            place = listing.folders[0]
        return None

    def _only_archive(self, listing: Listing) -> tuple[Place, Listing] | None:
        """A folder in which a whole download lies as it was downloaded."""
        alone = [one for one in listing.files if stands_alone(one)]
        if len(alone) != 1 or listing.folders or not isinstance(alone[0], OnDisk):
            return None
        opened = self.opened([alone[0]])
        inside = listed_in(opened[0]) if opened else None
        return (opened[0], inside) if inside else None

    def _in_folder(
        self, place: Place, listing: Listing, categories: tuple[str, ...]
    ) -> list[Candidate]:
        found, stray = _group(listing.files, categories, listing.named)
        for folder in listing.folders:
            named = listing.named[folder.name]
            inner = listed_in(folder, is_a_persons=True)
            own = inner and self._team(folder, categories, inner)
            if own:
                found.append(own)
            elif inner and len(categories) < _DEEPEST and is_category(folder, named, inner):
                found += self._in_folder(folder, inner, (*categories, folder.name))
            else:
                found.append(_of_folder(folder, categories, named))
        self.strays += [Stray(one.origin, _LEFT_BEHIND) for one in listing.ignored]
        self.strays += [
            Stray(f.origin, _LIST if f.name == FILE else _NOBODYS) for f in stray
        ]
        unknown = [shown(one.name) for one in stray if one.name != FILE]
        if not unknown:
            return found
        note = f"Beside the submissions, and part of none: {listed(unknown)}."
        return [replace(one, notes=(*one.notes, note)) for one in found]

    def _team(
        self, place: Place, categories: tuple[str, ...], listing: Listing
    ) -> Candidate | None:
        named = team(place, listing)
        if not named:
            return None
        whole = _of_folder(place, categories, named)
        self.strays += [Stray(one.origin, _LEFT_BEHIND) for one in listing.ignored]
        return replace(whole, folders=listing.folders)


def _once(candidates: list[Candidate]) -> list[Candidate]:
    seen: set[str] = set()
    kept: list[Candidate] = []
    for one in candidates:
        places = {place.where for place in (*one.folders, *(p for p, _ in one.files))}
        if not places <= seen:
            kept.append(one)
        seen |= places
    return kept


def _joined(candidates: list[Candidate]) -> list[Candidate]:
    """Join what a platform split: Moodle puts files and online text in two folders."""
    groups: dict[tuple[str, str], Candidate] = {}
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


def _group(
    files: Sequence[Place], categories: tuple[str, ...], named: Mapping[str, Named]
) -> tuple[list[Candidate], list[Place]]:
    """Put files of one person together; the second list belongs to nobody."""
    groups: dict[str, list[Place]] = {}
    for one in sorted(files, key=lambda one: one.where):
        key = (named.get(one.name) or _plain(one.name)).key
        groups.setdefault(key, []).append(one)
    found: list[Candidate] = []
    stray: list[Place] = []
    for members in groups.values():
        first = named.get(members[0].name) or _plain(members[0].name)
        if first.platform or any(map(stands_alone, members)):
            found.append(_of_files(members, first, categories, named))
        else:
            stray += members
    return found, stray


def _of_files(
    files: Sequence[Place],
    first: Named,
    categories: tuple[str, ...],
    named: Mapping[str, Named],
) -> Candidate:
    every = [named.get(one.name) or _plain(one.name) for one in files]
    runs = (Kind.NOTEBOOK, Kind.ARCHIVE)
    main = next((f for f in files if kind_of(PurePosixPath(f.name)) in runs), files[0])
    late = any(one.is_late for one in every)
    names = (one.file or place.name for place, one in zip(files, every, strict=True))
    return Candidate(
        named=first,
        origin=main.origin,
        home=main.home,
        categories=categories,
        files=tuple(zip(files, names, strict=True)),
        notes=("Handed in late, as its name says.",) if late else (),
    )


def _of_folder(place: Place, categories: tuple[str, ...], named: Named) -> Candidate:
    return Candidate(
        named=named,
        origin=place.origin,
        home=place.home,
        categories=categories,
        folders=(place,),
    )


def _plain(name: str) -> Named:
    return read_name(*split_suffix(name))


def _is_file(place: OnDisk) -> bool:
    return not place.is_folder and not place.is_link and place.path.is_file()
