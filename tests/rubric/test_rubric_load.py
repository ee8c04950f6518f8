"""Loading: a good rubric, and a rubric with many mistakes at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import Problem, RubricError
from grader.model.criteria import FunctionMatches, Manual
from grader.rubric import load, reference_path, skeleton_path

Write = Callable[[str | bytes], Path]
Problems = Callable[[str | bytes], list[Problem]]
Changed = Callable[[str, str], str]

MANY = """\
assignment: sheet1
title: 4  #! title needs text, got the number 4
points: 7  #! the rubric has 7 points; its questions sum to 6
cuorse: x  #! unknown key 'cuorse'
skeleton: gone.ipynb  #! the skeleton rubrics/gone.ipynb does not exist
inputs:
  grid: {shape: [2], uniform: [0, 1]}
  lost: {values: [1]}  #! input 'lost' is used by no argument
questions:
  - id: "1a"
    title: Values
    points: 3  #! question '1a' has 3 points; its criteria sum to 2.5
    criteria:
      - id: 1a.count
        states: A number.
        points: 1
        points: 2  #! repeated key 'points'; it is on line 16 too
        find: {near: [params], section: 1b}  #! unknown section '1b'
        check: number_clsoe  #! unknown check 'number_clsoe'
        tolerance: {rtol: 0, atol: zero, because: a}  #! ATOL
      - id: b.function  #! criterion id 'b.function' must start with '1a.'
        states: A function.
        points: 1.5
        needs: [1a.cuont]  #! needs unknown criterion '1a.cuont'
        find: {names: []}  #! names needs at least 1 entry, got 0
        check: function_matches
        arguments:
          - {name: x, input: gird}  #! unknown input 'gird'
          - {name: y, input: grid}
          - {name: z}  #! an argument needs exactly one of input, values, constant
        tolerance: {rtol: 1e-3, atol: 0}  #! a tolerance needs a reason: because
  - id: "2"
    title: Others
    points: 3
    criteria:
      - id: 2.net
        states: A network.
        points: 1
        needs: [2.proof]  #! needs go in a circle: 2.net -> 2.proof -> 2.net
        find: {inputs: 2, outputs: 1.5}  #! outputs needs a whole number, got the number 1.5
        check: module_matches
        architecture:
          - linear 2 20
          - linear 21 1.5  #! unknown layer 'linear 21 1.5'
        tolerance: {rtol: 0, atol: 0, because: b}
      - id: 2.proof
        states: A proof.
        points: 2
        needs: [2.net]
        check: manual
        lines:  #! lines needs at least 2 entries, got 1
          - {text: All., points: 2}
      - states: A flag.  #! a criterion needs the key 'id'
        points: no  #! points needs a number, got the text 'no'
        check: nothing_like_it  #! unknown check 'nothing_like_it'
      - id: 2.proof  #! criterion id '2.proof' is used twice
        states: A claim.
        check: text_claims
        find: {}
        accept: ['(']  #! '(' is no regular expression: {RE}
"""
MANY = MANY.replace("{RE}", "missing ), unterminated subpattern at position 0").replace(
    "ATOL", "atol needs a number, got the text 'zero'"
)


def test_a_good_rubric_loads(write: Write, good: str) -> None:
    """Models come out, each criterion as the model of its check."""
    rubric = load(write(good))

    checks = [criterion.check for _, criterion in rubric.criteria()]
    assert (rubric.assignment, rubric.points) == ("sheet1", 6)
    assert checks == [
        "number_close",
        "function_matches",
        "module_matches",
        "manual",
        "text_claims",
        "files_present",
    ]
    assert isinstance(rubric.criteria()[3][1], Manual)


def test_exponents_without_a_point_are_numbers(write: Write, good: str) -> None:
    """1e-6 and 1E-3 are numbers, as in YAML 1.2; YAML 1.1 reads them as text."""
    criterion = load(write(good)).criteria()[1][1]

    assert isinstance(criterion, FunctionMatches)
    assert (criterion.tolerance.rtol, criterion.tolerance.atol) == (1e-6, 1e-3)


def test_no_and_on_are_text(write: Write, changed: Changed) -> None:
    """Words that YAML 1.1 took for booleans are words."""
    rubric = load(write(changed("course: A course", "course: no")))

    assert rubric.course == "no"


def test_files_are_found_from_the_rubrics_folder(
    course: Path, write: Write, good: str
) -> None:
    """The reference by default beside the rubrics' folder; the skeleton as stated."""
    path = write(good)
    rubric = load(path)

    assert reference_path(rubric, path) == course / "reference/sheet1/solution.md"
    assert skeleton_path(rubric, path) == course / "sheet1.ipynb"


def test_without_a_skeleton_there_is_no_path(write: Write, changed: Changed) -> None:
    """An empty skeleton is none."""
    path = write(changed("skeleton: ../sheet1.ipynb\n", ""))

    assert skeleton_path(load(path), path) is None


def test_every_mistake_is_reported_at_once(problems: Problems) -> None:
    """Some twenty mistakes give as many problems, each on its own line, in order."""
    found = problems(MANY)

    assert [(p.where, p.what) for p in found] == _marked(MANY)


def _marked(text: str) -> list[tuple[str, str]]:
    """What the marks in the text promise, each on its line."""
    return [
        (f"rubrics/sheet1.yaml:{number}", what)
        for number, line in enumerate(text.splitlines(), 1)
        for what in line.split("  #! ")[1:]
    ]


def test_a_repeated_id_is_reported_where_it_is_repeated(
    problems: Problems, changed: Changed, line_of: Callable[[str, str], int]
) -> None:
    """The second one is the mistake."""
    text = changed('  - id: "3"', '  - id: "2"').replace("3.files", "2.files")

    where = f"rubrics/sheet1.yaml:{line_of(text, 'title: More') - 1}"
    assert problems(text) == [Problem(where, "question id '2' is used twice")]


def test_a_missing_reference_names_where_it_should_be(
    course: Path, write: Write, good: str
) -> None:
    """Nothing can be graded without it."""
    (course / "reference/sheet1/solution.md").unlink()

    with pytest.raises(RubricError) as caught:
        load(write(good))

    assert str(caught.value) == (
        "rubrics/sheet1.yaml:3: the reference reference/sheet1/solution.md does not exist\n"
        "  hint: create it, or say where it is with reference:"
    )


def test_the_file_is_named_after_the_assignment(course: Path, good: str) -> None:
    """Else it would not be found by its slug."""
    path = Path("rubrics/sheet2.yaml")
    path.write_text(good, encoding="utf-8")

    with pytest.raises(RubricError) as caught:
        load(path)

    assert str(caught.value) == (
        "rubrics/sheet2.yaml:3: assignment 'sheet1' is not the name of this file\n"
        "  hint: write sheet2, or rename the file to sheet1.yaml"
    )
