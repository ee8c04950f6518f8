"""The kernel of one box: ipykernel with two more message types.

In:   a connection file; `box_cell_request` after every cell, `box_probe_request`.
Out:  replies whose first buffer is JSON and whose other buffers are arrays.
Touches: the process it runs in.

Probes never pass through run_cell, and a KeyboardInterrupt during one ends only it.
"""

# mypy: disable-error-code="no-untyped-call, override"
# (ipykernel is typed in part)

import contextlib
import json
import logging
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

from ipykernel import ipkernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir

from . import modest, rendering, shell
from .agent import Agent

PYTHONS = ("python", "python3")
OUTPUT_CLASS = "_box.shell.CappedStream"
DEBUGGER = "ipykernel.debugger"
LOG = logging.getLogger("BoxApp")
LOG.setLevel(logging.WARNING)
NO_DEBUGGER = types.SimpleNamespace(_is_debugpy_available=False, Debugger=object)
"""Stands for the module, whose import alone takes longer than the rest of the start."""


class Profile(ProfileDir):
    """Makes no folders: there are no settings, and nobody reads logs."""

    def _mkdir(self, path: str, mode: int | None = None) -> bool:
        return False


class BoxApp(IPKernelApp):
    """Starts no thread that nobody here listens to, and reads no settings.

    Neither a command line nor files of this machine change how a notebook runs.
    """

    def parse_command_line(self, argv: Any = None) -> None:
        """Do nothing; `main` has configured it."""

    def load_config_file(self, suppress_errors: Any = True) -> None:
        """Leave it out."""

    def init_profile_dir(self) -> None:
        """Have a folder that things may be stored in."""
        self._in_init_profile_dir = True
        self.profile_dir = Profile(
            location=os.path.join(self.ipython_dir, "profile_default")
        )

    def init_code(self) -> None:
        """Run nothing at the start, and do not list the modules that are there.

        Counting references to them alone would have a fork copy a quarter of what it
        copies in all; only `%reset aggressive` asks for the list, and does without.
        """
        made: Any = self.shell
        made.user_ns_hidden.update(made.user_ns)

    def _configure_logging(self) -> None:
        """Leave it as `LOG` is."""

    def init_heartbeat(self) -> None:
        """Leave it out; the runner asks the operating system."""

    def init_control(self, context: Any) -> None:
        """Have requests arrive where they are served: there is only one at a time."""
        super().init_control(context)
        self.shell_channel_thread = None


class BoxKernel(IPythonKernel):
    """See the module's first lines."""

    shell_class = shell.BoxShell
    evidence_bytes = 0
    cards = False

    def __init__(self, **kwargs: Any) -> None:
        with unlisted_modules():
            super().__init__(**kwargs)
        self.agent = Agent(self.shell, self.evidence_bytes, self.cards)
        for name in ("cell", "prepare", "probe"):
            handler = getattr(self, f"_on_{name}")
            self.shell_handlers[f"box_{name}_request"] = handler

    async def poll_stopped_queue(self) -> None:
        """Wait for nothing: there is no debugger."""

    def _publish_execute_input(self, *args: Any) -> None:
        """Tell nobody what is run; who asks for it knows."""

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        """Tell the end of a cell, which is what nbclient waits for, and nothing else."""
        kind = (parent or self.get_parent(channel)).get("header", {}).get("msg_type", "")
        if status != "busy" and not kind.startswith("box_"):
            super()._publish_status(status, channel, parent)

    def raw_input(self, prompt: str = "") -> str:
        """Answer input()."""
        return shell.answer_input(prompt)

    def getpass(self, prompt: str = "", stream: Any = None, **kwargs: Any) -> str:
        """Answer a question for a password."""
        return shell.answer_input(prompt)

    async def do_execute(self, code: str, *args: Any, **kwargs: Any) -> Any:
        """Run a cell; an exception that cannot even be shown is an error like others."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, shell.CappedStream):
                stream.written = 0
        try:
            return await super().do_execute(code, *args, **kwargs)
        except Exception as error:
            return {
                "status": "error",
                "ename": type(error).__name__,
                "evalue": "the exception could not be shown",
                "traceback": [],
                "execution_count": 0,
                "user_expressions": {},
                "payload": [],
            }

    def _on_cell(self, stream: Any, ident: Any, parent: Any) -> None:
        content = parent["content"]
        self._answer(stream, ident, parent, lambda: self.agent.after_cell(content))

    def _on_prepare(self, stream: Any, ident: Any, parent: Any) -> None:
        self._answer(stream, ident, parent, self.agent.prepare)

    def _on_probe(self, stream: Any, ident: Any, parent: Any) -> None:
        probe, blocks = parent["content"], [bytes(part) for part in parent["buffers"]]

        def work() -> list[Any]:
            with modest.within(modest.PROBE_BYTES):
                return [self.agent.probe(probe, blocks)]

        self._answer(stream, ident, parent, work)

    def _answer(self, stream: Any, ident: Any, parent: Any, work: Any) -> None:
        """Do the work and send its facts; there is a reply whatever happens."""
        try:
            buffers = spelled(work())
        except KeyboardInterrupt:
            buffers = spelled([({"kind": "interrupted"}, [])])
        except Exception as error:
            text = f"This could not be recorded: {type(error).__name__}"
            buffers = spelled([({"kind": "note", "text": text}, [])])
        name = parent["header"]["msg_type"].replace("request", "reply")
        session: Any = self.session
        session.send(stream, name, {}, parent, ident=ident, buffers=buffers)


@contextlib.contextmanager
def unlisted_modules() -> Iterator[None]:
    """Spare ipykernel the list of all modules' files, which only a debugger needs."""
    names: dict[str, Any] = vars(ipkernel)
    original, names["sys"] = sys, types.SimpleNamespace(modules={})
    try:
        yield
    finally:
        names["sys"] = original


def spelled(facts: list[Any]) -> list[bytes]:
    """Spell facts as one buffer of JSON and the buffers of their arrays."""
    heads = [{**head, "blocks": len(blocks)} for head, blocks in facts]
    return [json.dumps(heads).encode("ascii"), *(b for _, blocks in facts for b in blocks)]


def main(arguments: list[str]) -> int:
    """Run the kernel: CONNECTION OUTPUT_BYTES EVIDENCE_BYTES PICTURES ["cards"]."""
    shell.CappedStream.cap, BoxKernel.evidence_bytes = int(arguments[1]), int(arguments[2])
    BoxKernel.cards = "cards" in arguments
    sys.argv = [sys.argv[0], "-f", arguments[0]]
    rendering.draw_small(int(arguments[3]))
    sys.modules.setdefault(DEBUGGER, NO_DEBUGGER)  # type: ignore[arg-type]
    app = BoxApp.instance(kernel_class=BoxKernel, outstream_class=OUTPUT_CLASS)
    app.connection_file = arguments[0]
    app.config.HistoryManager.enabled = False
    app.config.Kernel._execute_sleep = 0.0
    app.config.ScriptMagics.script_paths = dict.fromkeys(PYTHONS, sys.executable)
    app.initialize([])
    make_folder_importable()
    app.start()
    return 0


def make_folder_importable() -> None:
    """Let the notebook's folder be searched before libraries, after Python's own."""
    libraries = [i for i, path in enumerate(sys.path) if path.endswith("site-packages")]
    sys.path.insert(libraries[0] if libraries else len(sys.path), "")
