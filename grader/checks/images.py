"""Check images of a student's own network, and of its gradient.

The network's weights are random, so there is no reference picture: the image is compared
with the student's own network, recomputed in numpy at the image's coordinates.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from grader.checks.fields import MOST_DRAWINGS, in_section, nothing_readable
from grader.checks.left_out import unless_left_out
from grader.checks.planes import Points, Span, assumed, covers, told, turned
from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import Tolerance
from grader.model.criteria_drawings import NetworkDrawn
from grader.model.evidence import Drawing
from grader.model.fields import Field, as_field
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import (
    Binding,
    Verdict,
    failed,
    graded,
    no_answer,
    passed,
    pending,
)

SHARE = 0.98
SHOWN, SHOWN_SHARE = 0.1, 0.75
"""Of its spread, how far a value must lie from the usual one to show something; and which
share of the points that show something must match, too: flat images are alike elsewhere."""
FEWEST_SHOWN = 20
"""Points; fewer tell nothing."""
QUICK = 24
MOST_NETWORKS = 16
MOST_RANGES = 40
FARTHEST = 1e7
LOW_RESOLUTION = 0.5
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e\d+)?(?![\w.])", re.I)
Fields = list[tuple[Hit[Drawing], Field]]


@check("network_drawn")
@unless_left_out
def network_drawn(options: NetworkDrawn, case: Case) -> Verdict:
    """Ask whether an image shows the student's own network over the wanted range.

    The image may be transposed or drawn top down; without coordinates it is read over
    the wanted range, or over ranges whose numbers stand in the notebook.

    Pass:      an image equals a network's output, recomputed, at (nearly) all points.
    Partial:   it does, with fewer points than asked: half the credit.
    Fail:      all images of the section have one value everywhere.
    No answer: no image in the section.
    Pending:   images were drawn, yet none can be tied to a network.
    Fooled by: a wrong network; its architecture is a criterion of its own.
    """
    got: Found[Drawing] = case.seek(options.find)
    fields = drawn_fields(case, got)
    if not fields:
        return nothing_readable(case, got, options.hint)
    networks = proven(case.seek(options.network))
    here = [(hit, field) for hit, field in fields if in_section(hit)]
    elsewhere = [(hit, field) for hit, field in fields if not in_section(hit)]
    for group in (here, elsewhere):
        if best := _best(group, networks, options, _ranges(case, options)):
            return _found(options, *best)
    return _unexplained(options, here, networks) if here else not_found(got)


def dead(networks: list[Hit[Network]], span: Span) -> bool:
    """Whether a network gives one value everywhere in the range."""
    axis = np.linspace(*span, QUICK)
    points = np.stack([part.ravel() for part in np.meshgrid(axis, axis)], axis=1)
    return any(float(np.ptp(hit.value.forward(points))) == 0 for hit in networks)


Shown = tuple[Hit[Drawing], Field, Hit[Network]]


def _best(
    fields: Fields, networks: list[Hit[Network]], options: NetworkDrawn, ranges: list[Span]
) -> Shown | None:
    """The finest image that shows one of the networks."""
    best: Shown | None = None
    for hit, field in fields:
        for network in networks:
            finer = best is None or min(field.whole) > min(best[1].whole)
            if finer and shows(field, network.value, options, ranges):
                best = hit, field, network
    return best


def drawn_fields(case: Case, got: Found[Drawing]) -> Fields:
    """The drawings that are fields over the plane and large enough to show a shape."""
    read = [(hit, as_field(case.got, hit.value)) for hit in got.hits[:MOST_DRAWINGS]]
    return [(hit, f) for hit, f in read if f is not None and min(f.z.shape) >= 8]


def proven(found: Found[Network]) -> list[Hit[Network]]:
    """The networks whose forward pass could be recomputed, most likely first."""
    return [hit for hit in found.hits if hit.value.proven][:MOST_NETWORKS]


def _found(
    options: NetworkDrawn, hit: Hit[Drawing], field: Field, network: Hit[Network]
) -> Verdict:
    rows, columns = field.whole
    words = f"The image of {rows} x {columns} points shows {network.binding.what}"
    if min(field.whole) < options.resolution:
        return graded(
            LOW_RESOLUTION,
            f"{words}, with fewer than {options.resolution} x {options.resolution} points.",
            binding=shown_by(hit),
        )
    return passed(f"{words}.", binding=shown_by(hit))


def shown_by(hit: Hit[Drawing]) -> Binding:
    """A drawing that its content identifies, wherever in the notebook it stands."""
    return replace(hit.binding, how="by what it shows", confidence=0.95)


def _unexplained(
    options: NetworkDrawn, fields: Fields, networks: list[Hit[Network]]
) -> Verdict:
    finite = [(h, f) for h, f in fields if np.isfinite(f.z).all()]
    varied = [(h, f) for h, f in finite if np.ptp(f.z) > 0]
    if not varied and finite and dead(networks, options.range):
        return pending(
            "The image has one value everywhere, and so has a network; a person will look.",
            binding=fields[0][0].binding,
            proposal=0.0,
        )
    if not varied:
        what = "one value everywhere" if finite else "NaN or infinite values"
        return failed(
            f"{counted(len(fields), 'image')} drawn, with {what}.",
            binding=fields[0][0].binding, hint=options.hint,
        )  # fmt: skip
    if options.beyond and networks:
        return no_answer(
            "Looked for an image of the network over a range larger than "
            f"{_span(options.range)} and found none among {counted(len(varied), 'image')}.",
            binding=varied[0][0].binding, hint=options.hint,
        )  # fmt: skip
    return pending(
        f"{counted(len(varied), 'image')} drawn, but none could be tied to a network over "
        f"{_span(options.range)}; a person will look.",
        binding=varied[0][0].binding,
    )  # fmt: skip


def _span(span: Span) -> str:
    return f"[{span[0]:g}, {span[1]:g}]"


def _ranges(case: Case, options: NetworkDrawn) -> list[Span]:
    """Ranges an image without coordinates may have: the wanted one, or typed ones."""
    return typed_ranges(case, options.range[1]) if options.beyond else [options.range]


def typed_ranges(case: Case, above: float) -> list[Span]:
    """Symmetric ranges larger than `above` whose bound stands in the notebook's code."""
    source = "\n".join(c.source for c in case.got.evidence.cells if c.kind == "code")
    bounds = {float(text) for text in NUMBER.findall(source)}
    larger = sorted(b for b in bounds if above < b <= FARTHEST)
    return [(-bound, bound) for bound in larger[:MOST_RANGES]]


