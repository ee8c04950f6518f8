"""Ids are unique, and a criterion's id says which question it belongs to."""

from collections.abc import Iterator

from grader.rubric.flaw import Fault, quoted
from grader.rubric.place import Place, criteria, questions


def repeats(places: list[Place], noun: str) -> Iterator[Fault]:
    """Each text that an earlier place holds already."""
    seen: set[str] = set()
    for place in places:
        if place.text and place.text in seen:
            yield place.fault(f"{noun} {quoted(place.text)} is used twice")
        seen.add(place.text or "")


def unique_ids(rubric: Place) -> Iterator[Fault]:
    """No two questions share an id, and no two criteria."""
    yield from repeats([q.get("id") for q in questions(rubric)], "question id")
    yield from repeats([c.get("id") for c in criteria(rubric)], "criterion id")


def criterion_ids(rubric: Place) -> Iterator[Fault]:
    """A criterion's id is its question's, a dot, and a word."""
    for question in questions(rubric):
        if owner := question.get("id").text:
            yield from _belonging(question, f"{owner}.")


def _belonging(question: Place, start: str) -> Iterator[Fault]:
    for criterion in question.get("criteria").entries():
        stated = criterion.get("id")
        name = stated.text
        if name and not (name.startswith(start) and len(name) > len(start)):
            what = f"criterion id {quoted(name)} must start with {quoted(start)}"
            word = name.rpartition(".")[2] or "word"
            yield stated.fault(what, f"write {start}{word}")


RULES = (unique_ids, criterion_ids)
