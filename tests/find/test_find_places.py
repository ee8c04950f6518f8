"""Numbers in tables, sums, figures, dictionaries, comments; and near misses."""

from typing import Any

import numpy as np
import pytest

from grader.find.misses import likeness, misfit
from grader.find.numerals import numerals
from grader.find.sums import sums
from grader.find.totals import totals
from grader.model.criteria import Argument, Checked
from grader.model.evidence import Candidate, CandidateKind, Drawing
from grader.model.finds import FindFunction, FindNumber

WHAT = FindNumber(near=("parameter", "params"), names=("n_params",))

SPELLINGS = [
    (r"1\,234", [1234]),
    ("1{,}234", [1234]),
    ("1.234.567", [1234567]),
    ("10 000", [10000]),
    ("20 100 5", [20, 100, 5]),
    ("1_000", [1000]),
    ("10^{-3}", [0.001]),
    ("2·10⁻³", [0.002]),
    ("8.1·10¹", [81]),
    (r"-\frac{1}{2}", [-0.5]),
    ("81params", [81]),
    ("5cm and 3 s", [5, 3]),
    ("81th, 2x, conv2d", []),
    ("Q3.1: 81", [81]),
    ("## 1.1 Softmax of 3", [3]),
    ("3.1: 81", [81]),
    ("2.1 (a) 7", [7]),
]


@pytest.mark.parametrize(("text", "want"), SPELLINGS)
def test_more_spellings(text: str, want: list[float]):
    """LaTeX, German, raised digits, units, and labels that are none."""
    assert [n.value for n in numerals(text)] == pytest.approx(want)


def test_two_readings():
    """1.234 may be 1234 and 1,234 may be 1.234; 12345.6 has one reading."""
    both = [(n.value, n.other) for n in numerals("1.234 and 1,234 and 12345.6")]

    assert both == [(1.234, 1234), (1234, 1.234), (12345.6, None)]


SUMS = [
    ("2*20 + 20 + 20 + 1", [81]),
    (r"$20\cdot 2+20+20+1 = 81$", [81]),
    ("(2·20+20) + (20·1+1) in all", [81]),
    ("[2 + 1] × 20 + 21", [81]),
    ("2-20-1", []),
    ("3 - 2", []),
    ("x = 3", []),
    ("2 20 1", []),
    ("2 *", []),
    ("9" * 9 + "+1", []),
    ("9999999*" * 9 + "9", []),
]


@pytest.mark.parametrize(("text", "want"), SUMS)
def test_sums(text: str, want: list[float]):
    """Chains of whole numbers with + or * are worked out; layer sizes are none."""
    assert [s.value for s in sums(text)] == want


TABLES = [
    ("| Layer | Params |\n|---|---|\n| a | 60 |\n| b | 21 |\n| **Total** | **81** |", [81]),
    ("| Schicht | Params |\n|---|---|\n| a | 60 |\n| Summe | 81 |", [81]),
    ("   layer  params\n0  fc1  60\n1  fc2  21\n2  total  81", [81]),
    ("     params\nnet      81", [81]),
    ("| params |\n| 81 |", [81]),
    ("| Layer | Params |\n| a | 60 |\n| b | 21 |", []),
    ("| Layer | Neurons |\n| a | 20 |\n| total | 21 |", []),
    ("the params are\n81", []),
]


@pytest.mark.parametrize(("text", "want"), TABLES)
def test_totals_of_tables(text: str, want: list[float]):
    """A row of the total, or a column of one entry; several entries are no answer."""
    assert [n.value for _, n in totals(text.splitlines(), ["params"])] == want


def test_a_title_of_a_figure(hand: Any):
    """What stands in a figure was stated."""
    hand.code("plot()")
    hand.drawings.append(
        Drawing(cell=0, figure=0, panel=0, method="plot", title="params: 81")
    )

    hit = hand.find(WHAT).hits[0]

    assert (hit.value, hit.binding.what) == (81, "the number 81 in a figure")


def test_a_comment_needs_a_person(hand: Any):
    """A comment of a cell that ran is read, and not sure enough to be scored."""
    hand.code("# 3a\nx = 1  # 81 parameters")

    hit = hand.find(WHAT).hits[0]

    assert (hit.value, hit.binding.confidence < 0.5) == (81, True)


def test_a_text_on_its_own_is_a_comment(hand: Any):
    """Answers between triple quotes; a text that is bound or passed on is none."""
    hand.code('"""(a) 2*20 + 41\n81 parameters"""\nx = """82 parameters"""')

    assert [h.value for h in hand.find(WHAT).hits if h.binding.confidence < 0.5] == [81]


