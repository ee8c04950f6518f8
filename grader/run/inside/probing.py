"""Call a candidate on fresh arguments and spell what comes back.

In:   an object of the student's, a probe, the probe's arrays as .npy.
Out:  one "reply" fact.
Touches: nothing that lasts: output, random state, figures and modes are restored.
"""

import base64
import contextlib
import io
import random
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy

from .encode import WHOLE_ELEMENTS, Blocks, is_a, spell

Fact = tuple[dict[str, Any], list[bytes]]
ERROR = 500
_load = numpy.load


class _Sink(io.TextIOBase):
    """Swallows what a student's function prints while it is probed."""

    def write(self, text: str) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Discard output and warnings; put random states and figures back afterwards."""
    torch: Any = sys.modules.get("torch")
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    streams = sys.stdout, sys.stderr
    states = random.getstate(), numpy.random.get_state()
    torch_state = torch.get_rng_state() if torch else None
    figures = set(pyplot.get_fignums()) if pyplot else set()
    sys.stdout = sys.stderr = _Sink()
    try:
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr = streams
        random.setstate(states[0])
        numpy.random.set_state(states[1])
        if torch:
            torch.set_rng_state(torch_state)
        for number in set(pyplot.get_fignums()) - figures if pyplot else ():
            pyplot.close(number)


@contextlib.contextmanager
def evaluating(value: Any) -> Iterator[None]:
    """Put a network into evaluation mode, and its parts back into theirs."""
    torch = sys.modules.get("torch")
    if torch is None or not is_a(value, torch.nn.Module):
        yield
        return
    modes = [(part, part.training) for part in torch.nn.Module.modules(value)]
    try:
        for part, _ in modes:
            part.training = False
        yield
    finally:
        for part, mode in modes:
            part.training = mode


def answer(value: Any, probe: dict[str, Any], arrays: dict[str, bytes]) -> Fact:
    """Call `value` as the probe says."""
    blocks = Blocks()
    try:
        result = _with_and_without_gradients(lambda: _call(value, probe, arrays))
        spelled = spell(result, blocks, elements=WHOLE_ELEMENTS)
    except KeyboardInterrupt:
        return {"kind": "reply", "error": "timeout"}, []
    except BaseException as error:
        return {"kind": "reply", "error": describe(error)}, []
    return {"kind": "reply", "value": spelled}, blocks.parts


def _call(value: Any, probe: dict[str, Any], arrays: dict[str, bytes]) -> Any:
    if value is None:
        raise LookupError(f"nothing is known as {probe['candidate']}")
    if probe["construct"]:
        value = value()
    unspell = Unspeller(arrays, probe["arrays_as"])
    args = [unspell.read(item) for item in probe["args"]]
    kwargs = {name: unspell.read(item) for name, item in probe["kwargs"]}
    with evaluating(value):
        return value(*args, **kwargs)


def _with_and_without_gradients(work: Any) -> Any:
    """Do the work without gradients, and again with them if it needs them."""
    torch = sys.modules.get("torch")
    if torch is None:
        return work()
    try:
        with torch.no_grad():
            return work()
    except RuntimeError as error:
        if "grad" not in str(error):
            raise
    with torch.enable_grad():
        return work()


def describe(error: BaseException) -> str:
    """Say in one line what was raised; its __str__ may raise as well."""
    name = type(error).__name__
    try:
        return f"{name}: {error}"[:ERROR]
    except Exception:
        return name[:ERROR]


class Unspeller:
    """Builds fresh objects from the spelling in which a trusted host sent them."""

    def __init__(self, arrays: dict[str, bytes], arrays_as: str) -> None:
        self.arrays = arrays
        self.as_tensor = arrays_as == "tensor"

    def read(self, data: Any) -> Any:
        """Read one value."""
        if isinstance(data, list):
            return [self.read(item) for item in data]
        if not isinstance(data, dict):
            return data
        ((tag, body),) = data.items()
        if tag == "array":
            return self.array(body["sha256"])
        if tag in ("tuple", "set"):
            items = [self.read(item) for item in body]
            return tuple(items) if tag == "tuple" else set(items)
        if tag == "dict":
            return {self.read(key): self.read(item) for key, item in body}
        if tag == "complex":
            return complex(*map(self.read, body))
        return SCALARS[tag](body)

    def array(self, sha256: str) -> Any:
        """Read one array; floats become float32 in a tensor, whole numbers int64."""
        array = _load(io.BytesIO(self.arrays[sha256]), allow_pickle=False)
        if not self.as_tensor:
            return array
        torch = __import__("torch")
        tensor = torch.from_numpy(array)
        if array.dtype.kind == "f":
            return tensor.to(torch.float32)
        return tensor.to(torch.int64) if array.dtype.kind in "iu" else tensor


SCALARS: dict[str, Any] = {"int": int, "float": float, "bytes": base64.b64decode}
