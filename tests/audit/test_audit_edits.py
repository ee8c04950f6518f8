"""Edits of variants: they fit exactly or say why not."""

import pytest

from grader.audit.edits import EditError, NewSource, Placed, Replacement
from grader.model.submission import SourceCell

CELLS = tuple(
    Placed(index=i, cell=SourceCell(kind="code", source=source))
    for i, source in enumerate(
        ["a = 1\nb = 2", "def f():\n    x = 1\n    return x", "c = a"]
    )
)


def _sources(cells):
    return [placed.cell.source for placed in cells]


def test_a_text_is_replaced():
    """It stands in one cell, once."""
    cells = Replacement(old="b = 2", new="b = 3")(CELLS)

    assert _sources(cells)[0] == "a = 1\nb = 3"


def test_a_text_is_replaced_as_often_as_said():
    """`times` counts over the whole notebook."""
    cells = Replacement(old=" 1", new=" 5", times=2)(CELLS)

    assert _sources(cells)[:2] == ["a = 5\nb = 2", "def f():\n    x = 5\n    return x"]


@pytest.mark.parametrize(
    ("edit", "what", "hint"),
    [
        (
            Replacement(old="b = 22", new="x"),
            "no cell contains 'b = 22'",
            "the closest line is 'b = 2' in cell 1",
        ),
        (
            Replacement(old="c = a\n", new="c = b\n"),
            "no cell contains 'c = a\\n'",
            "it ends with a line break, which the last line of a cell has not: write |-",
        ),
        (
            Replacement(old=" = 1", new="x"),
            "' = 1' stands there 2 times, in cells 1, 2, not 1",
            "give more of its surroundings, or `times: 2`",
        ),
        (
            Replacement(old="c = a", new="x", times=2),
            "'c = a' stands there 1 time, in cell 3, not 2",
            "give more of its surroundings, or `times: 1`",
        ),
        (
            NewSource(cell="= 1", source=""),
            "'= 1' stands in cells 1, 2",
            "give text of one cell only",
        ),
        (
            NewSource(cell="import os", source=""),
            "no cell contains 'import os'",
            "the text must be as in the reference's notebook, blanks included",
        ),
    ],
)
def test_an_edit_that_does_not_fit_says_why(edit, what, hint):
    """In words its author can act on."""
    with pytest.raises(EditError) as raised:
        edit(CELLS)

    assert (raised.value.what, raised.value.hint) == (what, hint)


def test_lines_without_their_indentation_are_found():
    """YAML takes the indentation of a block away."""
    cells = Replacement(old="x = 1\nreturn x", new="return 1\n\n# x")(CELLS)

    assert _sources(cells)[1] == "def f():\n    return 1\n\n    # x"


def test_a_cell_is_replaced_or_dropped():
    """By a text that it alone contains; the others keep their places."""
    changed = NewSource(cell="c = a", source="c = b\n")(CELLS)
    dropped = NewSource(cell="def f", source="")(CELLS)

    assert _sources(changed)[2] == "c = b"
    assert [placed.index for placed in dropped] == [0, 2]
