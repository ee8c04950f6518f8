"""Find the loops of a student's source, and get to the first turn of one.

In:   the sources of the cells, and the namespace they left behind.
Out:  loops; for each the namespace at the beginning of its first turn, and its body as
      code that can be run once.
Touches: copies of the namespace; a class whose method holds a loop is put back.
"""

import ast
import builtins
import contextlib
import copy
import signal
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .copies import duplicated
from .places import own_file

BEGIN, LOCALS, STOP, ONCE = "__box_begin__", "__box_locals__", "__box_stop__", "__box_i__"
SECONDS = 1.0
MOST_LOOPS = 40
MOST_DRIVERS = 6
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class Begun(BaseException):
    """The loop's first turn begins; carries the names at this point."""


class Stopped(BaseException):
    """The body returned, or took too long."""


@dataclass
class Loop:
    """One loop.

    Attributes:
        node: a For or While of the source.
        owner: the name of the function it is in, with its class: "train", "Net.fit"; "".
        definition: that function's definition.
        module: the name of the module it is in.
        outer: the loops around it, innermost first.
        cell: the cell it stands in, or none.
    """

    node: Any
    owner: str = ""
    definition: Any = None
    module: str = "__main__"
    cell: int | None = None
    outer: list["Loop"] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The place in words."""
        return f"the loop in {self.owner}" if self.owner else "a loop of the notebook"


def loops(trees: dict[str, ast.Module]) -> list[Loop]:
    """List the loops of modules, innermost first, in the order of the source."""
    found: list[Loop] = []
    for module, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    if isinstance(part, ast.FunctionDef):
                        name = f"{node.name}.{part.name}"
                        _walk(part.body, Loop(None, name, part, module), [], found)
            elif isinstance(node, ast.FunctionDef):
                _walk(node.body, Loop(None, node.name, node, module), [], found)
            else:
                cell = getattr(node, "cell", None)
                _walk([node], Loop(None, module=module, cell=cell), [], found)
    return found[:MOST_LOOPS]


def _walk(body: list[Any], place: Loop, outer: list[Loop], found: list[Loop]) -> None:
    for node in body:
        if isinstance(node, Scope):
            continue
        around = outer
        here = None
        if isinstance(node, ast.For | ast.While):
            here = Loop(node, place.owner, place.definition, place.module)
            here.cell, here.outer = place.cell, outer
            around = [here, *outer]
        for name in ("body", "orelse", "finalbody"):
            _walk(getattr(node, name, []), place, around, found)
        for handler in getattr(node, "handlers", []):
            _walk(handler.body, place, around, found)
        if here is not None:
            found.append(here)


def modules(namespace: dict[str, Any]) -> dict[str, ast.Module]:
    """Read the handed-in files that the namespace's functions and classes come from."""
    found: dict[str, ast.Module] = {}
    for value in list(namespace.values()):
        if type(value) not in (types.FunctionType, type, types.ModuleType):
            continue
        name = str(getattr(value, "__module__", "") or getattr(value, "__name__", ""))
        module = sys.modules.get(name)
        if name in found or not own_file(module):
            continue
        with contextlib.suppress(Exception), open(str(module.__file__), "rb") as file:  # type: ignore[union-attr]
            found[name] = ast.parse(file.read())
    return found


def start(
    loop: Loop, namespace: dict[str, Any], left: dict[int, Any], drivers: list[Any]
) -> dict[str, Any]:
    """Return the names at the beginning of the loop's first turn.

    A loop outside of functions is met as its cell left it (`left` has the names that a
    cell left behind). A function is called as the notebook calls it.

    Raises: LookupError if no statement of the notebook gets there.
    """
    if loop.definition is None:
        return duplicated({**namespace, **left.get(loop.cell or 0, {})})
    for driver in drivers[:MOST_DRIVERS]:
        there = left.get(getattr(driver, "cell", 0), {})
        world = duplicated({**namespace, **there})
        with _instrumented(loop, world) as ready:
            begun = _names_at(driver, world) if ready else None
        if begun is not None:
            home = sys.modules[loop.module].__dict__
            base = world if loop.module == "__main__" else duplicated(home)
            return {**base, **begun}
    raise LookupError(f"no statement of the notebook gets to {loop.where}")


def _names_at(driver: Any, world: dict[str, Any]) -> dict[str, Any] | None:
    code = compile(ast.Module([driver], []), "<driver>", "exec")
    try:
        with limited(2 * SECONDS):
            exec(code, world)
    except Begun as begun:
        found: dict[str, Any] = begun.args[0]
        return found
    except Exception:
        return None
    except Stopped:
        return None
    return None


