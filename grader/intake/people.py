"""Read from the name of a file or folder who handed it in.

In:   a name, as a student chose it or a learning platform made it.
Out:  a key that stays the same between attempts, and people as far as can be told.
Pure: names only. Modest on purpose: what is not clear stays one name, as it is.
"""

import re
from dataclasses import dataclass

from grader.intake.naming import shown

_MOODLE = re.compile(
    r"(?P<name>[^_]+)_(?P<id>\d+)_assign(?:submission|feedback)_(?:file|onlinetext)"
    r"_?(?P<file>.*)"
)
_CANVAS = re.compile(
    r"(?P<name>[^\W_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?:\d+_(?P<file>.+)"
    r"|(?P<typed>(?:text|link)\.html))"
)
_CANVAS_ANONYMOUS = re.compile(
    r"anon(?P<late>_LATE)?_(?P<id>[^_]+)(?P<late_too>_LATE)?_"
    r"(?:\d+_(?P<file>.+)|(?P<typed>(?:text|link)\.html))"
)
_ILIAS = re.compile(
    r"(?P<last>[^_\d]+)_(?P<first>[^_\d]+)_(?P<login>[a-z][a-z0-9.-]*)(?:_(?P<id>\d{2,}))?"
)
BLIND = frozenset({"Participant", "Teilnehmer/in", "Teilnehmerin", "Teilnehmer"})
_TOGETHER = re.compile(r"\s*[+&;]\s*|[\s_]+(?:und|and)[\s_]+")
_NUMBERED = re.compile(r"[A-Za-z]{0,4}\d{1,12}")
_NOT_A_NAME = re.compile(
    r"(?:sheet|blatt|zettel|serie|(?:ue|ü|u)bung\w*|ex|exercises?|hw|homework|abgabe"
    r"|submissions?|solutions?|l(?:oe|ö)sung|final|notebook|untitled|gruppe|group|team"
    r"|aufgabe|tasks?|assignment|student|participant|anon|ws|ss)?\d{0,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a name tells.

    Attributes:
        key: the same for all that one person or group handed in.
        people: as far as can be told; may be empty.
        ids: (platform, id) of each person or of the submission, by which marks go back.
        file: the student's own file name, where a platform put its own before it.
        platform: "moodle", "canvas", "ilias", "gradescope", "github" or "".
        group: the name of the group, where a platform gives each member a copy.
        attempt: its number, where a platform says so; else 0.
        is_late: the platform says so.
    """

    key: str
    people: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    file: str = ""
    platform: str = ""
    group: str = ""
    attempt: int = 0
    is_late: bool = False


def read_name(name: str, suffix: str = "") -> Named:
    """Read a name by itself; `suffix` is the file's own, "" for a folder."""
    whole = name + suffix
    if found := _MOODLE.fullmatch(whole):
        blind = found["name"] in BLIND
        people = () if blind else (shown(found["name"]),)
        # Typed text may come without a name of its own.
        file = found["file"]
        return _named(found, "moodle", people, f"text{file}" if file[:1] == "." else file)
    if found := _CANVAS_ANONYMOUS.fullmatch(whole):
        return Named(
            key=f"anon_{found['id']}",
            ids=(("canvas-anonymous", found["id"]),),
            file=found["file"] or found["typed"],
            platform="canvas",
            is_late=bool(found["late"] or found["late_too"]),
        )
    if (found := _CANVAS.fullmatch(whole)) and found["name"] == found["name"].lower():
        file = found["file"] or found["typed"]
        return _named(found, "canvas", (shown(found["name"]),), file=file)
    if (found := _ILIAS.fullmatch(name)) and found["id"]:
        return _ilias(found)
    return Named(key=name, people=people_of(name))


def read_ilias(name: str, is_certain: bool) -> Named | None:
    """Read `Doe_Jane_jdoe`, an ILIAS folder whose number is missing.

    Unless `is_certain`, the login must be made of the names, or of letters and digits:
    `Huber_Meier_und` may be anything.
    """
    found = _ILIAS.fullmatch(name)
    if not found:
        return None
    login = re.sub(r"[^a-z]", "", found["login"])
    names = (found["last"].lower(), found["first"].lower())
    is_made_of_them = any(part and part[:3] in login for part in names)
    if is_certain or is_made_of_them or re.fullmatch(r"[a-z]{2,3}\d{2,4}", found["login"]):
        return _ilias(found)
    return None


def people_of(name: str) -> tuple[str, ...]:
    """Split a plain name into people.

    `a+b`, `a & b`, `a und b` and numbers such as `1234_5678` are several people; so are
    three or more capitalised words joined by `_`. Two words are one person, since
    `Doe_Jane` cannot be told from `Mueller_Schmidt`.
    """
    groups = [_words(part) for part in _TOGETHER.split(name)]
    if len(groups) > 1:
        return tuple(" ".join(words) for words in groups if words)
    words = groups[0]
    numbers = all(_NUMBERED.fullmatch(word) for word in words)
    surnames = len(words) > 2 and all(word[0].isupper() for word in words)
    if numbers or surnames:
        return tuple(words)
    return (" ".join(words),)


def is_anyones(name: str) -> bool:
    """Tell whether a name says nothing about who handed it in, as `hw` or `Gruppe 3`."""
    return all(_says_nothing(word) for word in re.split(r"[_\s]+", name))


def _words(name: str) -> list[str]:
    words = (word.strip() for word in name.split("_"))
    return [shown(word) for word in words if word and not is_anyones(word)]


def _says_nothing(word: str) -> bool:
    return any(_NOT_A_NAME.fullmatch(part) for part in re.split(r"[-.]", word))


def _ilias(found: re.Match[str]) -> Named:
    person = shown(f"{found['first']} {found['last']}")
    number = (("ilias", found["id"]),) if found["id"] else ()
    ids = (*number, ("ilias-login", found["login"]))
    return Named(key=found[0], people=(person,), ids=ids, platform="ilias")


def _named(
    found: re.Match[str], platform: str, people: tuple[str, ...], file: str
) -> Named:
    return Named(
        key=f"{found['name']}_{found['id']}",
        people=people,
        ids=((platform, found["id"]),),
        file=file,
        platform=platform,
        is_late=bool(found.groupdict().get("late")),
    )
