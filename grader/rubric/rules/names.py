"""Names used in one place of a rubric are given in another."""

from collections.abc import Iterator

from grader.rubric.flaw import Fault, did_you_mean, quoted
from grader.rubric.place import Place, criteria, questions

Needs = dict[str, list[Place]]


def needs(rubric: Place) -> Iterator[Fault]:
    """A criterion needs other criteria that exist, each once."""
    known = _ids(criteria(rubric))
    for criterion in criteria(rubric):
        own, seen = criterion.get("id").text, set[str]()
        for need in criterion.get("needs").entries():
            if need.text:
                yield from _need(need, need.text, own, known, seen)


def _need(
    need: Place, name: str, own: str | None, known: list[str], seen: set[str]
) -> Iterator[Fault]:
    if name == own:
        yield need.fault(f"criterion {quoted(name)} needs itself")
    elif name not in known:
        what = f"needs unknown criterion {quoted(name)}"
        yield need.fault(what, did_you_mean(name, known))
    elif name in seen:
        yield need.fault(f"needs {quoted(name)} twice")
    seen.add(name)


def circles(rubric: Place) -> Iterator[Fault]:
    """No criterion needs itself through others.

    Criteria whose needs are met are peeled off; each one left over needs another one
    left over, so following those needs ends in a circle.
    """
    rest = _unmet(rubric)
    done: set[str] = set()
    for start in rest:
        way: dict[str, Place] = {}
        at = start
        while at not in done and at not in way:
            way[at] = next(n for n in rest[at] if n.text in rest)
            at = way[at].text or ""
        if at in way and at not in done:
            yield _circle(list(way)[list(way).index(at) :], way)
        done |= way.keys()


def _circle(ids: list[str], way: dict[str, Place]) -> Fault:
    first = min(ids, key=lambda name: way[name].trail)
    turn = ids.index(first)
    closed = [*ids[turn:], *ids[:turn], first]
    return way[first].fault(f"needs go in a circle: {' -> '.join(closed)}")


def _unmet(rubric: Place) -> Needs:
    """The criteria that can never be reached, with their needs."""
    rest: Needs = {}
    for criterion in criteria(rubric):
        own = criterion.get("id").text or ""
        others = [n for n in criterion.get("needs").entries() if n.text != own]
        rest.setdefault(own, []).extend(others)
    before = 0
    while before != len(rest):
        before = len(rest)
        for own in [*rest]:
            if not _waits(rest, own):
                del rest[own]
    return rest


def _waits(rest: Needs, own: str) -> bool:
    return any(need.text in rest for need in rest[own])


def earlier(rubric: Place) -> Iterator[Fault]:
    """What a criterion leans on is decided before it."""
    known = _ids(criteria(rubric))
    for place, criterion in enumerate(criteria(rubric)):
        for key in ("negated_with", "instead", "follows"):
            stated = criterion.get(key)
            if stated.text and stated.text not in known:
                what = f"{key} names unknown criterion {quoted(stated.text)}"
                yield stated.fault(what, did_you_mean(stated.text, known))
            elif stated.text and stated.text not in known[:place]:
                what = f"{key} names {quoted(stated.text)}, which is decided later"
                yield stated.fault(what, "move that criterion up")


def sections(rubric: Place) -> Iterator[Fault]:
    """A section is a question's id or "any"."""
    known = [*_ids(questions(rubric)), "any"]
    for place in _all_under("section", criteria(rubric)):
        if place.text and place.text not in known:
            hint = did_you_mean(place.text, known, "sections")
            yield place.fault(f"unknown section {quoted(place.text)}", hint)


def inputs(rubric: Place) -> Iterator[Fault]:
    """An argument names an input that exists, and no input is left over."""
    stated = rubric.get("inputs")
    used = [a.get("input") for c in criteria(rubric) for a in c.get("arguments").entries()]
    for place in used:
        if place.text and place.text not in stated.names:
            hint = did_you_mean(place.text, stated.names, "inputs")
            yield place.fault(f"unknown input {quoted(place.text)}", hint)
    for name in set(stated.names) - {place.text for place in used}:
        what = f"input {quoted(name)} is used by no argument"
        yield stated.get(name).fault(what, "name it in an argument, or delete it")


def _ids(places: list[Place]) -> list[str]:
    """Their ids, also of those that forgot the quotes: `4` is named "4" elsewhere."""
    return [str(place.get("id").value).strip() for place in places]


def _all_under(key: str, places: list[Place]) -> Iterator[Place]:
    """Every place under this key, at any depth of mappings."""
    for place in places:
        for name in place.names:
            below = place.get(name)
            if name == key:
                yield below
            yield from _all_under(key, [below])


RULES = (needs, circles, earlier, sections, inputs)
