"""The files load as they are, say the same twice, and run nothing."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from grader.model.verdict import Binding, Result, failed, graded, pending
from grader.report import AssignmentLines
from grader.sheet import files, scores, write
from grader.sheet.cells import LONGEST, inert, plain, rounded

Make = Callable[..., Result]
EVIL = '=HYPERLINK("http://evil.example","click")'


def _results(make: Make) -> list[Result]:
    found = Binding(cell=2, what="+1+1", how="by name", confidence=0.4)
    return [
        make("a", people=(EVIL, "Zoë")),
        make("b", {"1a.proof": pending("@SUM(A1)", binding=found, proposal=0.5)}),
        make("c", {"1a.proof": failed("-1 was found.")}, status="errors", reason="=1"),
        make("d", {"1a.proof": graded(1 / 3, "A third; =1+1 is text.")}),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' '=1"),
        ("\r=1", "' =1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; -1", "a; '-1"),
        ("1-1=0", "1-1=0"),
        ("a;b", "a;b"),
        ("'=1", "'=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, shown: str) -> None:
    """What a spreadsheet would run gets a ' before it; all else stays as it is."""
    assert inert(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
        ("abc\u202etxt.exe", "abc\ufffdtxt.exe"),
        ("two\nlines\r\nof it", "two lines of it"),
        ("lone \ud800", "lone \ufffd"),
        ("Zoë 北京", "Zoë 北京"),
    ],
)
def test_nothing_in_a_cell_is_invisible(text: str, shown: str) -> None:
    """Controls, turned text and lone surrogates become U+FFFD; letters stay."""
    assert plain(text) == shown


def test_a_cell_has_an_end() -> None:
    """A cell keeps LONGEST characters; one more is cut and says so."""
    assert plain("x" * LONGEST) == "x" * LONGEST
    assert plain("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"


def test_minus_zero_is_zero() -> None:
    """No sheet shows -0.0."""
    assert repr(rounded(-1e-9)) == "0.0"


def test_scores_csv_in_full(lines: AssignmentLines, make: Make) -> None:
    """The whole file, byte for byte."""
    data = files(_results(make), lines)["scores.csv"]

    assert data.decode("utf-8").split("\n") == [
        "submission,people,ids,1a,1b,2,score,bonus,maximum,pending_points,pending,status,"
        "reason",
        'a,"\'=HYPERLINK(""http://evil.example"",""click""); Zoë",'
        ",3.0,0.0,3.0,6.0,3.0,3.0,0.0,0,ok,",
        "b,,,1.0,0.0,3.0,4.0,3.0,3.0,2.0,1,ok,",
        "c,,,1.0,0.0,3.0,4.0,3.0,3.0,0.0,0,errors,'=1",
        "d,,,1.666667,0.0,3.0,4.666667,3.0,3.0,0.0,0,ok,",
        "",
    ]


def test_both_csv_load_with_read_csv(lines: AssignmentLines, make: Make) -> None:
    """pandas.read_csv alone gives the numbers back, and empty where nothing is scored."""
    made = files(_results(make), lines)
    short = pd.read_csv(io.BytesIO(made["scores.csv"]))
    long = pd.read_csv(io.BytesIO(made["verdicts.csv"]))

    assert short["score"].tolist() == scores(_results(make), lines)["score"].tolist()
    assert long.shape == (16, 14)
    assert long["points"].isna().tolist() == [False] * 5 + [True] + [False] * 10
    assert long["found"].dropna().tolist() == ["'+1+1 in cell 3 (by name)"]
    assert long["reason"][15 - 2] == "A third; '=1+1 is text."


def test_unscored_is_blank_in_csv(lines: AssignmentLines, make: Make) -> None:
    """A question with nothing scored is an empty field, not 0."""
    both = {"1a.value": pending("Look."), "1a.proof": pending("Look.")}
    text = files([make("a", both)], lines)["scores.csv"].decode()

    assert text.split("\n")[1] == "a,,,,0.0,3.0,3.0,3.0,3.0,3.0,2,ok,"


def test_the_same_bytes_twice_in_any_order(lines: AssignmentLines, make: Make) -> None:
    """Two writes, and a write of shuffled results, give identical files."""
    results = _results(make)
    first = files(results, lines)
    second = files([*results[2:], *results[1::-1]], lines)

    assert first == second


def test_a_workbook_carries_no_clock(lines: AssignmentLines, make: Make) -> None:
    """Every time in the workbook is 1980, in the archive and in its properties."""
    data = files(_results(make), lines)["scores.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        times = {info.date_time for info in archive.infolist()}
        core = archive.read("docProps/core.xml").decode()

    assert times == {(1980, 1, 1, 0, 0, 0)}
    assert core.count("1980-01-01T00:00:00Z") == 2


def test_a_workbook_is_typed_and_inert(lines: AssignmentLines, make: Make) -> None:
    """Numbers are numbers, text is text even if it looks like a formula."""
    book = load_workbook(io.BytesIO(files(_results(make), lines)["scores.xlsx"]))
    sheet = book["Scores"]
    kinds = {cell.data_type for each in book for row in each.rows for cell in row}

    assert book.sheetnames == ["Scores", "Verdicts", "Questions"]
    assert kinds <= {"s", "n", "b"}
    assert (sheet["B2"].value, sheet["B2"].quotePrefix) == (f"{EVIL}; Zoë", True)
    assert (sheet["D5"].value, sheet["K3"].value) == (1.666667, 1)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:M5")


def test_a_workbook_colours_what_is_pending(lines: AssignmentLines, make: Make) -> None:
    """The count of what waits is coloured, and no other row's is."""
    book = load_workbook(io.BytesIO(files(_results(make), lines)["scores.xlsx"]))
    colours = [book["Scores"][f"K{row}"].fill.fgColor.rgb for row in (2, 3, 4)]

    assert colours == ["00000000", "00FFF1C9", "00000000"]


def test_write_names_its_files(tmp_path: Path, lines: AssignmentLines, make: Make) -> None:
    """Three files are written into a folder that need not exist."""
    paths = write(tmp_path / "run", _results(make), lines)

    names = ["scores.csv", "verdicts.csv", "scores.xlsx"]
    assert paths == [tmp_path / "run" / name for name in names]
    assert b"\r" not in paths[0].read_bytes()
