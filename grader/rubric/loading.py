"""Load a rubric file, or say everything that is wrong with it.

In:   the path of a YAML file.
Out:  a rubric; or RubricError with one problem per mistake, sorted by line.
Touches: the file; whether the reference and the skeleton exist.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import Problem, RubricError
from grader.model.rubric import Rubric
from grader.rubric import rules
from grader.rubric.compose import compose
from grader.rubric.flaw import Document, Fault, Flaw, UnreadableError
from grader.rubric.place import Place
from grader.rubric.rules import files
from grader.rubric.text import read_text, shown
from grader.rubric.validation import validate


def load(path: Path) -> Rubric:
    """Read and prove one rubric.

    Raises: RubricError with every problem that was found.
    """
    try:
        document = compose(read_text(path))
    except UnreadableError as error:
        raise RubricError(*_problems(path, [error.flaw])) from error
    if not isinstance(document.data, dict):
        raise RubricError(*_problems(path, [*document.flaws, _not_a_mapping(document)]))
    return _proved(document, path)


def _proved(document: Document, path: Path) -> Rubric:
    rubric, faults = validate(document)
    flaws = [*document.flaws, *_flaws(document, [*faults, *_broken_rules(document, path)])]
    if flaws or rubric is None:
        raise RubricError(*_problems(path, flaws))
    return rubric


def _not_a_mapping(document: Document) -> Flaw:
    if document.data is None:
        return Flaw(document.line(()), "the file is empty", "start with assignment: SLUG")
    what = "a rubric is a mapping: assignment, title, points, questions"
    return Flaw(document.line(()), what)


def _broken_rules(document: Document, path: Path) -> Iterator[Fault]:
    rubric = Place((), document.data)
    for rule in rules.LOCAL if document.broken else (*rules.LOCAL, *rules.DISTANT):
        yield from rule(rubric)
    for file_rule in files.RULES:
        yield from file_rule(rubric, path)


def _flaws(document: Document, faults: Iterable[Fault]) -> Iterator[Flaw]:
    """The faults with their lines, but none about what could not be read."""
    for fault in dict.fromkeys(faults):
        if document.known(fault.trail):
            yield Flaw(document.line(fault.trail), fault.what, fault.hint)


def _problems(path: Path, flaws: Iterable[Flaw]) -> list[Problem]:
    in_order = sorted(flaws, key=lambda flaw: flaw.line)
    name = shown(path)
    return [Problem(f"{name}:{flaw.line}", flaw.what, flaw.hint) for flaw in in_order]
