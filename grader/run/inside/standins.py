"""Stand in for packages that only decorate: progress bars, sliders, styles.

In:   imports of tqdm, ipywidgets and seaborn where these are not installed.
Out:  modules whose bars count silently, whose sliders call a function once with their
      first values, and whose styles do nothing; a note for each. What computes or draws
      is not stood in for: its import fails as before.
Touches: the end of Python's list of finders.
"""

import sys
import types
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from typing import Any

from .shell import notes

PARTS = ("tqdm.auto", "tqdm.notebook", "tqdm.autonotebook", "tqdm.std", "tqdm.gui")
STYLES = (
    "set", "set_theme", "set_style", "set_context", "set_palette", "set_color_codes",
    "despine", "reset_defaults", "reset_orig",
)  # fmt: skip


class Silent:
    """Does nothing, whatever it is asked."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent()


class tqdm:  # noqa: N801 -- its name in student code
    """A progress bar that shows nothing."""

    def __init__(self, iterable: Any = None, *args: Any, **kwargs: Any) -> None:
        self.iterable, self.n = iterable, 0
        self.total = kwargs.get("total", args[1] if len(args) > 1 else None)

    def __iter__(self) -> Iterator[Any]:
        for item in () if self.iterable is None else self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        return len(self.iterable) if self.iterable is not None else int(self.total or 0)

    def __enter__(self) -> "tqdm":
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent()

    def update(self, n: Any = 1) -> None:
        """Count on."""
        self.n += n

    @staticmethod
    def write(text: Any = "", **kwargs: Any) -> None:
        """Print a line."""
        sys.stdout.write(f"{text}\n")

    @staticmethod
    def pandas(*args: Any, **kwargs: Any) -> None:
        """Do nothing."""


def trange(*args: Any, **kwargs: Any) -> tqdm:
    """A bar over a range."""
    return tqdm(range(*args), **kwargs)


class Widget:
    """A slider, a menu or a button that nobody moves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)
        options = kwargs.get("options")
        given = [kwargs[key] for key in ("value", "min") if key in kwargs]
        if not given and options:
            given = [_first(options)]
        self.value = given[0] if given else args[0] if args else None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent()


def _first(given: Any) -> Any:
    """The value that a slider of this abbreviation has before anybody moves it."""
    if isinstance(given, Widget):
        return given.value
    if isinstance(given, dict):
        return next(iter(given.values()), None)
    if isinstance(given, tuple) and len(given) in (2, 3):
        low, high = given[:2]
        whole = all(type(number) is int for number in given)
        return low + (high - low) // 2 if whole else low + (high - low) / 2
    if isinstance(given, list | tuple | range):
        first = given[0] if len(given) else None
        return first[1] if isinstance(first, tuple) and len(first) == 2 else first
    return given


def interact(__function: Any = None, **given: Any) -> Any:
    """Call a function once, with the first value of every slider."""
    if __function is None:
        return lambda function: interact(function, **given)
    __function(**{name: _first(value) for name, value in given.items()})
    return __function


def interactive(__function: Any, *args: Any, **given: Any) -> Widget:
    """Call a function once, and return a widget."""
    interact(__function, **given)
    return Widget()


def interactive_output(function: Any, controls: dict[str, Any]) -> Widget:
    """Call a function once, and return a widget."""
    return interactive(function, **controls)


def interact_manual(__function: Any = None, **given: Any) -> Any:
    """Wait for a button that nobody presses."""
    return __function if __function is not None else lambda function: function


def _bars(module: Any) -> None:
    module.tqdm = module.tqdm_notebook = tqdm
    module.trange = module.tnrange = trange


def _sliders(module: Any) -> None:
    for function in (interact, interactive, interactive_output, interact_manual):
        setattr(module, function.__name__, function)
    module.fixed = Widget
    module.__getattr__ = _widget


def _widget(name: str) -> Any:
    if not name[:1].isupper():
        raise AttributeError(f"ipywidgets is not installed here: there is no {name}")
    return Widget


def _styles(module: Any) -> None:
    for name in STYLES:
        setattr(module, name, Silent())
    module.__getattr__ = _no_plot


def _no_plot(name: str) -> Any:
    raise AttributeError(f"seaborn is not installed here: there is no seaborn.{name}")


FILL: dict[str, tuple[Callable[[Any], None], str]] = {
    "tqdm": (_bars, "tqdm is not installed here; its progress bars were left out."),
    "ipywidgets": (
        _sliders,
        "ipywidgets is not installed here; interact() called its function once, with the "
        "first values.",
    ),
    "seaborn": (_styles, "seaborn is not installed here; its styles were left out."),
}


class _StandIns:
    """Finds what nobody else found."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if (name in FILL or name in PARTS) and not asked_by_library():
            return ModuleSpec(name, self, is_package=name in FILL)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        fill, note = FILL[module.__name__.partition(".")[0]]
        notes.add(note)
        fill(module)


def asked_by_library() -> bool:
    """Tell whether an installed package imports; it knows what to do without."""
    frame = sys._getframe(1)
    while frame.f_back and (frame.f_code.co_filename == __file__ or _importing(frame)):
        frame = frame.f_back
    parts = frame.f_code.co_filename.replace("\\", "/").split("/")
    return not {"site-packages", "dist-packages"}.isdisjoint(parts)


def _importing(frame: types.FrameType) -> bool:
    return frame.f_code.co_filename.startswith("<frozen importlib")


def stand_in() -> None:
    """Stand in for what is not installed."""
    for made in (tqdm, trange, Widget, interact):
        made.__module__ = "tqdm" if made in (tqdm, trange) else "ipywidgets"
    sys.meta_path.append(_StandIns())
