"""Check drawn fields (contours, images) against the reference's panels.

The reference is known on a fine grid, the student's drawing on a grid of its own. A
drawn value matches if it lies between the smallest and largest reference value within
half a pixel of both grids, widened by the tolerance; so a steep flank is not punished
for where a pixel's centre lies, and a flat region is judged strictly.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.checks.left_out import unless_left_out
from grader.checks.panels import FEWEST, Fit, Panel, fit, samples
from grader.checks.planes import TURNS, exact
from grader.checks.registry import check
from grader.checks.words import counted, not_found, reference_lacks, unless_unread
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_drawings import FieldsDrawn
from grader.model.evidence import Drawing
from grader.model.fields import Field, as_field
from grader.model.verdict import Binding, Verdict, graded, pending

MOST_DRAWINGS = 100
"""Drawings of one submission that are compared; its own section's come first."""
SPARE = 6
"""Drawings that show none of the panels are drafts or belong to other questions: up to so
many more than the reference draws in all. With more, a right one may be a guess."""
Fields = list[tuple[Hit[Drawing], Field]]
Fits = list[list[Fit]]


@check("fields_drawn")
@unless_left_out
def fields_drawn(options: FieldsDrawn, case: Case) -> Verdict:
    """Ask whether fields equal to the reference's panels were drawn.

    What counts is what was drawn, whatever the code was called: each panel of the
    reference needs a drawing of its own whose values match at (nearly) all points, up
    to exchanged axes and to rows drawn top down. All panels of the reference's section
    compete for the drawings, so that a maximum is no log-sum-exp for a large λ.

    Pass:      every panel has its drawing.
    Partial:   some have; the credit is their share.
    Fail:      none has.
    No answer: nothing of the kind was drawn for this question.
    Pending:   so many other drawings stand beside it that it may be a guess.
    Fooled by: a field that differs from the reference only on a few points.
    """
    want = _panels(options, case)
    got: Found[Drawing] = case.seek(options.find)
    drawn = [(hit, as_field(case.got, hit.value)) for hit in got.hits[:MOST_DRAWINGS]]
    fields = [(hit, f) for hit, f in drawn if f is not None and min(f.z.shape) >= FEWEST]
    if not fields:
        return nothing_readable(case, got, options.hint)
    panels = [Panel(title, panel, options.tolerance) for title, panel in want.items()]
    here = [(hit, field) for hit, field in fields if in_section(hit)]
    verdict = _judged(options, panels, here, case) if here else None
    more = len(here) < len(fields)
    if verdict is None or (more and verdict.credit not in (None, 1)):
        anywhere = _judged(options, panels, fields, case)
        lost = verdict is None and anywhere.credit == 0
        verdict = not_found(got, options.hint) if lost else anywhere
    return unless_more(verdict, got)


def unless_more(verdict: Verdict, got: Found[Drawing]) -> Verdict:
    """What is missing may be among the drawings that were not, or could not be, read."""
    verdict = unless_unread(verdict, got)
    if len(got.hits) <= MOST_DRAWINGS or verdict.credit in (None, 1):
        return verdict
    return pending(
        f"{verdict.reason} Only the first {MOST_DRAWINGS} of {len(got.hits)} drawings were "
        "compared; a person will look.",
        binding=verdict.binding,
        proposal=verdict.credit,
    )


def _judged(
    options: FieldsDrawn, panels: list[Panel], fields: Fields, case: Case
) -> Verdict:
    """Judge some of the drawings."""
    fits, chosen = _best_turn([field for _, field in fields], panels, options)
    titles = [panel.title for panel in panels]
    good = {title: chosen[i] for i, title in enumerate(titles) if i in chosen}
    rows = zip(titles, fits, strict=True)
    best = {title: max(one.share for one in row) for title, row in rows}
    verdict = _told(options, good, best, fields)
    strange = _strangers(fits, fields, options.share)
    usual = len(case.expect(options.find).hits)
    if not verdict.credit or len(strange) <= SPARE + usual:
        return verdict
    if max(strange) < min(good.values()):
        return verdict  # what stands last is meant
    return pending(
        f"{verdict.reason} Beside it, {len(strange)} drawings show something else; a "
        "person will look which are meant.",
        binding=verdict.binding,
        detail=verdict.detail,
        proposal=verdict.credit,
    )


def _strangers(fits: Fits, fields: Fields, share: float) -> list[int]:
    """The different drawings that match none of the panels, by their places."""
    found: dict[str, int] = {}
    for place, (hit, _) in enumerate(fields):
        assert hit.value.z is not None
        if all(row[place].share < share for row in fits):
            found[hit.value.z.sha256] = place
    return list(found.values())


