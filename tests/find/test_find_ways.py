"""The ways of `make properties` move no line of a reference to another question."""

import random
from pathlib import Path

import pytest

from grader import pipeline
from grader.find.sections import sections
from grader.model.evidence import Cell
from tests.find.properties import moved, notebooks
from tests.find.ways import WAYS, Cells, cut, gathered, in_another_order, joined

ROOT = Path(__file__).parents[2]
SHEETS = sorted(path.stem for path in (ROOT / "rubrics").glob("*.yaml"))
LONG = 25
"""Characters of a line that stands in one place only."""


def placed(cells: Cells, questions: list[str]) -> dict[str, set[str]]:
    """The questions of every line that is long enough to be told from others."""
    made = [Cell(index=i, kind=kind, source=text) for i, (kind, text) in enumerate(cells)]
    found: dict[str, set[str]] = {}
    for line in sections(made, questions).lines:
        if len(text := line.text.strip()) > LONG:
            found.setdefault(text, set()).add(line.question)
    return found


@pytest.mark.parametrize("slug", SHEETS)
def test_every_line_keeps_its_question(slug: str):
    """Reordered, cut, joined, gathered, translated: each line stays where it was."""
    loaded = pipeline.load(slug, ROOT / "rubrics")
    questions = [question.id for question in loaded.rubric.questions]
    (_, plain), *others = notebooks(loaded, 4, "")
    want = placed(plain, questions)

    for name, cells in others:
        got = placed(cells, questions)
        off = {t: got[t] for t in want if t in got and got[t] != want[t]}
        lost = [t for t in want if t not in got and not t.startswith("#")]
        assert (name, off, lost) == (name, {}, [])


CELLS = [
    ("markdown", "# Sheet\n\nintroduction\n\n## 1 (a) Start\n\n"
     "$$a\n\n= b$$\n\n1. one\n\n2. two"),
    ("code", "import math\nx = math.pi\n\n@print\ndef f(): return x"),
    ("code", "y = x"),
    ("markdown", "## 1 (b) More"),
    ("code", "z = 1"),
    ("code", "plt.plot(z)\nplt.show()"),
]  # fmt: skip


def test_statements_and_paragraphs_are_cut():
    """Formulas, lists, decorators and figures stay whole."""
    got = cut(CELLS, random.Random(1))  # noqa: S311

    assert [text for _, text in got] == [
        "# Sheet", "introduction", "## 1 (a) Start", "$$a\n\n= b$$\n\n1. one\n\n2. two",
        "import math", "x = math.pi\n", "@print\ndef f(): return x", "y = x",
        "## 1 (b) More", "z = 1", "plt.plot(z)\nplt.show()",
    ]  # fmt: skip


def test_neighbours_are_joined_and_a_question_gathered():
    """Code keeps its order, and its question."""
    rng = random.Random(1)  # noqa: S311

    assert [kind for kind, _ in joined(CELLS, rng)] == ["markdown", "code"] * 2
    assert [text.splitlines()[0] for _, text in gathered(CELLS, rng)] == [
        "# Sheet", "## 1 (a) Start", "import math", "## 1 (b) More", "z = 1",
    ]  # fmt: skip


@pytest.mark.parametrize("tied", [True, False])
def test_only_independent_questions_change_places(tied: bool):
    """What reads a name stays behind what binds it; the rest may stand anywhere."""
    later = "b = a" if tied else "b = 2"
    cells = [("markdown", "## 1"), ("code", "a = 1"), ("markdown", "## 2"), ("code", later)]

    firsts = {in_another_order(cells, random.Random(s))[0][1] for s in range(20)}  # noqa: S311

    assert firsts == ({"## 1"} if tied else {"## 1", "## 2"})


def test_ways_are_pure_in_their_seed():
    """The same seed writes the same notebook."""
    for way in WAYS:
        one, two = (way(list(CELLS), random.Random(7)) for _ in range(2))  # noqa: S311
        assert one == two


def test_a_moved_mark_is_told(graded, right):  # type: ignore[no-untyped-def]
    """Both outcomes and both reasons; nothing where nothing moved."""
    wrong = [(k, s.replace("12 * 11", "12 * 10")) for k, s in right]
    one, two = graded({"one": right, "two": wrong}).results

    assert list(moved(one, one)) == []
    (line,) = moved(one, two)
    assert line.startswith("1a.count: ('pass', 1.0, None) became ('fail', 0.0, None): ")
