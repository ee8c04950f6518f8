"""Find rubric files, and the files a rubric speaks of.

In:   a slug or a path; a rubric and the path of its file.
Out:  paths.
Touches: which files exist, and their names; only data files are read.
"""

from pathlib import Path

from grader.errors import InputError, Problem, UsageError
from grader.model.rubric import Rubric
from grader.rubric.flaw import did_you_mean, quoted
from grader.rubric.text import ENDINGS, is_file, rubric_files, shown


def find(assignment: str, folder: Path) -> Path:
    """The rubric file of an assignment, which is named by its slug or by a path.

    Raises: UsageError, with the closest name, if there is none.
    """
    if _is_path(assignment):
        return _by_path(Path(assignment))
    for ending in ENDINGS:
        if is_file(folder / f"{assignment}{ending}"):
            return folder / f"{assignment}{ending}"
    slugs = [path.stem for path in rubric_files(folder)]
    raise _not_found(folder, f"no assignment {quoted(assignment)}", assignment, slugs)


def reference_path(rubric: Rubric, path: Path) -> Path:
    """Where the reference of the rubric in the file `path` is."""
    return reference_of(rubric.reference, rubric.assignment, path)


def skeleton_path(rubric: Rubric, path: Path) -> Path | None:
    """Where the notebook handed out is; None if the rubric states none."""
    return beside(path, rubric.skeleton) if rubric.skeleton.strip() else None


def data_files(rubric: Rubric, path: Path) -> list[tuple[str, bytes]]:
    """Read what the rubric supplies to every run, by file name.

    Raises: InputError if a file cannot be read.
    """
    found = []
    for one in rubric.data:
        where = beside(path, one.file)
        try:
            found.append((where.name, where.read_bytes()))
        except OSError as error:
            problem = Problem(str(where), f"this data cannot be read: {error.strerror}")
            raise InputError(problem) from error
    return found


def reference_of(stated: str, assignment: str, path: Path) -> Path:
    """Where a reference is: as stated, or else in the assignment's own folder."""
    return beside(path, stated.strip() or f"../reference/{assignment}/solution.md")


def beside(path: Path, relative: str) -> Path:
    """A path that is stated relative to the folder of the rubric file `path`."""
    joined = path.parent / relative.strip()
    try:
        return joined.resolve()
    except (OSError, ValueError, RuntimeError):
        return joined


def _is_path(assignment: str) -> bool:
    has_folder = "/" in assignment or "\\" in assignment
    return has_folder or assignment.endswith(ENDINGS)


def _by_path(path: Path) -> Path:
    if is_file(path):
        return path
    names = [neighbour.name for neighbour in rubric_files(path.parent)]
    raise _not_found(path, "no such file", path.name, names)


def _not_found(where: Path, what: str, name: str, known: list[str]) -> UsageError:
    hint = did_you_mean(name, known, "there are")
    return UsageError(Problem(shown(where), what, hint or "there are no rubrics here"))