def in_section(hit: Hit[Drawing]) -> bool:
    """Of the criterion's own section; true of all, if the notebook has no such section."""
    return hit.binding.confidence >= 0.6


def own(found: Found[Drawing]) -> list[Hit[Drawing]]:
    """Drawings of the criterion's own section; all, if the notebook has no such section."""
    return [hit for hit in found.hits if in_section(hit)]


def nothing_readable(case: Case, found: Found[Drawing], hint: str) -> Verdict:
    """No field to judge: nothing was drawn, or its numbers did not arrive."""
    unread = [hit for hit in own(found) if as_field(case.got, hit.value) is None]
    if not unread:
        return not_found(found, hint)
    return pending(
        "Something was drawn whose numbers cannot be read; a person will look.",
        binding=unread[0].binding,
    )


def _best_turn(
    fields: list[Field], panels: list[Panel], options: FieldsDrawn
) -> tuple[Fits, dict[int, int]]:
    """All panels are read the same way round; the way that matches most counts."""
    own_titles = {i for i, panel in enumerate(panels) if panel.title in options.panels}
    best: tuple[Fits, dict[int, int]] = [], {}
    rank = (-1, -1, 0.0)
    turns = 2 if all(exact(field) for field in fields) else TURNS
    for turn in range(turns):
        points = [samples(field, options.range, turn) for field in fields]
        fits = [[fit(p, panel, options.share) for p in points] for panel in panels]
        chosen = _assigned(fits, options.share)
        this = len(chosen), len(own_titles & set(chosen)), -_off(fits, chosen)
        if this > rank:
            best, rank = (fits, chosen), this
    return best


def _off(fits: Fits, chosen: dict[int, int]) -> float:
    return sum(fits[panel][drawing].off for panel, drawing in chosen.items())


def _panels(options: FieldsDrawn, case: Case) -> dict[str, Field]:
    """The reference's panels of the section, the criterion's own among them."""
    found: dict[str, Field] = {}
    for hit in case.expect(options.find).hits:
        field = as_field(case.want, hit.value)
        if hit.binding.confidence >= 1 and field is not None and field.x is not None:
            found.setdefault(hit.value.title, field)
    for title in options.panels:
        if title not in found:
            raise reference_lacks(options.id, f"panel called {title!r}")
    return found


def _assigned(fits: list[list[Fit]], share: float) -> dict[int, int]:
    """Panel -> drawing: as many matches as possible, and of these the closest."""
    matched = np.array([[one.share >= share for one in row] for row in fits])
    off = np.array([[min(one.off, 1.0) for one in row] for row in fits])
    cost = np.where(matched, off / (1 + off.size), 1.0)
    rows, columns = linear_sum_assignment(cost)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {r: c for r, c in pairs if matched[r, c]}


def _told(
    options: FieldsDrawn,
    good: dict[str, int],
    best: dict[str, float],
    fields: Fields,
) -> Verdict:
    shares = "; ".join(f"{title}: {best[title]:.1%}" for title in options.panels)
    detail = (("best share of matching points", shares),)
    found = [title for title in options.panels if title in good]
    judged = [fields[good[title]][0] for title in found] or [hit for hit, _ in fields]
    first = judged[0].binding
    more = f" and {len(judged) - 1} more" if len(judged) > 1 else ""
    binding = Binding(cell=first.cell, what=first.what + more, how="by what it shows")
    if len(found) == len(options.panels):
        many = "The panel is" if len(found) == 1 else f"All {len(found)} panels are"
        return graded(1.0, f"{many} drawn.", binding=binding, detail=detail)
    missing = "; ".join(title for title in options.panels if title not in good)
    words = f"{len(found)} of {counted(len(options.panels), 'panel')} drawn; not found: "
    return graded(
        len(found) / len(options.panels),
        f"{words}{missing}.{_diagnosis([f for _, f in fields])}",
        binding=binding,
        detail=detail,
        hint=options.hint,
    )


def _diagnosis(fields: list[Field]) -> str:
    """What is conspicuous about the drawings: not finite, or all the same."""
    broken = sum(not np.isfinite(f.z).all() for f in fields)
    flat = sum(np.isfinite(f.z).all() and np.ptp(f.z) == 0 for f in fields)
    words = ""
    if broken:
        words += (
            f" {counted(broken, 'drawing')} held NaN or infinite values (an overflow?)."
        )
    if flat:
        words += f" {counted(flat, 'drawing')} had one value everywhere."
    return words