@contextlib.contextmanager
def _instrumented(loop: Loop, world: dict[str, Any]) -> Iterator[bool]:
    """Put in place of a function one that ends where the loop's first turn begins."""
    made = _function(loop, world)
    owner, _, method = loop.owner.rpartition(".")
    home = world if loop.module == "__main__" else sys.modules[loop.module].__dict__
    target = home.get(owner) if owner else None
    if made is None or (owner and not isinstance(target, type)):
        yield False
        return
    if target is not None:
        before = vars(target).get(method)
        bound = (
            type(before)(made) if isinstance(before, staticmethod | classmethod) else made
        )
        setattr(target, method, bound)
        try:
            yield True
        finally:
            setattr(target, method, before)
        return
    places = [home, *([world] if home is not world else [])]
    kept = [(place, place.get(method)) for place in places]
    for place, before in kept:
        if before is not None:
            place[method] = made
    try:
        yield True
    finally:
        for place, before in kept:
            if before is not None:
                place[method] = before


def _function(loop: Loop, world: dict[str, Any]) -> Any:
    """Compile the function with a mark at the beginning of the loop's body."""
    mark = ast.parse(f"{BEGIN}({LOCALS}())").body
    kept = loop.node.body
    loop.node.body = [*mark, *kept]
    try:
        definition = copy.deepcopy(loop.definition)
    finally:
        loop.node.body = kept
    definition.decorator_list = []
    home = world if loop.module == "__main__" else sys.modules[loop.module].__dict__
    scope = dict(home) if home is not world else world
    kept_name = scope.get(definition.name)
    tree = ast.fix_missing_locations(ast.Module([definition], []))
    scope[BEGIN], scope[LOCALS] = _begin, builtins.locals
    try:
        exec(compile(tree, "<loop>", "exec"), scope)
    except Exception:
        return None
    made = scope.pop(definition.name, None)
    if kept_name is not None:
        scope[definition.name] = kept_name
    return made


def _begin(names: dict[str, Any]) -> None:
    raise Begun(dict(names))


def drivers(loop: Loop, trees: dict[str, ast.Module]) -> list[Any]:
    """List the notebook's statements that lead to the loop's function, last first."""
    calls: dict[str, set[str]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                calls.setdefault(node.name, set()).update(_names(node))
            elif isinstance(node, ast.ClassDef):
                inits = [p for p in node.body if getattr(p, "name", "") == "__init__"]
                for part in inits:
                    calls.setdefault(node.name, set()).update(_names(part))
    reach = {loop.owner.rpartition(".")[2]}
    if loop.owner.endswith((".__init__", ".__call__")):
        reach.add(loop.owner.partition(".")[0])
    while more := {name for name, used in calls.items() if used & reach} - reach:
        reach |= more
    statements = [
        node
        for node in trees["__main__"].body
        if not isinstance(node, Scope | ast.Import | ast.ImportFrom)
        and _names(node) & reach
    ]
    return statements[::-1]


def _names(tree: Any) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


class _Alone(ast.NodeTransformer):
    """Makes a body into statements that may stand alone."""

    def visit(self, node: Any) -> Any:
        """Replace what only a function may say; leave inner functions as they are.

        A generator's `yield` becomes what it gives.
        """
        if isinstance(node, ast.Return):
            return ast.Raise(exc=ast.Name(STOP, ast.Load()), cause=None)
        if isinstance(node, ast.Global | ast.Nonlocal):
            return ast.Pass()
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await):
            return self.visit(node.value or ast.Constant(None))
        return node if isinstance(node, Scope) else self.generic_visit(node)


def body(loop: Loop) -> Any:
    """Compile the loop's body to run once; `continue`, `break` and `return` end it."""
    inner = [_Alone().visit(copy.deepcopy(node)) for node in loop.node.body]
    once = ast.For(
        target=ast.Name(ONCE, ast.Store()), iter=ast.Constant("1"), body=inner, orelse=[]
    )
    tree = ast.fix_missing_locations(ast.Module([once], []))
    return compile(tree, "<step>", "exec")


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what is inside after so many seconds, where the system can."""

    def stop(number: int, frame: Any) -> None:
        raise Stopped("too long")

    try:
        before = signal.signal(signal.SIGALRM, stop)
    except (ValueError, AttributeError):
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
