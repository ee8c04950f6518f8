"""Draw texts from what was found out about the same words before.

In:   a figure that is being drawn with Agg.
Out:  the same picture; a text lies on whole pixels.
Touches: Text._get_layout and RendererAgg.draw_text while a figure is drawn, and two
      memories of this module. The warm parent fills them with the usual labels.

matplotlib measures and shapes every text anew for every figure, which costs more than
all else in most pictures. Kept are the place of the lines around a text's anchor, and
the grey image of an upright line.
"""

from collections.abc import Callable, Iterator
from typing import Any

Change = tuple[Any, str, Callable[[Any], Any]]
MOST = 4000

_layouts: dict[Any, Any] = {}
_stamps: dict[Any, Any] = {}


def changes(text: Any, agg: Any) -> Iterator[Change]:
    """List what is replaced, if this matplotlib has all that is needed."""
    renderer = agg.RendererAgg
    if hasattr(text.Text, "_get_layout") and hasattr(renderer, "_prepare_font"):
        yield text.Text, "_get_layout", remembered
        yield renderer, "draw_text", stamped(agg.get_hinting_flag)


def keep(memory: dict[Any, Any], key: Any, value: Any) -> Any:
    """Remember a value; forget all when there are too many."""
    if len(memory) >= MOST:
        memory.clear()
    memory[key] = value
    return value


def remembered(original: Any) -> Any:
    """Lay a text out once for each way it can look."""

    def layout(text: Any, renderer: Any) -> Any:
        if text.get_wrap() or text.get_usetex():
            return original(text, renderer)
        key = (
            text.get_text(),
            hash(text.get_fontproperties()),
            text.get_figure(root=True).dpi,
            text.get_rotation(),
            text.get_rotation_mode(),
            text.get_horizontalalignment(),
            text.get_verticalalignment(),
            text._get_multialignment(),
            text._linespacing,
            text.get_parse_math(),
            type(text),
        )
        found = _layouts.get(key)
        return keep(_layouts, key, original(text, renderer)) if found is None else found

    return layout


def stamped(hinting: Any) -> Any:
    """Draw an upright line of plain words from its image."""

    def replaced(original: Any) -> Any:
        def draw_text(
            renderer: Any,
            gc: Any,
            x: float,
            y: float,
            s: str,
            prop: Any,
            angle: float,
            ismath: Any = False,
            mtext: Any = None,
        ) -> None:
            if ismath or angle or not gc.get_antialiased():
                original(renderer, gc, x, y, s, prop, angle, ismath=ismath, mtext=mtext)
                return
            key = s, hash(prop), renderer.dpi
            found = _stamps.get(key)
            if found is None:
                font = renderer._prepare_font(prop)
                font.set_text(s, 0, flags=hinting())
                font.draw_glyphs_to_bitmap(antialiased=True)
                left, low = (part / 64 for part in font.get_bitmap_offset())
                drop = low + font.get_descent() / 64
                found = keep(_stamps, key, (font.get_image().copy(), left, drop))
            image, left, drop = found
            place = round(x + left), round(y + drop) + 1
            renderer._renderer.draw_text_image(image, *place, 0, gc)

        return draw_text

    return replaced
