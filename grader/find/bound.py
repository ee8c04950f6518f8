"""Let a person's word override what is found: bindings files and cell tags.

In:   the finder of a submission, and what was bound.
Out:  a finder that looks where it was told to.
Pure.

What a person names and a machine does not see there is not the end: the ordinary search
goes on, but its answer is not sure enough to be scored without a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from grader.find.context import ANY, Context
from grader.find.numerals import Numeral, numerals
from grader.find.patterns import any_match, in_words
from grader.find.sections import TAG
from grader.model.answers import Found, Hit, Passage
from grader.model.bindings import Bound
from grader.model.case import Finder
from grader.model.evidence import Cell, Drawing
from grader.model.finds import Find, FindNumber, FindOne, FindText
from grader.model.strict import Strict
from grader.model.verdict import Binding

UNSURE = 0.4
"""Confidence at most, where a TA or student named a place and nothing was there."""


def tagged(cells: Sequence[Cell], targets: Iterable[str]) -> tuple[Bound, ...]:
    """What cell tags such as `answer:3a.count` bind."""
    known = set(targets)
    return tuple(
        Bound(target=target, cells=(cell.index,), by=f"a tag of cell {cell.index + 1}")
        for cell in cells
        for tag in cell.tags
        if (target := tag.removeprefix(TAG)) != tag and target in known
    )


def obeying(find: Finder, context: Context) -> Finder:
    """A finder that looks where a person said the answer is."""

    def look(what: Find, criterion: Strict, question: str) -> Found[Any]:
        id = getattr(criterion, "id", "")
        bounds = [bound for bound in context.bound if bound.target == id]
        for bound in bounds:
            if hits := _there(find, context, bound, what, criterion, question):
                return Found(hits=hits, looked_for=_place(bound))
        found = find(what, criterion, question)
        told = [bound for bound in bounds if not bound.by.startswith("a tag")]
        main = what == getattr(criterion, "find", None)
        return _doubted(found, told[0]) if told and main else found

    return look


def _place(bound: Bound) -> str:
    """Where a person sent us, in words."""
    cells = ", ".join(str(cell + 1) for cell in bound.cells)
    parts = [f"{in_words(bound.names)}"] if bound.names else []
    parts += [f"cell {cells}"] if cells else []
    parts += [f"panel {bound.panel + 1}"] if bound.panel is not None else []
    parts += [f"the value {bound.value:g}"] if bound.value is not None else []
    return f"{' in '.join(parts)}, as {bound.by} say"


def _there(
    find: Finder,
    context: Context,
    bound: Bound,
    what: Find,
    criterion: Strict,
    question: str,
) -> tuple[Hit[Any], ...]:
    """The answers at the place; () if there are none of that kind."""
    if bound.value is not None:
        if not isinstance(what, FindNumber):
            return ()
        said = Binding(
            cell=next(iter(bound.cells), None),
            what=f"the number {bound.value:g}",
            how="bound",
            reasons=(f"{bound.by} say so",),
        )
        return (Hit(value=bound.value, binding=said),)
    hits = [hit for hit in find(_widened(what, bound), criterion, question).hits
            if _fits(hit, bound, what)]  # fmt: skip
    if not hits and isinstance(what, FindNumber) and bound.cells and not bound.names:
        hits = _any_number(context, bound)
    if not hits and isinstance(what, FindText) and bound.cells:
        hits = _texts(context, bound)
    return tuple(_sure(hit, bound) for hit in hits)


def _widened(what: Find, bound: Bound) -> Find:
    """The same search, anywhere, for the given names instead of the rubric's."""
    change: dict[str, Any] = {"section": ANY}
    if isinstance(what, FindOne):
        change["which"] = "usual"
    if bound.names and "names" in type(what).model_fields:
        change["names"] = bound.names
        if isinstance(what, FindNumber):
            change["near"] = ()
    return what.model_copy(update=change)


def _fits(hit: Hit[Any], bound: Bound, what: Find) -> bool:
    if bound.cells and hit.binding.cell not in bound.cells:
        return False
    if bound.panel is not None and isinstance(hit.value, Drawing):
        return hit.value.panel == bound.panel
    if not bound.names or "names" not in type(what).model_fields:
        return True
    candidate = getattr(hit.value, "candidate", None)
    if candidate is None:
        return True  # looked for by that name already
    names = (*candidate.names, candidate.type.rpartition(".")[2])
    return any(any_match(name, bound.names) for name in names)


def _sure(hit: Hit[Any], bound: Bound) -> Hit[Any]:
    told = f"{bound.by} say so"
    said = replace(hit.binding, confidence=1.0, reasons=(told,), factors=((told, 1.0),))
    return replace(hit, binding=said)


def _doubted(found: Found[Any], bound: Bound) -> Found[Any]:
    """What was found elsewhere, for a person to look at."""
    told = f"nothing of that kind is at {_place(bound)}"
    hits = tuple(
        replace(hit, binding=replace(
            hit.binding,
            confidence=min(hit.binding.confidence, UNSURE),
            reasons=(*hit.binding.reasons, told),
        ))
        for hit in found.hits
    )  # fmt: skip
    return replace(found, hits=hits, nearest=(told, *found.nearest))


def _any_number(context: Context, bound: Bound) -> list[Hit[Any]]:
    """The number a cell ends with: its result, output, text, or the last it bound."""
    for cell in context.own:
        if cell.index not in bound.cells:
            continue
        text = cell.source if cell.kind == "markdown" else ""
        for source, where in (
            (cell.result, "result"),
            (cell.stdout, "output"),
            (text, "text"),
        ):
            if last := _last(source):
                said = f"the number {last.value:g} in the {where}"
                binding = Binding(cell=cell.index, what=said, how="bound")
                return [Hit(value=last.value, binding=binding)]
        for named in reversed(context.recorded.evidence.names):
            if named.cell == cell.index and type(named.value) in (int, float):
                told = f"the variable {named.name}"
                binding = Binding(cell=cell.index, what=told, how="bound")
                return [Hit(value=float(named.value), binding=binding)]
    return []


def _last(text: str) -> Numeral | None:
    found = [numeral for line in text.splitlines() for numeral in numerals(line)]
    return found[-1] if found else None


def _texts(context: Context, bound: Bound) -> list[Hit[Any]]:
    return [
        Hit(
            value=Passage(cell=cell.index, text=cell.source),
            binding=Binding(cell=cell.index, what="text", how="bound"),
        )
        for cell in context.own
        if cell.index in bound.cells and cell.kind == "markdown"
    ]
