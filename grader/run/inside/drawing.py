"""Record drawing calls at the moment they happen.

In:   every outermost call of a watched method of matplotlib's axes.
Out:  "drawing" facts at the end of the cell, with the titles and limits of that moment.
Touches: the methods of matplotlib.axes.Axes, each wrapped once. What the student's code
      sees and draws stays as it was, and nothing of ours is raised into it.
"""

import functools
import math
from dataclasses import dataclass
from typing import Any

from . import artists, straight

Fact = tuple[dict[str, Any], list[bytes]]
PER_CELL = 500
FLAT = [
    "plot",
    "step",
    "scatter",
    "contour",
    "contourf",
    "imshow",
    "matshow",
    "pcolormesh",
    "pcolor",
    "quiver",
    "arrow",
    "annotate",
    "streamplot",
    "hist",
    "hist2d",
    "bar",
    "barh",
    "fill_between",
    "axhline",
    "axvline",
    "errorbar",
    "axline",
    "hlines",
    "vlines",
    "stem",
    "tricontour",
    "tricontourf",
    "tripcolor",
    "add_line",
    "add_collection",
    "add_image",
]
SOLID = ["plot", "scatter", "contour", "contourf"]
SURFACES = ["plot_surface", "plot_wireframe", "plot_trisurf"]


@dataclass
class _Record:
    """A drawing that waits for the end of its cell."""

    method: str
    axes: Any
    figure: int
    panel: int
    drawn: artists.Drawn
    last: dict[str, Any] | None = None


class Recorder:
    """Holds the drawings of the current cell."""

    def __init__(self, budget: int) -> None:
        self.left = budget
        self.paused = False
        self.depth = 0
        self.records: list[_Record] = []
        self.figures: list[Any] = []
        self.dropped = 0

    def watch_axes(self, module: Any) -> None:
        """Wrap the methods of Axes."""
        self._watch(module.Axes, FLAT)
        self._watch_clear(module.Axes)

    def watch_axes3d(self, module: Any) -> None:
        """Wrap the methods of Axes3D that it does not inherit."""
        cls = module.Axes3D
        self._watch(cls, [name for name in SOLID + SURFACES if name in vars(cls)])
        for name in SOLID:
            setattr(cls, f"{name}3D", getattr(cls, name))

    def _watch(self, cls: Any, names: list[str]) -> None:
        for name in names:
            if hasattr(cls, name):
                setattr(cls, name, self._wrapped(name, getattr(cls, name)))

    def _wrapped(self, name: str, original: Any) -> Any:
        @functools.wraps(original)
        def method(axes: Any, *args: Any, **kwargs: Any) -> Any:
            if self.depth or self.paused or is_colorbar(axes):
                return original(axes, *args, **kwargs)
            self.depth += 1
            try:
                made = original(axes, *args, **kwargs)
            finally:
                self.depth -= 1
            self._record(name, axes, args, kwargs, made)
            return made

        return method

    def _watch_clear(self, cls: Any) -> None:
        original = cls.clear

        @functools.wraps(original)
        def clear(axes: Any) -> Any:
            for record in self.records:
                if record.axes is axes and record.last is None:
                    self._finish(record)
            return original(axes)

        cls.clear = clear

    def _record(self, name: str, axes: Any, args: Any, kwargs: Any, made: Any) -> None:
        if len(self.records) >= PER_CELL or self.left <= 0:
            self.dropped += 1
            return
        self.depth += 1
        try:
            figure = root(axes)
            if all(figure is not known for known in self.figures):
                self.figures.append(figure)
            number = next(i for i, known in enumerate(self.figures) if known is figure)
            for drawn in self._read(name, args, kwargs, made):
                self.left -= sum(map(len, drawn.blocks.parts))
                method, place = drawn.method or name, panel(axes, figure)
                self.records.append(_Record(method, axes, number, place, drawn))
        except Exception:
            self.dropped += 1
        finally:
            self.depth -= 1

    def _read(self, name: str, args: Any, kwargs: Any, made: Any) -> list[artists.Drawn]:
        """Read a call; where that fails, that something was drawn is all that is known."""
        try:
            return straight.read(name, args, kwargs, made)
        except Exception:
            self.dropped += 1
            return [artists.Drawn(artist=made)]

    def _finish(self, record: _Record) -> None:
        try:
            record.last = self._last(record)
        except Exception:
            record.last = {}

    def _last(self, record: _Record) -> dict[str, Any]:
        axes, figure = record.axes, root(record.axes)
        rows, columns = grid(axes)
        title = " ".join(filter(None, (axes.get_title(loc=s) for s in SIDES)))
        last = {
            "rows": rows,
            "columns": columns,
            "title": title[:1000],
            "xlabel": axis_label(axes, "x")[:1000],
            "ylabel": axis_label(axes, "y")[:1000],
            "figure_title": figure._suptitle.get_text()[:1000] if figure._suptitle else "",
            "label": (record.drawn.label or in_legend(axes, record.drawn.artist))[:1000],
        }
        if axes in figure.axes:
            last["panel"] = panel(axes, figure)
        return {**last, **_finite(artists.colours(record.drawn.artist))}

    def take(self) -> list[Fact]:
        """Return the cell's drawings and start anew."""
        facts = [self._fact(record) for record in self.records]
        if self.dropped:
            text = f"{self.dropped} drawing calls of this cell were not recorded."
            facts.append(({"kind": "note", "text": text}, []))
        self.records, self.figures, self.dropped = [], [], 0
        return facts

    def _fact(self, record: _Record) -> Fact:
        if record.last is None:
            self._finish(record)
        drawn = record.drawn
        head = {
            "kind": "drawing",
            "method": record.method,
            "figure": record.figure,
            "panel": record.panel,
            "x": drawn.x,
            "y": drawn.y,
            "z": drawn.z,
            "origin": drawn.origin,
            "extent": drawn.extent,
        }
        return {**head, **(record.last or {})}, drawn.blocks.parts


