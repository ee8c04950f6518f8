"""Read the data of a drawing call from its arguments and from what it returned.

In:   the method's name, its arguments, the artist or artists it made.
Out:  one `Drawn` per line, field or set of bars, in data coordinates.
Touches: nothing; every array is copied, decimated first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy

from .encode import Blocks, plain_array, steps

FIELD_AXIS = 256
LINE_ELEMENTS = 40_000


@dataclass
class Drawn:
    """One thing that was drawn; `artist` is asked for limits at the cell's end.

    `method` is another name than that of the call, if it tells more.
    """

    artist: Any = None
    x: Any = None
    y: Any = None
    z: Any = None
    blocks: Blocks = field(default_factory=Blocks)
    extent: list[float] | None = None
    origin: str = ""
    label: str = ""
    method: str = ""


def curve(x: Any = None, y: Any = None, z: Any = None, artist: Any = None) -> Drawn:
    """Keep the points of a line."""
    drawn = Drawn(artist=artist)
    for name, data in (("x", x), ("y", y), ("z", z)):
        if data is not None:
            array = plain_array(data)
            step = steps(array.shape, LINE_ELEMENTS)
            setattr(drawn, name, drawn.blocks.add_stepped(array, step))
    return drawn


def _field(x: Any, y: Any, z: Any, artist: Any = None) -> Drawn:
    """Keep a field with at most FIELD_AXIS points per axis, x and y in step with it."""
    drawn = Drawn(artist=artist)
    z = plain_array(z)
    step = [-(-n // FIELD_AXIS) for n in z.shape[:2]] + [1] * (z.ndim - 2)
    step = [max(1, n) for n in step]
    drawn.z = drawn.blocks.add_stepped(z, step)
    if x is not None and y is not None:
        along = lines_of(plain_array(x), plain_array(y))
        for name, array, axis in zip("xy", along, (1, 0), strict=True):
            own = [step[axis]] if array.ndim == 1 else step[: array.ndim]
            setattr(drawn, name, drawn.blocks.add_stepped(array, own))
    return drawn


def lines_of(x: Any, y: Any) -> tuple[Any, Any]:
    """Return the one row and the one column that a mesh repeats; others as they are.

    Shapes: of numpy.meshgrid's X and Y, (m, n) each: (n,) and (m,).
    """
    if x.ndim == y.ndim == 2 and 0 not in x.shape and 0 not in y.shape:
        row, column = x[:1], y[:, :1]
        if bool((x == row).all()) and bool((y == column).all()):
            return row.ravel(), column.ravel()
    return x, y


def plot(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    """Read lines."""
    lines = made if isinstance(made, list) else [made]
    found = []
    for line in lines:
        data = line.get_data_3d() if hasattr(line, "get_data_3d") else line.get_data(False)
        x, y, *z = data
        found.append(curve(x, y, z[0] if z else None, line))
    return found


def _scatter(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    if hasattr(made, "_offsets3d"):
        x, y, z = map(numpy.ma.getdata, made._offsets3d)
        return [curve(x, y, z, made)]
    offsets = numpy.ma.getdata(made.get_offsets())
    return [curve(offsets[:, 0], offsets[:, 1], made.get_array(), made)]


def _contour(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    x, y, z = args[:3] if len(args) >= 3 else (None, None, args[0])
    return [_field(x, y, z, made)]


def image(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    """Read an image."""
    drawn = _field(None, None, made.get_array(), made)
    given = kwargs.get("extent") is not None
    drawn.extent = [float(part) for part in made.get_extent()] if given else None
    drawn.origin = str(made.origin)
    return [drawn]


def _quiver(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    x, y = (numpy.ravel(plain_array(part)) for part in (made.X, made.Y))
    u, v = (numpy.ma.filled(part.astype(float), numpy.nan) for part in (made.U, made.V))
    ends = [numpy.stack((tail, tail + part), 1) for tail, part in ((x, u), (y, v))]
    return [curve(ends[0], ends[1], None, made)]


def _arrow(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    named = dict(zip(("x", "y", "dx", "dy"), args, strict=False)) | kwargs
    x, y, dx, dy = (float(named[name]) for name in ("x", "y", "dx", "dy"))
    return [curve([x, x + dx], [y, y + dy], None, made)]


def _annotate(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    if made.arrow_patch is None:
        return []
    (x0, y0), (x1, y1) = made.xyann, made.xy
    return [curve([float(x0), float(x1)], [float(y0), float(y1)], None, made)]


def _streamplot(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    x, y, u, v = (plain_array(part) for part in args[:4])
    return [curve(x, y, numpy.stack((u, v)), made.lines)]


def _hist(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    counts, edges, patches = made
    rows = numpy.atleast_2d(plain_array(counts))
    parts = list(patches) if len(rows) > 1 else [patches]
    return [curve(edges, row, None, part) for row, part in zip(rows, parts, strict=False)]


def _hist2d(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    counts, x_edges, y_edges, image = made
    return [_field(x_edges, y_edges, plain_array(counts).T, image)]


def _bar(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    centres = [bar.get_x() + bar.get_width() / 2 for bar in made.patches]
    return [curve(centres, [bar.get_height() for bar in made.patches], None, made)]


def _barh(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    centres = [bar.get_y() + bar.get_height() / 2 for bar in made.patches]
    return [curve([bar.get_width() for bar in made.patches], centres, None, made)]


def _fill(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    x, low, *rest = args
    high = rest[0] if rest else kwargs.get("y2", 0)
    x, low = plain_array(x), plain_array(low)
    low, high = (numpy.broadcast_to(part, x.shape) for part in (low, plain_array(high)))
    return [curve(x, low, high, made)]


def _horizontal(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    return [curve(None, [float(made.get_ydata(False)[0])], None, made)]


def _vertical(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    return [curve([float(made.get_xdata(False)[0])], None, None, made)]


def _errorbar(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    line = made.lines[0]
    if line is None:
        return [curve(args[0], args[1], None, made)]
    x, y = line.get_data(False)
    return [curve(x, y, None, made)]


READERS: dict[str, Callable[[Any, Any, Any], list[Drawn]]] = {
    "plot": plot,
    "step": plot,
    "scatter": _scatter,
    "contour": _contour,
    "contourf": _contour,
    "imshow": image,
    "matshow": image,
    "pcolormesh": _contour,
    "pcolor": _contour,
    "quiver": _quiver,
    "arrow": _arrow,
    "annotate": _annotate,
    "streamplot": _streamplot,
    "hist": _hist,
    "hist2d": _hist2d,
    "bar": _bar,
    "barh": _barh,
    "fill_between": _fill,
    "axhline": _horizontal,
    "axvline": _vertical,
    "errorbar": _errorbar,
    "plot_surface": _contour,
    "plot_wireframe": _contour,
}


def colours(artist: Any) -> dict[str, Any]:
    """Read a colormap's name and limits, if the artist maps numbers to colours."""
    values = getattr(artist, "get_array", lambda: None)()
    rgb = getattr(values, "ndim", 0) == 3 and hasattr(artist, "get_extent")
    if values is None or rgb or getattr(artist, "colors", None) is not None:
        return {}
    low, high = (None if n is None else float(n) for n in artist.get_clim())
    return {"cmap": str(artist.get_cmap().name), "vmin": low, "vmax": high}
