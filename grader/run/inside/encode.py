"""Spell what a student's name holds as plain JSON and .npy blocks.

In:   any object at all; it may lie about itself, raise, or be endless.
Out:  JSON in the spelling of the host's value module, arrays as {"array": {"block": i}}.
Touches: nothing; no method that a student wrote is ever called.
"""

import base64
import math
import sys
from typing import Any

import numpy

LEAVES = 10_000
ELEMENTS = 40_000
WHOLE_ELEMENTS = 4_000_000
DEPTH = 40
TEXT = 10_000
DIGITS = 1300
EXACT = 2**53
PLAIN = frozenset(
    ["b1", "c8", "c16", "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
)
SPEAKING = ("sympy", "fractions", "decimal", "datetime", "pathlib")
"""Libraries whose objects say what they are in their repr."""

_asarray, _generic, _ndarray = numpy.asarray, numpy.generic, numpy.ndarray
_item = numpy.generic.item
_mro = type.__dict__["__mro__"].__get__


class Unspellable(Exception):
    """The object has no plain spelling, or too much of it."""


class TooLarge(Exception):
    """The object has too many parts, is too deep, or its text too long."""


class Blocks:
    """Binary blocks of one fact."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def add(self, array: Any, elements: int = ELEMENTS, kind: str = "ndarray") -> Any:
        """Keep an array, decimated to at most `elements`, and return its spelling."""
        step = steps(array.shape, elements)
        return self.add_stepped(array, step, kind)

    def add_stepped(self, array: Any, step: list[int], kind: str = "ndarray") -> Any:
        """Keep every step-th element of an array and return its spelling."""
        whole = list(array.shape)
        part = array[tuple(slice(None, None, n) for n in step)] if step else array
        self.parts.append(npy(part))
        place = {"block": len(self.parts) - 1, "kind": kind, "whole": whole, "step": step}
        return {"array": place}


def steps(shape: tuple[int, ...], elements: int) -> list[int]:
    """Choose a whole step per axis, so that at most `elements` remain.

    The longest axis is halved first, so that short ones (channels, features) stay.
    """
    step, left = [1] * len(shape), list(shape)
    while left and math.prod(left) > elements:
        axis = left.index(max(left))
        step[axis] *= 2
        left[axis] = -(-shape[axis] // step[axis])
    return step


def npy(array: Any) -> bytes:
    """Write an array as .npy, version 1.0, little-endian, in C order."""
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    head = f"{{'descr': {array.dtype.str!r}, 'fortran_order': False, "
    head += f"'shape': {tuple(map(int, array.shape))!r}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    start = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little")
    return start + head.encode("ascii") + bytes(array.tobytes())


def is_a(value: Any, cls: Any) -> bool:
    """Like isinstance, but asks the type itself, never the object's __class__."""
    return cls is not None and cls in _mro(type(value))


def type_name(cls: Any) -> str:
    """Name a class with its module, without asking its metaclass."""
    try:
        module = type.__getattribute__(cls, "__module__")
        name = type.__dict__["__qualname__"].__get__(cls)
    except Exception:
        return "?"
    module = module if type(module) is str else "?"
    return f"{module}.{name}"[:200]


def plain_array(array: Any) -> Any:
    """Return a numpy array of a plain dtype with the same numbers.

    Raises: Unspellable for objects, texts, dates and records.
    """
    array = _asarray(array)
    if is_a(array, numpy.ma.MaskedArray):
        array = numpy.ma.filled(array.astype(float), math.nan)
    if array.dtype.str[1:] in PLAIN:
        return array
    if array.dtype.kind == "f":
        return array.astype("<f8")
    if array.dtype.kind == "c":
        return array.astype("<c16")
    raise Unspellable(f"an array of {array.dtype}")


def tensor_array(tensor: Any) -> Any:
    """Return a torch tensor's numbers as a numpy array; it is not changed."""
    torch = sys.modules["torch"]
    tensor = torch.Tensor.detach(tensor)
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    tensor = tensor.cpu().resolve_conj().resolve_neg()
    if tensor.dtype is torch.bfloat16:
        tensor = tensor.float()
    return _asarray(tensor.numpy())


class Speller:
    """Spells one value; counts its leaves."""

    def __init__(self, blocks: Blocks, leaves: int, elements: int) -> None:
        self.blocks = blocks
        self.leaves = leaves
        self.elements = elements

    def spell(self, value: Any, depth: int = 0) -> Any:
        """Spell a value; a part without a plain spelling is opaque.

        Raises: TooLarge; Unspellable if the value itself has no plain spelling.
        """
        if depth == 0:
            return self._spell(value, depth)
        kept = len(self.blocks.parts)
        try:
            return self._spell(value, depth)
        except TooLarge:
            raise
        except Exception:
            del self.blocks.parts[kept:]
            return opaque(value)

    def _spell(self, value: Any, depth: int) -> Any:
        self.leaves -= 1
        if self.leaves < 0 or depth > DEPTH:
            raise TooLarge("too many parts")
        cls = type(value)
        if value is None or cls is bool:
            return value
        if cls in (int, float, complex, str, bytes):
            return _scalar(value, cls)
        if is_a(value, _generic):
            return self._generic(value, depth)
        if cls in (list, range):
            return [self.spell(item, depth + 1) for item in value]
        if cls in (set, frozenset):
            return {"set": [self.spell(item, depth + 1) for item in value]}
        if is_a(value, tuple):
            items = tuple.__iter__(value)
            return {"tuple": [self.spell(item, depth + 1) for item in items]}
        if is_a(value, dict):
            return self._dict(value, depth)
        return self._table(value, depth)

    def _generic(self, value: Any, depth: int) -> Any:
        plain = _item(value)
        if is_a(plain, _generic):
            return self.spell(float(plain), depth)
        return self.spell(plain, depth)

    def _dict(self, value: Any, depth: int) -> Any:
        pairs = list(dict.items(value))
        return {"dict": [[self.spell(part, depth + 1) for part in pair] for pair in pairs]}

    def _table(self, value: Any, depth: int) -> Any:
        if is_a(value, _ndarray):
            return self._array(value, depth, "ndarray")
        torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
        if is_a(value, getattr(torch, "Tensor", None)):
            array = tensor_array(value)
            return self.blocks.add(array, self.elements, "tensor")
        if is_a(value, getattr(pandas, "DataFrame", None)):
            return self._frame(value, depth)
        if is_a(value, getattr(pandas, "Series", None)):
            return self._array(value.to_numpy(), depth, "series")
        if is_a(value, getattr(pandas, "Index", None)):
            return self._array(value.to_numpy(), depth, "index")
        raise Unspellable("no plain spelling")

    def _array(self, value: Any, depth: int, kind: str) -> Any:
        array = _asarray(value)
        if array.dtype.kind in "OUS":
            if array.size > self.leaves:
                raise TooLarge("too many parts")
            return self.spell(array.tolist(), depth + 1)
        return self.blocks.add(plain_array(value), self.elements, kind)

    def _frame(self, frame: Any, depth: int) -> Any:
        columns = list(frame.columns)
        return {
            "frame": {
                "columns": [self.spell(name, depth + 1) for name in columns],
                "index": self._array(frame.index.to_numpy(), depth, "index"),
                "data": [
                    self._array(frame.iloc[:, i].to_numpy(), depth, "series")
                    for i in range(len(columns))
                ],
            }
        }


def _scalar(value: Any, cls: Any) -> Any:
    if cls is int:
        return _whole(value)
    if cls is float:
        return _real(value)
    if cls is complex:
        return {"complex": [_real(value.real), _real(value.imag)]}
    if len(value) > TEXT:
        raise Unspellable("too long a text")
    if cls is bytes:
        return {"bytes": base64.b64encode(value).decode("ascii")}
    return value


def _whole(value: int) -> Any:
    if -EXACT <= value <= EXACT:
        return value
    if value.bit_length() > DIGITS * 3:
        raise Unspellable("too many digits")
    return {"int": str(value)}


def _real(value: float) -> Any:
    if math.isfinite(value):
        return value
    return {"float": "nan" if value != value else ("inf" if value > 0 else "-inf")}


def opaque(value: Any) -> Any:
    """Name what has no plain spelling."""
    cls, text = type(value), ""
    name = type_name(cls)
    if cls is str:
        text = value[:2000]
    elif name.startswith(SPEAKING):
        try:
            text = repr(value)[:2000]
        except Exception:
            text = ""
    return {"opaque": {"type": name, "text": text}}


def spell(
    value: Any, blocks: Blocks, leaves: int = LEAVES, elements: int = ELEMENTS
) -> Any:
    """Spell any value; what has no plain spelling becomes opaque, never an error."""
    kept = len(blocks.parts)
    try:
        return Speller(blocks, leaves, elements).spell(value)
    except Exception:
        del blocks.parts[kept:]
        return opaque(value)