SIDES = ("left", "center", "right")


def axis_label(axes: Any, which: str) -> str:
    """What an axis is called: itself, one that it is shared with, or all of the figure."""
    shared = getattr(axes, f"get_shared_{which}_axes")().get_siblings(axes)
    names = [str(getattr(one, f"get_{which}label")()) for one in (axes, *shared)]
    whole = getattr(root(axes), f"_sup{which}label", None)
    return next(filter(None, [*names, "" if whole is None else whole.get_text()]), "")


def in_legend(axes: Any, artist: Any) -> str:
    """Return what the legend calls a line without a label: `legend(["loss"])`."""
    legend, lines = axes.get_legend(), list(axes.get_lines())
    places = [place for place, line in enumerate(lines) if line is artist]
    if legend is None or not places:
        return ""
    texts = [text.get_text() for text in legend.get_texts()]
    labels = {line.get_label() for line in lines}
    if len(texts) > len(lines) or labels & set(texts) or places[0] >= len(texts):
        return ""
    return str(texts[places[0]])


def _finite(found: dict[str, Any]) -> dict[str, Any]:
    numbers = {k: v for k, v in found.items() if k != "cmap" and v is not None}
    bad = {name: None for name, value in numbers.items() if not math.isfinite(value)}
    return {**found, **bad}


def root(axes: Any) -> Any:
    """Return the figure of some axes, not a subfigure of it."""
    figure = axes.figure
    while getattr(figure, "figure", figure) is not figure:
        figure = figure.figure
    return figure


def panel(axes: Any, figure: Any) -> int:
    """Number the panel of some axes; colour bars and twins do not count."""
    panels: list[Any] = []
    for other in figure.axes:
        if other is not axes and (is_colorbar(other) or _twin(other, panels)):
            continue
        if other is axes:
            twins = [i for i, known in enumerate(panels) if _twin(axes, [known])]
            return twins[0] if twins else len(panels)
        panels.append(other)
    return len(panels)


def is_colorbar(axes: Any) -> bool:
    """Tell whether some axes hold a colour bar, also while it is being drawn."""
    locator = type(getattr(axes, "_axes_locator", None)).__name__
    return hasattr(axes, "_colorbar") or locator == "_ColorbarAxesLocator"


def _twin(axes: Any, panels: list[Any]) -> bool:
    twins = axes._twinned_axes
    return any(twins.joined(axes, known) for known in panels)


def grid(axes: Any) -> tuple[int, int]:
    """Return the rows and columns of the figure's layout."""
    spec = axes.get_subplotspec()
    if spec is None:
        return 1, 1
    rows, columns = spec.get_topmost_subplotspec().get_gridspec().get_geometry()
    return int(rows), int(columns)
