"""Find a function and what it answered: by name, else by behaviour."""

from collections.abc import Sequence
from dataclasses import replace

from grader.find.context import Context
from grader.find.misses import misfit, near_functions, signature
from grader.find.patterns import any_match, in_words
from grader.find.plan import askable
from grader.find.replies import answered
from grader.model.answers import Found, Function, Hit
from grader.model.criteria import Argument
from grader.model.evidence import Candidate, Reply
from grader.model.finds import FindFunction
from grader.model.verdict import Binding

UNPLACED = 0.6
"""How well a cell fits at least that is of the section, if the notebook has it."""
ELSEWHERE = 0.9
"""Functions are often defined at the top, for several questions."""


def find_functions(
    context: Context,
    what: FindFunction,
    criterion: str,
    arguments: Sequence[Argument],
    section: str,
) -> Found[Function]:
    """The functions that were asked, with their replies; named ones first."""
    hits = []
    own = {candidate.id for candidate in context.candidates}
    replies: dict[str, list[Reply]] = {}
    for reply in context.recorded.evidence.replies:
        if reply.probe.partition("#")[0] == criterion:
            replies.setdefault(reply.candidate, []).append(reply)
    for candidate in askable(context.recorded.evidence, what, len(arguments)):
        if candidate.id not in own:
            continue
        function = answered(context.recorded, candidate, replies.get(candidate.id, []))
        placed = replace(function, here=context.rank(candidate.cell, section) >= UNPLACED)
        binding = _binding(context, candidate, what, section)
        if candidate.id not in replies:
            why = misfit(candidate, arguments)
            binding = replace(binding, reasons=(*binding.reasons, *why))
        hits.append(Hit(value=placed, binding=binding))
    hits.reverse()  # what stands last in a cell is meant, as what stands in the last cell
    hits.sort(key=lambda hit: (-hit.binding.confidence, -(hit.binding.cell or 0)))
    return Found(
        hits=tuple(hits),
        looked_for=f"a function {in_words(what.names)}",
        nearest=near_functions(context, what, arguments, tuple(replies)),
    )


def _binding(context: Context, c: Candidate, what: FindFunction, section: str) -> Binding:
    named = any(any_match(name, what.names) for name in c.names)
    placing = context.placing(c.cell, section)
    found = Binding(
        cell=c.cell,
        what=f"function {signature(c)}",
        how="by name" if named else "by behaviour",
        confidence=0.95 if named else 0.75,
        names=c.names[-1:],
    )
    inside = context.rank(c.cell, section) >= UNPLACED
    placed = found.times("".join(placing), 1.0 if inside else ELSEWHERE)
    return replace(placed, reasons=placing)
