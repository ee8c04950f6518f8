"""Plain values that may cross the trust boundary, and their one spelling as JSON.

In:   JSON that may come from a student's process.
Out:  None, bool, int, float, complex, str, bytes, list, tuple, set, dict, ArrayRef,
      Frame or Opaque; nothing else exists.
Pure: no files, no kernels; decoding never executes, imports or unpickles anything.

Spelling: null, true, "text", lists, integers up to 2**53 and finite floats are
themselves; everything else is an object with exactly one key, its tag:

    {"int": "9007199254740993"}   {"float": "nan" | "inf" | "-inf"}   {"complex": [re, im]}
    {"bytes": base64}   {"tuple": [...]}   {"set": [...]}   {"dict": [[key, value], ...]}
    {"array": {"sha256", "dtype", "shape", "kind", "whole", "step"}}
    {"frame": {"columns": [...], "index": value, "data": [value, ...]}}
    {"opaque": {"type": ..., "text": ...}}
"""

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import numpy.typing as npt
from pydantic import BeforeValidator, PlainSerializer, PlainValidator

Array: TypeAlias = npt.NDArray[Any]
Arrays: TypeAlias = Mapping[str, Array]

MAX_DEPTH = 48
MAX_NODES = 200_000
MAX_DIGITS = 1300
EXACT = 2**53
DTYPES = frozenset(
    ["bool", "complex64", "complex128", "float16", "float32", "float64"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayRef:
    """An array that lies beside the evidence, named by its content.

    Attributes:
        sha256: of the C-ordered little-endian bytes preceded by dtype and shape.
        dtype: one of DTYPES.
        shape: of the stored array.
        kind: what it was in the kernel: "ndarray", "tensor", "series", ...
        whole: shape before decimation; equals `shape` for an array stored in full.
        step: every step-th element was kept, per axis; 1 for an array stored in full.
    """

    sha256: str
    dtype: str
    shape: tuple[int, ...]
    kind: str = "ndarray"
    whole: tuple[int, ...] = ()
    step: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A pandas DataFrame as columns, index and one value per column."""

    columns: tuple[object, ...]
    index: object
    data: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opaque:
    """Something that has no plain spelling: its type's name and a capped text."""

    type: str
    text: str = ""


class BadValue(ValueError):
    """The JSON does not spell a value, or is too deep, too large or lying."""


def decode(data: object) -> object:
    """Read a value from JSON that may be hostile.

    Raises: BadValue for an unknown tag, a lying size, or past MAX_DEPTH, MAX_NODES
            or MAX_DIGITS.
    """
    return _Decoder().read(data, 0)


def encode(value: object) -> object:
    """Spell a value as JSON; the inverse of `decode`.

    Raises: BadValue for anything that is not one of the values of this module.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT else {"int": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": _spell(value)}
    if isinstance(value, complex):
        return {"complex": [encode(value.real), encode(value.imag)]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, list):
        return [encode(item) for item in value]
    return _encode_tagged(value)


def _encode_tagged(value: object) -> object:
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, frozenset | set):
        items = [encode(item) for item in value]
        return {"set": sorted(items, key=repr)}
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, ArrayRef):
        return {"array": encode_ref(value)}
    if isinstance(value, Frame):
        return {
            "frame": {
                "columns": [encode(name) for name in value.columns],
                "index": encode(value.index),
                "data": [encode(column) for column in value.data],
            }
        }
    if isinstance(value, Opaque):
        return {"opaque": {"type": value.type, "text": value.text}}
    raise BadValue(f"no spelling for {type(value).__name__}")


def encode_ref(ref: ArrayRef) -> dict[str, object]:
    """Spell an array reference, its optional parts filled in."""
    return {
        "sha256": ref.sha256,
        "dtype": ref.dtype,
        "shape": list(ref.shape),
        "kind": ref.kind,
        "whole": list(ref.whole or ref.shape),
        "step": list(ref.step or (1,) * len(ref.shape)),
    }


def decode_ref(data: object) -> ArrayRef:
    """Read an array reference.

    Raises: BadValue unless it is complete, of a known dtype and not negative in shape.
    """
    if not isinstance(data, dict) or data.get("dtype") not in tuple(DTYPES):
        raise BadValue("an array needs a known dtype")
    sha256, kind = data.get("sha256"), data.get("kind", "ndarray")
    if not isinstance(sha256, str) or not isinstance(kind, str):
        raise BadValue("an array needs a sha256 and a kind")
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise BadValue("an array's sha256 is 64 hexadecimal digits")
    shape = _sizes(data.get("shape"))
    whole = _sizes(data.get("whole", list(shape)))
    step = _sizes(data.get("step", [1] * len(shape)))
    if not len(shape) == len(whole) == len(step) or 0 in step:
        raise BadValue("an array's shape, whole and step have one length")
    if any(-(-w // s) != n for n, w, s in zip(shape, whole, step, strict=True)):
        raise BadValue("an array's shape does not follow from whole and step")
    return ArrayRef(
        sha256=sha256,
        dtype=str(data["dtype"]),
        shape=shape,
        kind=kind[:80],
        whole=whole,
        step=step,
    )


def _sizes(data: object) -> tuple[int, ...]:
    if not isinstance(data, list) or len(data) > 32:
        raise BadValue("an array's sizes are a list")
    if not all(type(n) is int and 0 <= n < 2**40 for n in data):
        raise BadValue("an array's sizes are whole numbers from 0")
    return tuple(data)


def _spell(value: float) -> str:
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


class _Decoder:
    """Counts nodes over one value; the tags are methods."""

    def __init__(self) -> None:
        self.nodes = 0

    def read(self, data: object, depth: int) -> object:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise BadValue("a value is too deep or has too many parts")
        if data is None or isinstance(data, bool | str):
            return data
        if isinstance(data, int | float):
            return self._number(data)
        if isinstance(data, list):
            return [self.read(item, depth + 1) for item in data]
        if isinstance(data, dict) and len(data) == 1:
            ((tag, body),) = data.items()
            return self._tagged(str(tag), body, depth + 1)
        raise BadValue("an object needs exactly one tag")

    def _number(self, data: float) -> object:
        if isinstance(data, float) and not math.isfinite(data):
            raise BadValue("NaN and infinities are spelled with a tag")
        if isinstance(data, int) and abs(data) > EXACT:
            raise BadValue("integers beyond 2**53 are spelled with a tag")
        return data

    def _tagged(self, tag: str, body: object, depth: int) -> object:
        if tag in ("tuple", "set") and isinstance(body, list):
            items = [self.read(item, depth) for item in body]
            return tuple(items) if tag == "tuple" else _as_set(items)
        if tag == "dict" and isinstance(body, list):
            return self._dict(body, depth)
        if tag == "array":
            return decode_ref(body)
        if tag == "frame" and isinstance(body, dict):
            return self._frame(body, depth)
        if tag == "complex" and isinstance(body, list) and len(body) == 2:
            return complex(*(_real(self.read(part, depth)) for part in body))
        return _decode_text(tag, body)

    def _dict(self, body: list[object], depth: int) -> dict[object, object]:
        pairs = [self.read(pair, depth) for pair in body]
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise BadValue("a dict is a list of pairs")
        try:
            return dict((pair[0], pair[1]) for pair in pairs if isinstance(pair, list))  # noqa: C402
        except TypeError as error:
            raise BadValue("a dict's key cannot be a list") from error

    def _frame(self, body: dict[object, object], depth: int) -> Frame:
        columns, data = body.get("columns"), body.get("data")
        if not isinstance(columns, list) or not isinstance(data, list):
            raise BadValue("a frame has columns and data")
        return Frame(
            columns=tuple(self.read(item, depth) for item in columns),
            index=self.read(body.get("index"), depth),
            data=tuple(self.read(item, depth) for item in data),
        )


def _decode_text(tag: str, body: object) -> object:
    if tag == "int" and isinstance(body, str):
        digits = body.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
            raise BadValue("an integer is decimal digits")
        return int(body)
    if tag == "float" and body in ("nan", "inf", "-inf"):
        return float(str(body))
    if tag == "bytes" and isinstance(body, str):
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadValue("bytes are spelled in base64") from error
    if tag == "opaque" and isinstance(body, dict):
        name, text = body.get("type"), body.get("text", "")
        if isinstance(name, str) and isinstance(text, str):
            return Opaque(type=name[:200], text=text[:2000])
    raise BadValue(f"unknown or damaged tag {tag[:40]!r}")


def _as_set(items: list[object]) -> frozenset[object]:
    try:
        return frozenset(items)
    except TypeError as error:
        raise BadValue("a set cannot hold a list") from error


def _real(part: object) -> float:
    if isinstance(part, bool) or not isinstance(part, int | float):
        raise BadValue("a complex number has two real parts")
    try:
        return float(part)
    except OverflowError as error:
        raise BadValue("a complex number has parts that fit a float") from error


Value = Annotated[Any, PlainValidator(decode), PlainSerializer(encode)]
"""A value inside a pydantic-validated dataclass: decoded on the way in, spelled out on
the way out."""

Real = Annotated[float, BeforeValidator(decode), PlainSerializer(encode)]
"""A float that may be NaN or infinite, in the same spelling."""
