"""What a student reads about a notebook full of habits that grading cannot keep."""

import html
import re

import pytest

HABITS = [
    "!pip install -q torch",
    "%matplotlib widget",
    "%load_ext tensorboard\nboard = 1",
    "from google.colab import drive, files\ndrive.mount('/content/drive')",
    "import os\nos.chdir('/content/drive/MyDrive/sheet')",
    "who = input('Your name: ')",
    "!wget http://localhost:9/points.csv",
    "points = open('/home/me/points.csv').read()",
    "exit()",
    "import no_such_package",
]
SAID = [
    "'pip install -q torch' was not run: nothing is installed while grading.",
    "%matplotlib widget was replaced by %matplotlib inline.",
    "%load_ext tensorboard was ignored: No module named 'tensorboard'.",
    "google.colab is not available here; its calls do nothing.",
    "The folder /content/drive/MyDrive/sheet does not exist here; the notebook stayed.",
    'input() was answered with an empty text "".',
    "'wget http://localhost:9/points.csv' failed: there is no network while grading. "
    "Hand the files in with the notebook.",
    "/home/me/points.csv was not found: only files handed in or supplied are here.",
    "exit() was ignored, so that the later cells could run.",
    "This import failed and the rest of the cell was run without it: "
    "ModuleNotFoundError: No module named 'no_such_package'",
]
MENDED = {
    "imports": "`import numpy as np` was added above it.",
    "order": "it ran after the later cell that defines `late`.",
    "print": "print statements became calls of print.",
    "window": "line 2 wants a window, where there is none; it was left out.",
    "manager": "line 2 wants a window, where there is none; it was left out.",
}
WINDOW = ("code", "import tkinter\nroot = tkinter.Tk()\nafter = 1")
MANAGER = (
    "code",
    "import matplotlib.pyplot as plt\n"
    "plt.get_current_fig_manager().window.state('zoomed')\nafter = 1",
)


def _read(batch, name):
    page = (batch.out / "feedback" / f"{name}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.fixture
def broken(right):
    """Right submissions, each with one thing that a marker mends by hand."""
    with_late = [("code", "early = late + 1"), ("code", "late = 1")]
    return {
        "imports": [pair for pair in right if not pair[1].startswith("import")],
        "order": [right[0], *with_late, *right[1:]],
        "print": [*right, ("code", "print 'done'")],
        "window": [right[0], WINDOW, *right[1:]],
        "manager": [right[0], MANAGER, *right[1:]],
    }


def test_habits_cost_nothing_and_are_all_said(graded, right):
    """Every answer is found behind them, and each is one sentence with its cell."""
    habits = [("code", source) for source in HABITS]
    batch = graded({"plain": right, "habits": [right[0], *habits, *right[1:]]})
    kept, plain = batch.results

    text = _read(batch, "habits")

    assert [m.points for m in kept.marks] == [m.points for m in plain.marks]
    for index, sentence in enumerate(SAID, start=2):
        assert f"Cell {index}: {sentence}" in text


def test_what_was_mended_is_said(graded, broken):
    """Each repair stands in the feedback, at its cell."""
    batch = graded(broken)

    assert {r.submission: r.status for r in batch.results} == dict.fromkeys(
        sorted(broken), "repaired"
    )
    for name, sentence in MENDED.items():
        assert sentence in _read(batch, name)
