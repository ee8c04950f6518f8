"""Points add up: lines to a criterion's, criteria to a question's, questions to all."""

from collections.abc import Iterator

from grader.rubric.flaw import Fault, quoted
from grader.rubric.place import Place, criteria, questions

SLACK = 1e-9
"""How far a sum may be off: thirds are typed as 0.333333333333."""


def question_points(rubric: Place) -> Iterator[Fault]:
    """A question's points are those of its criteria; a bonus question has some."""
    for question in questions(rubric):
        name = question.get("id").text
        noun = f"question {quoted(name)}" if name else "this question"
        yield from _sums(question, question.get("criteria").entries(), noun, "its criteria")
        if question.get("bonus").value is True and question.get("points").number == 0:
            yield question.get("points").fault(f"{noun} is a bonus without points")


def rubric_points(rubric: Place) -> Iterator[Fault]:
    """The rubric's points are those of its questions without the bonus."""
    if any(q.get("bonus").value not in (None, True, False) for q in questions(rubric)):
        return
    counted = [q for q in questions(rubric) if q.get("bonus").value is not True]
    hint = (
        "bonus questions are not counted" if len(counted) < len(questions(rubric)) else ""
    )
    yield from _sums(rubric, counted, "the rubric", "its questions", hint, default=None)


def line_points(rubric: Place) -> Iterator[Fault]:
    """The lines that a person ticks are worth what the criterion is."""
    for criterion in criteria(rubric):
        lines = criterion.get("lines").entries()
        if criterion.get("check").text == "manual" and lines:
            noun = f"criterion {quoted(criterion.get('id').text or '')}"
            yield from _sums(criterion, lines, noun, "its lines", default=None)


def _sums(
    whole: Place,
    parts: list[Place],
    noun: str,
    of: str,
    hint: str = "",
    default: float | None = 0.0,
) -> Iterator[Fault]:
    """Compare; in silence if any number is unknown."""
    total = _points(whole, 0.0 if noun.startswith("criterion") else None)
    known = [_points(part, default) for part in parts]
    if total is None or not parts or None in known:
        return
    added = sum(points for points in known if points is not None)
    if abs(added - total) > SLACK:
        place = whole.get("points")
        yield place.fault(f"{noun} has {total:g} points; {of} sum to {added:g}", hint)


def _points(place: Place, default: float | None) -> float | None:
    """The points stated; the default if there is no such key; None if unknown."""
    if isinstance(place.value, dict) and "points" not in place.names:
        return default
    return place.get("points").number


RULES = (question_points, rubric_points, line_points)
