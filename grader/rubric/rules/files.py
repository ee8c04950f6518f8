"""The files a rubric speaks of exist, and its own is named after the assignment.

In:   plain data and the path of the rubric file.
Out:  faults.
Touches: whether files exist; nothing is read.
"""

from collections.abc import Iterator
from pathlib import Path

from grader.rubric.flaw import Fault, quoted
from grader.rubric.locate import beside, reference_of
from grader.rubric.place import Place
from grader.rubric.text import is_file, shown


def file_name(rubric: Place, path: Path) -> Iterator[Fault]:
    """The file of an assignment is found by its name."""
    assignment = rubric.get("assignment")
    if assignment.text and assignment.text != path.stem:
        what = f"assignment {quoted(assignment.text)} is not the name of this file"
        name = f"{assignment.text}{path.suffix}"
        yield assignment.fault(what, f"write {path.stem}, or rename the file to {name}")


def reference(rubric: Place, path: Path) -> Iterator[Fault]:
    """The reference exists, where it is stated or where it is expected."""
    stated, assignment = rubric.get("reference"), rubric.get("assignment")
    if not assignment.text or ("reference" in rubric.names and stated.text is None):
        return
    file = reference_of(stated.text or "", assignment.text, path)
    if not is_file(file):
        place = stated if stated.text else assignment
        hint = "" if stated.text else "create it, or say where it is with reference:"
        yield place.fault(f"the reference {shown(file)} does not exist", hint)


def skeleton(rubric: Place, path: Path) -> Iterator[Fault]:
    """The skeleton exists, if one is stated."""
    stated = rubric.get("skeleton")
    if stated.text and not is_file(file := beside(path, stated.text)):
        yield stated.fault(f"the skeleton {shown(file)} does not exist")


RULES = (file_name, reference, skeleton)
