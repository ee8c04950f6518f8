"""The observer inside the kernel, installed before any student code.

In:   the shell; after each cell the cell's index; afterwards probes with their arrays.
Out:  facts: names, candidates, drawings, notes, replies; each with its arrays.
Touches: hooks into torch and matplotlib, which record and change nothing.
"""

import os
from collections.abc import Callable
from typing import Any

from . import (
    devices,
    drawing,
    hooks,
    networks,
    neutral,
    probing,
    shell,
    standins,
    stepping,
    ticks,
    watching,
)
from .candidates import Candidates
from .inspecting import Names

Fact = tuple[dict[str, Any], list[bytes]]


class Agent:
    """Watches one kernel from its first cell to its last probe."""

    def __init__(self, interactive: Any, evidence_bytes: int, cards: bool) -> None:
        self.shell = interactive
        self.namespace = interactive.user_ns
        self.candidates = Candidates(os.getcwd())
        self.names = Names(evidence_bytes // 4)
        self.left: watching.Left = {}
        self.recorder = drawing.Recorder(evidence_bytes // 4)
        neutral.neutralise_colab()
        neutral.neutralise_folders()
        neutral.neutralise_breaks()
        standins.stand_in()
        hooks.after_import("pdb", neutral.neutralise_debugger)
        hooks.after_import("matplotlib", neutral.neutralise_backends)
        hooks.after_import("matplotlib.axis", ticks.make_late)
        hooks.after_import("matplotlib.pyplot", neutral.neutralise_switch)
        hooks.after_import("matplotlib.figure", neutral.neutralise_waiting)
        hooks.after_import("matplotlib.axes._axes", self.recorder.watch_axes)
        hooks.after_import("mpl_toolkits.mplot3d.axes3d", self.recorder.watch_axes3d)
        hooks.after_import("torch.nn.modules.module", self.candidates.watch_torch)
        hooks.after_import("torch", networks.prepare)
        if cards:
            hooks.after_import("torch", devices.neutralise_devices)

    def after_cell(self, content: dict[str, Any]) -> list[Fact]:
        """Report everything the cell changed."""
        facts: list[Fact] = [({"kind": "said", **shell.notes.take()}, [])]
        works: tuple[Callable[[], list[Fact]], ...] = (
            lambda: self.candidates.changes(self.namespace, content["cell"]),
            self.recorder.take,
            lambda: self.names.changes(self.namespace),
            lambda: watching.keep(self.left, self.namespace, content["cell"]),
        )
        for work in works:
            try:
                facts += work()
            except Exception as error:
                text = f"A part of this cell could not be recorded: {type(error).__name__}"
                facts.append(({"kind": "note", "text": text}, []))
        return facts

    def prepare(self) -> list[Fact]:
        """Import torch before a probe that needs it, outside of the probe's limit."""
        with probing.undisturbed():
            __import__("torch")
        return []

    def probe(self, probe: dict[str, Any], blocks: list[bytes]) -> Fact:
        """Answer one probe."""
        self.recorder.paused = self.candidates.paused = True
        value = self.candidates.objects.get(probe["candidate"])
        arrays = dict(zip(probe["arrays"], blocks, strict=True))
        with probing.undisturbed():
            if probe["kind"] == "step":
                return stepping.answer(self.namespace, self.left, probe)
            if probe["kind"] == "trace":
                return networks.answer(value, probe, arrays)
            return probing.answer(value, probe, arrays)