def shows(
    field: Field, network: Network, options: NetworkDrawn, ranges: list[Span]
) -> bool:
    """Whether the image equals the network's output over an admissible range."""
    for x, y in _coordinates(field, options, ranges):
        for u, v in turned(x, y):
            if equal(field.z, u, v, network, options.tolerance):
                return True
    return False


def _coordinates(
    field: Field, options: NetworkDrawn, ranges: list[Span]
) -> Iterator[Points]:
    given = told(field)
    if given is not None and _admissible(given, min(field.z.shape), options):
        yield given
    for span in ranges:
        yield assumed(field, span)


def _admissible(given: Points, fewest: int, options: NetworkDrawn) -> bool:
    """Whether the coordinates the drawing tells cover the wanted range (or go beyond)."""
    x, y = given
    low, high = options.range
    if options.beyond:
        inside = covers(x, y, options.range)
        return bool(inside and min(np.ptp(x), np.ptp(y)) > 1.1 * (high - low))
    slack = 0.02 * (high - low) + (high - low) / fewest
    edges = [x.min() - low, y.min() - low, x.max() - high, y.max() - high]
    return all(abs(edge) <= slack for edge in edges)


def equal(z: Array, x: Array, y: Array, network: Network, tol: Tolerance) -> bool:
    """Whether an image equals a network's output at these coordinates.

    First on a coarse subset of the points, then on all that were kept.
    """
    rows, columns = (max(n // QUICK, 1) for n in z.shape)
    coarse = (slice(None, None, rows), slice(None, None, columns))
    return _close(z[coarse], x[coarse], y[coarse], network, tol, 0) and _close(
        z, x, y, network, tol, FEWEST_SHOWN
    )


def tells(close: Array, shown: Array, fewest: int) -> bool:
    """Whether enough of the points that show something match, besides those that do not.

    Of fewer points than FEWEST_SHOWN nothing is asked; there must be `fewest` of them.
    """
    count = int(shown.sum())
    if count < FEWEST_SHOWN:
        return count >= fewest
    return bool(close[shown].mean() >= SHOWN_SHARE)


def _close(
    z: Array, x: Array, y: Array, network: Network, tol: Tolerance, fewest: int
) -> bool:
    out = network.forward(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(z.shape)
    spread = float(np.ptp(out))
    if not np.isfinite(spread):
        return False
    if spread == 0:  # a network that gives one value everywhere shows nothing
        return False
    ok = np.abs(z - out) <= tol.atol + tol.rtol * spread
    usual = float(np.median(out))
    shown = np.maximum(np.abs(out - usual), np.abs(z - usual)) > SHOWN * spread
    return bool(ok.mean() >= SHARE) and tells(ok, shown, fewest)
