"""What no marker would notice moves no mark: with real kernels, at random, with seeds."""

import ast
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.audit.renames import renamed
from grader.audit.renaming import Missed, compare, try_renamed
from grader.find.sections import sections
from grader.model.evidence import Cell
from tests.find.ways import Cells, with_noise

HEADINGS = {
    "## 1 (a)": ["# Aufgabe 1a", "**1. (a)**", "### Tehtävä 1 a)", "Q1a", "Teil 1.a)"],
    "## 1 (b)": ["# Aufgabe 1b", "**1. (b)**", "### Tehtävä 1 b)", "Q1b", "Teil 1.b)"],
    "## 2": ["# Aufgabe 2", "**2.**", "### Tehtävä 2", "Q2", "## Task 2:"],
}


def _blocks(cells: Cells) -> tuple[Cells, list[Cells]]:
    """What stands before the first heading, and one block per heading."""
    head, blocks = [], []
    for cell in cells:
        if cell[1].startswith("## "):
            blocks.append([cell])
        elif blocks:
            blocks[-1].append(cell)
        else:
            head.append(cell)
    return head, blocks


def under_other_names(cells: Cells, rng: random.Random) -> Cells:
    """Every variable has another name."""
    fresh = iter(renamed([s for k, s in cells if k == "code"], rng.randrange(10**6)))
    return [(kind, next(fresh) if kind == "code" else source) for kind, source in cells]


def in_another_order(cells: Cells, rng: random.Random) -> Cells:
    """The independent questions are answered in another order."""
    head, blocks = _blocks(cells)
    rng.shuffle(blocks)
    return [*head, *(cell for block in blocks for cell in block)]


def cut(cells: Cells, rng: random.Random) -> Cells:
    """Every statement has a cell of its own, unless it belongs to a figure."""
    found: Cells = []
    for kind, source in cells:
        if kind == "code" and "plt.show" not in source:
            parts = [
                ast.get_source_segment(source, s) or "" for s in ast.parse(source).body
            ]
            found += [(kind, part) for part in parts]
        else:
            found.append((kind, source))
    return found


def joined(cells: Cells, rng: random.Random) -> Cells:
    """Neighbouring cells of one kind are one cell; headings stand in comments."""
    lines = [
        source if kind == "code" else f"# {source.splitlines()[0].strip('# ')}"
        for kind, source in cells
    ]
    words = [(k, s) for k, s in cells if k == "markdown" and "\n" in s]
    return [("code", "\n\n".join(lines)), *words]


def translated(cells: Cells, rng: random.Random) -> Cells:
    """Headings are in another language, or in none."""
    found = []
    for kind, source in cells:
        first, mark, rest = source.partition("\n")
        if kind == "markdown" and first in HEADINGS:
            source = f"{rng.choice(HEADINGS[first])}{mark}\n{rest}"
        found.append((kind, source))
    return found


WAYS: list[Callable[[Cells, random.Random], Cells]] = [
    under_other_names, in_another_order, with_noise, cut, joined, translated,
]  # fmt: skip


def outcomes(result: Any) -> dict[str, str]:
    """The outcome of every criterion."""
    return {mark.criterion: mark.verdict.outcome.value for mark in result.marks}


def test_no_way_moves_a_mark(graded: Any, right: Sequence[tuple[str, str]]):
    """Each way alone with two seeds, and all of them but joining one after the other."""
    variants: dict[str, Cells] = {"plain": list(right)}
    for way in WAYS:
        for seed in (1, 2):
            rng = random.Random(seed)  # noqa: S311
            variants[f"{way.__name__}-{seed}"] = way(list(right), rng)
    for seed in (3, 4):
        rng, cells = random.Random(seed), list(right)  # noqa: S311
        for way in (translated, in_another_order, under_other_names, cut, with_noise):
            cells = way(cells, rng)
        variants[f"all-{seed}"] = cells

    got = {r.submission: outcomes(r) for r in graded(variants).results}

    assert got == dict.fromkeys(sorted(variants), got["plain"])
    assert set(got["plain"].values()) == {"pass", "pending"}


