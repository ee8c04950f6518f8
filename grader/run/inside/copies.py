"""Copy a student's variables, so that what a training step changes is not theirs.

In:   a namespace of the student's.
Out:  one that shares nothing that a training step changes.
Touches: nothing.
"""

import copy
import types
from typing import Any

import numpy

from .places import LARGE, hidden, is_own, is_record, is_tensor

LONG = 200
"""A longer list is copied, its elements are not: a history is appended to."""
_array, _ndarray = numpy.array, numpy.ndarray


def duplicated(namespace: dict[str, Any]) -> dict[str, Any]:
    """Copy a namespace; its own functions see the copy in place of the original."""
    copies = _Copies(namespace.get("__name__"))
    for name, value in list(namespace.items()):
        copies.namespace[name] = value if hidden(name) else copies.safely(value)
    return copies.namespace


class _Copies:
    """The copies of one namespace; what was one object is one object again."""

    def __init__(self, home: Any) -> None:
        self.home = home
        self.namespace: dict[str, Any] = {}
        self.known: dict[int, tuple[Any, Any]] = {}

    def safely(self, value: Any) -> Any:
        """Copy a value; one that cannot be copied is shared."""
        try:
            return self.of(value)
        except Exception:
            return value

    def of(self, value: Any) -> Any:
        """Copy what a training step may change; share the rest."""
        if id(value) in self.known:
            return self.known[id(value)][1]
        return self._keep(value, self._made(value))

    def _keep(self, value: Any, made: Any) -> Any:
        self.known[id(value)] = (value, made)
        return made

    def _made(self, value: Any) -> Any:
        cls = type(value)
        if cls is _ndarray:
            return value if value.size > LARGE else _array(value)
        if cls is list:
            return list(value) if len(value) > LONG else [self.of(v) for v in value]
        if (cls is tuple or is_record(value)) and len(value) <= LONG:
            return tuple.__new__(cls, [self.of(v) for v in value])
        if cls is dict:
            return {key: self.of(v) for key, v in list(value.items())}
        if cls is types.FunctionType and value.__globals__.get("__name__") == self.home:
            return self._function(value)
        if cls is types.MethodType and is_own(value.__self__):
            return types.MethodType(self.of(value.__func__), self.of(value.__self__))
        if is_own(value):
            return self._own(value)
        if is_tensor(value) or cls.__module__.startswith(("numpy.random", "collections")):
            return copy.deepcopy(value)
        return value

    def _own(self, value: Any) -> Any:
        cls = type(value)
        plain = cls is types.SimpleNamespace
        made = self._keep(value, types.SimpleNamespace() if plain else object.__new__(cls))
        made.__dict__.update({k: self.of(v) for k, v in list(vars(value).items())})
        return made

    def _function(self, value: Any) -> Any:
        """The function over the copied names, and over copies of what it holds on to."""
        cells = value.__closure__ or ()
        new = [cell for cell in cells if id(cell) not in self.known]
        for cell in new:
            self._keep(cell, types.CellType())
        own = tuple(self.known[id(cell)][1] for cell in cells) or None
        parts = value.__name__, value.__defaults__, own
        made = self._keep(value, types.FunctionType(value.__code__, self.namespace, *parts))
        made.__kwdefaults__ = value.__kwdefaults__
        made.__dict__.update(value.__dict__)
        for cell in new:
            if cell != types.CellType():
                self.known[id(cell)][1].cell_contents = self.of(cell.cell_contents)
        return made
