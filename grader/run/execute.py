"""Run one submission's notebook in a box and collect what it shows.

In:   a submission, limits, and somebody who chooses the probes once the cells have run.
Out:  an `Observed`; a student's fault is its status, never an exception.
Touches: a private temporary folder and the processes of one box; both are gone at the
      end. The host speaks to no kernel; it reads one capped stream of lines.
"""

import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.errors import RunError
from grader.model.evidence import CellStatus
from grader.model.probe import Probe, Step, Trace
from grader.model.run import Limits, RunStatus
from grader.model.submission import IntakeStatus, Submission
from grader.model.value import Arrays, BadValue, encode
from grader.run import hostile
from grader.run.channel import Channel, Ended, Silent, Stopped, TooMuch
from grader.run.choose import Choice, choose
from grader.run.inside.asking import digests
from grader.run.launch import Box, Launcher
from grader.run.observed import Collector, Observed
from grader.run.stages import stage

START_S = 60.0
GRACE_S = 40.0
NOT_RUN = "L0"
"""The level of a run that never was."""
STATES = ("ready", "begin", "cells", "full", "broken", "end")

Ask = Callable[[Observed], tuple[tuple[Probe, ...], Arrays]]


def execute(
    submission: Submission,
    limits: Limits,
    ask: Ask,
    launcher: Launcher | Choice | None = None,
) -> Observed:
    """Run the cells, ask for the probes, put them, end everything.

    `ask` gets what has been seen after the last cell, and returns the probes with the
    arrays that their ArrayRefs name. Its inputs are thus chosen when no student code
    can prepare for them any more. Without a launcher one is chosen: see `choose`.

    Raises: RunError if `ask` refers to an array that it did not send.
    """
    collector = Collector(submission, limits, NOT_RUN)
    if submission.status is not IntakeStatus.READY or submission.notebook is None:
        return collector.observed(RunStatus.NOT_RUN, submission.reason)
    given = launcher or choose()
    choice = given if isinstance(given, Choice) else Choice(given)
    with stage() as folder:
        try:
            box, used, note = choice.start(folder, limits)
        except OSError as error:
            reason = f"the runner could not be started: {error}"
            return collector.observed(RunStatus.HARNESS_FAILED, reason)
        collector.isolation = used.isolation
        collector.note(note)
        channel = Channel(box.stdout, box.stdin, limits.evidence_bytes, box.stopped)
        try:
            return _Session(channel, collector, limits, box).run(submission, ask)
        finally:
            box.kill()
            channel.close()


