"""Choose what every label of a notebook means: the course of its sections.

In:   labels in the notebook's order, and the sheet's outline.
Out:  the place each label opens, or None where it is no label of a question.
Pure.

Dynamic programming over the labels: what looks like a heading gains much, an item of a
list little; going on to the next question costs nothing, leaving questions out little,
going back more. So "2." in a list is passed over where it would turn the notebook round,
while "## 2 (b)" is believed wherever it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.find.labelled import Label
from grader.find.outline import COMPUTER, Outline, Path
from grader.find.subheadings import Subheadings

BACK = 2.6
"""Cost of going back; more than a plain "(b)" gains, less than a heading."""
SKIPPED, MOST_SKIPPED = 0.08, 0.6
"""Cost of every question left out, and the most they cost together."""
ABOVE = 0.7
"""What it costs to read "Question 3" as a part of a question, where there is a third."""
LESS = 0.3
"""What it costs to read a label in its less likely way."""
OF_CODE = 0.5
"""For reading "2.1" as computer assignment 2.1 where code stands below it."""
IN_FULL = 6.0
"""What it costs to pass over a heading that names a part in full; as much as it gains."""
NO_PLACE: Path = ()


@dataclass(frozen=True)
class _State:
    """The best course so far that ends at a place; the level of what opened it."""

    gain: float
    choices: tuple["_State", Path | None] | None = None
    level: int = 0


@dataclass(frozen=True)
class Course:
    """The labels of one notebook on their way through the outline."""

    outline: Outline
    labels: Sequence[Label]

    def places(self) -> list[Path | None]:
        """The place that each label opens; None: it opens none."""
        states = {NO_PLACE: _State(0.0)}
        for index in range(len(self.labels)):
            states = self._step(states, index)
        best = max(states.values(), key=lambda state: state.gain)
        chosen: list[Path | None] = []
        while best.choices is not None:
            best, place = best.choices
            chosen.append(place)
        return chosen[::-1]

    def _step(self, states: dict[Path, _State], index: int) -> dict[Path, _State]:
        """Pass the label over, or let it mean each place it may mean."""
        label = self.labels[index]
        lost = IN_FULL if self._subheadings.in_full(index) else 0.0
        after = {at: _State(s.gain - lost, (s, None), s.level) for at, s in states.items()}
        for rank, steps in enumerate((label.steps, *label.others)):
            label = replace(label, steps=steps, gain=label.gain - LESS * rank)
            for place in self.outline.meant(steps):
                self._enter(after, states, index, label, place)
        return after

    def _enter(
        self,
        after: dict[Path, _State],
        states: dict[Path, _State],
        index: int,
        label: Label,
        place: Path,
    ) -> None:
        """Let the label mean that place, from wherever it may."""
        gain = self._gain(label, place)
        for at, state in states.items():
            if gain <= 0 or not self._follows(at, place, label):
                continue
            if self._subheadings.is_own(index, at, state.level, place):
                continue
            total = state.gain + gain - self._cost(at, place, label.again)
            if place not in after or total > after[place].gain:
                level = state.level if place == at else label.level
                after[place] = _State(total, (state, place), level)

    def _follows(self, at: Path, place: Path, label: Label) -> bool:
        """Whether a label may mean the place, with `at` in force."""
        if self.outline.is_whole(place, label.steps):
            return True
        stem = self.outline.stem(place, label.steps)
        return at[: len(stem)] == stem

    def _gain(self, label: Label, place: Path) -> float:
        stem = self.outline.stem(place, label.steps)
        gain = label.gain - (0.05 if stem else 0.0) + 0.01 * len(stem)
        if label.aligned:
            return -1.0 if place in self._headed else gain
        whole = not stem and place != label.steps and label.steps in self.outline.places
        if whole and not self._of_code(label, place):
            gain -= BACK
        if label.top and stem and label.steps in self.outline.places:
            return gain - ABOVE
        if self.outline.leaves_out(place, label.steps):
            return -1.0 if label.listed else gain + self._of_code(label, place)
        if not label.listed:
            return gain
        if any(path[: len(place)] == place for path in self._headed):
            return -1.0
        if place not in self.outline.ids:
            return 0.3 * gain if label.gain >= 1 else -1.0
        beside = any(sibling in self._headed for sibling in self.outline.siblings(place))
        return -1.0 if beside and label.gain < 1 else gain

    @cached_property
    def _subheadings(self) -> Subheadings:
        return Subheadings(self.outline, self.labels)

    @cached_property
    def _headed(self) -> frozenset[Path]:
        """Places that a heading names."""
        return frozenset(
            place
            for label in self.labels
            if not (label.listed or label.aligned)
            for place in self._only(self.outline.meant(label.steps), label)
            if self.outline.is_whole(place, label.steps)
        )

    def _of_code(self, label: Label, place: Path) -> float:
        """Code below "2.1" speaks for the computer's, if nothing else is labelled so."""
        if not label.code or not self.outline.leaves_out(place, label.steps):
            return 0.0
        alike = sum(other.steps == label.steps for other in self.labels)
        said = any(self._names(other, place) for other in self.labels)
        return 0.0 if said or alike > 1 else OF_CODE

    def _names(self, label: Label, place: Path) -> bool:
        """Whether a label says that it is of that computer assignment."""
        meant = self.outline.meant(label.steps)
        return COMPUTER in label.steps and any(p[: len(place)] == place for p in meant)

    def _only(self, places: Sequence[Path], label: Label) -> Sequence[Path]:
        """The places, unless "2.1" with code below it may as well be the computer's."""
        return () if any(self._of_code(label, place) for place in places) else places

    def _cost(self, at: Path, place: Path, again: bool) -> float:
        if at == place or not at:
            return 0.0
        way = self.outline.places[place] - self.outline.places[at]
        skipped = abs(way) - 1 if at in self.outline.ids or way < 0 else way
        leaving = min(max(skipped, 0) * SKIPPED, MOST_SKIPPED)
        inside = at[: len(place)] == place or place[: len(at)] == at
        on = again or way > 0 or (way == 0 and inside)
        return leaving if on else BACK + leaving
