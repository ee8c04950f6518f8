"""Damage notebooks: their bytes, their structure, their code. Seeded.

In:   the bytes of a notebook, a random generator.
Out:  other bytes, and the name of what was done.
Pure.
"""

import json
import random
from collections.abc import Callable
from typing import Any

PIECES = (
    b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"\x00",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"[" * 300, b'{"a":' * 300, b"9" * 5000,
    b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> main\n", b"PK\x03\x04", b"%PDF-1.4", b"",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**70, 1.5, "", "x" * 5000, "\u202e", "\x00", [], {}, [[]], [None],
    ["a", 1, None], {"source": {}}, {"a": {"b": {"c": []}}}, [[["x"]]], "markdown", "code",
    "raw", "heading", "display_data", "pyout", "R", "julia", [{"cell_type": "code"}],
)  # fmt: skip
LINES = (
    "exit()", "quit", "raise SystemExit", "raise KeyboardInterrupt", "1/0", "print x",
    "%matplotlib qt", "%%bash\nls", "%%javascript\nalert(1)", "!pip install nothing",
    "!rm -rf *", "%cd ..", "%reset -f", "%load_ext autoreload", "%timeit 1", "input('n?')",
    "import nothing_of_this_name", "from nothing import *", "return 3", "await x", "yield",
    "while False: pass", "    x = 1", "\tx = 1", "x = (", "'''", "\u00a0x = 1", "x = “a”",
    "range = 20", "print = None", "del np", "import os; os._exit(3)", "plt.show = 3",
    "def f(x, lam): return x / 0", "class MLP: pass", "open('/etc/x', 'w')", "\x00",
    "import numpy as torch", "sum = 0; list = 1; str = 2", "raise ValueError('\\ud800')",
    "import sys; sys.stdout = None", "import sys; sys.setrecursionlimit(30)",
    "get_ipython().ask_exit()", "?np", "np.zeros??", "from google.colab import drive",
)  # fmt: skip


def damaged(data: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Damage a notebook in one to four places, in ways of one kind."""
    kind = rng.choice(list(WAYS))
    for _ in range(rng.randint(1, 4)):
        data = WAYS[kind](data, rng)
    return data, kind


def _bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + rng.choice(PIECES) + data[at + rng.randrange(4) :]
        case 2:
            return data[:at] + data[at + rng.randrange(2000) :]
        case 3:
            return data[:at] + data[max(at - 800, 0) :]
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _encoding(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    coding = rng.choice(("utf-16", "utf-8-sig", "latin-1", "utf-32", "cp1252", "utf-7"))
    return text.encode(coding, "replace")


def _nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every place of a tree, as (container, key)."""
    found, left = [], [value]
    while left:
        one = left.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        found += [(one, key) for key in keys]
        left += [one[key] for key in keys if isinstance(one[key], dict | list)]
    return found


def _tree(data: bytes) -> Any:
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict | list) else None


def _structure(data: bytes, rng: random.Random) -> bytes:
    tree = _tree(data)
    places = [] if tree is None else _nodes(tree)
    if not places:
        return _bytes(data, rng)
    where, key = rng.choice(places)
    match rng.randrange(4):
        case 0:
            del where[key]
        case 1 if isinstance(where, list):
            where.insert(key, where[rng.randrange(len(where))])
        case 2 if isinstance(where, list):
            rng.shuffle(where)
        case _:
            where[key] = rng.choice(ODD)
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _code(data: bytes, rng: random.Random) -> bytes:
    """Other code and other words: lines lost, doubled, swapped, odd ones put in."""
    tree = _tree(data)
    cells = tree.get("cells") if isinstance(tree, dict) else None
    good = [c for c in cells if isinstance(c, dict)] if isinstance(cells, list) else []
    if not good:
        return _structure(data, rng)
    cell = rng.choice(good)
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    match rng.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, rng.choice(lines))
        case 2:
            lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
        case _:
            lines.insert(at, rng.choice(LINES))
    cell["source"] = "\n".join(lines)
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _cells(data: bytes, rng: random.Random) -> bytes:
    """Cells lost, doubled, in another order, of another kind."""
    tree = _tree(data)
    cells = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(cells, list) or not cells:
        return _structure(data, rng)
    at = rng.randrange(len(cells))
    match rng.randrange(4):
        case 0:
            del cells[at]
        case 1:
            cells.insert(rng.randrange(len(cells)), cells[at])
        case 2:
            rng.shuffle(cells)
        case _ if isinstance(cells[at], dict):
            cells[at]["cell_type"] = rng.choice(("code", "markdown", "raw", "heading"))
    return json.dumps(tree).encode("utf-8", "surrogatepass")


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bytes": _bytes,
    "encoding": _encoding,
    "structure": _structure,
    "code": _code,
    "cells": _cells,
}
