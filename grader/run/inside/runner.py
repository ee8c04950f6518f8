"""Run one notebook in one kernel and stream what is seen to the host.

In:   stdin: one request with the cells, limits and files; later one with the probes.
Out:  stdout: lines of JSON with binary blocks: "ready", "begin", "cell", facts, "cells",
      replies, "end".
Touches: the folder it is given; every process below it, which it ends.
"""

import asyncio
import functools
import importlib.metadata
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from . import asking, reap, wire
from .client import Kernel, Shown

AGENT_SECONDS = 15.0
PREPARE_SECONDS = 30.0
PACKAGES = ("numpy", "torch", "matplotlib", "pandas", "scipy", "ipykernel", "nbclient")
FACTS = ("named", "candidate", "drawing", "note")
ANSWERS = 256
"""So many answers of the largest size fit into the evidence. What our inputs make of a
function that is not meant must not take the place of others, which are small. A network
has the weights that it has."""
TOO_LARGE = "the answer is too large"
CARDS = re.compile(r"cuda|mps|xpu|device|\.to\(\s*\d")
"""How code that may ask for a graphics card is told from all other code."""


class Runner:
    """One run from the first cell to the last probe."""

    def __init__(self, request: wire.Message, writer: wire.Writer, folder: Path) -> None:
        head, blocks = request
        self.cells, self.limits = head["cells"], head["limits"]
        self.order = head["order"]
        self.work = folder / "work" / head["folder"]
        self.writer = writer
        self.full = False
        self.status, self.reason = "ok", ""
        write_files(folder / "work", head["files"], blocks)
        self.work.mkdir(parents=True, exist_ok=True)
        sockets = folder / "k"
        sockets.mkdir()
        cards = names_cards(self.cells, dict(zip(head["files"], blocks, strict=True)))
        self.kernel = Kernel(self.cells, sockets, self.limits, cards)
        self.used = 0.0

    async def run(self, source: Any) -> None:
        """Run the cells, tell the host, answer its probes."""
        await self.kernel.start(self.work)
        self.writer.state(kind="ready", versions=versions())
        await self._run_cells()
        self.writer.state(kind="cells", status=self.status, reason=self.reason)
        request = await asyncio.to_thread(wire.read, source)
        if request is not None:
            await self._run_probes(*request)
        self.writer.state(kind="end")

    async def _run_cells(self) -> None:
        for index in self.order:
            cell = self.cells[index]
            if cell["kind"] != "code" or not cell["source"].strip():
                continue
            left = self.limits["total_seconds"] - self.used
            if left <= 0:
                self._end("timeout", "The run used up its time; later cells were not run.")
                return
            begin = time.monotonic()
            self.writer.state(kind="begin", cell=index)
            seconds = min(self.limits["cell_seconds"], left)
            end, shown = await self.kernel.run(index, seconds)
            self.used += time.monotonic() - begin
            if end in ("timeout", "stuck"):
                shown.notes.append(f"The cell was stopped after {seconds:.3g} s.")
            if not await self._report(index, end, shown):
                return

    async def _report(self, index: int, end: str, shown: Shown) -> bool:
        """Send a cell and what the agent saw; tell whether the run can go on."""
        begin, said, facts = time.monotonic(), {}, []
        if end in ("ok", "timeout"):
            answer, buffers = await self.kernel.ask(
                "cell", {"cell": index}, [], AGENT_SECONDS
            )
            facts = asking.facts(buffers)
            said = next((head for head, _ in facts if head["kind"] == "said"), {})
            if answer != "ok":
                end = answer if end == "ok" and answer == "died" else end
        self._send_cell(index, end, shown, said)
        for head, blocks in facts:
            if head["kind"] in FACTS:
                self._fact({**head, "cell": index}, blocks)
        self.used += time.monotonic() - begin
        if end in ("died", "stuck") or not await self.kernel.alive():
            self._end("kernel_died", DIED[end == "stuck"])
            return False
        return True

    def _send_cell(self, index: int, end: str, shown: Shown, said: dict[str, Any]) -> None:
        notes = asking.texts(said.get("notes")) + shown.notes
        if shown.cut:
            notes.append("The cell put out more than is kept; the rest was cut off.")
        error, status = shown.error, "ok"
        if error and said.get("exited") is True and error["name"] == "SystemExit":
            error = None
        if end in ("timeout", "stuck"):
            status = "timeout"
        elif error or end == "died":
            status = "error"
        if end == "died":
            error = error or {"name": "KernelDied", "message": DIED[False], "trace": ""}
        if error:
            name = said.get("error") or error["name"]
            error = {**error, "name": name, "line": said.get("line")}
        head = {"kind": "cell", "cell": index, "status": status, "error": error}
        self._fact({**head, "notes": notes, **shown.texts}, shown.pictures)

    def _fact(self, head: dict[str, Any], blocks: list[bytes]) -> None:
        if not self.writer.fact(head, blocks) and not self.full:
            self.full = True
            self.writer.state(kind="full")

    def _end(self, status: str, reason: str) -> None:
        self.status, self.reason = status, reason

    async def _run_probes(self, head: dict[str, Any], blocks: list[bytes]) -> None:
        arrays = dict(zip(head["arrays"], blocks, strict=True))
        alive = self.status == "ok" and await self.kernel.alive()
        if alive and any(map(needs_torch, head["probes"])):
            await self.kernel.ask("prepare", {}, [], PREPARE_SECONDS)
        for number, probe in enumerate(head["probes"]):
            begin = time.monotonic()
            error = "lost"
            if alive and self.used < self.limits["total_seconds"]:
                error = await self._probe(number, probe, arrays)
            alive = alive and error != "lost"
            if error:
                kind = "network" if probe["kind"] == "trace" else "reply"
                alive = alive and await self.kernel.alive()
                self._fact({"kind": kind, "number": number, "error": error}, [])
            self.used += time.monotonic() - begin

    async def _probe(self, number: int, probe: Any, arrays: dict[str, bytes]) -> str:
        """Put one probe; send its reply or return what went wrong."""
        names = sorted(set(asking.digests(probe)))
        content = {**probe, "arrays": names}
        blocks = [arrays[name] for name in names]
        seconds = self.limits["probe_seconds"]
        end, buffers = await self.kernel.ask("probe", content, blocks, seconds)
        if end in ("died", "stuck"):
            return "timeout" if end == "stuck" else "lost"
        for reply, parts in asking.facts(buffers):
            if reply["kind"] in ("reply", "network"):
                large = sum(map(len, parts)) > self.limits["evidence_bytes"] // ANSWERS
                if large and reply["kind"] == "reply":
                    return TOO_LARGE
                self._fact({**reply, "number": number}, parts)
                return ""
        return "timeout" if end == "timeout" else "lost"