def test_accepted_examples_under_other_names(tmp_path: Path):
    """Some examples, renamed: all is found, or the verdict says what was looked for."""
    from grader import pipeline

    here = Path(__file__).parent / "assignment"
    loaded = pipeline.load(str(here / "finding.yaml"), here)
    folder = Path(__file__).parents[2] / "submissions" / "finding"
    names = ("count-f-string", "count-variable", "function-by-name", "function-swapped")
    chosen = [folder / f"{name}.ipynb" for name in names]

    tried = list(try_renamed(loaded, chosen, (1,), tmp_path))
    missed = [one for pair in tried for one in pair.missed]

    assert [one.example for one in missed] == ["count-variable"]
    assert missed[0].excused
    assert missed[0].told.startswith("Looked for a number beside `parameter`")


def test_a_mark_taken_without_a_word_is_told(graded: Any, right: Sequence[tuple[str, str]]):
    """A fail under other names is wrong; the same outcomes are nothing."""
    wrong = [(k, s.replace("12 * 11", "12 * 10")) for k, s in right]
    one, two = graded({"one": right, "two": wrong}).results

    assert list(compare("x", 1, one, one)) == []
    assert [(m.criterion, m.excused) for m in compare("x", 1, one, two)] == [
        ("1a.count", False)
    ]
    assert str(Missed("x", 1, "1a", "no", False)) == "WRONG  x (seed 1) 1a: no"


SOURCE = """\
import numpy as np
%matplotlib inline
class Net:
    size = 3
    def forward(self, x, axis=0):
        return x.sum(axis=axis)  # x and axis
def lse(x, lam=1.0):
    return np.log(np.exp(lam * x).sum(axis=0)) / lam
net = Net()
n = sum(v for v in range(3))
print(f"n {n} {lse(np.ones(3), lam=2):.3f} {{n}}", "n")
"""


def test_renaming_keeps_everything_else():
    """Imports, attributes, methods, text, foreign keywords and magics stay."""
    (got,) = renamed([SOURCE], 1)

    for kept in ("import numpy as np", "%matplotlib inline", "size = 3", "forward(self,",
                 "# x and axis", ".sum(axis=", "{{n}}", '"n")', "np.ones(3)"):  # fmt: skip
        assert kept in got
    for gone in ("lse", "lam", "net", "Net", " {n} ", " x,"):
        assert gone not in got
    assert got == renamed([SOURCE], 1)[0] != renamed([SOURCE], 2)[0]


def test_fields_of_classes_keep_their_names():
    """`.start` is not renamed, so nothing that is called like it may be."""
    source = (
        "class Run:\n    start: tuple\ndef f(start, end):\n    return Run(start).start, end"
    )

    (got,) = renamed([source], 1)

    assert got.count("start") == 4
    assert "end" not in got
    assert "Run" not in got


def test_what_is_no_python_stays():
    """A cell that cannot be parsed is left as it is."""
    assert renamed(["x = = 1", "%%bash\nls x", "x = 1"], 1)[:2] == [
        "x = = 1",
        "%%bash\nls x",
    ]


def test_a_timed_cell_is_renamed_as_well():
    """Its body is Python and uses the names of the other cells."""
    first, timed = renamed(["x = 1", "%%time\ny = x"], 1)

    assert timed.startswith("%%time\n")
    assert timed.endswith(f" = {first.partition(' ')[0]}")


QUESTIONS = ("1.1", "1.2", "2a", "2b", "2.C1a", "3")
TEXT = st.text(alphabet="123abC().)#*: \nQTask-–ä$", max_size=40)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.booleans(), TEXT), max_size=6))
def test_sections_of_anything(parts: list[tuple[bool, str]]):
    """Whatever stands there: every line has one question of the sheet, or none."""
    cells = [
        Cell(index=i, kind="code" if code else "markdown", source=text)
        for i, (code, text) in enumerate(parts)
    ]

    got = sections(cells, QUESTIONS)

    assert {line.question for line in got.lines} <= {"", *QUESTIONS}
    assert len(got.lines) == sum(len(c.source.splitlines()) for c in cells)
    assert set(got.touched) == {c.index for c in cells}


@pytest.mark.parametrize("seed", range(6))
def test_order_of_headings_is_kept(seed: int):
    """Headings in any order are believed, with prose and lists between them."""
    rng = random.Random(seed)  # noqa: S311
    order = [q for q in QUESTIONS if q != "2.C1a"]
    rng.shuffle(order)
    spelled = {"2a": "2 (a)", "2b": "2 (b)"}
    cells = [
        Cell(index=i, kind="markdown", source=f"## Task {spelled.get(q, q)}\n\n1. x\n2. y")
        for i, q in enumerate(order)
    ]

    assert [sections(cells, QUESTIONS).ends[i] for i in range(len(order))] == order