COUNTS = "for name, m in nets.items(): print(name, count(m.params))"


@pytest.mark.parametrize(
    ("code", "stdout", "want"),
    [
        (COUNTS, "shallow 81\ndeep: 111\n", [81, 111]),
        (COUNTS, "done in 3 s\n3 of 4\n", []),
        ("print(name, size)  # params", "shallow 81\n", []),
    ],
)
def test_numbers_that_code_about_it_prints(hand: Any, code: str, stdout: str, want: Any):
    """A name and a number; whether it is the one meant, a person sees."""
    hand.code(code, stdout=stdout)

    hits = [h for h in hand.find(WHAT).hits if "printed by" in h.binding.how]

    assert [h.value for h in hits] == want
    assert all(h.binding.confidence < 0.5 for h in hits)


def test_dictionaries_tensors_and_asserts(hand: Any):
    """A fitting key, an array of one number, and an assertion that held."""
    hand.code("assert count(params) == 83")
    hand.name("facts", {"n_params": 81, "layers": 2})
    hand.name("n_params", np.array(82))

    assert {hit.value for hit in hand.find(WHAT).hits} == {81, 82, 83}


SUMMARY = """\
Total params: 81
Trainable params: 81
Non-trainable params: 0
Params size (MB): 0.01"""


def test_lines_that_count_something_else(hand: Any):
    """A summary's zero of parameters that cannot be trained is not the answer."""
    hand.code("summary(net)", stdout=SUMMARY)

    assert {hit.value for hit in hand.find(WHAT).hits} == {81}


X, LAMB = (
    Argument(name="x", input="pairs"),
    Argument(name="lamb", also=("lam",), values=(1,)),
)
FITS = [
    ("x", ("it takes one argument; add lamb",)),
    ("lam", ("it takes one argument; add x",)),
    ("a b c", ("it needs three arguments; 2 are given",)),
    ("x lam", ()),
    ("x lam c=", ()),
    ("*args", ()),
    ("", ()),
]


@pytest.mark.parametrize(("spec", "want"), FITS)
def test_why_a_function_does_not_fit(takes: Any, spec: str, want: tuple[str, ...]):
    """The way out is named: which argument to add."""
    candidate = Candidate(
        id="f0", kind=CandidateKind.FUNCTION, cell=6, names=("lse",), parameters=takes(spec)
    )

    assert misfit(candidate, (X, LAMB)) == want


def test_the_nearest_function_comes_first(hand: Any):
    """What is called nearly so is named before what is not."""
    hand.code("...")
    hand.candidate("f", "plot", takes="a b c d")
    hand.candidate("f", "log_sum", takes="x")
    criterion = Checked(id="2b.f", states="It is.", check="function_matches")
    criterion = criterion.model_copy(update={"arguments": (X, LAMB)})

    got = hand.find(FindFunction(names=("logsumexp",)), "2b", criterion=criterion)

    assert got.nearest[0] == (
        "log_sum(x) in cell 1 (it takes one argument; add lamb; name it logsumexp)"
    )


def test_likeness_of_names():
    """A match is 1; a name with nothing in common is near 0."""
    assert likeness(("LSE",), ("lse",)) == 1
    assert likeness(("lse_fn",), ("lse",)) > 0.6 > likeness(("plot",), ("lse",))


ENTRIES = [
    ((1.0, 2.0), ["", ", value 1 of what it returns", ", value 2 of what it returns"]),
    ((np.ones(2), 3.0), [", value 1 of what it returns", ", value 2 of what it returns"]),
    ({"y": 1.0, "t": "x"}, [", entry 'y' of what it returns"]),
    (dict.fromkeys("abcdefg", 1.0), [f", entry {k!r} of what it returns" for k in "abc"]),
    ([1.0] * 9, [""]),
]


@pytest.mark.parametrize(("value", "want"), ENTRIES)
def test_entries_of_what_a_function_returns(hand: Any, value: object, want: list[str]):
    """Each of the first entries is an answer of its own; a long list is one answer."""
    hand.code("...")
    key = hand.candidate("f", "lse", takes="x lam")
    value = _kept(hand, value)
    hand.reply("2b.f#0", key, "(x, lamb)", value)
    criterion = Checked(id="2b.f", states="It is.", check="function_matches")

    hit = hand.find(FindFunction(names=("lse",)), "2b", criterion=criterion).hits[0]

    assert list(hit.value.values) == [f"(x, lamb){words}" for words in want]


def _kept(hand: Any, value: object) -> object:
    if isinstance(value, tuple):
        return tuple(hand.keep(v) if isinstance(v, np.ndarray) else v for v in value)
    return value
