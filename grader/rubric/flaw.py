"""What is wrong with a rubric, before it becomes a `Problem` with a file name.

In:   trails (where in the data) and sentences.
Out:  flaws with a line; quoted texts; suggestions.
Pure: no files, no kernels.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"
"""What YAML holds once it is read: nothing but plain data."""

Trail: TypeAlias = tuple[str | int, ...]
"""The way from the top of a file to a place in it: ("questions", 0, "points")."""

LONGEST_SHOWN = 60
LONGEST_GUESSED = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at a place in the data."""

    trail: Trail
    what: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong on a line of the file; the first line is 1."""

    line: int
    what: str
    hint: str = ""


class UnreadableError(Exception):
    """Reading stops here: what follows cannot be understood."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Document:
    """A file's plain data, and where in the file each piece stands.

    Attributes:
        data: what the file says; None in the place of what could not be read.
        lines: the line of each mapping's key and each list's entry.
        raw: numbers, booleans and nulls as they are spelled in the file.
        broken: trails whose data are unknown; each has a flaw.
        flaws: what was wrong while reading.
    """

    data: Data = None
    lines: Mapping[Trail, int] = field(default_factory=dict)
    raw: Mapping[Trail, str] = field(default_factory=dict)
    broken: frozenset[Trail] = frozenset()
    flaws: tuple[Flaw, ...] = ()

    def line(self, trail: Trail) -> int:
        """The line of the nearest enclosing place that has one."""
        return next((self.lines[t] for t in _upwards(trail) if t in self.lines), 1)

    def known(self, trail: Trail) -> bool:
        """Tell whether everything from the top down to this place could be read."""
        return self.broken.isdisjoint(_upwards(trail))


def _upwards(trail: Trail) -> Iterator[Trail]:
    return (trail[:end] for end in range(len(trail), -1, -1))


def quoted(text: str) -> str:
    """The text in quotes, shortened, with control characters made visible."""
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
    return repr(short)


def suggest(word: str, choices: Iterable[str]) -> str:
    """The choice that was probably meant; empty if none is close."""
    if len(word) > LONGEST_GUESSED:
        return ""
    return next(iter(get_close_matches(word, list(choices), n=1)), "")


def did_you_mean(word: str, choices: Iterable[str], listed: str = "") -> str:
    """A hint: the close choice, or else all of them after the words `listed`."""
    known = list(dict.fromkeys(choices))
    if guess := suggest(word, known):
        return f"did you mean {quoted(guess)}?"
    return f"{listed}: {', '.join(known)}" if listed and known else ""
