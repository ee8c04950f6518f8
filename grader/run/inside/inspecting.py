"""Find out which names are new or changed after a cell, and what they hold.

In:   the student's namespace after each cell.
Out:  one "named" fact per new or changed name, with its arrays.
Touches: nothing; it keeps what it has sent, to compare, and a digest of what was too much.
"""

import json
import types
import zlib
from typing import Any

from .encode import Blocks, opaque, spell, type_name

Fact = tuple[dict[str, Any], list[bytes]]
Content = tuple[str | int, list[bytes]]
"""What a name held: its spelling and its arrays' bytes, or a digest of both and nothing.
Bytes are compared ten times faster than they are digested."""
NAMES_PER_CELL = 2000
STOCK = frozenset(["In", "Out", "get_ipython", "exit", "quit", "open"])
"""What IPython puts into every namespace."""


class Names:
    """Remembers what every name held, and reports the differences."""

    def __init__(self, budget: int) -> None:
        self.left = budget
        self.seen: dict[str, tuple[Any, Content]] = {}

    def changes(self, namespace: dict[str, Any]) -> list[Fact]:
        """Report every name that is new or differs from the last time."""
        facts: list[Fact] = []
        left = self.left
        for name, value in list(namespace.items())[:NAMES_PER_CELL]:
            if self._ignored(name, value):
                continue
            fact = self._change(name, value)
            if fact is not None:
                facts.append(fact)
        if self.left <= 0 < left:
            text = "The run's names hold more data than is kept; arrays are left out."
            facts.append(({"kind": "note", "text": text}, []))
        return facts

    def _ignored(self, name: Any, value: Any) -> bool:
        if type(name) is not str or name.startswith("_") or type(value) is types.ModuleType:
            return True
        return name in STOCK

    def _change(self, name: str, value: Any) -> Fact | None:
        before = self.seen.get(name)
        same = before is not None and before[0] is value
        if same and type(value) in (int, float, str, bool, types.FunctionType, type):
            return None
        blocks = Blocks()
        spelled = spell(value, blocks)
        text, parts = json.dumps(spelled), blocks.parts
        held = before is not None and _holds(before[1], text, parts)
        if held and (same or not _opaque(spelled)):
            return None
        size = sum(map(len, parts))
        self.left -= size
        fits = not size or self.left >= 0
        self.seen[name] = value, (text, parts) if fits else (_digest(text, parts), [])
        if not fits:
            spelled, parts = opaque(value), []
        head = {"kind": "named", "name": name[:200], "type": type_name(type(value))}
        return {**head, "value": spelled}, parts


def _opaque(spelled: Any) -> bool:
    return type(spelled) is dict and "opaque" in spelled


def _holds(kept: Content, text: str, parts: list[bytes]) -> bool:
    """Tell whether a name that held something holds it still."""
    if isinstance(kept[0], int):
        return kept[0] == _digest(text, parts)
    return kept == (text, parts)


def _digest(text: str, parts: list[bytes]) -> int:
    value = zlib.crc32(text.encode("ascii"))
    for part in parts:
        value = zlib.crc32(part, value)
    return value
