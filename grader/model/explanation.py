"""How one verdict came about: what was looked for, and all that was found."""

from dataclasses import dataclass
from typing import Any

from grader.model.answers import Found
from grader.model.case import Finder
from grader.model.finds import Find
from grader.model.strict import Strict
from grader.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One question put to the finder.

    Attributes:
        section: the question whose section was meant, or "any".
        which: of several answers, which count; "" where the finder does not choose.
        found: what it found.
    """

    section: str
    which: str
    found: Found[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One criterion of one submission.

    Attributes:
        submission, criterion: ids.
        verdict: what was decided.
        searches: in the order in which the check asked; none where nothing was sought.
        sure_enough: the confidence from which an answer is scored without a person.
        run: "", or which of two runs this is about: "without repairs", "with repairs".
    """

    submission: str
    criterion: str
    verdict: Verdict
    searches: tuple[Search, ...]
    sure_enough: float
    run: str = ""


def watching(find: Finder, searches: list[Search] | None) -> Finder:
    """The same finder; what it finds is also kept, if somebody wants to know."""
    if searches is None:
        return find

    def look(what: Find, criterion: Strict, question: str) -> Found[Any]:
        found = find(what, criterion, question)
        which = getattr(what, "which", "")
        search = Search(section=what.section or question, which=which, found=found)
        searches.append(search)
        return found

    return look
