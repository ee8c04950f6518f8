"""Draw a figure's axes without the work that leaves no trace in the picture.

In:   a figure that is about to be drawn.
Out:  the very same picture, in about a third of the time; see `texts` for the words.
Touches: methods of matplotlib's axis classes while the figure is drawn, and only then.

Left out: every tick is built anew although it equals the first one of its axis; labels,
offsets and titles are placed around all tick labels although they are empty; a font is
looked up for every text. A matplotlib that is built differently draws as it always does.
"""

# mypy: disable-error-code="no-untyped-call"
# (matplotlib is typed in part)

import contextlib
import functools
import sys
from collections.abc import Iterator
from typing import Any

from . import texts

PARTS = ("gridline", "tick1line", "tick2line", "label1", "label2")
MARKS = ("tick1line", "tick2line")
NEEDED = (
    "_get_tick",
    "_copy_tick_props",
    "_get_ticklabel_bboxes",
    "draw",
    "get_tightbbox",
    "_update_ticks",
    "_update_label_position",
    "_update_offset_text_position",
)
TEXTS = ("text", "backends.backend_agg")
PLACING = "_update_label_position"


@contextlib.contextmanager
def drawing(figure: Any) -> Iterator[None]:
    """Draw thriftily inside of this; afterwards the axes have the ticks they had."""
    axis: Any = sys.modules.get("matplotlib.axis")
    axes: Any = sys.modules.get("matplotlib.axes._base")
    fonts: Any = sys.modules.get("matplotlib.font_manager")
    if not axis or not axes or not all(hasattr(axis.Axis, name) for name in NEEDED):
        yield
        return
    kept = [(ticks, len(ticks)) for ticks in realised(figure)]
    thrift = _Thrift(figure, axis)
    with contextlib.ExitStack() as stack:
        for cls, name, make in thrift.changes(axes._AxesBase, fonts.FontManager):
            original = getattr(cls, name)
            own = name in vars(cls)
            setattr(cls, name, functools.wraps(original)(make(original)))
            undo = functools.partial(setattr, cls, name, original)
            stack.callback(undo if own else functools.partial(delattr, cls, name))
        yield
    for ticks, count in kept:
        del ticks[count:]


def realised(figure: Any) -> Iterator[list[Any]]:
    """Yield the lists of ticks that exist; looking for others would make them."""
    for axes in figure.axes:
        for one in (axes.xaxis, axes.yaxis):
            for name in ("majorTicks", "minorTicks"):
                if name in vars(one):
                    yield vars(one)[name]


