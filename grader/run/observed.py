"""What was seen of one run, put together from facts that may be forged.

In:   parsed lines with their blocks.
Out:  an `Observed`: the evidence types of the model, arrays and pictures beside them.
Pure: no files, no processes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import UnionType
from typing import Any

from grader.model.evidence import (
    Candidate,
    Cell,
    Drawing,
    Named,
    NetworkReply,
    Reply,
)
from grader.model.probe import Call, Probe, Step, Trace
from grader.model.run import Limits, Run, RunStatus
from grader.model.submission import Submission
from grader.model.value import Array, BadValue
from grader.run import facts, hostile

FACTS_PER_RUN = 100_000
NOTES_PER_RUN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Everything that was seen of one run.

    Attributes:
        run: how it ended.
        cells: one per cell of the notebook, in its order.
        names, candidates, drawings, replies, networks: in the order they arrived.
        arrays: by the sha256 in the ArrayRefs of all these; read-only.
        pictures: PNG bytes by their sha256, as in Cell.pictures.
    """

    run: Run
    cells: tuple[Cell, ...] = ()
    names: tuple[Named, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    replies: tuple[Reply, ...] = ()
    networks: tuple[NetworkReply, ...] = ()
    arrays: dict[str, Array] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


class Collector:
    """Takes one line after the other; a bad one is dropped and noted."""

    def __init__(self, submission: Submission, limits: Limits, isolation: str) -> None:
        self.cells = [
            Cell(index=i, kind=c.kind, source=c.source, tags=c.tags, saved=c.saved)
            for i, c in enumerate(submission.cells)
        ]
        self.reported: set[int] = set()
        self.limits, self.isolation = limits, isolation
        self.names: list[Named] = []
        self.candidates: dict[str, Candidate] = {}
        self.drawings: list[Drawing] = []
        self.probes: tuple[Probe, ...] = ()
        self.answers: dict[int, Reply | NetworkReply] = {}
        self.arrays: dict[str, Array] = {}
        self.pictures: dict[str, bytes] = {}
        self.notes: list[str] = []
        self.versions: tuple[tuple[str, str], ...] = ()
        self.count = 0
        self.takers: dict[str, Callable[[dict[str, Any]], None]] = {
            "named": lambda data: self.names.append(facts.named(data, len(self.cells))),
            "candidate": self._candidate,
            "drawing": self._drawing,
            "reply": lambda data: self._answer(data, Call | Step),
            "network": lambda data: self._answer(data, Trace),
            "note": lambda data: self.note(facts.string(data.get("text"), 500)),
        }

    def note(self, text: str) -> None:
        """Keep a sentence about the run, once."""
        if text and text not in self.notes and len(self.notes) < NOTES_PER_RUN:
            self.notes.append(text)

    def take(self, data: dict[str, Any], blocks: Sequence[bytes]) -> None:
        """Take one fact.

        Raises: nothing; a fact that cannot be read is noted.
        """
        self.count += 1
        if self.count > FACTS_PER_RUN:
            self.note("The run reported more facts than are kept.")
            return
        arrays: dict[str, Array] = {}
        try:
            if data.get("kind") == "cell":
                self._cell(data, blocks)
                return
            taker = self.takers.get(facts.string(data.get("kind"), 20))
            if taker is None:
                raise BadValue("of unknown kind")
            taker(hostile.resolve(data, blocks, arrays.__setitem__))
            self.arrays.update(arrays)
        except (BadValue, RecursionError) as error:
            self.note(f"A fact was dropped: {error}.")

    def _cell(self, data: dict[str, Any], blocks: Sequence[bytes]) -> None:
        index = facts.cell_index(data, len(self.cells))
        if index in self.reported:
            raise BadValue("a cell was reported twice")
        pictures = facts.pictures(blocks)
        self.cells[index] = facts.cell(self.cells[index], data, tuple(pictures))
        self.pictures.update(pictures)
        self.reported.add(index)

    def _candidate(self, data: dict[str, Any]) -> None:
        new = facts.candidate(data, len(self.cells))
        old = self.candidates.get(new.id)
        if old is not None:
            new = replace(new, cell=old.cell, kind=old.kind, names=merge(old, new))
        self.candidates[new.id] = new

    def _drawing(self, data: dict[str, Any]) -> None:
        self.drawings.append(facts.drawing(data, len(self.cells)))

    def _answer(self, data: dict[str, Any], kind: type[Probe] | UnionType) -> None:
        """Keep the first answer to a probe that was put; the probe names itself."""
        number = data.get("number")
        if type(number) is not int or not 0 <= number < len(self.probes):
            raise BadValue("an answer to no probe")
        probe = self.probes[number]
        if number in self.answers or not isinstance(probe, kind):
            raise BadValue("a second answer to a probe")
        self.answers[number] = facts.answer(probe, data)

    def answer_missing(self) -> None:
        """Say of every probe without an answer that it was lost."""
        for number, probe in enumerate(self.probes):
            lost = facts.answer(probe, {"error": "lost"})
            self.answers.setdefault(number, lost)

    def set_versions(self, data: object) -> None:
        """Keep the versions that the box reports, once."""
        self.versions = self.versions or facts.versions(data)

    def observed(self, status: RunStatus, reason: str) -> Observed:
        """Return what has been seen so far."""
        notes = [note for cell in self.cells for note in cell.notes] + self.notes
        answers = [self.answers[number] for number in sorted(self.answers)]
        return Observed(
            run=Run(
                status=status,
                reason=reason,
                limits=self.limits,
                versions=self.versions,
                isolation=self.isolation,
                notes=tuple(dict.fromkeys(notes)),
            ),
            cells=tuple(self.cells),
            names=tuple(self.names),
            candidates=tuple(self.candidates.values()),
            drawings=tuple(self.drawings),
            replies=tuple(a for a in answers if isinstance(a, Reply)),
            networks=tuple(a for a in answers if isinstance(a, NetworkReply)),
            arrays=dict(self.arrays),
            pictures=dict(self.pictures),
        )


def merge(old: Candidate, new: Candidate) -> tuple[str, ...]:
    """Unite the names of two reports of one candidate, first first."""
    return tuple(dict.fromkeys(old.names + new.names))
