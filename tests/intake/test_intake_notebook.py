"""Reading notebooks, damaged and whole."""

import json
from dataclasses import replace

import pytest

from grader.intake import Limits, collect
from grader.intake.bounded_json import parse
from grader.intake.notebook import read_notebook
from grader.intake.reading import RefusedError
from grader.model.submission import IntakeStatus, SourceCell

LIMITS = Limits()
AGAIN = "open it in Jupyter, save it and hand it in again"
CLEAR = "clear all outputs in Jupyter, save it and hand it in again"


def whole(*cells, **top):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}


def code(source, **more):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], **more}


def read(tree, limits=LIMITS):
    return read_notebook(json.dumps(tree).encode(), "hw.ipynb", limits)


def refusal(data):
    with pytest.raises(RefusedError) as caught:
        read_notebook(data, "hw.ipynb", LIMITS)
    return caught.value.reason


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b"", "hw.ipynb: the file is empty; save the notebook and hand it in again."),
        (b'{"cells": [', f"hw.ipynb:1:12: the file ends in the middle; {AGAIN}."),
        (b'{"cells": ["a', f"hw.ipynb:1:12: the file ends in the middle; {AGAIN}."),
        (b'{\n "a" 1}',
         f"hw.ipynb:2:6: this is not JSON (Expecting ':' delimiter); {AGAIN}."),
        (b"[" * 100_000, f"hw.ipynb:1:101: values are nested more than 100 deep; {CLEAR}."),
        (b'{"a":\n ' + b"7" * 5000 + b"}",
         f"hw.ipynb:2:2: a number has over 4300 digits; {CLEAR}."),
        (b'{\n<<<<<<< HEAD\n "a": 1\n=======\n "a": 2\n>>>>>>> b\n}',
         "hw.ipynb:2:1: git left conflict markers here; "
         "resolve the conflict and hand it in again."),
        (b"<<<<<<< HEAD\n{}",
         "hw.ipynb:1:1: git left conflict markers here; "
         "resolve the conflict and hand it in again."),
        (b"<!DOCTYPE html>", "hw.ipynb:1:1: this is a web page, not a notebook; "
         "hand in the notebook itself, as Jupyter saves it."),
        (b"%PDF-1.7", "hw.ipynb:1:1: this is a PDF, not a notebook; "
         "hand in the notebook itself, as Jupyter saves it."),
        (b"[1]", f"hw.ipynb: this is JSON, yet no notebook; {AGAIN}."),
        (b'{"cells": {}}', f"hw.ipynb: there is no list of cells in it; {AGAIN}."),
        (b'{"cells": [], "nbformat": 5}', "hw.ipynb: notebook format '5' is unknown; "
         "save it as nbformat 4 and hand it in again."),
        (b'{"cells": [1]}',
         "hw.ipynb: cell 1 is not a cell; mend it in Jupyter and hand it in again."),
        (b'{"cells": [{"source": {}}]}',
         "hw.ipynb: cell 1 has a source that is neither text nor lines; "
         "mend it in Jupyter and hand it in again."),
        (b'{"cells": [{"source": "a\\nb = \'\\ud800\'"}]}',
         "hw.ipynb: cell 1 has half a character (a lone surrogate) at 2:6; "
         "mend it in Jupyter and hand it in again."),
        (b'{"worksheets": [1], "nbformat": 3}',
         f"hw.ipynb: it is of an old notebook format and cannot be converted; {AGAIN}."),
    ],
)  # fmt: skip
def test_damage_is_explained(data, want):
    """A refusal names the file and the place, and says what to do."""
    assert refusal(data) == want


def test_damage_is_a_row(desk):
    """A damaged notebook is a submission with a status; its bytes are kept."""
    (one,) = collect([desk.lay("hw.ipynb", b'{"cells": [')])

    assert (one.status, one.notebook, one.cells) == (IntakeStatus.UNREADABLE, None, ())
    assert one.reason == f"hw.ipynb:1:12: the file ends in the middle; {AGAIN}."
    assert [(f.status, f.data) for f in one.files] == [(one.status, b'{"cells": [')]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8-sig", "UTF-8 with a byte-order mark"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_other_encodings_are_read_with_a_note(encoding, named):
    """What editors and e-mail make of UTF-8 is read; a TA is told."""
    data = json.dumps(whole(code("s = 'ä'")), ensure_ascii=False).encode(encoding)

    got = read_notebook(data, "hw.ipynb", LIMITS)

    assert got.cells[0].source == "s = 'ä'"
    assert got.notes == (f"hw.ipynb was read as {named}, not as plain UTF-8.",)


