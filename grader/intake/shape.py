"""Tell what a folder is from the names in it and below it.

In:      places and the names in them.
Out:     yes or no; the lists of names that decide it.
Touches: lists folders; opens only a platform's own list of people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.intake.basket import Basket
from grader.intake.gradescope import FILE, read_metadata
from grader.intake.kinds import Kind, is_ignored, kind_of
from grader.intake.layout import read_names
from grader.intake.limits import Limits
from grader.intake.people import Named, is_anyones, read_ilias
from grader.intake.place import Place

_CATEGORIES = re.compile(
    r"(?:accepted|rejected|right|wrong\w*|correct|partial|pass|fail|no_answer|pending"
    r"|judge_error|flagged|late|examples?|mutants?|equivalents?|submissions?|abgaben"
    r"|(?:tutorial|tutorium|group|gruppe|section|class)s?[ _-]?\w{0,3})",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?:code|src|source|theory|theorie|notebooks?|data|daten|figures?|plots?|images?|img"
    r"|pdf|results?"
    r"|(?:task|aufgabe|ex|exercise|part|teil|problem|sheet|blatt|question|frage"
    r"|(?:ue|ü|u)bung)[ _-]?\w{0,3}|q[ _-]?\d{1,2}[a-h]?)",
    re.IGNORECASE,
)
_TEAM = re.compile(r"Team_(?P<id>\d+)")
_ARCHIVES = (Kind.ARCHIVE, Kind.TAR, Kind.FOREIGN_ARCHIVE)
_ALONE = frozenset({Kind.NOTEBOOK, Kind.SCRIPT, Kind.DOCUMENT, *_ARCHIVES})
_MOST_LOOKED_AT = 5000
_REPOSITORY = frozenset({".git", ".github"})
_MOST_REPOSITORIES = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder, and what the names tell.

    Attributes:
        files, folders: what a student may mean; a link counts as a file.
        ignored: what systems leave behind.
        named: what the name of each file and folder tells.
    """

    files: tuple[Place, ...]
    folders: tuple[Place, ...]
    ignored: tuple[Place, ...]
    named: Mapping[str, Named]

    @property
    def is_of_a_platform(self) -> bool:
        """Whether any name in it was made by a platform."""
        return any(one.platform for one in self.named.values())


def listed_in(place: Place, is_a_persons: bool = False) -> Listing | None:
    """List a folder; None where that cannot be done."""
    try:
        return listing_of(place.below(), place.name, is_a_persons)
    except OSError:
        return None


def listing_of(places: list[Place], title: str = "", is_a_persons: bool = False) -> Listing:
    """Sort places that lie side by side; `title` is the name of their folder.

    A platform's list is not looked for in a person's folder: there it is a forgery.
    """
    ignored = tuple(one for one in places if is_ignored(one.name))
    meant = [one for one in places if not is_ignored(one.name)]
    folders = tuple(one for one in meant if one.is_folder)
    files = tuple(one for one in meant if not one.is_folder)
    lists = [one for one in files if one.name == FILE and not is_a_persons]
    stated = _metadata(lists[0]) if lists else {}
    named = read_names(
        [one.name for one in files],
        [one.name for one in folders],
        stated,
        [one.name for one in folders[:_MOST_REPOSITORIES] if _is_repository(one)],
        title,
    )
    return Listing(files, folders, ignored, named)


def stands_alone(place: Place) -> bool:
    """Tell whether a file can be a submission without another beside it."""
    # A link is listed as a submission that was refused: it may stand for a folder.
    return kind_of(PurePosixPath(place.name)) in _ALONE or place.is_link


def is_one_submission(named: Named, listing: Listing) -> bool:
    """Tell whether a given folder is one submission; see `locate`."""
    if named.platform:
        return True
    if listing.is_of_a_platform:
        return False
    kinds = [kind_of(PurePosixPath(one.name)) for one in listing.files]
    if any(kind in _ARCHIVES for kind in kinds):
        return False
    main = Kind.NOTEBOOK if Kind.NOTEBOOK in kinds else Kind.SCRIPT
    if kinds.count(main) != 1:
        return False
    return not any(_holds_submissions(folder) for folder in listing.folders)


def is_category(place: Place, named: Named, listing: Listing) -> bool:
    """Tell whether a folder sorts submissions instead of being one."""
    if listing.files or not listing.folders or named.platform:
        return False
    if _CATEGORIES.fullmatch(place.name):
        return True
    parts = all(_PARTS.fullmatch(one.name) for one in listing.folders)
    return len(listing.folders) > 1 and not parts


def team(place: Place, listing: Listing) -> Named | None:
    """Read an ILIAS team: a numbered folder that holds one folder per member."""
    found = _TEAM.fullmatch(place.name)
    members = [read_ilias(one.name, is_certain=True) for one in listing.folders]
    if not found or listing.files or not members or not all(members):
        return None
    every = [one for one in members if one]
    return Named(
        key=place.name,
        people=tuple(name for one in every for name in one.people),
        ids=(("ilias-team", found["id"]), *(id for one in every for id in one.ids)),
        platform="ilias",
    )


def is_batch(listing: Listing) -> bool:
    """Tell whether what was packed or wrapped whole holds many people's submissions.

    It does when a platform named something in it; or when it has no notebook of its own
    and two folders or more that look like people's, each with a notebook.
    """
    if listing.is_of_a_platform:
        return True
    kinds = {kind_of(PurePosixPath(one.name)) for one in listing.files}
    if kinds & {Kind.NOTEBOOK, Kind.SCRIPT, *_ARCHIVES} or len(listing.folders) < 2:
        return False
    return all(
        not _PARTS.fullmatch(one.name)
        and not is_anyones(one.name)
        and _holds_submissions(one)
        for one in listing.folders
    )


def _holds_submissions(folder: Place) -> bool:
    looked_at, pending = 0, [(folder, 0)]
    while pending and looked_at <= _MOST_LOOKED_AT:
        place, depth = pending.pop()
        try:
            entries = [one for one in place.below() if not is_ignored(one.name)]
        except OSError:
            continue
        looked_at += len(entries) + 1
        kinds = {kind_of(PurePosixPath(one.name)) for one in entries if not one.is_folder}
        if kinds & {Kind.NOTEBOOK, Kind.ARCHIVE, Kind.TAR}:
            return True
        if depth < 64:
            pending += [(one, depth + 1) for one in entries if one.is_folder]
    return False


def _is_repository(folder: Place) -> bool:
    try:
        return any(one.name in _REPOSITORY for one in folder.below())
    except OSError:
        return False


def _metadata(place: Place) -> dict[str, Named]:
    try:
        content = place.read(Basket(Limits(file_bytes=Limits().directory_bytes)))
    except OSError:
        return {}
    return {} if isinstance(content, str) else read_metadata(content.load())
