"""Have matplotlib make the first ticks of an axis only when somebody asks for them.

In:   matplotlib.axis, as soon as it is imported.
Out:  the very same ticks, later or never: a figure that nobody draws needs none.
Touches: Axis's two lists of ticks, and the methods that would ask for them needlessly. An
      axis of another class, and a matplotlib that is built differently, stay as they are.

matplotlib wants its ticks late, too, but clipping an axis and switching its grid asks for
them: a third of the time of new axes. What could raise an error still asks at once.
"""

# mypy: disable-error-code="no-untyped-call"
# (matplotlib is typed in part)

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

LISTS = ("majorTicks", "minorTicks")
METHODS = ("set_clip_path", "set_tick_params", "reset_ticks")
HELD = "_box_held"
"""Where an axis keeps what its ticks will be made with: the settings of the moment when
matplotlib would have made them, and the last clipping; of plain types, to be pickled."""
SIDES = ("left", "right", "bottom", "top")
SWITCHES = {"gridOn", *SIDES, *(f"label{side}" for side in SIDES)}
SWITCHES |= {f"{part}{number}On" for part in ("tick", "label") for number in "12"}
"""What is set to True or False, with which nothing can go wrong."""


class Late:
    """Stands for matplotlib's own descriptor of one list of ticks, and asks it."""

    def __init__(self, original: Any) -> None:
        self.original = original

    def __get__(self, axis: Any, owner: Any = None) -> Any:
        """Make the ticks as they would have been made, clipped as they would be now."""
        held = None if axis is None else vars(axis).get(HELD)
        if held is None:
            return self.original.__get__(axis, owner)
        with settings(held["settings"]):
            ticks = self.original.__get__(axis, owner)
        for tick in ticks:
            for clip in held["clip"]:
                tick.set_clip_path(*clip)
        return ticks


def make_late(module: Any) -> None:
    """Do so for the axes that have an x and a y axis as matplotlib makes them."""
    cls, plain = module.Axis, (module.XAxis, module.YAxis)
    lazy = [vars(cls).get(name) for name in LISTS]
    if any(type(it).__name__ != "_LazyTickList" for it in lazy):
        return
    if any(name in vars(one) for one in plain for name in METHODS):
        return
    for name, descriptor in zip(LISTS, lazy, strict=True):
        setattr(cls, name, Late(descriptor))
    for name, make in zip(METHODS, (_clipping, _setting, _resetting), strict=True):
        original = getattr(cls, name)
        setattr(cls, name, functools.wraps(original)(make(original, plain)))


def _clipping(original: Any, plain: tuple[type, ...]) -> Callable[..., None]:
    def set_clip_path(axis: Any, path: Any, transform: Any = None) -> None:
        held = vars(axis).get(HELD)
        with without(axis, missing(axis) if held else []):
            original(axis, path, transform)
        if held:
            held["clip"] = [(path, transform)]

    return set_clip_path


def _setting(original: Any, plain: tuple[type, ...]) -> Callable[..., None]:
    def set_tick_params(axis: Any, which: str = "major", *args: Any, **kwargs: Any) -> None:
        held = HELD in vars(axis)
        switches = not args and set(kwargs) <= SWITCHES
        safe = switches and all(type(value) is bool for value in kwargs.values())
        with without(axis, missing(axis) if held and safe else []):
            original(axis, which, *args, **kwargs)
        for name in LISTS if held and not safe else ():
            getattr(axis, name)

    return set_tick_params


def _resetting(original: Any, plain: tuple[type, ...]) -> Callable[..., None]:
    def reset_ticks(axis: Any) -> None:
        vars(axis).pop(HELD, None)
        if type(axis) in plain:
            vars(axis)[HELD] = {"settings": taken(), "clip": []}
        original(axis)

    return reset_ticks


def missing(axis: Any) -> list[str]:
    """Name the lists that were not made yet."""
    return [name for name in LISTS if name not in vars(axis)]


@contextlib.contextmanager
def without(axis: Any, names: list[str]) -> Iterator[None]:
    """Let the axis believe that these lists are empty."""
    for name in names:
        vars(axis)[name] = []
    try:
        yield
    finally:
        for name in names:
            vars(axis).pop(name, None)


@contextlib.contextmanager
def settings(found: dict[str, Any]) -> Iterator[None]:
    """Have rcParams as they were; their values have been validated before."""
    now = taken()
    dict.update(rc(), found)
    try:
        yield
    finally:
        dict.update(rc(), now)


def taken() -> dict[str, Any]:
    """Return a copy of the settings; asking for them one by one takes far longer."""
    return dict(dict.items(rc()))


def rc() -> Any:
    """Return matplotlib's settings."""
    return sys.modules["matplotlib"].rcParams
