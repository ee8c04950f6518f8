"""Make the pictures that people look at: small, drawn once, and not without end.

In:   the figures that a cell leaves to be shown.
Out:  PNG, whatever format the notebook asked the kernel for.
Touches: how IPython's kernel prints figures. savefig, the figure's dpi and its size
      stay what the student's code made them.
"""

# mypy: disable-error-code="no-untyped-call, assignment"
# (IPython is typed in part)

import binascii
import contextlib
import io
import struct
import zlib
from typing import Any

import numpy
from IPython.core import pylabtools

from . import thrift

DPI = 60.0
LONGEST = 1600.0
"""Pixels of the longer side."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2
"""The filter that stores each row as its difference from the row above."""
_select_formats = pylabtools.select_figure_formats


class Pictures:
    """Counts down what may be drawn; a figure past that costs nothing."""

    def __init__(self, left: int) -> None:
        self.left = left

    def draw(self, figure: Any, fmt: str = "png", base64: bool = False, **_: Any) -> Any:
        """Draw one figure, as `print_figure` does; None if it is not to be shown."""
        if self.left <= 0 or not (figure.axes or figure.lines):
            return None
        self.left -= 1
        with thrift.drawing(figure):
            data = picture(figure)
        return binascii.b2a_base64(data, newline=False).decode("ascii") if base64 else data


def picture(figure: Any) -> bytes:
    """Draw a figure, and once more if something lies outside of it."""
    size = figure.get_size_inches()
    dpi = float(min(DPI, LONGEST / max(size)))
    data = printed(figure, "rgba", dpi, None)
    width = int(size[0] * dpi)
    if sticks_out(figure) or len(data) % (4 * width):
        return printed(figure, "png", dpi, "tight")
    pixels = numpy.frombuffer(data, numpy.uint8).reshape(-1, width, 4)
    return png(pixels)


def printed(figure: Any, fmt: str, dpi: float, bbox_inches: str | None) -> bytes:
    """Have matplotlib print a figure into memory."""
    file = io.BytesIO()
    if figure.canvas is None:
        backend: Any = __import__("matplotlib.backend_bases", fromlist=["*"])
        backend.FigureCanvasBase(figure)
    figure.canvas.print_figure(
        file,
        format=fmt,
        dpi=dpi,
        bbox_inches=bbox_inches,
        facecolor=figure.get_facecolor(),
        edgecolor=figure.get_edgecolor(),
    )
    return file.getvalue()


def png(pixels: Any) -> bytes:
    """Spell pixels, shape (height, width, 4), as PNG; without alpha if all is opaque."""
    opaque = bool((pixels[..., 3] == 255).all())
    rows = pixels[..., :3] if opaque else pixels
    height, width, channels = rows.shape
    flat = rows.reshape(height, width * channels)
    filtered = numpy.empty((height, width * channels + 1), numpy.uint8)
    filtered[:, 0] = UP
    filtered[0, 1:] = flat[0]
    numpy.subtract(flat[1:], flat[:-1], out=filtered[1:, 1:])
    head = struct.pack(">IIBBBBB", width, height, 8, 2 if opaque else 6, 0, 0, 0)
    body = zlib.compress(filtered.tobytes(), 1)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
    return struct.pack(">I", len(data)) + kind + data + checksum


def sticks_out(figure: Any) -> bool:
    """Tell whether a legend lies outside of the figure; looking closer costs a drawing."""
    legends = [axes.get_legend() for axes in figure.axes] + figure.legends
    with contextlib.suppress(Exception):
        width, height = figure.bbox.size
        for box in (it.get_window_extent() for it in legends if it is not None):
            if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
                return True
    return False


def _select(shell: Any, formats: Any, **_: Any) -> None:
    """Show every figure as PNG, whichever formats a notebook selects."""
    _select_formats(shell, {"png"})


def draw_small(most: int) -> None:
    """Put this in place of IPython's own; before its inline backend is imported."""
    pylabtools.print_figure = Pictures(most).draw
    pylabtools.select_figure_formats = _select
