"""Run a network forward on a fresh input and tell which layers it used.

In:   a network, a class or a function of the student's, and x of shape (n, d).
Out:  one "network" fact: layers with their weights, and the output.
Touches: nothing that lasts; evaluation mode during the run, restored afterwards.
"""

import sys
from typing import Any

from .encode import WHOLE_ELEMENTS, Blocks, is_a, tensor_array
from .probing import Unspeller, describe, evaluating

Fact = tuple[dict[str, Any], list[bytes]]
LAYERS = 200


def prepare(_: Any) -> None:
    """Load the part that needs torch, once torch is there."""
    sys.modules["_box"].load("tracing")


def answer(value: Any, probe: dict[str, Any], arrays: dict[str, bytes]) -> Fact:
    """Trace `value` as the probe says."""
    try:
        return _answer(value, probe, arrays)
    except KeyboardInterrupt:
        return {"kind": "network", "error": "timeout"}, []
    except BaseException as error:
        return {"kind": "network", "error": describe(error)}, []


def _answer(value: Any, probe: dict[str, Any], arrays: dict[str, bytes]) -> Fact:
    if value is None:
        raise LookupError(f"nothing is known as {probe['candidate']}")
    torch = __import__("torch")
    x = Unspeller(arrays, "tensor").read(probe["x"])
    if is_a(value, type):
        value = value()
    with evaluating(value), torch.no_grad():
        steps, y = _precisely(value, x)
    blocks = Blocks()
    layers = [_spell(step, blocks) for step in steps[:LAYERS]]
    head = {"layers": layers, "x": _array(x, blocks), "y": _array(y, blocks)}
    return {"kind": "network", **head}, blocks.parts


def _precisely(value: Any, x: Any) -> tuple[list[Any], Any]:
    """Run in single precision, or in double for a network whose weights are double."""
    try:
        return _forward(value, x)
    except RuntimeError as error:
        if "dtype" not in describe(error):
            raise
        return _forward(value, x.double())


def _forward(value: Any, x: Any) -> tuple[list[Any], Any]:
    """Run on all rows at once, or row by row for a network that takes single points."""
    try:
        return _watched(value, x.clone())
    except Exception:
        if x.dim() != 2 or x.shape[0] == 0:
            raise
        torch = sys.modules["torch"]
        try:
            steps, first = _watched(value, x[0].clone())
            rows = [first] + [_tensor(value(row.clone())) for row in x[1:]]
        except Exception:
            rows = []
        if not rows:
            raise
        return steps, torch.stack([torch.as_tensor(row) for row in rows])


def _watched(value: Any, x: Any) -> tuple[list[Any], Any]:
    from . import tracing

    with tracing.Watch(x) as watch:
        result = value(x)
    return watch.steps, _tensor(result)


def _tensor(result: Any) -> Any:
    """Return the output, or the first part of an output that has several."""
    if isinstance(result, tuple | list) and result:
        return _tensor(result[0])
    return result


def _spell(step: Any, blocks: Blocks) -> dict[str, Any]:
    return {
        "op": step.op[:80],
        "weight": _array(step.weight, blocks),
        "bias": _array(step.bias, blocks),
    }


def _array(value: Any, blocks: Blocks) -> Any:
    if value is None:
        return None
    if is_a(value, sys.modules["torch"].Tensor):
        return blocks.add(tensor_array(value), WHOLE_ELEMENTS, "tensor")
    array = sys.modules["numpy"].asarray(value)
    return blocks.add(array, WHOLE_ELEMENTS, "ndarray")