class _Thrift:
    """The replacements, and what they tell each other."""

    def __init__(self, figure: Any, module: Any) -> None:
        self.plain = (module.XAxis, module.YAxis)
        self.vertical = module.YAxis
        self.module = module
        self.has_layout = figure.get_layout_engine() is not None
        self.skip_boxes = False
        self.titling = False

    def changes(self, axes_class: Any, fonts: Any) -> Iterator[texts.Change]:
        if hasattr(fonts, "_find_fonts_by_props"):
            yield fonts, "_find_fonts_by_props", remembering
        text, agg = (sys.modules.get(f"matplotlib.{name}") for name in TEXTS)
        if text and agg:
            yield from texts.changes(text, agg)
        cls = self.module.Axis
        yield cls, "_get_tick", self.get_tick
        yield cls, "_copy_tick_props", self.copy_tick_props
        yield cls, "_get_ticklabel_bboxes", self.boxes
        if self.has_layout:
            return
        yield cls, "draw", self.draw
        for one in self.plain:
            yield one, PLACING, self.place_label
        if hasattr(axes_class, "_update_title_position"):
            yield cls, "get_tightbbox", self.tight
            yield axes_class, "_update_title_position", self.place_title

    def get_tick(self, original: Any) -> Any:
        def get_tick(axis: Any, major: bool) -> Any:
            ticks = vars(axis).get("majorTicks" if major else "minorTicks")
            if type(axis) not in self.plain or not ticks:
                return original(axis, major=major)
            return twin(ticks[0])

        return get_tick

    def copy_tick_props(self, original: Any) -> Any:
        def copy_tick_props(axis: Any, src: Any, dest: Any) -> None:
            if getattr(dest, "_twin_of", None) is not src:
                original(axis, src, dest)

        return copy_tick_props

    def draw(self, original: Any) -> Any:
        def draw(axis: Any, renderer: Any, *args: Any, **kwargs: Any) -> Any:
            if type(axis) not in self.plain or not axis.get_visible():
                return original(axis, renderer, *args, **kwargs)
            ticks = axis._update_ticks()
            self.skip_boxes = True
            boxes = axis._get_ticklabel_bboxes(ticks, renderer)
            draw_ticks(ticks, renderer)
            axis._update_label_position(renderer)
            axis.label.draw(renderer)
            axis._update_offset_text_position(*boxes)
            axis.offsetText.set_text(axis.major.formatter.get_offset())
            axis.offsetText.draw(renderer)
            axis.stale = False
            return None

        return draw

    def boxes(self, original: Any) -> Any:
        def boxes(axis: Any, ticks: Any, renderer: Any) -> Any:
            skip, self.skip_boxes = self.skip_boxes, False
            if skip and not axis.major.formatter.get_offset():
                return [], []
            return original(axis, ticks, renderer)

        return boxes

    def place_label(self, original: Any) -> Any:
        def place_label(axis: Any, renderer: Any) -> None:
            if axis.label.get_text() or axis.label_position not in ("bottom", "left"):
                original(axis, renderer)

        return place_label

    def place_title(self, original: Any) -> Any:
        def place_title(axes: Any, renderer: Any) -> Any:
            self.titling = True
            try:
                return original(axes, renderer)
            finally:
                self.titling = False

        return place_title

    def tight(self, original: Any) -> Any:
        def tight(axis: Any, renderer: Any = None, **kwargs: Any) -> Any:
            if self.titling and not kwargs and type(axis) is self.vertical:
                axis._update_ticks()
                if not axis.major.formatter.get_offset():
                    axis.offsetText.set_text("")
                    return None
            return original(axis, renderer, **kwargs)

        return tight


def remembering(original: Any) -> Any:
    """Look a font up once per drawing."""
    known: dict[int, Any] = {}

    def find(manager: Any, prop: Any, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs or not hasattr(prop, "get_size_in_points"):
            return original(manager, prop, *args, **kwargs)
        key = hash(prop)
        if key not in known:
            known[key] = original(manager, prop)
        return known[key]

    return find


def draw_ticks(ticks: list[Any], renderer: Any) -> None:
    """Draw ticks that are twins together: all their marks at once, and what they say."""
    twins: dict[int, list[Any]] = {}
    for tick in ticks:
        twins.setdefault(id(getattr(tick, "_twin_of", tick)), []).append(tick)
    for group in twins.values():
        if len(group) == 1 or not all(tick.get_visible() for tick in group):
            for tick in group:
                tick.draw(renderer)
            continue
        for name in PARTS:
            parts = [part for tick in group if (part := getattr(tick, name)).get_visible()]
            if name in MARKS and len(parts) > 1:
                parts = [joined(parts)]
            for part in parts:
                part.draw(renderer)


def joined(lines: list[Any]) -> Any:
    """Return one line of markers for many of one look."""
    made = same(lines[0])
    xs, ys = zip(*(line.get_data() for line in lines), strict=True)
    made.set_data([x for part in xs for x in part], [y for part in ys for y in part])
    return made


def twin(tick: Any) -> Any:
    """Return a tick that equals another; what they share is never changed in place."""
    made = same(tick)
    for name in PARTS:
        setattr(made, name, same(getattr(tick, name)))
    made._twin_of = tick
    return made


def same(artist: Any) -> Any:
    """Return an artist with the very same attributes."""
    made = object.__new__(type(artist))
    vars(made).update(vars(artist))
    return made
