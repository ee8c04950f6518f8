"""Reading scripts."""

from dataclasses import replace

import pytest

from grader.intake import Limits
from grader.intake.reading import RefusedError
from grader.intake.script import read_script

LIMITS = Limits()


def cells(text, limits=LIMITS):
    got = read_script(text.encode(), "hw.py", limits)
    return [(cell.kind, cell.source) for cell in got.cells]


def test_a_plain_script_is_one_cell():
    """Docstring, comments and blank lines stay in the source, as they are."""
    text = '"""Sheet 7."""\n\n# a comment\n\nimport numpy\n\n\nx = 1\n'

    assert cells(text) == [("code", text)]


def test_percent_cells():
    """`# %%` separates cells; Markdown cells lose their comment signs, tags are read."""
    text = (
        '# %% [markdown]\n# # Task\n# text\n\n# %% tags=["answer:1a"]\nx = 1\n\n# %%\ny\n'
    )

    got = read_script(text.encode(), "hw.py", LIMITS).cells

    assert [(cell.kind, cell.source, cell.tags) for cell in got] == [
        ("markdown", "# Task\ntext", ()),
        ("code", "x = 1", ("answer:1a",)),
        ("code", "y", ()),
    ]


def test_light_cells_under_a_header():
    """Jupytext's header names the format; the header itself is no cell."""
    header = "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n"
    text = (
        header
        + "#       format_name: light\n# ---\n\n# # Task\n\n# +\nx = 1\n\ny = 2\n# -\n"
    )

    assert cells(text) == [("markdown", "# Task"), ("code", "x = 1\n\ny = 2")]


def test_exported_cells():
    """A notebook exported as a script keeps its cells apart."""
    text = "#!/usr/bin/env python\n\n# In[1]:\n\n\nx = 1\n\n\n# In [ ]:\n\n\ny = 2\n"

    assert cells(text) == [("code", "x = 1"), ("code", "y = 2")]


@pytest.mark.parametrize("most", [1, 2])
def test_too_many_cells_run_as_one(most):
    """Past the cap the script is kept whole, with a note."""
    text = "# %%\nx\n\n# %%\ny\n"

    got = read_script(text.encode(), "hw.py", replace(LIMITS, script_cells=most))

    note = "hw.py has cell markers that cannot be read; it runs as one cell."
    assert (len(got.cells), got.notes) == ((2, ()) if most == 2 else (1, (note,)))


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b" \n", "hw.py: the file is empty; save the script and hand it in again."),
        (b"x = 1234\n\0",
         "hw.py:2:1: this is not text; save the script and hand it in again."),
        (b"x\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n",
         "hw.py:2:1: git left conflict markers here; "
         "resolve the conflict and hand it in again."),
        (b"x" * 1_048_577,
         "hw.py: the script is larger than 1 MB; move its data to a file."),
    ],
)  # fmt: skip
def test_what_is_no_script_is_explained(data, want):
    """A refusal names the file and the place, and says what to do."""
    with pytest.raises(RefusedError) as caught:
        read_script(data, "hw.py", LIMITS)

    assert caught.value.reason == want


def test_a_script_as_large_as_the_cap_is_read():
    """Exactly the cap is not too large."""
    assert len(read_script(b"x" * 1_048_576, "hw.py", LIMITS).cells) == 1


def test_windows_scripts_are_read():
    """Line ends of Windows and its encoding do not reach a cell."""
    got = read_script("s = 'ä'\r\nt = 1\r\n".encode("cp1252"), "hw.py", LIMITS)

    assert got.cells[0].source == "s = 'ä'\nt = 1\n"
    assert got.notes == ("hw.py was read as Windows-1252, not as plain UTF-8.",)
