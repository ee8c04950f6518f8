"""The table in the terminal fits, says what is open, and moves no cursor."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len

from grader.model.verdict import Result, failed, graded, pending
from grader.report import AssignmentLines, QuestionLine, terminal

Make = Callable[..., Result]


def _class(make: Make) -> list[Result]:
    both = {"1a.proof": pending("A proof."), "1a.value": pending("Look.")}
    return [
        make("bernoulli"),
        make("ada", {"1a.proof": pending("A proof."), "2.bonus": graded(1 / 3, ".")}),
        make("cauchy", {**both, "2.bonus": failed("No.")}, status="kernel_died"),
    ]


def test_the_table_in_full(lines: AssignmentLines, make: Make) -> None:
    """Sorted, numbers to the right; "?" for what is not scored, never 0."""
    text = terminal(_class(make), lines, width=90)

    assert text == (
        "submission  1a  1b  2*  of 4  pending  status\n"
        "──────────────────────────────────────────────────\n"
        "ada         1?   1   1    3?        1  ok\n"
        "bernoulli    3   1   3     7           ok\n"
        "cauchy       ?   1   0    1?        2  kernel died\n"
        "\n"
        "3 submissions · mean 7 over 1 fully scored\n"
        "a person must look at 3 verdicts in 2 submissions · ? not scored yet\n"
    )


def test_ascii_only(lines: AssignmentLines, make: Make) -> None:
    """A terminal without Unicode gets ASCII, accents dropped, columns still aligned."""
    text = terminal([make("Évariste"), make("北京")], lines, width=80, ascii_only=True)

    assert text == (
        "submission  1a  1b  2*  of 4  pending  status\n"
        "---------------------------------------------\n"
        "Evariste     3   1   3     7           ok\n"
        "??           3   1   3     7           ok\n"
        "\n"
        "2 submissions - mean 7 over 2 fully scored\n"
    )


def test_colour_only_when_asked(lines: AssignmentLines, make: Make) -> None:
    """No escape without colour; with it, and the escapes taken away, the same text."""
    plain = terminal(_class(make), lines)
    colour = terminal(_class(make), lines, colour=True)
    bare = colour
    for escape in ("\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[31m", "\x1b[0m"):
        bare = bare.replace(escape, "")

    assert "\x1b" not in plain
    assert "\x1b[33mada" in colour
    assert "\x1b[31mcauchy" in colour
    assert bare == plain


@pytest.mark.parametrize("name", ["\x1b[2Jx", "a\x07b", "a\rb\nc", "a\u202eb", "\x9b1m"])
def test_a_name_moves_no_cursor(lines: AssignmentLines, make: Make, name: str) -> None:
    """Escapes, bells, line ends and turned text in a name become U+FFFD or a space."""
    text = terminal([make(name)], lines)

    assert len(text.splitlines()) == 5
    assert not {"\x1b", "\x07", "\r", "\u202e", "\x9b"} & set(text)


def _many(lines: AssignmentLines, count: int) -> AssignmentLines:
    """Split the criteria's questions until there are `count`, in exercises of 4."""
    questions = tuple(
        QuestionLine(id=f"{1 + index // 4}{'abcd'[index % 4]}", title="T", points=1.0)
        for index in range(count)
    )
    line = lines.criteria[0]
    criteria = tuple(
        replace(line, id=f"{question.id}.x", question=question.id) for question in questions
    )
    return replace(lines, questions=questions, criteria=criteria)


@pytest.mark.parametrize("width", [50, 60, 80, 100, 120])
@pytest.mark.parametrize("count", [3, 13, 24, 60])
def test_it_fits(lines: AssignmentLines, make: Make, width: int, count: int) -> None:
    """No line is wider than the terminal, however many questions there are."""
    many = _many(lines, count)
    third = {line.id: graded(1 / 3, ".") for line in many.criteria}
    results = [make("x" * 70, third, lines=many), make("北" * 40, lines=many)]
    text = terminal(results, many, width=width)

    assert max(map(cell_len, text.splitlines())) <= width


def test_it_drops_columns_in_steps(lines: AssignmentLines, make: Make) -> None:
    """Questions, then exercises, then nothing but the score."""
    many = _many(lines, 24)
    heads = [
        terminal([make("ada", lines=many)], many, width=width).splitlines()[0]
        for width in (120, 80, 32)
    ]

    assert heads[0].split()[1:4] == ["1a", "1b", "1c"]
    assert heads[1].split()[1:4] == ["1", "2", "3"]
    assert heads[2].split() == ["submission", "of", "24", "pending", "status"]


def test_no_submissions(lines: AssignmentLines) -> None:
    """A batch of nothing is a header and a count."""
    assert terminal([], lines).endswith("\n\n0 submissions\n")
