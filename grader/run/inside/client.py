"""Drive one kernel with nbclient, and keep of its output what the caps allow.

In:   the kernel's messages, which a student's code can forge.
Out:  per cell: status, error, texts, pictures.
Touches: one kernel process and its sockets, in a private folder.
"""

# mypy: disable-error-code="no-untyped-call, attr-defined, override"
# (Jupyter's own classes are typed in part)

import asyncio
import base64
import binascii
import contextlib
import signal
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbclient
import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionComplete, DeadKernelError

from . import provisioner
from .messages import Client
from .wire import plain

PICTURE_BYTES = 2 * 2**20
PNG = b"\x89PNG\r\n\x1a\n"
GRACE_S, PROBE_GRACE_S = 2.0, 10.0
"""How long an interrupted cell, or probe, may go on. Our inputs can make an array of
gigabytes, whose filling nothing interrupts, and what follows must not be lost for it."""
POLL_S = 0.1
TOLD = ("output_bytes", "evidence_bytes", "pictures")
"""The limits that the kernel itself must know."""
EMPTY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}


@dataclass
class Shown:
    """What one cell put out."""

    texts: dict[str, str] = field(
        default_factory=lambda: {"stdout": "", "stderr": "", "result": ""}
    )
    pictures: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None
    cut: bool = False
    clear: bool = False


class Driver(nbclient.NotebookClient):
    """An nbclient that keeps outputs, capped, in `shown` instead of the notebook."""

    def __init__(self, nb: Any, km: Any, limits: dict[str, Any]) -> None:
        super().__init__(nb, km=km, timeout=None, allow_errors=True, iopub_timeout=2)
        self.output_bytes, self.most = limits["output_bytes"], limits["pictures"]
        self.shown = Shown()
        self.pictures = 0

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> None:
        """Take what is known, drop everything else; never raise on a forged message."""
        with contextlib.suppress(AttributeError, TypeError, KeyError, ValueError):
            content, kind = msg["content"], msg["msg_type"]
            if kind == "status" and content.get("execution_state") == "idle":
                raise CellExecutionComplete
            if kind == "clear_output":
                self.shown.clear = True
                if not content.get("wait"):
                    self._clear()
            elif kind in ("stream", "error", "execute_result", "display_data"):
                self._clear()
                getattr(self, f"_{kind}")(content)

    def _clear(self) -> None:
        if self.shown.clear:
            self.shown = Shown(cut=self.shown.cut)

    def _add(self, name: str, text: Any) -> None:
        text = plain(text, self.output_bytes + 1)
        room = self.output_bytes - len(self.shown.texts[name])
        self.shown.cut = self.shown.cut or len(text) > room
        self.shown.texts[name] += text[:room]

    def _stream(self, content: Any) -> None:
        self._add("stderr" if content["name"] == "stderr" else "stdout", content["text"])

    def _error(self, content: Any) -> None:
        lines = [line for line in content["traceback"] if isinstance(line, str)][-100:]
        self.shown.error = {
            "name": plain(content["ename"], 200),
            "message": plain(content["evalue"], 2000),
            "trace": plain("\n".join(lines), 20_000),
        }

    def _execute_result(self, content: Any) -> None:
        data = content["data"]
        picture = data.get("image/png")
        if isinstance(picture, str):
            self._picture(picture)
        text = data.get("text/plain")
        if isinstance(text, str):
            self._add("result", text + "\n")

    _display_data = _execute_result

    def _picture(self, text: str) -> None:
        if len(text) > PICTURE_BYTES * 4 // 3 or self.pictures >= self.most:
            self.shown.cut = True
            return
        with contextlib.suppress(binascii.Error):
            data = base64.b64decode(text)
            if data.startswith(PNG):
                self.pictures += 1
                self.shown.pictures.append(data)


