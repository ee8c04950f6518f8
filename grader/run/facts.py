"""Turn one parsed line into one of the model's evidence types.

In:   a dict that may be forged, its arrays already resolved by the host.
Out:  a frozen evidence object; BadValue if the line does not spell one.
Pure: no files, no processes.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.model.evidence import (
    Candidate,
    CandidateKind,
    Cell,
    CellError,
    CellStatus,
    Drawing,
    Layer,
    Named,
    NetworkReply,
    Parameter,
    Reply,
)
from grader.model.probe import Probe, Trace
from grader.model.value import ArrayRef, BadValue, Opaque, Value, decode, decode_ref
from grader.run import hostile

TEXT = 1_000_000
KINDS = ("positional", "keyword", "args", "kwargs")
METHOD = 40


def string(data: object, limit: int) -> str:
    """Return a text, cut; anything else is an empty one."""
    return data[:limit] if isinstance(data, str) else ""


def cell_index(data: dict[str, Any], count: int) -> int:
    """Return the index of the cell a fact belongs to."""
    return _whole(data.get("cell"), count - 1)


def _whole(data: object, top: int = 10**15) -> int:
    if type(data) is not int or not 0 <= data <= top:
        raise BadValue("a whole number is missing or out of range")
    return data


def _real(data: object) -> float | None:
    if type(data) not in (int, float):
        return None
    number = float(data)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def _list(data: object, limit: int) -> list[Any]:
    return data[:limit] if isinstance(data, list) else []


def versions(data: object) -> tuple[tuple[str, str], ...]:
    """Read (name, version) pairs; what is none is left out."""
    pairs = [pair for pair in _list(data, 50) if isinstance(pair, list) and len(pair) == 2]
    return tuple((string(pair[0], 50), string(pair[1], 50)) for pair in pairs)


def pictures(blocks: Sequence[bytes]) -> dict[str, bytes]:
    """Name pictures by their content."""
    found = [hostile.picture(block) for block in blocks]
    return {hashlib.sha256(data).hexdigest(): data for data in found}


def cell(before: Cell, data: dict[str, Any], shown: tuple[str, ...]) -> Cell:
    """Fill in what became of a cell; what was handed in stays as it is."""
    try:
        status = CellStatus(string(data.get("status"), 20))
    except ValueError as error:
        raise BadValue("a cell's status is unknown") from error
    return replace(
        before,
        status=status,
        error=_error(data.get("error")),
        stdout=string(data.get("stdout"), TEXT),
        stderr=string(data.get("stderr"), TEXT),
        result=string(data.get("result"), TEXT),
        pictures=shown,
        notes=tuple(string(note, 500) for note in _list(data.get("notes"), 100)),
    )


def _error(data: object) -> CellError | None:
    if not isinstance(data, dict):
        return None
    line = data.get("line")
    return CellError(
        name=string(data.get("name"), 200),
        message=string(data.get("message"), 2000),
        line=line if type(line) is int and 0 < line < 10**6 else None,
        trace=string(data.get("trace"), 20_000),
    )


def named(data: dict[str, Any], cells: int) -> Named:
    """Read a name and its value."""
    kind = string(data.get("type"), 200)
    return Named(
        cell=cell_index(data, cells),
        name=string(data.get("name"), 200),
        type=kind,
        value=_value(data.get("value"), kind),
    )


def _value(data: object, kind: str) -> Value:
    """Decode a value; one that cannot be read is opaque and says why."""
    try:
        return decode(data)
    except BadValue as error:
        return Opaque(type=kind, text=f"unreadable: {error}")


def candidate(data: dict[str, Any], cells: int) -> Candidate:
    """Read a candidate; its id says what kind it is."""
    key = string(data.get("id"), 12)
    kinds = {"f": "function", "c": "class", "n": "network"}
    if key[:1] not in kinds or not (key[1:].isascii() and key[1:].isdigit()):
        raise BadValue("a candidate's id is a letter and a number")
    count = data.get("count")
    return Candidate(
        id=key,
        kind=CandidateKind(kinds[key[0]]),
        cell=cell_index(data, cells),
        names=tuple(string(name, 200) for name in _list(data.get("names"), 100)),
        type=string(data.get("type"), 200),
        parameters=tuple(_parameter(part) for part in _list(data.get("parameters"), 50)),
        parameter_count=None if count is None else _whole(count),
    )


def _parameter(data: object) -> Parameter:
    if not isinstance(data, list) or len(data) != 3 or data[2] not in KINDS:
        raise BadValue("a parameter is a name, a flag and a kind")
    return Parameter(name=string(data[0], 100), required=data[1] is True, kind=data[2])


def drawing(data: dict[str, Any], cells: int) -> Drawing:
    """Read a drawing."""
    extent = [_real(part) for part in _list(data.get("extent"), 5)]
    corners = tuple(part for part in extent if part is not None)
    return Drawing(
        cell=cell_index(data, cells),
        figure=_whole(data.get("figure"), 10_000),
        panel=_whole(data.get("panel"), 10_000),
        method=string(data.get("method"), METHOD),
        rows=_whole(data.get("rows", 1), 1000),
        columns=_whole(data.get("columns", 1), 1000),
        x=_array(data.get("x")),
        y=_array(data.get("y")),
        z=_array(data.get("z")),
        extent=corners if len(corners) == 4 else None,
        origin=string(data.get("origin"), 10),
        cmap=string(data.get("cmap"), 100),
        vmin=_real(data.get("vmin")),
        vmax=_real(data.get("vmax")),
        label=string(data.get("label"), 1000),
        title=string(data.get("title"), 1000),
        xlabel=string(data.get("xlabel"), 1000),
        ylabel=string(data.get("ylabel"), 1000),
        figure_title=string(data.get("figure_title"), 1000),
    )


def _array(data: object) -> ArrayRef | None:
    if data is None:
        return None
    if not isinstance(data, dict) or set(data) != {"array"}:
        raise BadValue("an array is missing")
    return decode_ref(data["array"])


def answer(probe: Probe, data: dict[str, Any]) -> Reply | NetworkReply:
    """Read an answer; the names in it are the probe's own, not the box's."""
    error = string(data.get("error"), 500)
    if not isinstance(probe, Trace):
        value = None if error else _value(data.get("value"), "reply")
        return Reply(
            probe=probe.probe,
            candidate=probe.candidate,
            form=probe.form,
            value=value,
            error=error,
        )
    layers = () if error else _layers(data)
    return NetworkReply(
        probe=probe.probe,
        candidate=probe.candidate,
        layers=layers,
        x=None if error else _array(data.get("x")),
        y=None if error else _array(data.get("y")),
        error=error,
    )


def _layers(data: dict[str, Any]) -> tuple[Layer, ...]:
    found = []
    for part in _list(data.get("layers"), 1000):
        if not isinstance(part, dict):
            raise BadValue("a layer is an object")
        weight, bias = _array(part.get("weight")), _array(part.get("bias"))
        found.append(Layer(op=string(part.get("op"), 80), weight=weight, bias=bias))
    return tuple(found)
