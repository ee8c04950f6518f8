"""The sheet's outline: the ids of its questions as paths, and the parents above them.

In:   ids as a rubric writes them: 3a, 1.1a, 1.C, 2.C1a, 2(b), Q2.1, challenges.
Out:  a tree of paths, in the sheet's order, that labels are looked up in.
Pure.

An id is cut into numbers and letters, whatever stands between them: 2.C1a is 2, c, 1, a.
A word before the first number (Q, Task) does not count; an id without any number is one
step of its own. Upper and lower case are the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from grader.find.patterns import folded

Path = tuple[str, ...]
STEP = re.compile(r"\d+|[^\W\d_]+")
ROMAN = re.compile(r"(?:x{0,1})(?:ix|iv|v?i{0,3})")
COMPUTER = "C"
"""The step of a computer assignment where a sheet numbers these apart: 2.C1. Any other
letter is the same in upper and lower case."""


def path_of(id: str) -> Path:
    """The steps of an id: "2.C1a" is ("2", "c", "1", "a")."""
    steps = [step_of(step) for step in STEP.findall(id)]
    numbers = [index for index, step in enumerate(steps) if step.isdigit()]
    if numbers and any(len(step) > 1 for step in steps[: numbers[0]]):
        return tuple(steps[numbers[0] :])
    if numbers and steps[: numbers[0]] == ["q"]:
        return tuple(steps[numbers[0] :])
    return tuple(steps)


def step_of(text: str) -> str:
    """One step as it is compared: 02 is 2, and B is b, but C stays C."""
    if text == COMPUTER:
        return text
    return folded(text).lstrip("0") or "0"


@dataclass(frozen=True)
class Outline:
    """The questions of a sheet, in its order, with their titles where they are known."""

    questions: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ids(self) -> dict[Path, str]:
        """The question of each path; the first of two that are spelled alike."""
        found: dict[Path, str] = {}
        for question in self.questions:
            found.setdefault(path_of(question), question)
        return found

    @cached_property
    def places(self) -> dict[Path, int]:
        """Every question and every parent, with the place of its first question."""
        found: dict[Path, int] = {}
        for place, path in enumerate(self.ids):
            for length in range(1, len(path) + 1):
                found.setdefault(path[:length], place)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Steps that are words: a sheet's question "challenges"."""
        steps = {step for path in self.ids for step in path}
        return frozenset(s for s in steps if len(s) > 2 and not ROMAN.fullmatch(s))

    @cached_property
    def _endings(self) -> dict[Path, list[Path]]:
        found: dict[Path, list[Path]] = {}
        for path in self.places:
            for start in range(len(path)):
                for steps in _spellings(path[start:]):
                    found.setdefault(steps, []).append(path)
        return found

    def meant(self, steps: Path) -> Sequence[Path]:
        """Every place that a label of these steps may mean: all paths ending so.

        The step "computer assignment" may be left out: 2.1 (a) may be 2.C1a.
        """
        return self._endings.get(steps, ())

    def is_whole(self, path: Path, steps: Path) -> bool:
        """The label says all: its steps lead from the top."""
        return path == steps or (steps not in self.places and steps in _spellings(path))

    def stem(self, path: Path, steps: Path) -> Path:
        """What must be in force for a label of these steps to mean that place."""
        for start in range(len(path) + 1):
            if steps in _spellings(path[start:]):
                return path[:start]
        return path

    def siblings(self, path: Path) -> list[Path]:
        """The places with the same parent, itself included.

        Exercises and computer assignments are numbered apart: 2.C is none of 2.1.
        """
        apart = path[-1] == COMPUTER
        return [
            p
            for p in self.places
            if p[:-1] == path[:-1] and len(p) == len(path) and (p[-1] == COMPUTER) == apart
        ]

    def beside(self, place: Path, named: Sequence[Path]) -> list[Path]:
        """The further places that a label names: 1b for the (b) of "1 (a), (b)"."""
        whole = [s if s in self.places else (*place[:-1], s[-1]) for s in named]
        return [path for path in whole if path in self.places]

    def leaves_out(self, path: Path, steps: Path) -> bool:
        """The label does not say that the place is a computer assignment: 2.1 for 2.C1."""
        below = path[len(self.stem(path, steps)) :]
        return COMPUTER in below and COMPUTER not in steps


def _spellings(path: Path) -> set[Path]:
    """2.C1 may be written 2.1, or Computer assignment 2.1."""
    if COMPUTER not in path:
        return {path}
    plain = tuple(step for step in path if step != COMPUTER)
    return {path, plain, (COMPUTER, *plain)} - {()}
