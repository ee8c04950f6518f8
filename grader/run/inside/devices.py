"""Let notebooks go on that were written for a graphics card, where there is none.

In:   devices as students name them: "cuda", "cuda:0", torch.device("mps"), 0.
Out:  tensors and networks on the CPU, and a note; what is asked about the machine
      (`torch.cuda.is_available()`) stays true, and a device nobody has ("gpu") an error.
Touches: the functions of torch that take a device, each wrapped once. A call that names
      no card that is missing goes through as it is; torch.device itself is left alone.
"""

import functools
import time
import types
from collections.abc import Callable
from typing import Any

from . import hooks
from .shell import notes

LIKED = ("zeros", "ones", "empty", "full", "rand", "randn", "randint")
MAKERS = (
    *LIKED, *(f"{name}_like" for name in LIKED), "tensor", "as_tensor", "asarray", "arange",
    "range", "linspace", "logspace", "eye", "randperm", "scalar_tensor", "empty_strided",
    "tril_indices", "triu_indices", "sparse_coo_tensor", "hann_window", "hamming_window",
)  # fmt: skip
NEW = ("new_zeros", "new_ones", "new_empty", "new_full", "new_tensor")
PASSED = {
    "cuda": ("synchronize", "set_device", "init", "ipc_collect", "reset_peak_memory_stats"),
    "mps": ("synchronize", "empty_cache"),
    "xpu": ("synchronize", "set_device"),
}
NO_CARD = "there is no GPU while grading"
NAME = "no GPU"
OLD = "torch.cuda."
"""How the types of tensors on a card begin."""


def neutralise_devices(torch: Any) -> None:
    """Have the CPU do what is meant for a card that is missing."""
    cards = _Cards(torch)
    _wrap_makers(torch, cards)
    _wrap_movers(torch, cards)
    _wrap_defaults(torch, cards)
    _wrap_questions(torch, cards)
    torch.serialization.register_package(5, lambda storage: None, cards.restored)
    torch.Generator = _generator(torch.Generator, cards)


class _Cards:
    """Knows which cards are missing; asks torch once, and only when one is named."""

    def __init__(self, torch: Any) -> None:
        self.device, self.spellings = torch.device, (str, torch.device, int)
        known = {"cuda": torch.cuda, "mps": torch.backends.mps}
        known |= {"xpu": torch.xpu} if hasattr(torch, "xpu") else {}
        self.asked = {kind: module.is_available for kind, module in known.items()}
        self.known: dict[str, bool] = {}

    def missing(self, kind: str) -> bool:
        """Tell whether torch could use such a card, and there is none."""
        if kind not in self.known:
            self.known[kind] = kind in self.asked and not self.asked[kind]()
        return self.known[kind]

    def absent(self, device: Any) -> bool:
        """Tell whether a device is a card that is missing; if so, note it."""
        if not isinstance(device, self.spellings) or isinstance(device, bool):
            return False
        try:
            kind = "cuda" if isinstance(device, int) else self.device(device).type
        except RuntimeError:
            return False
        if self.missing(kind):
            notes.add(f"What asks for '{kind}' was run on the CPU: {NO_CARD}.")
        return self.missing(kind)

    def restored(self, storage: Any, location: str) -> Any:
        """Leave what was saved on a missing card where torch.load put it."""
        return storage if self.absent(location) else None


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    original = getattr(owner, name, None)
    if original is not None:
        setattr(owner, name, functools.wraps(original)(make(original)))


def _wrap_makers(torch: Any, cards: _Cards) -> None:
    def make(original: Any) -> Any:
        def made(*args: Any, **kwargs: Any) -> Any:
            if "device" in kwargs and cards.absent(kwargs["device"]):
                kwargs["device"] = "cpu"
            if kwargs.get("pin_memory") is True and cards.missing("cuda"):
                del kwargs["pin_memory"]
            return original(*args, **kwargs)

        return made

    for name in MAKERS:
        _replace(torch, name, make)
    for name in NEW:
        _replace(torch.Tensor, name, make)