def code(source: str) -> dict[str, Any]:
    """Make a cell; nbformat's own way compiles a schema to check what is known."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": uuid.uuid4().hex[:8],
        "metadata": {},
        "outputs": [],
        "source": source,
    }


class Kernel:
    """One kernel process, how to talk to it, and how to be sure that it is alive."""

    def __init__(
        self, cells: list[Any], folder: Path, limits: dict[str, Any], cards: bool
    ) -> None:
        self.limits = limits
        nb = nbformat.from_dict(
            {**EMPTY, "cells": [code(cell["source"]) for cell in cells]}
        )
        start = str(Path(__file__).with_name("start.py"))
        argv = [sys.executable, "-I", start, "kernel", "{connection_file}"]
        argv += [str(limits[name]) for name in TOLD] + ["cards"] * cards
        km = AsyncKernelManager(transport="ipc", ip=str(folder / "s"))
        km.transport_encryption = "disabled"
        km.connection_file = str(folder / "c.json")
        km.client_factory = Client
        found = {"kernel_provisioner": {"provisioner_name": provisioner.NAME}}
        km._kernel_spec = KernelSpec(
            argv=argv,
            display_name="box",
            language="python",
            metadata=found if provisioner.waiting else {},
        )
        self.km = km
        self.driver = Driver(nb, km, limits)

    async def start(self, work: Path) -> None:
        """Start it and wait until it answers."""
        await self.driver.async_start_new_kernel(cwd=str(work))
        await self.driver.async_start_new_kernel_client()

    async def alive(self) -> bool:
        """Ask the operating system."""
        return bool(await self.km.is_alive())

    async def run(self, index: int, seconds: float) -> tuple[str, Shown]:
        """Run one cell: "ok", "timeout" or "died"."""
        self.driver.shown = Shown()
        cell = self.driver.nb.cells[index]
        work = asyncio.ensure_future(self.driver.async_execute_cell(cell, index))
        try:
            end = await self._watch(work, seconds)
        except Exception as error:
            text = "the kernel's messages could not be read"
            name = type(error).__name__
            self.driver.shown.error = {"name": name, "message": text, "trace": ""}
            end = "ok"
        return end, self.driver.shown

    async def ask(
        self, kind: str, content: Any, blocks: list[bytes], seconds: float
    ) -> tuple[str, list[Any]]:
        """Put a question to the agent: ("ok", buffers), ("timeout" or "died", [])."""
        client = self.driver.kc
        assert client is not None
        message = client.session.msg(f"box_{kind}_request", content)
        client.session.send(client.shell_channel.socket, message, buffers=blocks)
        work = asyncio.ensure_future(self._reply(message["header"]["msg_id"]))
        grace = PROBE_GRACE_S if kind == "probe" else GRACE_S
        end = await self._watch(work, seconds, grace)
        return end, work.result() if end == "ok" else []

    async def _reply(self, number: str) -> list[Any]:
        assert self.driver.kc is not None
        while True:
            message: Any = await self.driver.kc.shell_channel.get_msg(timeout=None)
            if message.get("parent_header", {}).get("msg_id") == number:
                first, *blocks = message.get("buffers") or [b""]
                return [bytes(first), *blocks]

    async def _watch(self, work: Any, seconds: float, grace: float = GRACE_S) -> str:
        """Wait; interrupt at the limit; kill what ignores that; notice a dead kernel."""
        end, interrupted = time.monotonic() + seconds, False
        try:
            while True:
                await asyncio.wait([work], timeout=POLL_S)
                if work.done():
                    return self._outcome(work, interrupted)
                if not await self.alive():
                    await asyncio.wait([work], timeout=POLL_S)
                    return "died"
                if time.monotonic() < end:
                    continue
                if interrupted:
                    await self.kill()
                    return "stuck"
                interrupted, end = True, time.monotonic() + grace
                await self.interrupt()
        finally:
            work.cancel()

    def _outcome(self, work: Any, interrupted: bool) -> str:
        error = work.exception()
        if isinstance(error, DeadKernelError):
            return "died"
        if error is not None:
            raise error
        return "timeout" if interrupted else "ok"

    async def interrupt(self) -> None:
        """Send the kernel's main thread an interrupt."""
        with contextlib.suppress(OSError, AttributeError):
            self.km.provisioner.process.send_signal(signal.SIGINT)  # type: ignore[union-attr]

    async def kill(self) -> None:
        """End the kernel at once."""
        with contextlib.suppress(Exception):
            await self.km.provisioner.kill()  # type: ignore[union-attr]
