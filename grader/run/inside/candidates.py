"""Keep every function, class and network that was ever bound or made.

In:   the student's namespace after each cell; every torch module that is constructed.
Out:  "candidate" facts; the objects themselves, by id, for the probes.
Touches: torch.nn.Module.__init__, which is wrapped once torch has been imported.
"""

import contextlib
import functools
import inspect
import os
import sys
import types
from typing import Any

from .encode import is_a, type_name

Fact = tuple[dict[str, Any], list[bytes]]
NETWORKS_KEPT = 200
MADE_PER_CELL = 2000
PREFIX = {"function": "f", "class": "c", "network": "n"}
KINDS: dict[Any, str] = {
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "args",
    inspect.Parameter.VAR_KEYWORD: "kwargs",
}


class Candidates:
    """Holds strong references, so that a name used again does not lose the first."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.realpath(folder) + os.sep
        self.objects: dict[str, Any] = {}
        self.ids: dict[int, str] = {}
        self.names: dict[str, list[str]] = {}
        self.made: list[Any] = []
        self.module_class: Any = None
        self.paused = False

    def watch_torch(self, nn_modules: Any) -> None:
        """Note every module at the end of nn.Module.__init__."""
        self.module_class = cls = nn_modules.Module
        original = cls.__init__

        @functools.wraps(original)
        def init(module: Any, *args: Any, **kwargs: Any) -> None:
            original(module, *args, **kwargs)
            if not self.paused and len(self.made) < MADE_PER_CELL:
                self.made.append(module)

        cls.__init__ = init

    def changes(self, namespace: dict[str, Any], cell: int) -> list[Fact]:
        """Report candidates that are new or have a new name."""
        touched: dict[str, None] = {}
        for name, value in list(namespace.items()):
            if type(name) is not str or name.startswith("_"):
                continue
            kind = self.kind(value)
            if kind:
                self._bind(self._keep(value, kind, touched), name, touched)
        with contextlib.suppress(Exception):
            for module in self._outermost():
                self._keep(module, "network", touched)
        return [(self._fact(key, cell), []) for key in touched]

    def kind(self, value: Any) -> str:
        """Tell what a value is to a probe; "" for everything else, and for liars."""
        try:
            return self._kind(value)
        except Exception:
            return ""

    def _kind(self, value: Any) -> str:
        if is_a(value, self.module_class):
            return "network"
        if is_a(value, type):
            return "class" if self._own_module(value) else ""
        return "function" if self._is_function(value) else ""

    def _is_function(self, value: Any) -> bool:
        cls = type(value)
        if cls is types.FunctionType:
            return self._own_code(value)
        if cls is types.MethodType:
            return self._is_function(value.__func__) or self._own_module(
                type(value.__self__)
            )
        if cls is functools.partial or cls.__name__ in ("vectorize", "_lru_cache_wrapper"):
            return True
        return self._own_module(cls) and any(
            "__call__" in vars(base) for base in cls.__mro__
        )

    def _own_code(self, function: Any) -> bool:
        if function.__module__ == "__main__":
            return True
        return str(function.__code__.co_filename).startswith(self.folder)

    def _own_module(self, cls: Any) -> bool:
        name = type.__getattribute__(cls, "__module__")
        if name == "__main__":
            return True
        path = getattr(sys.modules.get(name), "__file__", None)
        return type(path) is str and resolved(path).startswith(self.folder)

    def _outermost(self) -> list[Any]:
        made, self.made = self.made, []
        whole = [module for module in made if runs(module)]
        inner = {id(child) for module in whole for child in children(module)}
        networks = sum(key[0] == "n" for key in self.objects)
        fresh = [m for m in made if id(m) not in inner and id(m) not in self.ids]
        kept = [m for m in fresh if self._own_module(type(m)) or _count(m)]
        return kept[: max(0, NETWORKS_KEPT - networks)]

    def _keep(self, value: Any, kind: str, touched: dict[str, None]) -> str:
        key = self.ids.get(id(value))
        if key is None:
            letter = PREFIX[kind]
            key = f"{letter}{sum(known[0] == letter for known in self.objects)}"
            self.ids[id(value)], self.objects[key], self.names[key] = key, value, []
            touched[key] = None
        return key

    def _bind(self, key: str, name: str, touched: dict[str, None]) -> None:
        if name not in self.names[key]:
            self.names[key].append(name)
            touched[key] = None

    def _fact(self, key: str, cell: int) -> dict[str, Any]:
        value, network = self.objects[key], key[0] == "n"
        return {
            "kind": "candidate",
            "id": key,
            "of": next(kind for kind, letter in PREFIX.items() if letter == key[0]),
            "cell": cell,
            "names": self.names[key][:100],
            "type": type_name(type(value)) if network else _own_name(value),
            "parameters": signature(value, network),
            "count": _count(value) if network else None,
        }


@functools.cache
def resolved(path: str) -> str:
    """Follow a path's links; asked for the type of every value after every cell."""
    return os.path.realpath(path)


def runs(module: Any) -> bool:
    """Tell whether a module can be called; a list of modules cannot, but what it holds."""
    forward = getattr(type(module), "forward", None)
    return forward is not sys.modules["torch"].nn.Module.forward


def children(module: Any) -> list[Any]:
    """List the modules inside a module, those in plain lists and dicts included."""
    found: list[Any] = []
    queue = [module]
    while queue and len(found) < 1000:
        for value in list(vars(queue.pop()).values()):
            parts = [value]
            if type(value) in (list, tuple):
                parts = list(value)
            elif type(value) is dict:
                parts = list(value.values())
            for part in parts:
                inner = is_a(part, sys.modules["torch"].nn.Module)
                if inner and all(part is not known for known in (*found, module)):
                    found.append(part)
                    queue.append(part)
    return found


def _own_name(value: Any) -> str:
    if is_a(value, type):
        return type_name(value)
    if type(value) is types.FunctionType and type(value.__module__) is str:
        return f"{value.__module__}.{value.__qualname__}"[:200]
    return type_name(type(value))


def _count(module: Any) -> int | None:
    try:
        parameters = sys.modules["torch"].nn.Module.parameters(module)
        return sum(int(parameter.numel()) for parameter in parameters)
    except Exception:
        return None


def _required(part: inspect.Parameter) -> bool:
    return part.default is part.empty and KINDS.get(part.kind) not in ("args", "kwargs")


def signature(value: Any, network: bool) -> list[list[Any]]:
    """Read the parameters of a call: [name, required, kind]."""
    try:
        found = inspect.signature(value.forward if network else value)
        return [
            [name[:100], _required(part), KINDS.get(part.kind, "positional")]
            for name, part in list(found.parameters.items())[:50]
        ]
    except Exception:
        return []
