"""Read the names in one folder together: some tell more beside the others than alone.

In:   the names in one folder, what a platform's own list says, which are repositories.
Out:  for every name what it tells.
Pure: names only.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from grader.intake.naming import shown, split_suffix
from grader.intake.people import BLIND, Named, read_ilias, read_name

_GROUP = re.compile(
    r"(?:default group|standardgruppe|(?:group|gruppe|team|tutorium|tutorial|section)"
    r"[ _-]*\w{0,12})",
    re.IGNORECASE,
)


def read_names(
    files: Sequence[str],
    folders: Sequence[str],
    stated: Mapping[str, Named] | None = None,
    repositories: Collection[str] = (),
    title: str = "",
) -> dict[str, Named]:
    """Read every name; `title` is that of the folder they lie in.

    `stated` is what a platform's list says about them, `repositories` are the folders
    that hold a git repository.
    """
    named = {name: read_name(*split_suffix(name)) for name in files}
    named |= {name: read_name(name) for name in folders}
    named |= _ilias_without_number(named, folders)
    named |= _moodle_groups(named)
    named |= _classroom(named, folders, repositories, title)
    stems = {split_suffix(name)[0]: name for name in files}
    for key, one in (stated or {}).items():
        if key in named or key in stems:
            named[key if key in named else stems[key]] = one
    return named


def _ilias_without_number(
    named: Mapping[str, Named], folders: Sequence[str]
) -> dict[str, Named]:
    is_certain = any(named[name].platform == "ilias" for name in folders)
    plain = [name for name in folders if not named[name].platform]
    read = {name: read_ilias(name, is_certain) for name in plain}
    return {name: one for name, one in read.items() if one}


def _moodle_groups(named: Mapping[str, Named]) -> dict[str, Named]:
    """Cut `Team A-` off `Team A-Jane Doe` where it is a group.

    It is when the first part says so, or when every name has such a part: alone it
    cannot be told from a name with a hyphen.
    """
    moodle = {name: one for name, one in named.items() if one.platform == "moodle"}
    texts = {name: one.key.rpartition("_")[0] for name, one in moodle.items()}
    every = set(texts.values())
    grouped = {text for text in every if "-" in text}
    are_all = len(every) > 1 and grouped == every
    cut = {text: _group_of(text, every) for text in grouped}
    are_all = are_all and len(set(cut.values())) < len(every)
    found: dict[str, Named] = {}
    for name, text in texts.items():
        group = cut.get(text, "")
        if group and (are_all or _GROUP.fullmatch(group)):
            person = text[len(group) + 1 :]
            people = () if person in BLIND else (shown(person),)
            found[name] = replace(moodle[name], people=people, group=group)
    return found


def _group_of(text: str, every: Collection[str]) -> str:
    """The longest beginning up to a hyphen that another name shares, else the first."""
    ends = [at for at, sign in enumerate(text) if sign == "-"]
    for end in reversed(ends):
        shared = sum(other.startswith(text[: end + 1]) for other in every) > 1
        if shared or _GROUP.fullmatch(text[:end]):
            return text[:end]
    return text[: ends[0]]


def _classroom(
    named: Mapping[str, Named],
    folders: Sequence[str],
    repositories: Collection[str],
    title: str,
) -> dict[str, Named]:
    """Read `assignment-username`, where it is known that these are repositories."""
    plain = [name for name in folders if not named[name].platform]
    start = f"{title.removesuffix('-submissions')}-"
    if not title.endswith("-submissions") or not all(n.startswith(start) for n in plain):
        if len(plain) < 2 or not set(repositories) & set(plain):
            return {}
        start = _shared(plain).rpartition("-")[0] + "-"
    users = {name: name.removeprefix(start) for name in plain}
    if start == "-" or not all(users.values()):
        return {}
    return {
        name: Named(
            key=name, people=(shown(user),), ids=(("github", user),), platform="github"
        )
        for name, user in users.items()
    }


def _shared(names: Sequence[str]) -> str:
    """The beginning that all names share."""
    first, last = min(names), max(names)
    size = next((i for i, c in enumerate(first) if last[i : i + 1] != c), len(first))
    return first[:size]
