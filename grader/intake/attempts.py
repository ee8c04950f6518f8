"""Tell the attempts of one person apart, and choose among them.

In:   names, a policy.
Out:  which attempt a name is; which attempts count.
Pure: names only. Times of files are not looked at: copying changes them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import PurePosixPath

from grader.intake.people import is_anyones

_NTH = re.compile(
    r"(?P<base>.*[^\W_])[ _-]+(?:(?:attempt|versuch|try|resubmission)[ _-]?|v)"
    r"(?P<n>[1-9]\d?)",
    re.IGNORECASE,
)
_COPY = re.compile(r"(?P<base>.*[^\W_])[ _-]*\((?P<n>[1-9]\d?)\)")
_CANVAS_COPY = re.compile(r"(?P<base>.*[^\W_])-(?P<n>[1-9]\d?)")


class AttemptPolicy(StrEnum):
    """Which of several attempts is graded."""

    LATEST = "latest"
    FIRST = "first"
    ALL = "all"


def attempt_of(name: str, siblings: Iterable[str], canvas: bool = False) -> tuple[str, int]:
    """Read `alice_attempt2`, `alice-v2`, `alice (1)` as a name and a number from 1.

    `(1)` is what a browser adds to a second copy, so it counts only where the first
    lies beside it: `Mueller (1)` and `Mueller (2)` alone may be two people. Of files
    from Canvas, `-1` is read likewise.
    """
    if found := _NTH.fullmatch(name):
        return found["base"], int(found["n"])
    found = _COPY.fullmatch(name) or (_CANVAS_COPY.fullmatch(name) if canvas else None)
    if found and found["base"] in set(siblings):
        return found["base"], int(found["n"]) + 1
    return name, 1


def person_attempt(name: str, siblings: Iterable[str]) -> tuple[str, int]:
    """The same for names of people; `Gruppe (1)` and `sheet_v2` name nobody."""
    base, number = attempt_of(name, siblings)
    return (name, 1) if is_anyones(base) else (base, number)


def within(
    names: Sequence[str], policy: AttemptPolicy, canvas: bool = False
) -> list[tuple[int, Mapping[str, str]]]:
    """Choose among `hw.ipynb`, `hw_v2.ipynb` and such that lie in one submission.

    Returns one (attempt, {superseded name: reason}) per attempt that counts. Only
    notebooks and archives are replaced: a `model_v2.py` may be imported by either.
    """
    series = {key: files for key, files in _series(names, canvas).items() if len(files) > 1}
    numbers = sorted({number for files in series.values() for number in files}) or [1]
    if policy is AttemptPolicy.LATEST:
        numbers = numbers[-1:]
    elif policy is AttemptPolicy.FIRST:
        numbers = numbers[:1]
    return [(number, _superseded(series.values(), number)) for number in numbers]


def _series(names: Sequence[str], canvas: bool) -> dict[str, dict[int, str]]:
    """Group files that differ in the attempt only: {base and suffix: {number: name}}."""
    paths = [PurePosixPath(name) for name in names]
    attempts = [path for path in paths if path.suffix.lower() in (".ipynb", ".zip")]
    found: dict[str, dict[int, str]] = {}
    for path in attempts:
        siblings = {other.stem for other in attempts if other.suffix == path.suffix}
        base, number = attempt_of(path.stem, siblings, canvas)
        found.setdefault(base + path.suffix, {}).setdefault(number, path.name)
    return found


def _superseded(series: Iterable[dict[int, str]], attempt: int) -> dict[str, str]:
    """Of each series keep the newest up to `attempt`, or the oldest if all are newer."""
    gone: dict[str, str] = {}
    for files in series:
        keep = files[max((n for n in files if n <= attempt), default=min(files))]
        for name in files.values():
            if name != keep:
                gone[name] = f"{name}: another attempt, {keep}, was chosen."
    return gone