DIED = {
    False: "The kernel ended while this cell ran (killed, crashed or out of memory).",
    True: "The cell could not be interrupted, so its kernel was ended.",
}


def needs_torch(probe: dict[str, Any]) -> bool:
    """Tell whether a probe hands over tensors."""
    return bool(probe["kind"] == "trace" or probe.get("arrays_as") == "tensor")


def names_cards(cells: list[Any], files: dict[str, bytes]) -> bool:
    """Tell whether a notebook or a module beside it may ask for a graphics card."""
    modules = [
        data.decode(errors="replace") for n, data in files.items() if n[-3:] == ".py"
    ]
    return any(map(CARDS.search, [*(cell["source"] for cell in cells), *modules]))


def write_files(folder: Path, files: list[Any], blocks: list[bytes]) -> None:
    """Write the handed-in files; a path that leaves the folder is left out."""
    folder.mkdir()
    for name, data in zip(files, blocks, strict=True):
        path = Path(os.path.normpath(folder / name))
        if folder in path.parents:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


@functools.cache
def versions() -> list[list[str]]:
    """List the versions of what the kernel can import."""
    found = [["python", sys.version.split()[0]]]
    for name in PACKAGES:
        try:
            found.append([name, importlib.metadata.version(name)])
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def be_quiet() -> None:
    """Read nothing from now on, and write with the errors."""
    reader, writer = os.pipe()
    os.close(writer)
    os.dup2(reader, 0)
    os.close(reader)
    os.dup2(2, 1)


def main(arguments: list[str]) -> int:
    """Serve one run in FOLDER; nobody else gets to write to the host's pipe."""
    reap.adopt_orphans()
    source = os.fdopen(os.dup(0), "rb")
    target = os.dup(1)
    be_quiet()
    request = wire.read(source)
    if request is None:
        return 2
    limits = request[0]["limits"]
    writer = wire.Writer(target, limits["evidence_bytes"], limits["line_bytes"])
    try:
        asyncio.run(Runner(request, writer, Path(arguments[0])).run(source))
    except Exception as error:
        writer.state(kind="broken", reason=f"{type(error).__name__}: {error}"[:500])
    finally:
        reap.kill_descendants()
    os._exit(0)