def test_format_3_is_converted():
    """Worksheets of old notebooks become cells."""
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [
        {"cell_type": "heading", "level": 2, "source": "Task 1", "metadata": {}},
        {"cell_type": "code", "input": ["x = 1\n", "x"], "language": "python",
         "metadata": {}, "collapsed": False, "prompt_number": 1, "outputs": [
             {"output_type": "pyout", "prompt_number": 1, "text": ["1"], "metadata": {}}]},
    ]}]}  # fmt: skip

    assert read(old).cells == (
        SourceCell(kind="markdown", source="## Task 1"),
        SourceCell(kind="code", source="x = 1\nx", saved="1\n"),
    )


@pytest.mark.parametrize("minor", [0, 2, 4, 5, 99, None, "x"])
def test_any_minor_of_format_4_is_read(minor):
    """Cell ids that are missing or repeated do no harm, whatever the minor."""
    tree = whole(code("a", id="same"), code(["b\n", "c"], id="same"), code("d"))
    tree["nbformat_minor"] = minor

    assert [cell.source for cell in read(tree).cells] == ["a", "b\nc", "d"]


def test_saved_outputs_become_plain_text():
    """Streams, plain results and errors are kept; pictures and damage are not."""
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "execute_result", "data": {"text/plain": "42", "text/html": "<b>"}},
        {"output_type": "display_data", "data": {"image/png": "AAAA"}},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["x"]},
        {"output_type": "stream", "text": "half \ud800"},
        {"output_type": "stream", "text": {"a": 1}},
        "damage",
    ]
    tree = whole(code("x", outputs=outputs, metadata={"tags": ["answer:3a.count", 3]}))

    (cell,) = read(tree).cells

    assert cell.saved == "a\nb\n42\nValueError: no\nhalf ?\n"
    assert cell.tags == ("answer:3a.count",)


@pytest.mark.parametrize(("most", "want"), [(5, "abcd\n"), (4, "abcd\n[cut]")])
def test_saved_text_is_capped(most, want):
    """Text as long as the cap stays whole; one more character cuts it."""
    outputs = [{"output_type": "stream", "text": "abcd\n"}]

    (cell,) = read(
        whole(code("x", outputs=outputs)), replace(LIMITS, saved_chars=most)
    ).cells

    assert cell.saved == want


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"kernelspec": {"name": "ir"}}, "R"),
        ({"language_info": {"name": "julia"}}, "julia"),
        ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
    ],
)
def test_other_languages_are_reported_not_run(metadata, language):
    """A notebook for another kernel is a row that says so."""
    with pytest.raises(RefusedError) as caught:
        read(whole(code("x"), metadata=metadata))

    want = f"hw.ipynb: the notebook is written in {language}; reported, not run."
    assert caught.value.reason == want


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        [],
        {"kernelspec": {"name": "evil"}},
        {"kernelspec": {"language": "python"}, "language_info": {"name": "R"}},
        {"language_info": {"name": "ipython"}},
    ],
)
def test_python_is_assumed(metadata):
    """Only a notebook that names another language, and never Python, is refused."""
    assert len(read(whole(code("x"), metadata=metadata)).cells) == 1


def test_a_notebook_without_code_is_ready_with_a_note():
    """Proofs in Markdown can be judged; that nothing runs is said."""
    got = read(whole({"cell_type": "markdown", "source": "proof"}))

    assert got.notes == ("hw.ipynb has no code.",)


@pytest.mark.parametrize(
    ("cap", "text", "fits", "breaks"),
    [
        ("json_depth", "[[1]]", 2, 1),
        ("json_tokens", "[1,2]", 5, 4),
        ("digits", "[123]", 3, 2),
    ],
)
def test_json_caps_hold_on_both_sides(cap, text, fits, breaks):
    """What equals a cap is parsed; one more is refused."""
    assert parse(text, "a", replace(LIMITS, **{cap: fits})) == json.loads(text)
    with pytest.raises(RefusedError):
        parse(text, "a", replace(LIMITS, **{cap: breaks}))


def test_brackets_and_digits_in_text_are_only_text():
    """A cell may print brackets and long numbers as it likes."""
    source = "s = '" + "[" * 500 + "7" * 5000 + "\\\"'"

    assert read(whole(code(source))).cells[0].source == source


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (r"**1a** $s_0' = \frac{e^x}{1+e^x} = s_1$", "markdown"),
        ("1a) The asymptotes are y = 0 and y = x.", "markdown"),
        ("w = np.array([1, -1])\nprint(w)", "raw"),
        ("%matplotlib inline\nx = 1", "raw"),
    ],
)
def test_text_in_raw_cells_is_text(source, kind):
    """Code that was switched off stays out; neither is run."""
    got = read(whole({"cell_type": "raw", "source": source}))

    assert [cell.kind for cell in got.cells] == [kind]
