"""Attacks that we wrote ourselves: what each may gain, and what became of it.

In:   submissions/hostile.yaml; outcomes of graded cases.
Out:  cases; faults in sentences; a table by family.
Touches: reads that file.

What may happen to a case: it gains points it did not earn; it is honest and loses some;
its oracle tells that it got out of its box; its processes or files are left; it takes
too long or too much memory; grading it raises.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from grader.errors import InputError, Problem
from grader.model.run import Limits

LIMITS = Limits(cell_seconds=10, total_seconds=30, probe_seconds=2)
GRACE_S = 12.0
"""A run may last so much longer than its budget: its start, its end, and judging it."""
MEMORY_MIB = 250.0
"""Much more than a batch of honest submissions makes the grader grow by."""
EVERYWHERE = ("L0", "L1", "L2", "L3")
HONEST = "Z"
FAMILIES = "ABCDEFGHI" + HONEST
KEYS = {"family", "trick", "legit", "oracle", "levels", "unconfined", "seconds", "open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One attack, or one honest control.

    Attributes:
        name: of its file or folder. family: a letter of the catalogue; Z is honest.
        trick: what it does, in one sentence.
        legit: the most points it may earn; an honest case must earn exactly these.
        oracle: how a success beyond the score is noticed; only "memory" is looked at
            here, since this process also grows by what is graded beside a case.
        levels: where what its oracle watches must hold; the score must hold everywhere.
        unconfined: the most points elsewhere, if it can read the answers there.
        seconds: how long it may take, s.
        open: why it still succeeds; empty if it must not.
    """

    name: str
    family: str
    trick: str
    legit: float
    oracle: str = ""
    levels: tuple[str, ...] = EVERYWHERE
    unconfined: float | None = None
    seconds: float = LIMITS.total_seconds + GRACE_S
    open: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one case.

    Attributes:
        points: what it earned. level: how its run was confined, by its evidence.
        breaches: boundaries that it broke. survivors: processes it left.
        seconds: from start to report. memory: the most this process grew by, MiB;
            None if other cases were graded at the same time.
        raised: what grading it raised; "" if nothing.
    """

    case: Case
    points: float = 0.0
    level: str = ""
    breaches: tuple[str, ...] = ()
    survivors: int = 0
    seconds: float = 0.0
    memory: float | None = 0.0
    raised: str = ""

    @property
    def promised(self) -> bool:
        """The level it ran at promises the boundary that it attacks."""
        return not self.level or self.level in self.case.levels

    def faults(self) -> list[str]:
        """What must not have happened, each in one sentence."""
        case, found = self.case, []
        unconfined = None if self.promised else case.unconfined
        most = case.legit if unconfined is None else unconfined
        if self.raised:
            found.append(f"grading it raised {self.raised}")
        if self.points > most + 1e-9:
            found.append(f"gained {self.points:g} points, may earn {most:g}")
        if case.family == HONEST and self.points < case.legit - 1e-9:
            found.append(f"lost points: {self.points:g} of {case.legit:g}")
        if self.promised:
            found += [f"breach: {breach}" for breach in self.breaches]
            found += [f"{self.survivors} processes survived"] * (self.survivors > 0)
        if self.seconds > case.seconds and self.promised:
            found.append(f"took {self.seconds:.1f} s, may take {case.seconds:g} s")
        if "memory" in case.oracle and (self.memory or 0) > MEMORY_MIB:
            found.append(f"this process grew by {self.memory:.0f} MiB meanwhile")
        return found


def failures(outcomes: Sequence[Outcome]) -> list[str]:
    """What must not have happened, known holes left out; and holes that were closed."""
    found = []
    for outcome in outcomes:
        faults = outcome.faults()
        blind = outcome.memory is None and "memory" in outcome.case.oracle
        if outcome.case.open and not faults and not blind:
            found.append(f"{outcome.case.name}: closed; remove `open` from its entry")
        if not outcome.case.open:
            found += [f"{outcome.case.name}: {fault}" for fault in faults]
    return found


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read what is expected of every case.

    Raises: InputError naming each entry that is wrong.
    """
    plain: dict[str, Any] = YAML(typ="safe", pure=True).load(
        path.read_text(encoding="utf-8")
    )
    problems = [
        Problem(str(path), f"{name} needs family, trick and legit, and knows {KEYS}")
        for name, given in plain.items()
        if set(given) - KEYS or not {"family", "trick", "legit"} <= set(given)
    ]
    if problems:
        raise InputError(*problems)
    return tuple(_case(name, given) for name, given in plain.items())


def _case(name: str, given: Mapping[str, Any]) -> Case:
    levels = tuple(given.get("levels", EVERYWHERE))
    return Case(name=name, **{**given, "levels": levels})


def table(outcomes: Sequence[Outcome]) -> str:
    """One line per family."""
    head = "family cases gained lost breaches expected survivors raised open slowest memory"
    rows = [head.split()]
    for family in FAMILIES:
        own = [o for o in outcomes if o.case.family == family]
        if own:
            rows.append([family, *_row(own)])
    rows.append(["all", *_row(outcomes)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.rjust(w) for c, w in zip(r, widths, strict=True)) for r in rows]
    return "\n".join(lines)


def _row(own: Sequence[Outcome]) -> list[str]:
    closed = [o for o in own if not o.case.open]
    gained = sum(any(f.startswith("gained") for f in o.faults()) for o in closed)
    lost = sum(any(f.startswith("lost") for f in o.faults()) for o in closed)
    numbers = [
        len(own),
        gained,
        lost,
        sum(bool(o.breaches) and o.promised for o in closed),
        sum(bool(o.breaches or o.survivors) and not o.promised for o in own),
        sum(o.survivors for o in own if o.promised),
        sum(bool(o.raised) for o in own),
        sum(bool(o.case.open) for o in own),
    ]
    slowest = max(o.seconds for o in own)
    memory = max(o.memory or 0 for o in own)
    return [*map(str, numbers), f"{slowest:.1f} s", f"{memory:.0f} MiB"]


def as_json(outcomes: Sequence[Outcome]) -> str:
    """The outcomes for a machine."""
    return json.dumps(
        [
            {
                "case": o.case.name,
                "family": o.case.family,
                "level": o.level,
                "points": o.points,
                "breaches": o.breaches,
                "survivors": o.survivors,
                "seconds": round(o.seconds, 2),
                "memory": round(o.memory or 0, 1),
                "raised": o.raised,
                "faults": o.faults(),
                "open": o.case.open,
            }
            for o in outcomes
        ],
        indent=1,
    )
