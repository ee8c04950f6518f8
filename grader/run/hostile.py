"""Read lines and blocks that a student's process may have written.

In:   bytes.
Out:  a checked dict, a numpy array, a picture; BadValue for everything else.
Pure: no files; nothing is executed, imported or unpickled; memory stays in proportion.
"""

import functools
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.model.digest import array_digest, dtype_name
from grader.model.value import DTYPES, Array, BadValue

PNG = b"\x89PNG\r\n\x1a\n"
PICTURE_BYTES = 4 * 2**20
BLOCKS = 10_000
TOKENS = 600_000
DEPTH = 60
_TOKEN = re.compile(rb"[\[{,]")
_HEAD = re.compile(
    rb"\{'descr': '([<|][bifuc]\d{1,2})', 'fortran_order': False, "
    rb"'shape': \((?:(\d{1,12}(?:, \d{1,12}){0,31}),?)?\), \} *\n"
)
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)


def parse(line: bytes) -> dict[str, Any]:
    """Read a line as an object without repeated keys, NaN, or texts with control codes.

    Raises: BadValue, whatever the line holds.
    """
    if sum(line.count(token) for token in (b"[", b"{", b",")) > TOKENS:
        raise BadValue("a line has too many parts")
    try:
        data = json.loads(line, object_pairs_hook=_once, parse_constant=_refuse)
        data = _clean(data, 0)
    except (ValueError, RecursionError) as error:
        raise BadValue("a line is no JSON") from error
    if not isinstance(data, dict):
        raise BadValue("a line is no object")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadValue("a key is repeated")
    return found


def _refuse(name: str) -> None:
    raise BadValue(f"{name} is no JSON")


def _clean(data: Any, depth: int) -> Any:
    """Replace control characters in every text; refuse what is nested too deeply."""
    if depth > DEPTH:
        raise BadValue("a line is too deep")
    if isinstance(data, str):
        return text(data)
    if isinstance(data, list):
        return [_clean(item, depth + 1) for item in data]
    if isinstance(data, dict):
        return {text(key): _clean(item, depth + 1) for key, item in data.items()}
    return data


def text(data: str) -> str:
    """Replace control characters, lone surrogates and direction overrides by U+FFFD."""
    return _CONTROL.sub("\ufffd", data.replace("\r\n", "\n").replace("\r", "\n"))


def sizes(data: dict[str, Any]) -> list[int]:
    """Return the sizes of the blocks that follow a line, as it announces them.

    Raises: BadValue if they are no list of whole numbers.
    """
    found = data.get("blocks", [])
    if not isinstance(found, list) or len(found) > BLOCKS:
        raise BadValue("blocks are a list of sizes")
    if not all(type(size) is int and 0 <= size < 2**40 for size in found):
        raise BadValue("blocks are a list of sizes")
    return found


def array(block: bytes) -> Array:
    """Read a .npy block without its header being evaluated; the array is read-only.

    Raises: BadValue unless dtype, shape and size agree and the dtype is a plain one.
    """
    if block[:8] != b"\x93NUMPY\x01\x00":
        raise BadValue("a block is no array")
    start = 10 + int.from_bytes(block[8:10], "little")
    match = _HEAD.fullmatch(block[10:start])
    if match is None:
        raise BadValue("an array's header is damaged")
    dtype = _dtype(match[1].decode("ascii"))
    shape = tuple(int(n) for n in (match[2] or b"").split(b",") if n)
    count = _product(shape)
    if count * dtype.itemsize != len(block) - start:
        raise BadValue("an array's size does not follow from its shape")
    try:
        flat = np.frombuffer(block, dtype, count, start) if count else np.empty(0, dtype)
        return flat.reshape(shape)
    except ValueError as error:
        raise BadValue("an array's shape is not possible") from error


def _product(shape: Sequence[int]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


@functools.lru_cache(maxsize=256)
def _dtype(name: str) -> np.dtype[Any]:
    try:
        dtype = np.dtype(name)
    except TypeError as error:
        raise BadValue("an array's dtype is unknown") from error
    if dtype_name(dtype) not in DTYPES:
        raise BadValue("an array's dtype is not a plain one")
    return dtype


def picture(block: bytes) -> bytes:
    """Check that a block can be a PNG file of a bearable size.

    Raises: BadValue if not.
    """
    if not block.startswith(PNG) or len(block) > PICTURE_BYTES:
        raise BadValue("a block is no picture")
    return block


def resolve(data: Any, blocks: Sequence[bytes], keep: Callable[[str, Array], None]) -> Any:
    """Replace every {"array": {"block": i}} by a reference that we computed.

    A block is read and hashed once, however many references point to it.
    Raises: BadValue for a block that is missing or no array.
    """

    @functools.cache
    def read(number: int) -> tuple[str, Array]:
        found = array(blocks[number])
        sha256 = array_digest(found)
        keep(sha256, found)
        return sha256, found

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, dict):
            return part
        if set(part) == {"array"}:
            return {"array": _reference(part["array"], len(blocks), read)}
        return {name: resolved(item) for name, item in part.items()}

    return resolved(data)


def _reference(
    data: Any, count: int, read: Callable[[int], tuple[str, Array]]
) -> dict[str, Any]:
    number = data.get("block") if isinstance(data, dict) else None
    if type(number) is not int or not 0 <= number < count:
        raise BadValue("an array points to a block that is not there")
    sha256, found = read(number)
    shape = list(found.shape)
    return {
        "sha256": sha256,
        "dtype": dtype_name(found.dtype),
        "shape": shape,
        "kind": data.get("kind", "ndarray"),
        "whole": data.get("whole", shape),
        "step": data.get("step", [1] * len(shape)),
    }
