"""Text that is no YAML, or more YAML than a rubric takes; and whatever else may come."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import Problem, RubricError
from grader.rubric import load
from grader.rubric.scalars import NotFiniteError, value_of

Problems = Callable[[str | bytes], list[Problem]]
Changed = Callable[[str, str], str]

UNREADABLE = [
    ("", 1, "the file is empty", "start with assignment: SLUG"),
    ("# nothing\n", 1, "the file is empty", "start with assignment: SLUG"),
    ("--- ~\n", 1, "the file is empty", "start with assignment: SLUG"),
    ("\n- a\n", 2, "a rubric is a mapping: assignment, title, points, questions", ""),
    ("a: 1\n\tb: 2\n", 2, "a tab (column 1)", "indent with spaces"),
    ("a: [1, 2\nb: 3\n", 2, "not YAML: expected ',' or ']', but got ':' (column 2)", ""),
    (
        "a: b: c\n",
        1,
        "not YAML: mapping values are not allowed here (column 5)",
        "quote a text that holds ': '",
    ),
    (b"a: 1\nb: caf\xe9\n", 2, "byte 0xe9 is not UTF-8", "save the file as UTF-8"),
    (
        "a: 1\nb: x\u2028y\n",
        2,
        "forbidden character U+2028 (column 5)",
        "delete it; it cannot be seen in most editors",
    ),
    ("a" * 2_000_001, 1, "the file is larger than 2 MB", "is this a rubric?"),
    ("a: " + "[" * 40, 1, "nested more than 32 levels deep", ""),
]


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: case[2])
def test_unreadable_text_is_one_problem(
    problems: Problems, case: tuple[str | bytes, int, str, str]
) -> None:
    """It says where reading stopped, and nothing about what was not read."""
    text, line, what, hint = case

    found = problems(text)

    assert found == [Problem(f"rubrics/sheet1.yaml:{line}", what, hint)]


def test_a_repeated_key_names_both_lines(problems: Problems, changed: Changed) -> None:
    """The second one is the problem, the first one is named in it."""
    found = problems(changed("course: A course", "course: A\ncourse: B"))

    what = "repeated key 'course'; it is on line 5 too"
    assert found == [Problem("rubrics/sheet1.yaml:6", what, "keep one of them")]


def test_a_second_document_is_refused(problems: Problems, good: str) -> None:
    """One rubric per file."""
    found = problems(good + "---\na: 1\n")

    where = f"rubrics/sheet1.yaml:{good.count(chr(10)) + 1}"
    assert found == [Problem(where, "a second document starts here", "one rubric per file")]


def test_other_versions_of_yaml_are_refused(problems: Problems, good: str) -> None:
    """In YAML 1.1, 1e-3 would be text and `no` false."""
    found = problems("%YAML 1.1\n--- # all of it\n" + good)

    what, hint = "rubrics are written in YAML 1.2", "delete the %YAML line"
    assert found == [Problem("rubrics/sheet1.yaml:2", what, hint)]


def test_a_byte_order_mark_is_read_over(course: Path, good: str) -> None:
    """Some editors write one."""
    path = Path("rubrics/sheet1.yaml")
    path.write_text(good, encoding="utf-8-sig", newline="\r\n")

    assert load(path).title == "Sheet 1"


def test_a_missing_file_suggests_its_neighbour(course: Path) -> None:
    """The closest rubric of that folder."""
    with pytest.raises(RubricError) as caught:
        load(Path("rubrics/sheet2.yaml"))

    expected = Problem("rubrics/sheet2.yaml", "no such file", "did you mean 'sheet1.yaml'?")
    assert caught.value.problems == (expected,)


def test_a_folder_is_not_a_file(course: Path) -> None:
    """Nor is anything else that is there and cannot be read as one."""
    with pytest.raises(RubricError) as caught:
        load(Path("rubrics"))

    assert caught.value.problems == (Problem("rubrics", "not a file"),)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("+7", 7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1e", "1e"),
        ("3a", "3a"),
        ("3.a", "3.a"),
        ("12:30", "12:30"),
        ("no", "no"),
        ("On", "On"),
        ("TRUE", True),
        ("Null", None),
        ("", None),
        ("2024-01-01", "2024-01-01"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """Numbers, booleans and nulls are what YAML 1.2 says, and nothing else is."""
    got = value_of(text)

    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(
    "text", [".inf", "-.Inf", ".nan", "1e999", "9" * 400, "0x" + "f" * 280]
)
def test_numbers_are_finite(text: str) -> None:
    """What no float can hold is refused."""
    with pytest.raises(NotFiniteError):
        value_of(text)


def _loads_or_says_why(path: Path) -> bool:
    try:
        return bool(load(path))
    except RubricError as error:
        return bool(error.problems)


SYMBOLS = "\n|  |\t|:|: |- |[|]|{|}|*a|&a |!!x |<<: *a|'|\"|>-\n|#|%|? |@|\\|---\n|...\n"
VALUES = (
    "null|true|0|-1|1.5|1e999|.nan|''|'2'|2.|x|[]|[1]|[[x]]|[~, 2]|{}|{a: 1}|linear ² 3"
)
ODD = [
    '"\\uD800"',
    '"\\x1c"',
    '"\\UFFFFFFFF"',
    "9" * 500,
    "%YAML 1.1\n",
    "\x00",
    "\x85",
    "|\n",
]
PIECES = st.text(max_size=8) | st.sampled_from(
    [*SYMBOLS.split("|"), *VALUES.split("|"), *ODD]
)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4
)


@given(edits=EDITS)
@settings(
    max_examples=80,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_text_loads_or_is_refused(
    course: Path, good: str, edits: list[tuple[float, int, str]]
) -> None:
    """However a rubric is damaged, a rubric or RubricError comes out, and soon."""
    text = good
    for place, deleted, inserted in edits:
        at = int(place * len(text))
        text = text[:at] + inserted + text[at + deleted :]
    path = Path("rubrics/sheet1.yaml")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    assert _loads_or_says_why(path)


@given(data=st.data())
@settings(
    max_examples=80,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_value_anywhere_loads_or_is_refused(
    course: Path, good: str, data: st.DataObject
) -> None:
    """A wrong value under any key is a problem, never a crash of a later rule."""
    lines = good.splitlines()
    keyed = [n for n, line in enumerate(lines) if line.count(": ") == 1]
    for at in data.draw(st.lists(st.sampled_from(keyed), min_size=1, max_size=3)):
        lines[at] = (
            f"{lines[at].split(': ')[0]}: {data.draw(st.sampled_from(VALUES.split('|')))}"
        )
    path = Path("rubrics/sheet1.yaml")
    path.write_text("\n".join(lines), encoding="utf-8")

    assert _loads_or_says_why(path)
