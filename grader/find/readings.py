"""What the steps of every label may mean, seen over the whole notebook.

In:   the outline of the sheet, and the labels of one notebook as they were read.
Out:  for every label the paths it may stand for, the likelier first; none if none.
Pure.

Three things no line tells alone. "Exercise 1, Problem 3" begins with the sheet's number
where the sheet has no third part of a first question. (ii) is a second letter where the
notebook has no letters, or a second number where it has no numbers. C is a third letter
where A and B are written so, and else the computer assignment.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from grader.find.labelled import Label
from grader.find.outline import COMPUTER, Outline, Path

ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
SURE = 3.0
"""What a heading gains at least."""

STYLE = 4.0
"""What "P3:" gains where "P1 a)" and "P2 b)" show that P stands for Problem."""


def settled(outline: Outline, labels: Sequence[Label]) -> list[Label]:
    """The labels as the whole notebook shows them.

    "1. 2w" is an item of a list where the sheet has no 1.2w; and "A1:" is a label where
    others, with letters, begin so.
    """
    read = [
        label.item if label.item and not _spelled(outline, label.steps, False) else label
        for label in labels
    ]
    begun = Counter(label.initial for label in read if len(label.steps) > 1)
    return [
        replace(label, listed=False, gain=max(label.gain, STYLE))
        if label.initial and begun[label.initial] > 1
        else label
        for label in read
    ]


def readings(outline: Outline, labels: Sequence[Label]) -> list[tuple[Path, ...]]:
    """For every label the paths it may stand for, the likelier first."""
    capitals = any(lb.capital and lb.steps[-1] not in ROMANS for lb in labels)
    full = [_spelled(outline, label.steps, capitals) for label in labels]
    found = _without_sheets(outline, labels, full)
    letters = any(_is_letter(path[-1]) for paths in found for path in paths[:1])
    numbers = any(step.isdigit() for paths in found for path in paths[:1] for step in path)
    unread = [label for label, paths in zip(labels, found, strict=True) if not paths]
    begun = sum(label.steps == ("i",) for label in unread)
    for index, label in enumerate(labels):
        if found[index]:
            continue
        sure = label.gain >= SURE or len(label.steps) > 1
        if not letters and (sure or begun > 1):
            found[index] = tuple(_as_letter(outline, label.steps))
        elif not numbers and sure:
            found[index] = tuple(_as_number(outline, label.steps))
    return found


def _spelled(outline: Outline, steps: Path, capitals: bool) -> tuple[Path, ...]:
    """Steps as the sheet spells them: C may be c, and c may be C; none, where it fits."""
    if steps in outline.places:
        return (steps,)
    ways = [(step, step.lower()) if step == COMPUTER else (step,) for step in steps]
    found = [way for way in product(*ways) if outline.meant(way)]
    if not found:
        upper = tuple(COMPUTER if step == COMPUTER.lower() else step for step in steps)
        found = [upper] if outline.meant(upper) else []
    plain = tuple(step for step in steps if step != COMPUTER)
    if not found and plain not in ((), steps):  # the sheet knows no such assignments
        return _spelled(outline, plain, capitals)
    return tuple(reversed(found)) if capitals else tuple(found)


def _without_sheets(
    outline: Outline, labels: Sequence[Label], full: list[tuple[Path, ...]]
) -> list[tuple[Path, ...]]:
    """Leave out a first number that is the sheet's.

    A number is, if more labels make sense without it only than with it only.
    """
    headed = any(
        label.gain >= SURE and any(outline.is_whole(path, path) for path in paths)
        for label, paths in zip(labels, full, strict=True)
        if label.steps[0].isdigit()
    )
    short = [_shorter(outline, label, headed) for label in labels]
    votes: Counter[str] = Counter()
    for label, whole, rest in zip(labels, full, short, strict=True):
        if label.sheet and bool(whole) != bool(rest):
            votes[label.steps[0]] += 1 if rest else -1
    return [
        rest if rest and (not whole or votes[label.steps[0]] > 0) else whole
        for label, whole, rest in zip(labels, full, short, strict=True)
    ]


def _shorter(outline: Outline, label: Label, headed: bool) -> tuple[Path, ...]:
    """The label without its first number, where that leads from the top.

    After a noun of its own ("Exercise 1, Problem 3") that is enough. Of numbers joined
    by dots (7.3a) the first must be none of the sheet's, or the rest a lettered part, and
    no heading may say a question as the sheet does: "3.2 Training" may be one's own.
    """
    first, rest = label.steps[:1], label.steps[1:]
    if not rest or not (first[0].isdigit() and rest[0].isdigit()):
        return ()
    part = len(rest) > 1 and rest in outline.ids
    dotted = label.gain >= SURE and not headed and (part or first not in outline.places)
    if not (label.sheet or dotted):
        return ()
    found = _spelled(outline, rest, capitals=False)
    return tuple(
        path
        for path in found
        if any(outline.is_whole(place, path) for place in outline.meant(path))
    )


def _is_letter(step: str) -> bool:
    return len(step) == 1 and step.isalpha() and step != COMPUTER


def _as_letter(outline: Outline, steps: Path) -> Iterator[Path]:
    """2 (ii) as 2b."""
    if steps[-1] in ROMANS:
        path = (*steps[:-1], "abcdefghij"[ROMANS.index(steps[-1])])
        if outline.meant(path):
            yield path


def _as_number(outline: Outline, steps: Path) -> Iterator[Path]:
    """II (b) as 2b."""
    if steps[0] in ROMANS:
        path = (str(ROMANS.index(steps[0]) + 1), *steps[1:])
        if path in outline.places:
            yield path
