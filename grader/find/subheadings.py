"""Tell a student's own sub-heading, "### 1. Model", from a question's number.

In:   the labels of one notebook, the sheet's outline, and the place in force.
Out:  whether a label is the student's own, for it cannot mean the place it names.
Pure.

Only a number with nothing but words behind it is doubted, or one behind a word that also
counts parts ("Part 2"); "## 2", "Task 2" and "## 2 (b)" are believed. What speaks against
it: the heading lies deeper than the one that opened the question in force; the number goes
back to what was answered before, or would have to be left again at once; or the words
are the question's in force and not those of the question it names; or that is the number
of the question in force. Its first part right behind it, "(a)", or words of the sheet, make
it a question again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.find.labelled import Label
from grader.find.outline import Outline, Path
from grader.find.patterns import folded

WORD = re.compile(r"[^\W\d_]{4,}")
SAME = 5
"""Letters at the beginning that make two words one: network, networks."""
SURE = 3.0
"""What a heading gains at least."""


@dataclass(frozen=True)
class Subheadings:
    """The labels of one notebook, some of which may be its author's own numbering."""

    outline: Outline
    labels: Sequence[Label]

    def is_own(self, index: int, at: Path, level: int, place: Path) -> bool:
        """Whether a label is the student's own, with `at` opened by a heading of `level`.

        `place` is what the label would mean.
        """
        label = self.labels[index]
        if not at or place == at or not label.level or label.aligned:
            return False
        back = self.outline.places[place] < self.outline.places[at]
        deeper = label.level > level > 0 and len(at) >= len(place)
        if not label.weak:
            return deeper and back and self._whole_letter(label, index, place)
        if place == at[: len(place)]:
            return True
        if self._parts_follow(index, place):
            return False
        seen = self._seen(index, place)
        if deeper and place in self._named:
            return True
        if place != label.steps:
            return (back and seen) or (deeper and (back or place not in self.outline.ids))
        return self._is_doubtful(index, at, place, deeper, seen)

    def _is_doubtful(
        self, index: int, at: Path, place: Path, deeper: bool, seen: bool
    ) -> bool:
        """Whether more speaks against a number from the top than for it."""
        label = self.labels[index]
        back = self.outline.places[place] < self.outline.places[at]
        told = self._shared(label.text, place) - self._shared(label.text, at)
        if not label.text or told > 0:
            return deeper and back and seen and told <= 0
        below = deeper and bool(back or self.outline.titles)
        left = self._left_at_once(index, at, place)
        return told < 0 or below or left or (back and seen)

    def _whole_letter(self, label: Label, index: int, place: Path) -> bool:
        """A letter alone, of a part that has been answered."""
        lone = len(label.steps) == 1 and label.steps[0].isalpha()
        return lone and len(place) > 1 and self._seen(index, place)

    def _seen(self, index: int, place: Path) -> bool:
        """Whether a label before it names the place, or a part of it, from the top."""
        return self._first.get(place, index) < index

    @cached_property
    def _first(self) -> dict[Path, int]:
        """Every place that a label names from the top, with the first such label."""
        found: dict[Path, int] = {}
        for index, label in enumerate(self.labels):
            if label.steps in self.outline.places:
                for length in range(1, len(label.steps) + 1):
                    found.setdefault(label.steps[:length], index)
        return found

    def _parts_follow(self, index: int, place: Path) -> bool:
        """Whether the next label is the place's first part, or names one in full.

        A part's heading does not stand above that of its question.
        """
        if index + 1 == len(self.labels):
            return False
        after = self.labels[index + 1]
        steps = after.steps
        if after.level and after.level < self.labels[index].level:
            return False
        if steps in self.outline.places:
            return len(steps) > len(place) and steps[: len(place)] == place
        parts = [p for p in self.outline.places if p[:-1] == place]
        return bool(parts) and (*place, *steps) == parts[0]

    def _left_at_once(self, index: int, at: Path, place: Path) -> bool:
        """Whether the next sure label is one between the place in force and this one.

        For a number that goes back: whether it is of another question at all, and this
        one has parts, none of which is named.
        """
        after = self._next[index]
        if not after or after[: len(place)] == place:
            return False
        here, there, then = (self.outline.places[path] for path in (at, place, after))
        if there < here:
            return place not in self.outline.ids
        return here <= then < there

    def in_full(self, index: int) -> bool:
        """Whether a heading names a part by number and letter: nobody's own numbering."""
        return self.labels[index].level > 0 and len(self._sure[index]) > 1

    @cached_property
    def _sure(self) -> list[Path]:
        """For every label the place it names in full as a heading does; () if none."""
        return [
            label.steps
            if label.gain >= SURE
            and not label.weak
            and label.steps in self.outline.places
            and (len(label.steps) > 1 or label.top)
            else ()
            for label in self.labels
        ]

    @cached_property
    def _named(self) -> frozenset[Path]:
        return frozenset(self._sure)

    @cached_property
    def _next(self) -> list[Path]:
        """For every label the place that the next sure one names."""
        found: list[Path] = []
        after: Path = ()
        for path in reversed(self._sure):
            found.append(after)
            after = path or after
        return found[::-1]

    @cached_property
    def _titles(self) -> dict[Path, set[str]]:
        """The words of the sheet at every place."""
        found: dict[Path, set[str]] = {path: set() for path in self.outline.places}
        for path, question in self.outline.ids.items():
            told = words(self.outline.titles.get(question, ""))
            for length in range(1, len(path) + 1):
                found[path[:length]] |= {word[:SAME] for word in told}
        return found

    def _shared(self, text: str, place: Path) -> int:
        """How many words of a heading are words of the sheet at a place."""
        return len({word[:SAME] for word in words(text)} & self._titles[place])


def words(text: str) -> set[str]:
    """The words of a heading that tell its subject."""
    return {word for word in WORD.findall(folded(text)) if word not in EMPTY}


EMPTY = {
    "with", "from", "that", "this", "what", "your", "their", "them", "each", "into", "over",
    "eine", "einer", "eines", "einen", "nicht", "oder", "sind", "wird", "auch", "durch",
    "task", "part", "question", "exercise", "problem", "aufgabe", "teil",
}  # fmt: skip
