"""Check what axes and curves are called."""

import re

from grader.checks.epochs import about_loss, own_drawings, parameter_curves
from grader.checks.left_out import unless_left_out
from grader.checks.registry import check
from grader.checks.words import counted
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import CurvesNamed, ParametersDrawn
from grader.model.evidence import Drawing
from grader.model.verdict import Outcome, Verdict, graded, no_answer, pending

NAMED = re.compile(r"(?<![^\W_])[UWVuwvb](?:_?\{?\d|_?\{?[a-z]\d|\s?\[\s?\d)")
ABOUT = re.compile(
    r"\b(?:curves?|lines?|plots?|plotted|figure|blue|orange|kurven?|linien?|abbildung|blaue?\w?)\b",
    re.I,
)
CHOICE = re.compile(
    r"\b(?:param\w+|weights?|gewichte?|chos\w+|picked|gewählt\w?|track\w*)\b", re.I
)
SENTENCE = re.compile(r"[.;!?]\s|\n")
"""A sentence about a figure that names a parameter (U_{11}, w1, W[0, 0]), or one about
parameters that names two."""


@check("curves_named")
@unless_left_out
def curves_named(options: CurvesNamed, case: Case) -> Verdict:
    """Ask whether axes, or curves, say what they are.

    Pass:      axes: both axes of the curve's panel have a name (a title may stand for
               the vertical one); curves: enough of them have a label, a title or a
               named axis of their own.
    Partial:   some; the credit is their share.
    Fail:      none.
    No answer: the curves themselves were not found.
    Pending:   too few curves are named in the figure, and the text beside it names
               parameters; or it is not certain which curves are meant.
    Fooled by: a name that says something else.
    """
    found = case.verdicts.get(options.of)
    got: Found[Drawing] = case.seek(options.find)
    own = own_drawings(got)
    if found is None or not own or found.outcome is Outcome.NO_ANSWER:
        return no_answer("The curves themselves were not found.", hint=options.hint)
    if options.what == "axes":
        return _axes(options, own, found)
    lines = _meant(options, case, got, own)
    named = {_called(h.value) for h in lines} - {""}
    count = min(len(named), options.count)
    if found.outcome is Outcome.PENDING and found.proposal is None:
        return pending(
            "Which curves are meant is not certain; a person will look.",
            binding=lines[0].binding, hint=options.hint,
        )  # fmt: skip
    told = f"{count} of {counted(options.count, 'curve')} named."
    nameless = any(not _called(hit.value) for hit in lines)
    if count < options.count and nameless and _told_beside(case, lines):
        return pending(
            f"In the figure {told} The text beside it may name them; a person will look.",
            binding=lines[0].binding, proposal=1.0, hint=options.hint,
        )  # fmt: skip
    return graded(count / options.count, told, binding=lines[0].binding, hint=options.hint)


def _meant(
    options: CurvesNamed, case: Case, got: Found[Drawing], own: list[Hit[Drawing]]
) -> list[Hit[Drawing]]:
    """The lines judged as parameters, like ones each; all that are no loss, otherwise."""
    of = case.criteria.get(options.of)
    if isinstance(of, ParametersDrawn):
        curves = parameter_curves(of, case, got)
        if curves.sure or curves.others:
            shown = {hit.value.y for hit, _ in curves.sure or curves.others}
            return [hit for hit in own if hit.value.y in shown]
    return [h for h in own if not about_loss(h.value)] or own


def _told_beside(case: Case, lines: list[Hit[Drawing]]) -> bool:
    """Whether a text right before or behind the figure's cell names parameters."""
    cells = {hit.value.cell for hit in lines}
    beside = {place + off for place in cells for off in (-1, 1)}
    return any(
        _names(sentence)
        for cell in case.own_cells
        if cell.kind == "markdown" and cell.index in beside
        for sentence in SENTENCE.split(cell.source)
    )


def _names(sentence: str) -> bool:
    named = set(NAMED.findall(sentence))
    return bool(
        (named and ABOUT.search(sentence)) or (len(named) > 1 and CHOICE.search(sentence))
    )


def _axes(options: CurvesNamed, own: list[Hit[Drawing]], found: Verdict) -> Verdict:
    here = [h for h in own if h.binding == found.binding] or own
    drawing = here[0].value
    parts = [bool(drawing.xlabel), bool(drawing.ylabel or drawing.title)]
    told = f"{sum(parts)} of 2 axes have a name."
    return graded(sum(parts) / 2, told, binding=here[0].binding, hint=options.hint)


def _called(drawing: Drawing) -> str:
    """What a curve is called; names of panels count once for each panel."""
    label = "" if drawing.label.startswith("_") else drawing.label
    if label:
        return label
    own = drawing.title or drawing.ylabel
    return f"{own} ({drawing.figure}.{drawing.panel})" if own else ""
