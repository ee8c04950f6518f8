"""Read which names a cell binds and uses; IPython's own lines are passed over."""

import ast
import re
from dataclasses import dataclass
from functools import cache

MAGIC = re.compile(r"^\s*[%!?]|^[\w.]+\?{1,2}\s*$")
BODY_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Cell magics whose body is Python that runs in the notebook's namespace."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one cell.

    Attributes:
        bound: bound at its top level.
        read: read before the cell itself binds them, functions' bodies included.
    """

    bound: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


def python(source: str) -> str:
    """The Python of a cell: magics and shell lines become `pass`."""
    if source.lstrip().startswith("%%"):
        first, _, rest = source.lstrip().partition("\n")
        source = f"pass\n{rest}" if first.split()[0] in BODY_MAGICS else ""
    return "\n".join(_plain(line) for line in source.splitlines())


def _plain(line: str) -> str:
    if not MAGIC.match(line):
        return line
    return line[: len(line) - len(line.lstrip())] + "pass"


@cache
def names(source: str) -> Names:
    """Read a cell; of one that cannot be parsed nothing is known."""
    try:
        tree = ast.parse(python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names()
    bound: set[str] = set()
    read: set[str] = set()
    for statement in tree.body:
        read |= _read(statement) - bound
        bound |= _bound(statement)
    return Names(frozenset(bound), frozenset(read))


def _read(node: ast.AST) -> set[str]:
    """Names that are loaded anywhere below; those local to a function are not."""
    found: set[str] = set()
    for child in ast.iter_child_nodes(node):
        found |= _read(child)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        found.add(node.id)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.add(node.target.id)
    if isinstance(node, SCOPES):
        found -= _local(node)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        found -= {n for g in node.generators for n in _targets(g.target)}
    return found


def _local(node: ast.AST) -> set[str]:
    """Parameters and names assigned in a function's or a class's own body."""
    found: set[str] = set()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        every += [extra for extra in (given.vararg, given.kwarg) if extra]
        found |= {argument.arg for argument in every}
    for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda) else ():
        found |= _bound(statement)
    shared = (n for n in ast.walk(node) if isinstance(n, ast.Global | ast.Nonlocal))
    return found - {name for one in shared for name in one.names}


def _bound(node: ast.AST) -> set[str]:
    """Names that a statement binds in its own scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Lambda):
        return set()
    found: set[str] = set()
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        found.add(node.id)
    if isinstance(node, ast.Import | ast.ImportFrom):
        found |= {(name.asname or name.name).split(".")[0] for name in node.names}
    if isinstance(node, ast.ExceptHandler) and node.name:
        found.add(node.name)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return found
    for child in ast.iter_child_nodes(node):
        found |= _bound(child)
    return found


def _targets(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
