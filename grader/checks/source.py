"""Check what the source says: which functions it calls."""

import ast
import re
from collections.abc import Iterator

from grader.checks.registry import check
from grader.checks.words import counted
from grader.model.case import Case
from grader.model.criteria import SourceCalls
from grader.model.evidence import Cell, CellStatus
from grader.model.verdict import Binding, Verdict, failed, no_answer, passed, pending

MOST_BROKEN = 20
"""Lines of one cell that may be left out because they do not parse."""
PYLAB = ("pylab", "matplotlib.pylab")
"""`from pylab import *` brings numpy's names, and pyplot's."""
MAGIC = re.compile(r"^\s*[%!?].*$|^.*\?\s*$", re.M)


@check("source_calls")
def source_calls(options: SourceCalls, case: Case) -> Verdict:
    """Ask whether the source calls one of the named functions.

    Aliases are followed: np.gradient, from numpy import gradient, import numpy as n.

    Pass:      a call (or the function handed on as a value) stands in a code cell.
    Pending:   it stands only in cells that ended with an error, not before its line.
    Fail:      there is code, but no such call.
    No answer: there is no code.
    Fooled by: a call whose result is not used; let another criterion judge the result.
    """
    cells = [c for c in case.own_cells if c.kind == "code" and c.source.strip()]
    if not cells:
        return no_answer(f"Looked for a call of {options.calls[0]} and found no code.")
    aliases: dict[str, str] = {}
    broken: Verdict | None = None
    for cell in cells:
        for name, line in used(cell, aliases):
            if name not in options.calls:
                continue
            binding = Binding(
                cell=cell.index, what=f"a call of {name}", how="in the source"
            )
            if not _ended_before(cell, line):
                return passed(f"The source calls {name}.", binding=binding)
            words = f"{name} stands in a cell that ended with an error before it was done"
            broken = broken or pending(f"{words}; a person will look.", binding=binding)
    return broken or failed(
        f"None of {counted(len(cells), 'code cell')} calls {' or '.join(options.calls)}.",
        hint=options.hint,
    )


def _ended_before(cell: Cell, line: int) -> bool:
    """Whether a cell ended with an error in this line or before it."""
    if cell.status is not CellStatus.ERROR:
        return False
    return cell.error is None or cell.error.line is None or cell.error.line <= line


def used(cell: Cell, aliases: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Full names of what a cell uses, with their lines; imports are added to `aliases`.

    `from numpy import *` is kept under the alias "* numpy": any bare name may be numpy's.
    """
    tree = parsed(MAGIC.sub("", cell.source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                bound = name.asname or name.name.partition(".")[0]
                aliases[bound] = name.name if name.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                if name.name == "*":
                    stars = (
                        ("numpy", node.module) if node.module in PYLAB else (node.module,)
                    )
                    aliases.update({f"* {module}": module for module in stars})
                else:
                    aliases[name.asname or name.name] = f"{node.module}.{name.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield from ((name, node.lineno) for name in _full(node, aliases))


def parsed(source: str) -> ast.AST:
    """The syntax tree of a source; lines that do not parse are left out."""
    lines = source.splitlines()
    for _ in range(MOST_BROKEN):
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError as error:
            if not error.lineno or error.lineno > len(lines):
                break
            lines[error.lineno - 1] = ""
        except (ValueError, RecursionError, MemoryError):
            break
    return ast.Module(body=[], type_ignores=[])


def _full(node: ast.expr, aliases: dict[str, str]) -> list[str]:
    """The full dotted names an expression may have; none if it was not imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return []
    if node.id in aliases:
        return [".".join([aliases[node.id], *reversed(parts)])]
    stars = [module for alias, module in aliases.items() if alias.startswith("* ")]
    return [] if parts else [f"{module}.{node.id}" for module in stars]
