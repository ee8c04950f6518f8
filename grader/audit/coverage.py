"""What is decided by machine, what is proposed, and what is left to a person.

In:   rubrics.
Out:  a Markdown table of every question of every sheet.
Pure.
"""

from collections.abc import Iterator, Sequence

from grader.model.criteria import Checked, Manual
from grader.model.rubric import Question, Rubric

HEAD = ("sheet", "exercise", "points", "machine", "proposed", "person", "checks")
PROPOSES = frozenset({"derivation"})
"""Checks that never decide: what they find, a person confirms."""
MACHINE, PROPOSED, PERSON = "machine", "proposed", "person"


def decided_by(criterion: Checked) -> str:
    """Who decides a criterion: "machine", "proposed" (a person confirms) or "person"."""
    if isinstance(criterion, Manual):
        return PERSON
    confirmed = getattr(criterion, "decisive", True) is False
    return PROPOSED if confirmed or criterion.check in PROPOSES else MACHINE


def table(rubrics: Sequence[Rubric]) -> str:
    """Sheet × exercise × points × who decides; every question, and a sum per sheet."""
    rows = [HEAD, tuple("---" for _ in HEAD)]
    for rubric in rubrics:
        rows += [_question(rubric, question) for question in rubric.questions]
        rows.append(_sum(rubric))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _question(rubric: Rubric, question: Question) -> tuple[str, ...]:
    star = "*" if question.bonus else ""
    checks = dict.fromkeys(
        c.check for c in question.criteria if not isinstance(c, Manual) and c.points
    )
    return (
        f"`{rubric.assignment}`",
        f"{question.id}{star} {question.title}".replace("|", "\\|"),
        f"{question.points:g}",
        *_shares(iter(question.criteria)),
        ", ".join(f"`{name}`" for name in checks),
    )


def _sum(rubric: Rubric) -> tuple[str, ...]:
    criteria = (c for _, c in rubric.criteria())
    total = sum(question.points for question in rubric.questions)
    shares = (f"**{share}**" if share else "" for share in _shares(criteria))
    return (f"`{rubric.assignment}`", "**all**", f"**{total:g}**", *shares, "")


def _shares(criteria: Iterator[Checked]) -> tuple[str, ...]:
    """Points by who decides; nothing where there are none."""
    points = dict.fromkeys((MACHINE, PROPOSED, PERSON), 0.0)
    for criterion in criteria:
        points[decided_by(criterion)] += criterion.points
    return tuple(f"{points[who]:g}" if points[who] else "" for who in points)
