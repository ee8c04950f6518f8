"""Ways to write the same answers that no marker would notice.

In:   the cells of a notebook as (kind, source), and a random number generator.
Out:  the cells of another notebook with the same answers.
Pure.
"""

import ast
import random
import re
from collections.abc import Callable
from itertools import groupby

from grader.repair.syntax import Names, names

Cells = list[tuple[str, str]]
Way = Callable[[Cells, random.Random], Cells]
NOISE = [
    ("code", "scratch = [k for k in range(4)]\nscratch[-1]"),
    ("code", "import sys\n\nsys.version_info[0] >= 3"),
    ("markdown", "A remark of mine, between two answers."),
    ("code", ""),
    ("code", "# nothing to do here"),
]
HEADING = re.compile(
    r"^#{1,3} (?P<number>\d+(?:\.(?:C?\d+|C))?)(?: \((?P<letter>[a-z])\))?(?!\S)"
)
LETTERED = [
    "# Aufgabe {n}{l}", "**{n} ({l})**", "### Tehtävä {n} {l})", "Q{n}{l}",
    "## Teil {n}.{l})", "## Lösung zu Aufgabe {n} {l})", "<h2>Exercise {n} ({l})</h2>",
    "## Problem {n}, part {l}", "# Blatt 7, Aufgabe {n}{l}", "\\section*{{{n}{l}}}",
    "**{n}{l})** Antwort:",
]  # fmt: skip
PLAIN = [
    "# Aufgabe {n}", "**{n}.**", "### Tehtävä {n}", "Q{n}", "## Task {n}:",
    "## Lösung zu Aufgabe {n}", "<h2>Exercise {n}</h2>", "# Blatt 7, Aufgabe {n}",
]  # fmt: skip
DRAWS = re.compile(
    r"\bplt\b|\bax(?:s|es)?\b|\bfig(?:ure)?\b|\.(?:plot|show|imshow|contour)\("
)


def at_headings(cells: Cells) -> Cells:
    """Every heading of a question begins a cell."""
    found: Cells = []
    for kind, source in cells:
        begun: list[str] = []
        for line in source.splitlines():
            if not begun or (kind == "markdown" and HEADING.match(line)):
                begun.append(line)
            else:
                begun[-1] += f"\n{line}"
        found += [(kind, part.strip("\n")) for part in begun if part.strip()]
    return found


def blocks(cells: Cells) -> list[Cells]:
    """What stands before the first heading of a question, and one block per heading."""
    found: list[Cells] = [[]]
    for cell in at_headings(cells):
        if cell[0] == "markdown" and HEADING.match(cell[1]):
            found.append([])
        found[-1].append(cell)
    return found


def in_another_order(cells: Cells, rng: random.Random) -> Cells:
    """Questions are answered in another order, each after what it builds on."""
    head, *rest = blocks(cells)
    spelled = [names("\n".join(s for k, s in block if k == "code")) for block in rest]
    waiting, done = list(range(len(rest))), []
    while waiting:
        free = [
            one
            for one in waiting
            if not any(
                earlier < one and _tied(spelled[earlier], spelled[one])
                for earlier in waiting
            )
        ]
        done.append(rng.choice(free))
        waiting.remove(done[-1])
    return [*head, *(cell for index in done for cell in rest[index])]


def _tied(one: Names, two: Names) -> bool:
    """Whether two blocks share a name that either of them binds."""
    return bool(one.bound & (two.read | two.bound) or two.bound & one.read)


def with_noise(cells: Cells, rng: random.Random) -> Cells:
    """Other cells stand between."""
    noisy = list(cells)
    for _ in range(6):
        noisy.insert(rng.randrange(1, len(noisy) + 1), rng.choice(NOISE))
    return noisy


def cut(cells: Cells, rng: random.Random) -> Cells:
    """Statements that draw nothing, and paragraphs, have cells of their own."""
    found: Cells = []
    for kind, source in cells:
        parts = _statements(source) if kind == "code" else _paragraphs(source)
        found += [(kind, part) for part in parts]
    return found


def _statements(source: str) -> list[str]:
    if DRAWS.search(source) or "%" in source[:1]:
        return [source]
    try:
        starts = [_first_line(node) for node in ast.parse(source).body]
    except SyntaxError:
        return [source]
    lines = source.splitlines()
    ends = [*(start - 1 for start in starts[1:]), len(lines)]
    begins = [0, *ends[:-1]]
    return ["\n".join(lines[a:b]) for a, b in zip(begins, ends, strict=True)] or [source]


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", ())
    return min([node.lineno, *(d.lineno for d in decorators)])


def _paragraphs(source: str) -> list[str]:
    """Cut at blank lines outside formulas, tables of code and lists."""
    parts: list[str] = []
    for part in source.split("\n\n"):
        opened = parts and (parts[-1].count("$$") % 2 or parts[-1].count("```") % 2)
        listed = re.match(r"\s+|[-*+] |\d+[.)] ", part)
        if parts and (opened or listed):
            parts[-1] += f"\n\n{part}"
        else:
            parts.append(part)
    return [part for part in parts if part.strip()]


def joined(cells: Cells, rng: random.Random) -> Cells:
    """Neighbouring cells of one kind are one cell."""
    return [
        (kind, "\n\n".join(source for _, source in group))
        for kind, group in groupby(cells, key=lambda cell: cell[0])
    ]


def gathered(cells: Cells, rng: random.Random) -> Cells:
    """All code of a question stands in one cell, behind its text."""
    found: Cells = []
    for block in blocks(cells):
        found += [cell for cell in block if cell[0] == "markdown"]
        code = [source for kind, source in block if kind == "code"]
        found += [("code", "\n\n".join(code))] if code else []
    return found


def translated(cells: Cells, rng: random.Random) -> Cells:
    """Headings are in another language, or in none."""
    found = []
    for kind, source in at_headings(cells):
        match = HEADING.match(source)
        if kind == "markdown" and match:
            form = rng.choice(LETTERED if match["letter"] else PLAIN)
            first = form.format(n=match["number"], l=match["letter"] or "")
            _, mark, rest = source.partition("\n")
            source = f"{first}{mark}\n{rest}" if mark else first
        found.append((kind, source))
    return found


def all_at_once(cells: Cells, rng: random.Random) -> Cells:
    """One way after the other."""
    for way in (in_another_order, translated, cut, with_noise):
        cells = way(cells, rng)
    return cells


WAYS: tuple[Way, ...] = (
    in_another_order, with_noise, cut, joined, gathered, translated, all_at_once,
)  # fmt: skip
