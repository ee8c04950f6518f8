"""The kernel of one box: ipykernel with two more message types.

In:   a connection file; `box_cell_request` after every cell, `box_probe_request`.
Out:  replies whose first buffer is JSON and whose other buffers are arrays.
Touches: the process it runs in.

Probes never pass through run_cell, and a KeyboardInterrupt during one ends only it.
"""

# mypy: disable-error-code="no-untyped-call, override"
# (ipykernel is typed in part)

import json
import sys
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

from . import shell
from .agent import Agent

OUTPUT_CLASS = "_box.shell.CappedStream"


class BoxKernel(IPythonKernel):
    """See the module's first lines."""

    shell_class = shell.BoxShell

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.agent = Agent(self.shell, int(sys.argv[4]))
        for name in ("cell", "prepare", "probe"):
            handler = getattr(self, f"_on_{name}")
            self.shell_handlers[f"box_{name}_request"] = handler

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
        self._answer(stream, ident, parent, lambda: [self.agent.probe(probe, blocks)])

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


def spelled(facts: list[Any]) -> list[bytes]:
    """Spell facts as one buffer of JSON and the buffers of their arrays."""
    heads = [{**head, "blocks": len(blocks)} for head, blocks in facts]
    return [json.dumps(heads).encode("ascii"), *(b for _, blocks in facts for b in blocks)]


def main(arguments: list[str]) -> int:
    """Run the kernel until it is told to stop: CONNECTION OUTPUT_BYTES EVIDENCE_BYTES."""
    shell.CappedStream.cap = int(arguments[1])
    app = IPKernelApp.instance(kernel_class=BoxKernel, outstream_class=OUTPUT_CLASS)
    app.initialize(["-f", arguments[0], "--HistoryManager.enabled=False"])
    make_folder_importable()
    app.start()
    return 0


def make_folder_importable() -> None:
    """Let the notebook's folder be searched before libraries, after Python's own."""
    libraries = [i for i, path in enumerate(sys.path) if path.endswith("site-packages")]
    sys.path.insert(libraries[0] if libraries else len(sys.path), "")
