"""Find drawing calls of certain kinds."""

from grader.find.context import Context
from grader.model.answers import Found, Hit
from grader.model.evidence import Drawing
from grader.model.finds import FindDrawings
from grader.model.verdict import Binding

KINDS = {
    "image": {"imshow", "matshow", "pcolormesh", "pcolor", "pcolorfast", "spy"},
    "contour": {"contour", "contourf", "tricontour", "tricontourf"},
    "line": {"plot", "step", "semilogy", "semilogx", "loglog", "errorbar", "fill_between"},
    "points": {"scatter"},
    "arrows": {"arrow", "quiver", "annotate", "streamplot"},
    "across": {"axhline"},
    "bars": {"bar", "barh", "hist", "hist2d"},
}


def find_drawings(context: Context, what: FindDrawings, section: str) -> Found[Drawing]:
    """Drawings of the wanted kinds; those of the section first, in drawing order."""
    methods = set().union(*(KINDS[kind] for kind in what.kinds))
    hits = [
        Hit(value=drawing, binding=_binding(context, drawing, section))
        for drawing in context.recorded.evidence.drawings
        if drawing.method in methods
    ]
    hits.sort(key=lambda hit: -hit.binding.confidence)
    others = [d for d in context.recorded.evidence.drawings if d.method not in methods]
    return Found(
        hits=tuple(hits),
        looked_for=" or ".join(_KIND_WORDS[kind] for kind in what.kinds),
        nearest=tuple(dict.fromkeys(f"{placed(d)} ({d.method})" for d in others))[:3],
    )


_KIND_WORDS = {
    "image": "an image (imshow, pcolormesh)",
    "contour": "a contour plot (contour, contourf)",
    "line": "a line plot",
    "points": "a scatter plot",
    "arrows": "arrows",
    "across": "a line across (axhline)",
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
