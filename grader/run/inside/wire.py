"""Lines of JSON, each followed by the binary blocks that it announces.

In:   a readable and a writable file descriptor.
Out:  messages: a dict, whose "blocks" lists byte counts, and the blocks themselves.
Touches: those two descriptors only.
"""

import json
import os
import re
from typing import Any

Message = tuple[dict[str, Any], list[bytes]]

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def read(source: Any) -> Message | None:
    """Read one message from a trusted writer; None at the end of the stream."""
    line = source.readline()
    if not line:
        return None
    head = json.loads(line)
    return head, [source.read(size) for size in head.get("blocks", [])]


class Writer:
    """Writes messages and counts what it wrote against a budget.

    The last tenth of the budget is kept for the lines that say how the run ended.
    """

    def __init__(self, descriptor: int, budget: int, line_bytes: int) -> None:
        self.descriptor = descriptor
        self.left = budget
        self.reserve = budget // 10
        self.line_bytes = line_bytes

    def fact(self, head: dict[str, Any], blocks: list[bytes]) -> bool:
        """Write a fact, or tell that the budget does not allow it.

        A forged one that has no spelling is left out.
        """
        try:
            line = self._line(head, blocks)
        except (ValueError, RecursionError):
            return True
        size = len(line) + sum(map(len, blocks))
        if len(line) > self.line_bytes or size > self.left - self.reserve:
            return False
        self._write(line, blocks)
        return True

    def state(self, **head: Any) -> None:
        """Write a line that the host waits for; it is short and always goes."""
        self._write(self._line(head, []), [])

    def _line(self, head: dict[str, Any], blocks: list[bytes]) -> bytes:
        if blocks:
            head = {**head, "blocks": [len(block) for block in blocks]}
        return json.dumps(head, allow_nan=False).encode("ascii") + b"\n"

    def _write(self, line: bytes, blocks: list[bytes]) -> None:
        for part in (line, *blocks):
            view = memoryview(part)
            while view:
                view = view[os.write(self.descriptor, view) :]
            self.left -= len(part)


def plain(text: Any, limit: int) -> str:
    """Return a text without terminal colours, cut at `limit` characters."""
    if not isinstance(text, str):
        return ""
    return _ESCAPES.sub("", text[: limit * 2])[:limit]
