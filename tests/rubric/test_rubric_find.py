"""Finding the rubric of an assignment, by slug or by path."""

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.rubric import find


@pytest.mark.parametrize("named", ["sheet1", "rubrics/sheet1.yaml"])
def test_a_slug_or_a_path_names_a_rubric(course: Path, named: str) -> None:
    """Both lead to the same file."""
    assert find(named, Path("rubrics")) == Path("rubrics/sheet1.yaml")


def test_the_short_ending_is_found_too(course: Path) -> None:
    """.yml is YAML as well."""
    Path("rubrics/other.yml").touch()

    assert find("other", Path("rubrics")) == Path("rubrics/other.yml")


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (
            "shet1",
            "rubrics: no assignment 'shet1'\n  hint: did you mean 'sheet1'?",
        ),
        ("exam", "rubrics: no assignment 'exam'\n  hint: there are: sheet1"),
        (
            "rubrics/sheet.yaml",
            "rubrics/sheet.yaml: no such file\n  hint: did you mean 'sheet1.yaml'?",
        ),
        (
            "elsewhere/sheet1.yaml",
            "elsewhere/sheet1.yaml: no such file\n  hint: there are no rubrics here",
        ),
        ("a\0b", "rubrics: no assignment 'a\\x00b'\n  hint: there are: sheet1"),
    ],
)
def test_an_unknown_assignment_is_refused(course: Path, named: str, message: str) -> None:
    """With the closest name, else with all of them."""
    with pytest.raises(UsageError) as caught:
        find(named, Path("rubrics"))

    assert str(caught.value) == message


def test_a_missing_folder_holds_no_rubrics(course: Path) -> None:
    """It is named in the message."""
    with pytest.raises(UsageError) as caught:
        find("sheet1", Path("none"))

    assert str(caught.value) == (
        "none: no assignment 'sheet1'\n  hint: there are no rubrics here"
    )
