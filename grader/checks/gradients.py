"""Check images of the gradient of a student's own network."""

import re
from collections.abc import Iterator

import numpy as np

from grader.checks.fields import in_section, nothing_readable
from grader.checks.images import (
    FEWEST_SHOWN,
    SHOWN,
    Fields,
    drawn_fields,
    proven,
    shown_by,
    tells,
    typed_ranges,
)
from grader.checks.left_out import unless_left_out
from grader.checks.planes import Points, Span, assumed, thinned, told, turned
from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_drawings import GradientDrawn
from grader.model.evidence import Drawing
from grader.model.fields import Field
from grader.model.network import Network
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, graded, pending

QUICK, FULL = 16, 96
NAMES = tuple(
    re.compile(
        rf"x\s*_?\s*\{{?\s*(?:{n}(?!\d)|{low})|/\s*\{{?\s*(?:d|∂|\\partial)\s*{letter}\b"
    )
    for n, low, letter in (("1", "₁", "x"), ("2", "₂", "y"))
)
"""How a title names the coordinate along which something is differentiated."""


@check("gradient_drawn")
@unless_left_out
def gradient_drawn(options: GradientDrawn, case: Case) -> Verdict:
    """Ask whether images show both components of the gradient of the student's network.

    The gradient is recomputed by differences of one pixel of the image; images may be
    scaled by a constant (a spacing that was left out, a sign from rows that run top down)
    and have their axes exchanged.

    Pass:      each component has an image of its own.
    Partial:   one component has: half the credit.
    Fail:      all images of the section have one value everywhere.
    No answer: no image in the section.
    Pending:   images were drawn, yet none can be tied to a network's gradient; or the
               title of each names the other component.
    Fooled by: a gradient of the right network computed in another way, which is right.
    """
    got: Found[Drawing] = case.seek(options.find)
    fields = drawn_fields(case, got)
    if not fields:
        return nothing_readable(case, got, options.hint)
    networks = proven(case.seek(options.network))
    here = [(hit, field) for hit, field in fields if in_section(hit)]
    elsewhere = [(hit, field) for hit, field in fields if not in_section(hit)]
    for group in (here, elsewhere):
        if best := _best(group, networks, options, case):
            first = next(iter(best.values()))
            if _exchanged(best):
                return pending(
                    "Both components of the gradient are drawn, but their titles name the "
                    "other one; a person will look.",
                    binding=shown_by(first),
                    hint=options.hint,
                )
            return graded(
                len(best) / 2,
                f"{counted(len(best), 'component')} of the gradient drawn.",
                binding=shown_by(first),
                hint="" if len(best) == 2 else options.hint,
            )
    return (
        _unexplained(options, here, bool(networks))
        if here
        else not_found(got, options.hint)
    )


def _exchanged(shown: dict[int, Hit[Drawing]]) -> bool:
    """Whether the title of each component names the other's coordinate, and not its own."""
    titles = {part: hit.value.title for part, hit in shown.items()}
    named = {
        part: [i for i, name in enumerate(NAMES) if name.search(title)]
        for part, title in titles.items()
    }
    return named == {0: [1], 1: [0]}


def _best(
    fields: Fields, networks: list[Hit[Network]], options: GradientDrawn, case: Case
) -> dict[int, Hit[Drawing]]:
    """Components that are drawn, for the network of which most are."""
    best: dict[int, Hit[Drawing]] = {}
    for network in networks:
        found = _matched(fields, network.value, options, case)
        best = found if len(found) > len(best) else best
        if len(best) == 2:
            break
    return best


def _unexplained(options: GradientDrawn, fields: Fields, networks: bool) -> Verdict:
    varied = [(h, f) for h, f in fields if np.isfinite(f.z).any() and np.ptp(f.z) > 0]
    if not varied:
        return failed(
            f"{counted(len(fields), 'image')} drawn, with one value everywhere.",
            binding=fields[0][0].binding,
            hint=options.hint,
        )
    return pending(
        f"{counted(len(varied), 'image')} drawn, but none could be tied to the gradient of "
        f"a network{'' if networks else ', since none was found'}; a person will look.",
        binding=varied[0][0].binding,
    )


def _matched(
    fields: Fields, network: Network, options: GradientDrawn, case: Case
) -> dict[int, Hit[Drawing]]:
    """Component -> the drawing that shows it; a drawing counts for one component."""
    found: dict[int, Hit[Drawing]] = {}
    for hit, field in fields:
        for component in _shown(field, network, options, case):
            if component not in found:
                found[component] = hit
                break
    return found


def _shown(
    field: Field, network: Network, options: GradientDrawn, case: Case
) -> Iterator[int]:
    """Components of the gradient that the image shows: 0 across, 1 down the plane."""
    for x, y in _coordinates(field, options, case):
        for u, v in turned(x, y):
            for component in (0, 1):
                if all(
                    _proportional(field, u, v, network, component, options, most)
                    for most in (QUICK, FULL)
                ):
                    yield component


def _coordinates(field: Field, options: GradientDrawn, case: Case) -> Iterator[Points]:
    given = told(field)
    if given is not None:
        yield given
    spans: list[Span] = [options.range]
    spans += [] if given else typed_ranges(case, options.range[1])
    for span in spans:
        yield assumed(field, span)


def _proportional(
    field: Field,
    x: Array,
    y: Array,
    network: Network,
    component: int,
    options: GradientDrawn,
    most: int,
) -> bool:
    """Whether the image is a multiple of one component, at nearly all of some points.

    Also where either shows something: most of the plane may be flat in both.
    """
    z = thinned(field.z, most)
    want = _difference(
        network, thinned(x, most), thinned(y, most), component, _pixel(x, field)
    )
    largest = float(np.abs(want).max())
    if largest == 0:  # a network that gives one value everywhere has no gradient
        return False
    large = np.abs(want) > SHOWN * largest
    ok = np.isfinite(z)
    if not (large & ok).any():
        return False
    scale = float(np.median(z[large & ok] / want[large & ok]))
    spread = abs(scale) * (float(np.ptp(want)) or largest)
    tolerated = options.tolerance.atol + options.tolerance.rtol * spread
    with np.errstate(invalid="ignore"):
        close = ok & (np.abs(z - scale * want) <= tolerated)
        shown = large | (np.abs(z) > SHOWN * abs(scale) * largest)
    few = FEWEST_SHOWN if most == FULL else 0
    return scale != 0 and bool(close.mean() >= options.share) and tells(close, shown, few)


def _pixel(x: Array, field: Field) -> float:
    """Distance of neighbouring points of the image as it was drawn, in data units."""
    return float(np.ptp(x) / max((field.z.shape[1] - 1) * field.step[1], 1))


def _difference(network: Network, x: Array, y: Array, component: int, h: float) -> Array:
    """Half the difference of the outputs one pixel to either side, as numpy.gradient."""
    dx, dy = (h, 0.0) if component == 0 else (0.0, h)
    ahead, behind = (
        network.forward(np.stack([(x + s * dx).ravel(), (y + s * dy).ravel()], axis=1))
        for s in (1, -1)
    )
    return np.asarray((ahead - behind).reshape(x.shape) / 2)