def _wrap_movers(torch: Any, cards: _Cards) -> None:
    def moving(original: Any) -> Any:
        def to(self: Any, *args: Any, **kwargs: Any) -> Any:
            if args and cards.absent(args[0]):
                args = ("cpu", *args[1:])
            elif "device" in kwargs and cards.absent(kwargs["device"]):
                kwargs["device"] = "cpu"
            return original(self, *args, **kwargs)

        return to

    def staying(original: Any) -> Any:
        def cuda(self: Any, device: Any = None, *args: Any, **kwargs: Any) -> Any:
            if cards.absent("cuda" if device is None else device):
                return self
            return original(self, device, *args, **kwargs)

        return cuda

    def pinning(original: Any) -> Any:
        def pin_memory(self: Any, *args: Any, **kwargs: Any) -> Any:
            return self if cards.missing("cuda") else original(self, *args, **kwargs)

        return pin_memory

    for cls in (torch.Tensor, torch.nn.Module):
        _replace(cls, "to", moving)
        _replace(cls, "cuda", staying)
    _replace(torch.Tensor, "pin_memory", pinning)


def _wrap_defaults(torch: Any, cards: _Cards) -> None:
    """Defaults: `with torch.device("cuda"):`, set_default_device, tensor types by name."""

    def entering(original: Any) -> Any:
        def init(self: Any, device: Any) -> None:
            original(self, "cpu" if cards.absent(device) else device)

        return init

    def plain(kind: Any) -> Any:
        name = kind if isinstance(kind, str) else ""
        if type(kind) is type(torch.FloatTensor):
            name = f"{kind.__module__}.{kind.__name__}"
        card = name.startswith(OLD) and cards.absent("cuda")
        return f"torch.{name.removeprefix(OLD)}" if card else kind

    def defaulting(original: Any) -> Any:
        return lambda kind: original(plain(kind))

    def turning(original: Any) -> Any:
        def typed(self: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
            return original(self, plain(dtype), *args, **kwargs)

        return typed

    def unwrapping(original: Any) -> Any:
        return lambda: {getattr(it, "__wrapped__", it) for it in original()}

    def contexts(module: Any) -> None:
        _replace(module.DeviceContext, "__init__", entering)
        _replace(module, "_device_constructors", unwrapping)

    hooks.after_import("torch.utils._device", contexts)
    _replace(torch, "set_default_tensor_type", defaulting)
    _replace(torch.Tensor, "type", turning)


def _wrap_questions(torch: Any, cards: _Cards) -> None:
    """Calls about the card itself: nothing waits for it, and its name says it is none."""
    card = types.SimpleNamespace(name=NAME, total_memory=0, major=0, minor=0)
    answers = {"get_device_name": NAME, "get_device_properties": card, "current_device": 0}
    for kind, names in PASSED.items():
        module = getattr(torch, kind, None)
        for name in names if module is not None else ():
            _replace(module, name, _answering(cards, kind, name, None))
    for name, answer in answers.items():
        _replace(torch.cuda, name, _answering(cards, "cuda", name, answer))
    _replace(torch.cuda.device, "__enter__", _answering(cards, "cuda", "device", None))
    _replace(torch.cuda.device, "__exit__", _answering(cards, "cuda", "device", None))
    torch.cuda.Event = _event(torch.cuda.Event, cards)


def _answering(cards: _Cards, kind: str, name: str, answer: Any) -> Any:
    def make(original: Any) -> Any:
        def answered(*args: Any, **kwargs: Any) -> Any:
            if not cards.missing(kind):
                return original(*args, **kwargs)
            notes.add(f"torch.{kind}.{name}() was passed over: {NO_CARD}.")
            return answer

        return answered

    return make


class Event:
    """A moment on the CPU's clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.moment = 0.0

    def record(self, *args: Any) -> None:
        """Take the time."""
        self.moment = time.perf_counter()

    def elapsed_time(self, end: "Event") -> float:
        """Return the milliseconds between two moments."""
        return 1000 * (end.moment - self.moment)

    def synchronize(self) -> None:
        """Wait for nothing."""

    wait, query = record, lambda self: True


def _event(original: Any, cards: _Cards) -> Any:
    class Timed(original):  # type: ignore[misc]
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            if cards.missing("cuda"):
                notes.add(f"torch.cuda.Event() took the CPU's time: {NO_CARD}.")
                return Event()
            return original.__new__(original, *args, **kwargs)

    return Timed


def _generator(original: Any, cards: _Cards) -> Any:
    class Meta(type(original)):  # type: ignore[misc]
        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, original)

        def __call__(cls, device: Any = "cpu") -> Any:
            return original(device="cpu" if cards.absent(device) else device)

    return Meta("Generator", (), {"__module__": "torch", "__doc__": original.__doc__})
