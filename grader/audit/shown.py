"""Look through what grading one attack left behind: evidence, sheets and pages.

In:      the folder that a batch wrote to; the secret of a canary.
Out:     how the run was confined; what must not stand there, each in a few words.
Touches: reads that folder.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

BREACH = re.compile(r"^BREACH:.*", re.M)
HIDDEN = "HIDDEN-ROWS"
"""An attack shows its hidden inputs behind this word when it is probed."""
ACTIVE = re.compile(
    r"<script>alert|<img src=x|<svg onload|<iframe src=|(?:href|src)=[\"']?javascript:"
    r"|src=[\"']?https?://127",
    re.I,
)
RUNNABLE = tuple("=+-@\t\r")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def told(out: Path, secret: str) -> tuple[str, list[str]]:
    """The level of confinement, and every breach that the folder shows."""
    level, found = "", []
    for path in sorted((out / "evidence").glob("*/evidence.json")):
        text = path.read_text(encoding="utf-8")
        evidence = json.loads(text)
        if evidence["run"].get("status") != "not_run":
            level = evidence["run"]["isolation"]
        if secret in text:
            found.append("secret: a canary was read")
        found += [f"output: {line}" for line in _cries(evidence)]
    return level, [*found, *_pages(out), *_tables(out)]


def _cries(evidence: dict[str, Any]) -> list[str]:
    """What a case said of its own success, in what its cells put out."""
    texts = [c[k] for c in evidence["cells"] for k in ("stdout", "stderr", "result")]
    lines = [line[:80] for text in texts for line in BREACH.findall(text)]
    return list(dict.fromkeys(lines))[:5]


def _pages(out: Path) -> list[str]:
    found = []
    for path in sorted(out.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(out)
        found += [f"pages: {m[0]!r} in {where}" for m in [ACTIVE.search(text)] if m]
        found += [f"terminal: {m[0]!r} in {where}" for m in [CONTROL.search(text)] if m]
        found += [f"hidden: inputs are published in {where}"] * (HIDDEN in text)
    return found


def _tables(out: Path) -> list[str]:
    found = []
    for path in sorted(out.glob("*.csv")):
        text = path.read_bytes().decode("utf-8")
        found += [f"terminal: {m[0]!r} in {path.name}" for m in [CONTROL.search(text)] if m]
        for row in csv.reader(io.StringIO(text, newline="")):
            found += [f"tables: {c[:40]!r} in {path.name}" for c in row if runs(c)]
    for path in sorted(out.glob("*.xlsx")):
        book = load_workbook(path)
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
        found += [f"tables: a formula in {path.name}" for c in cells if c.data_type == "f"]
        book.close()
    return list(dict.fromkeys(found))[:5]


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula; numbers are none."""
    if not cell.startswith(RUNNABLE):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def plain(text: str) -> str:
    """A text for a terminal: control characters are shown as a question mark."""
    return "\n".join(CONTROL.sub("?", line) for line in text.split("\n"))
