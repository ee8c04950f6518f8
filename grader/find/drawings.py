"""Find drawing calls of certain kinds, and figures that nobody can read but a person."""

import math
import re
from collections.abc import Iterator

from grader.find.context import Context
from grader.model.answers import Found, Hit
from grader.model.evidence import Drawing
from grader.model.finds import FindDrawings
from grader.model.verdict import Binding

KINDS = {
    "image": {"imshow", "matshow", "pcolormesh", "pcolor", "tripcolor", "add_image"},
    "contour": {"contour", "contourf", "tricontour", "tricontourf"},
    "line": {"plot", "step", "stem", "errorbar", "fill_between", "lines", "add_line"},
    "points": {"scatter"},
    "arrows": {"arrow", "quiver", "annotate", "streamplot"},
    "across": {"axhline", "hlines", "axline"},
    "bars": {"bar", "barh", "hist", "hist2d"},
}
PLANE = {"image", "contour"}
SURFACES = {"plot_surface", "plot_wireframe", "plot_trisurf"}
"""They show a field, though not as an image or a contour plot."""
OPAQUE = "add_collection"
"""Coloured things that were added by hand, or by a method that is not watched."""
MANY = 64
"""Points in the plane, coloured by numbers, that may be an image."""
SHOWN = re.compile(r"<PIL\.|<IPython\S*\.Image|<plotly|Figure\(\{")
"""A picture that no figure of matplotlib's has; of those, what is drawn is recorded."""


def find_drawings(context: Context, what: FindDrawings, section: str) -> Found[Drawing]:
    """Drawings of the wanted kinds; those of the section first, in drawing order."""
    drawings = context.recorded.evidence.drawings
    kinds: set[str] = set(what.kinds)
    wanted = [drawing for drawing in drawings if _is_kind(drawing, kinds)]
    hits = [Hit(value=d, binding=_binding(context, d, section)) for d in wanted]
    hits.sort(key=lambda hit: -hit.binding.confidence)
    others = [drawing for drawing in drawings if not _is_kind(drawing, kinds)]
    return Found(
        hits=tuple(hits),
        looked_for=" or ".join(_KIND_WORDS[kind] for kind in what.kinds),
        nearest=tuple(dict.fromkeys(f"{placed(d)} ({d.method})" for d in others))[:3],
        unread=tuple(_unread(context, wanted, others, kinds, section)),
    )


def _is_kind(drawing: Drawing, kinds: set[str]) -> bool:
    """Tell the kind; many points with numbers of their own are also an image."""
    if drawing.method == "scatter" and drawing.z is not None and kinds & PLANE:
        return math.prod(drawing.z.shape) >= MANY or "points" in kinds
    return any(drawing.method in KINDS[kind] for kind in kinds)


def _unread(
    context: Context,
    wanted: list[Drawing],
    others: list[Drawing],
    kinds: set[str],
    section: str,
) -> Iterator[Binding]:
    """What was drawn in the section, and is known to be there only."""
    opaque = [d for d in others if d.method == OPAQUE]
    if kinds & PLANE and not any(_here(context, d.cell, section) for d in wanted):
        opaque += [d for d in others if d.method in SURFACES]
    for drawing in wanted:
        if drawing.x is drawing.y is drawing.z is None:
            opaque.append(drawing)
    for drawing in opaque:
        if _here(context, drawing.cell, section):
            yield _binding(context, drawing, section)
    drawn = {d.cell for d in (*wanted, *others)}
    for cell in context.own:
        shown = SHOWN.search(cell.result)
        if shown and cell.index not in drawn and _here(context, cell.index, section):
            yield Binding(cell=cell.index, what="a picture", how="shown", confidence=0.6)


def _here(context: Context, cell: int, section: str) -> bool:
    return context.rank(cell, section) >= HERE


HERE = 0.6
"""Rank of a cell in the section, or in a notebook that has no such section."""
_KIND_WORDS = {
    "image": "an image (imshow, pcolormesh)",
    "contour": "a contour plot (contour, contourf)",
    "line": "a line plot",
    "points": "a scatter plot",
    "arrows": "arrows",
    "across": "a line across (axhline, hlines, axline)",
    "bars": "bars",
}


def placed(drawing: Drawing) -> str:
    """A drawing in words: "panel 2 of figure 1 in cell 7"."""
    panel = f"panel {drawing.panel + 1} of figure {drawing.figure + 1}"
    return f"{panel} in cell {drawing.cell + 1}"


def _binding(context: Context, drawing: Drawing, section: str) -> Binding:
    return Binding(
        cell=drawing.cell,
        what=f"panel {drawing.panel + 1} of figure {drawing.figure + 1} ({drawing.method})",
        how="recorded when it was drawn",
        confidence=context.rank(drawing.cell, section),
        reasons=context.placing(drawing.cell, section),
    )