@dataclass
class _Session:
    """One conversation with one runner."""

    channel: Channel
    collector: Collector
    limits: Limits
    box: Box | None = None
    status: RunStatus = RunStatus.OK
    reason: str = ""
    started: bool = False
    truncated: bool = False
    asked: bool = False

    def run(self, submission: Submission, ask: Ask) -> Observed:
        """Send the request, read the cells, put the probes, read the replies."""
        self.channel.send(request(submission, self.limits))
        if self._listen("cells"):
            self._probe(ask)
        return self.collector.observed(*self._outcome())

    def _probe(self, ask: Ask) -> None:
        probes, arrays = ask(self.collector.observed(*self._outcome()))
        self.collector.probes = tuple(probes)
        self.channel.send(questions(probes, arrays))
        self.asked = True
        before = self.status, self.reason
        if not self._listen("end") and before[0] is RunStatus.OK:
            self.collector.note(f"The probes were not all answered: {self.reason}")
            self.status, self.reason = before
        self.collector.answer_missing()

    def _listen(self, last: str) -> bool:
        """Read lines until the state `last`; False if the run ended before it."""
        total = time.monotonic() + START_S + self.limits.total_seconds + GRACE_S
        while True:
            try:
                state = self._line(min(total, time.monotonic() + self._patience()))
            except Silent:
                return self._stop(RunStatus.TIMEOUT, "The run did not end in time.")
            except Stopped:
                return self._stop(RunStatus.KERNEL_DIED, "The run was stopped from inside.")
            except TooMuch:
                return self._stop(RunStatus.OUTPUT_LIMIT, "It sent more than it may.")
            except Ended:
                return self._ended()
            if state == last:
                return True
            if state == "broken":
                return False

    def _patience(self) -> float:
        """How long the runner may be silent, in s."""
        if not self.started:
            return START_S
        return max(self.limits.cell_seconds, self.limits.probe_seconds) + GRACE_S

    def _line(self, deadline: float) -> str:
        """Read one line and its blocks; return its state, "" for a fact."""
        line = self.channel.line(self.limits.line_bytes, deadline)
        try:
            data = hostile.parse(line)
            sizes = hostile.sizes(data)
        except BadValue as error:
            self.collector.note(f"A line was dropped: {error}.")
            return ""
        if sum(sizes) > self.channel.room:
            raise TooMuch
        blocks = [self.channel.block(size, deadline) for size in sizes]
        kind = data.get("kind")
        if kind not in STATES:
            self.collector.take(data, blocks)
            return ""
        self._state(str(kind), data)
        return str(kind)

    def _state(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "ready":
            self.started = True
            self.collector.set_versions(data.get("versions"))
        elif kind == "full" and self.asked:
            self.collector.note("Not all answers to the probes could be kept.")
        elif kind == "full":
            self.truncated = True
        elif kind == "broken":
            self.status = RunStatus.HARNESS_FAILED
            self.reason = f"the runner failed: {str(data.get('reason'))[:500]}"
        elif kind == "cells" and data.get("status") in ("timeout", "kernel_died"):
            self._broke_off(RunStatus(str(data["status"])), str(data.get("reason"))[:500])

    def _broke_off(self, status: RunStatus, reason: str) -> None:
        """Note how the run ended; a death for want of memory is the box's to tell."""
        self.status, self.reason = status, reason
        if status is RunStatus.KERNEL_DIED and self.box and self.box.out_of_memory():
            size = self.limits.memory_bytes / 2**30
            self.status = RunStatus.OUT_OF_MEMORY
            self.reason = f"The notebook used up its memory, {size:.3g} GB."

    def _stop(self, status: RunStatus, reason: str) -> bool:
        self._broke_off(status, reason)
        if not self.started:
            self.status = RunStatus.HARNESS_FAILED
            self.reason = f"the kernel did not start: {reason}"
        return False

    def _ended(self) -> bool:
        if not self.started:
            return self._stop(RunStatus.HARNESS_FAILED, "the runner ended.")
        return self._stop(RunStatus.KERNEL_DIED, "The run ended from inside.")

    def _outcome(self) -> tuple[RunStatus, str]:
        """Return the run's status and reason, from the worst that happened."""
        if self.status is not RunStatus.OK:
            return self.status, self.reason
        if self.truncated:
            reason = "It showed more than may be kept; what came later is missing."
            return RunStatus.OUTPUT_LIMIT, reason
        found = {cell.status for cell in self.collector.cells}
        if CellStatus.TIMEOUT in found:
            return RunStatus.CELL_TIMEOUT, "A cell used up its time."
        if CellStatus.ERROR in found:
            return RunStatus.ERRORS, "A cell ended with an error."
        return RunStatus.OK, ""


def request(submission: Submission, limits: Limits) -> bytes:
    """Spell what the runner needs: cells, files and limits; nothing about answers."""
    kept = (IntakeStatus.READY, IntakeStatus.KEPT)
    files = [file for file in submission.files if file.status in kept]
    assert submission.notebook is not None
    head = {
        "cells": [{"kind": c.kind, "source": c.source} for c in submission.cells],
        "order": list(submission.order or range(len(submission.cells))),
        "folder": str(submission.notebook.parent),
        "files": [str(file.path) for file in files],
        "limits": {
            "cell_seconds": limits.cell_seconds,
            "total_seconds": limits.total_seconds,
            "probe_seconds": limits.probe_seconds,
            "output_bytes": limits.output_bytes,
            "pictures": limits.pictures,
            "evidence_bytes": limits.evidence_bytes,
            "line_bytes": limits.line_bytes,
        },
    }
    return _message(head, [file.data for file in files])


def questions(probes: Sequence[Probe], arrays: Arrays) -> bytes:
    """Spell the probes with the arrays they need.

    Raises: RunError if a probe cannot be spelled.
    """
    try:
        spelled = [_question(probe) for probe in probes]
    except BadValue as error:
        raise RunError(f"a probe's argument cannot be sent: {error}") from error
    missing = set(digests(spelled)) - set(arrays)
    if missing:
        raise RunError(f"a probe refers to an array that was not sent: {min(missing)}")
    blocks = []
    for found in arrays.values():
        file = io.BytesIO()
        np.save(file, found, allow_pickle=False)
        blocks.append(file.getvalue())
    return _message({"probes": spelled, "arrays": list(arrays)}, blocks)


def _question(probe: Probe) -> dict[str, Any]:
    head = {"candidate": probe.candidate}
    if isinstance(probe, Step):
        return {**head, "kind": "step", **_step(probe)}
    if isinstance(probe, Trace):
        return {**head, "kind": "trace", "x": encode(probe.x)}
    return {
        **head,
        "kind": "call",
        "args": [encode(value) for value in probe.args],
        "kwargs": [[name, encode(value)] for name, value in probe.kwargs],
        "arrays_as": probe.arrays_as,
        "construct": probe.construct,
    }


def _step(probe: Step) -> dict[str, Any]:
    return {
        "sources": [list(source) for source in probe.sources],
        "instead": [[list(found), list(wanted)] for found, wanted in probe.instead],
        "names": list(probe.names),
        "rate": list(probe.rate),
        "small": probe.small,
        "seconds": probe.seconds,
        "roles": [
            {
                "name": role.name,
                "names": list(role.names),
                "shape": list(role.shape),
                "points": [list(point) for point in role.points],
            }
            for role in probe.roles
        ],
    }


def _message(head: dict[str, Any], blocks: list[bytes]) -> bytes:
    line = json.dumps({**head, "blocks": [len(block) for block in blocks]})
    return b"".join([line.encode("ascii"), b"\n", *blocks])
