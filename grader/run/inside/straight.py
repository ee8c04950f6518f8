"""Read straight lines, and what a notebook adds to its axes by hand.

In:   as `artists`: the method's name, its arguments, and what it returned.
Out:  as `artists`: what was drawn. A thing whose numbers are not known has none.
Touches: nothing.
"""

from collections.abc import Callable
from typing import Any

import numpy

from . import artists
from .artists import Drawn, curve
from .encode import plain_array

FAR = 1e6
"""How far a line without ends is followed, in data units."""
MOST = 50
"""Lines of one set of pieces that are recorded."""
LONGEST = 20_000
"""Pieces of a set that are looked at."""


def _endless(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    """axline: two points far apart; nothing where it does not stand in data units."""
    if "transform" in kwargs:
        return [Drawn(artist=made)]
    named = dict(zip(("xy1", "xy2"), args, strict=False)) | kwargs
    x, y = (float(part) for part in named["xy1"])
    if named.get("xy2") is not None:
        right, up = (float(part) for part in named["xy2"])
        dx, dy = right - x, up - y
    else:
        slope = float(named["slope"])
        dx, dy = (1.0, slope) if numpy.isfinite(slope) else (0.0, 1.0)
    far = FAR / max(abs(dx), abs(dy))
    return [curve([x - far * dx, x + far * dx], [y - far * dy, y + far * dy], None, made)]


def _pieces(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    """hlines, vlines, LineCollection: pieces that go on from one another are one line."""
    if "transform" in kwargs:
        return [Drawn(artist=made)]
    paths: list[list[Any]] = []
    for piece in made.get_segments()[:LONGEST]:
        points = [tuple(point) for point in numpy.asarray(piece, float)]
        if paths and points and paths[-1][-1] == points[0]:
            paths[-1] += points[1:]
        elif len(points) > 1:
            paths.append(points)
    found = []
    for path in paths[:MOST]:
        x, y = zip(*path, strict=True)
        found.append(curve(x, y, None, made))
    return found


def _stem(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    x, y = made.markerline.get_data(False)
    return [curve(x, y, None, made)]


def _scattered(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    """Numbers at points: tricontour(x, y, z), also with triangles or a Triangulation."""
    if hasattr(args[0], "triangles"):
        x, y, rest = args[0].x, args[0].y, args[1:]
    else:
        x, y, *rest = args
    x, y = plain_array(x), plain_array(y)
    numbers = (plain_array(part) for part in rest)
    z = next(part for part in numbers if part.shape == x.shape)
    return [curve(x.ravel(), y.ravel(), z.ravel(), made)]


def _collection(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    if hasattr(made, "get_segments"):
        found = _pieces(args, kwargs, made)
        for drawn in found:
            drawn.method = "lines"
        return found
    return [] if made.get_array() is None else [Drawn(artist=made)]


def _image(args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    return artists.image((), {"extent": made.get_extent()}, made)


READERS: dict[str, Callable[[Any, Any, Any], list[Drawn]]] = {
    **artists.READERS,
    "axline": _endless,
    "hlines": _pieces,
    "vlines": _pieces,
    "stem": _stem,
    "tricontour": _scattered,
    "tricontourf": _scattered,
    "tripcolor": _scattered,
    "plot_trisurf": _scattered,
    "add_line": artists.plot,
    "add_collection": _collection,
    "add_image": _image,
}


def read(method: str, args: Any, kwargs: Any, made: Any) -> list[Drawn]:
    """Read one call; an unknown shape of arguments raises."""
    found = READERS[method](args, kwargs, made)
    for drawn in found:
        label = getattr(drawn.artist, "get_label", str)()
        label = label if type(label) is str else ""
        drawn.label = "" if label.startswith("_") else label
    return found
