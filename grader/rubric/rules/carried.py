"""What an answer builds on is decided before, and can be carried."""

from collections.abc import Iterator

from grader.model.carried import AS_THEY_ARE, GIVES, REF, TAKES
from grader.rubric.flaw import Fault, did_you_mean, quoted
from grader.rubric.place import Place, criteria

FORMULAS = "closed_form"


def carried(rubric: Place) -> Iterator[Fault]:
    """`carried` stands where a check can carry, and names answers that can be carried."""
    before: dict[str, Place] = {}
    later = {str(c.get("id").value) for c in criteria(rubric)}
    for criterion in criteria(rubric):
        rule = criterion.get("carried")
        if isinstance(rule.value, dict):
            yield from _rule(criterion, rule, before, later)
        before[str(criterion.get("id").value)] = criterion


def _rule(
    criterion: Place, rule: Place, before: dict[str, Place], known: set[str]
) -> Iterator[Fault]:
    check = criterion.get("check").text or ""
    if check not in TAKES:
        what = f"the check {quoted(check)} cannot carry an earlier answer"
        yield rule.fault(what, f"checks that can: {', '.join(TAKES)}")
        return
    given = rule.get("from")
    for letter in given.names:
        yield from _source(criterion, given.get(letter), before, known)
        if letter == REF:
            what = f"{REF} is the reference's own answer"
            yield given.get(letter).fault(what, "take another letter")
    formula = bool(rule.get("gives").text)
    if check in AS_THEY_ARE and (formula or len(given.names) != 1):
        yield rule.fault(f"{check} carries one earlier answer as it is", "delete gives")
    if check not in AS_THEY_ARE and not formula:
        yield rule.fault("carried needs gives: what follows from the earlier answer")
    yield from _one_quantity(criterion, rule, check)


def _source(
    criterion: Place, named: Place, before: dict[str, Place], known: set[str]
) -> Iterator[Fault]:
    id = named.text
    if id is None:
        return
    if id not in known:
        hint = did_you_mean(id, known)
        yield named.fault(f"carried names unknown criterion {quoted(id)}", hint)
    elif id not in before:
        what = f"carried names {quoted(id)}, which is decided later"
        yield named.fault(what, "move that criterion up")
    else:
        yield from _kind(criterion, named, before[id])


def _kind(criterion: Place, named: Place, earlier: Place) -> Iterator[Fault]:
    """The earlier answer is of a kind that this check can build on."""
    check, own = earlier.get("check").text or "", criterion.get("check").text or ""
    if check not in GIVES:
        what = f"the answer to {named.text}, a {quoted(check)}, cannot be carried"
        yield named.fault(what, f"answers of these can: {', '.join(GIVES)}")
    elif own in AS_THEY_ARE and check != AS_THEY_ARE[own]:
        yield named.fault(f"{own} carries the answer to {AS_THEY_ARE[own]} only")
    elif check in AS_THEY_ARE.values() and own not in AS_THEY_ARE:
        takers = ", ".join(name for name, taken in AS_THEY_ARE.items() if taken == check)
        yield named.fault(f"the answer to {check} is carried only by: {takers}")
    elif check == FORMULAS and own != FORMULAS:
        yield named.fault(f"a formula is carried into a formula only, not into {own}")
    elif check == FORMULAS:
        yield from _one_quantity(earlier, named, check)
        if (
            earlier.get("find").get("symbols").text
            != criterion.get("find").get("symbols").text
        ):
            yield named.fault("both formulas need the same symbols")


def _one_quantity(criterion: Place, place: Place, check: str) -> Iterator[Fault]:
    asked = criterion.get("find").get("quantities").entries()
    if check == FORMULAS and len(asked) > 1:
        name = criterion.get("id").text
        yield place.fault(
            f"{name} asks for {len(asked)} quantities; only one can be carried"
        )


RULES = (carried,)
