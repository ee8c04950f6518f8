"""Typed formulas are found, read as their author meant them, and computed safely."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.find import formula_tree
from grader.find.formula_parser import MAX_DEPTH, NotAFormulaError, parse
from grader.find.formula_tokens import MAX_TEXT, MAX_TOKENS, tokenize
from grader.find.formulas import MAX_FORMULAS, evaluate, formulas

LAZY = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0]  # the lazy caterer's numbers, n = 0..6


def values(text: str) -> list[list[float | None]]:
    """Compute every formula of a text at n = 0..6."""
    return [[evaluate(one, n) for n in range(7)] for one in formulas(text, "n")]


def finals(text: str) -> list[str]:
    """Excerpts of the formulas that a text presents as its answer."""
    return [one.text for one in formulas(text, "n") if one.is_final]


def texts(text: str) -> list[str]:
    """Excerpts of all formulas of a text."""
    return [one.text for one in formulas(text, "n")]


SPELLINGS = [
    # LaTeX, between every kind of delimiter
    r"$R(n) = \frac{n^2+n+2}{2}$",
    r"$$R(n)=\frac{n^2 + n + 2}{2}$$",
    r"\(R(n) = \frac{n(n+1)}{2}+1\)",
    r"\[ R(n) = 1 + n + \frac{n(n-1)}{2} \]",
    "\\begin{align*}\nR(n) &= 1+\\sum_{i=1}^n i\\\\\n&= \\frac{n(n+1)}{2}+1\n\\end{align*}",
    "$$\n\\begin{aligned}\nR &= 1+n\\\\\n  &+ \\binom{n}{2}\n\\end{aligned}\n$$",
    "\\begin{equation}\nR_n = \\frac{n^{2}}{2}+\\frac n2+1 \\label{eq:r}\n\\end{equation}",
    r"$\frac{n^2+n+2}{2}$",
    # fractions
    r"$\tfrac12 n(n+1)+1$",
    r"$\frac12n(n+1)+1$",
    r"$\dfrac{n(n+1)}{2}+1$",
    r"$\frac{n^2+n+2}2$",
    r"$\frac{n^2}2+\frac n2+1$",
    r"$\frac{1}{2}\left(n^2+n+2\right)$",
    r"${n(n+1) \over 2} + 1$",
    r"$\frac{n \cdot (n+1)}{2} + 1$",
    r"$\frac{n\,(n+1)}{2}+1\,.$",
    r"$\Big(\frac{n^2+n}{2}\Big)+1$",
    r"$\displaystyle \frac{n\left(n+1\right)}{2} + 1$",
    r"$\frac{ (n+1) n }{ 2 } + 1$",
    # binomials and factorials
    r"$\binom{n}{2}+n+1$",
    r"$\binom n2 + \binom n1 + \binom n0$",
    r"$1+n+{n \choose 2}$",
    r"$\sum_{i=0}^{2}\binom{n}{i}$",
    r"$\sum_{j=0}^2 {n \choose j}$",
    r"\binom{n}{2} + n + 1",
    "n choose 2 + n + 1",
    "Es sind also n über 2 + n + 1 Gebiete.",
    "C(n, 2) + n + 1",
    # sums
    r"$1 + \sum_{i=1}^{n} i$",
    r"1 + \sum_{i=1}^{n} i",
    r"$1+\sum^n_{k=1}k$",
    r"$\sum\limits_{i=0}^{n} i + 1$",
    r"$1 + n + \sum_{i=1}^{n-1} i$",
    "1 + ∑_{k=1}^{n} k",
    "1 + sum_{k=1}^n k",
    r"$1 + (1 + 2 + \dots + n)$",
    r"$1 + 1 + 2 + 3 + \cdots + n$",
    "1 + 2 + ... + n + 1",
    r"$R(n) = n + (n-1) + \ldots + 1 + 1$",
    # typed
    "R(n) = (n^2 + n + 2)/2",
    "R(n) = 1 + n + n(n-1)/2",
    "r(n) := n*(n+1)/2 + 1",
    "N = 0.5n^2 + 0.5n + 1",
    "1 + n + n(n-1)/2",
    "1/2 n (n+1) + 1",
    "½n(n+1) + 1",
    "(n² + n + 2)/2",
    "1 + n·(n+1)/2",
    "(n × (n + 1)) ÷ 2 + 1",
    "1 + n + (n² − n)/2",
    "N(N+1)/2 + 1",
    "n ↦ n(n+1)/2 + 1",
    # Python
    "1 + n + n*(n-1)//2",
    "def regions(n):\n    return (n**2 + n + 2) // 2",
    "`n_regions = math.comb(n, 2) + n + 1`",
    "```python\nregions = lambda n: n*(n+1)//2 + 1\n```",
    # within sentences and markdown
    "The maximum number of regions is n(n+1)/2 + 1.",
    "Therefore, we get $\\frac{n(n+1)}{2}+1$ regions for $n \\geq 0$.",
    "Die maximale Anzahl ist $1+n+\\frac{n(n-1)}{2}$, für alle $n \\in \\mathbb{N}$.",
    "Antwort: n*(n+1)/2 + 1 Regionen",
    "**R(n) = n(n+1)/2 + 1**",
    "**Answer:** $R(n)$ = $\\frac{n^2+n+2}{2}$",
    "- n(n+1)/2 + 1",
    "* $1 + \\binom{n}{2} + n$",
    "a) n(n+1)/2 + 1 (see the lecture)",
    "(at most) n(n+1)/2 + 1",
    "The answer is a n(n+1)/2 + 1 dependence.",
    "> Regionen – n(n+1)/2 + 1 – insgesamt",
    "We have $\\binom{n}{2}$ + $n$ + $1$ regions.",
    "R(n) = 1 + n +\nn(n-1)/2",
    "R(n) = „n(n+1)/2 + 1“ ✓",
    "| n | n(n+1)/2 + 1 |",
    r"$R_{\text{max}}(n) = \frac{n(n+1)}{2} + 1 \quad \text{for all } n$",
    r"$\boxed{R(n) = \frac{n^2+n+2}{2}}$",
    r"$R(n) = \boxed{1+\frac{n^2+n}{2}}$",
    r"$R(n) = \underline{\underline{\frac{n^2+n}{2} + 1}}$",
    r"$R(n, d=2) = \mathbf{\frac{n(n+1)}{2} + 1} \quad \blacksquare$",
    r"$\mathrm{R}(n) = \color{red}{1 + n + \frac{n(n-1)}{2}} \tag{1}$",
    r"R(n) = n\*(n+1)/2 + 1",
    r"$R(n) \le \frac{n^2 + n + 2}{2}$",
    r"$\max \#\text{regions} = 1 + \lfloor \frac{n(n+1)}{2} \rfloor$",
]


FROM_ONE = [
    r"$2 + \sum_{k=2}^{n} (k)$",
    r"$\frac{(n+1)!}{2 \cdot (n-1)!} + 1$",
    r"$1 + n + \sum_{i=1}^{n-1} (n - i)$",
]


@pytest.mark.parametrize("text", FROM_ONE)
def test_a_formula_may_hold_only_from_one_on(text: str):
    """Sums that start at two and factorials below zero differ at n = 0 only."""
    assert values(text)[-1][1:] == LAZY[1:]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_right_formula_is_read_in_every_spelling(text: str):
    """Whichever way the answer is written, its final form has the right values."""
    found = [one for one in formulas(text, "n") if one.is_final] or formulas(text, "n")[-1:]
    got = [evaluate(one, n) for one in found for n in range(7)]

    assert got == LAZY


WRONG = [
    ("$2^n$", [1, 2, 4, 8, 16, 32, 64]),
    ("R(n) = n + 1", [1, 2, 3, 4, 5, 6, 7]),
    (r"R(n) = \frac{n(n-1)}{2}+1", [1, 1, 2, 4, 7, 11, 16]),
    ("R(n) = n", [0, 1, 2, 3, 4, 5, 6]),
    ("R(n) = n^2 - n + 2", [2, 2, 4, 8, 14, 22, 32]),
    (r"$1 + \sum_{i=0}^{n-1} i$", [1, 1, 2, 4, 7, 11, 16]),
    ("-n^2 + 1", [1, 0, -3, -8, -15, -24, -35]),
    ("n(n+1)/2", [0, 1, 3, 6, 10, 15, 21]),
    ("2n", [0, 2, 4, 6, 8, 10, 12]),
    ("2^n^2 / 1", [1, 2, 16, 512, 65536, 33554432, 68719476736]),
    ("2^-n + 0", [1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625]),
    ("-n//2", [0, -1, -1, -2, -2, -3, -3]),
    (r"$\sqrt[3]{n^3} + \log_2 8$", [3, 4, 5, 6, 7, 8, 9]),
    (r"$e^{\ln (n+1)} - \exp(0)$", [0, 1, 2, 3, 4, 5, 6]),
    (r"$\sum_{i=1}^{n} \sum_{j=1}^{i} 1$", [0, 1, 3, 6, 10, 15, 21]),
]


@pytest.mark.parametrize(("text", "want"), WRONG)
def test_a_wrong_formula_has_its_wrong_values(text: str, want: list[float]):
    """Nothing is corrected: what the student wrote is what is computed."""
    got = values(text)[-1]

    assert got == pytest.approx(want, rel=1e-12, abs=1e-12)


def test_every_member_of_a_chain_is_found_and_the_last_is_final():
    """Each right side is a formula; the name on the left is none."""
    text = r"$R(n) = 1 + \sum_{k=1}^n k = \frac{n(n+1)}{2}+1$"

    got = [(one.text, one.is_final) for one in formulas(text, "n")]

    assert got == [(r"1 + \sum_{k=1}^n k", False), (r"\frac{n(n+1)}{2}+1", True)]


def test_a_piece_in_a_sentence_is_found_but_not_final():
    """A number of intersections is not the number of regions."""
    text = "Any two lines give $\\binom{n}{2}$ intersections.\nHence $1+n+\\binom{n}{2}$."

    got = [(one.text, one.is_final) for one in formulas(text, "n")]

    assert got == [(r"\binom{n}{2}", False), (r"1+n+\binom{n}{2}", True)]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("The maximum has $\\binom{n}{2}$ crossings.", []),
        ("The maximum is $\\binom{n}{2}$.", ["\\binom{n}{2}"]),
        ("The last line adds $n+1$ regions.", []),
        ("The formula has $n+1$ regions.", ["n+1"]),
        ("Maximal $n^2+1$ linear regions.", ["n^2+1"]),
        ("Here is n(n+1)/2 in a remark.", []),
        ("n(n+1)/2", ["n(n+1)/2"]),
        ("$\\boxed{n+1}$\n\nHence $R(n) = n+2$", ["n+1"]),
        ("R(n) = n+1\nR(3) = 3+1 = 4", ["n+1"]),
        ("R(n) = n+1, hence n+1 = 4", ["n+1"]),
        ("R(n+1) = R(n) + n + 1 = (n+1)^2 = n^2+2n+1", []),
        ("R(n) = n+1 = 20+1 = 21 for n = 20", ["n+1"]),
        ("7 = n+1", []),
        ("$R_{n+1} = n + 2$", []),
        ("$R_{n} = n + 2$", ["n + 2"]),
        ("R(n) = n+1\nS(n) = n+2", ["n+2"]),
        ("The answer:\n\n$$\nn+1\n$$", ["n+1"]),
        ("A remark:\n\n$$\nn+1\n$$\n\nand words", ["n+1"]),
        ("R(n) <= n^2 >= n+1", ["n^2"]),
        ("for all i <= n-1 of them", []),
        ("R(n) = n^2+1 \\approx n^2", ["n^2+1"]),
        ("n = n + 1 in code", []),
    ],
)
def test_final_is_what_the_text_presents_as_its_answer(text: str, want: list[str]):
    """Boxed; else equated or announced; else a line of its own; never an aside."""
    got = finals(text)

    assert got == want


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n",
        "$n$",
        "n=3: 7",
        r"$n \geq 2$",
        "n = 3, 4, 5",
        "We have 3 regions for n = 2 and 7 for n = 3.",
        "R(3) = 3*4/2 + 1 = 7",
        "the n-dimensional input of the n-th layer",
        "the (n+1)-th line",
        "4 n neurons",
        r"$i \in \{1, \dots, n\}$",
        "k = 0, ..., n",
        "k(k+1)/2 + 1",
        "n*m + 1",
        "R(n) = R(n-1) + n",
        "R(n) = O(n^2)",
        "R(n) = n^2 + sin(n)",
        "R(n) = n^2 + number of parallels",
        "2 * width + n",
        r"$R(n) = \begin{cases} n + 1 & n > 0 \\ 1 & n = 0 \end{cases}$",
        r"$\prod_{i=1}^n i + n$",
        "1 + 2 + 4 + ... + 2^n",
        "1 + ... + n",
        "1 + n + ... + 7n",
        "n!!!!",
        "(n, 2)",
        "n 2",
        "n + + 2",
        "n_max + 1",
        "n % 2 + n",
        "n\u2081 + 1",
        r"\frac{n}{2",
        r"\frac{n(n+1}{2}",
        "))n+((",
        "comb(n, 2, 3)",
        "comb(n)",
        r"\sum_{n}^{i=1} n + 1",
        r"$\sum_{i=1} i$",
        r"\sqrt",
        "n..2",
        "print(n+1)",
        "__import__('os').system(n)",
        "(lambda: n + 1)()",
        "n.__class__",
        "exec(n*2)",
    ],
)
def test_what_is_no_formula_does_not_become_one(text: str):
    """Prose, conditions, other letters and what cannot be read as a whole give nothing."""
    assert texts(text) == []


def test_the_variable_is_the_caller_s():
    """Only formulas in the letter asked for are found."""
    text = "k(k+1)/2 + 1 and n + 1 and width*2"

    got = [[one.text for one in formulas(text, name)] for name in ("k", "n", "width")]

    assert got == [["k(k+1)/2 + 1"], ["n + 1"], ["width*2"]]


def test_a_capital_counts_only_where_it_stands_alone():
    """N may be n; a formula in both is a formula in two letters."""
    got = [one.symbol for one in formulas("N + 1; n + 1; N + n", "n")]

    assert got == ["N", "n"]


def test_an_index_may_shadow_the_variable():
    """In a sum over n up to N, only N is free."""
    got = formulas(r"$1 + \sum_{n=1}^{N} n$", "n")

    assert [evaluate(one, 4) for one in got] == [11.0]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("n!/(2!(n-2)!) + n + 1", 1),
        ("1/n + 1", 0),
        (r"$\sqrt{n-1}$", 0),
        (r"$\log n + 1$", 0),
        ("0^(-n)", 1),
        ("(-8)^(1/n)", 3),
        ("n! + 1", 171),
        ("n! + 1", 0.5),
        ("n^n^n^n", 9),
        (r"$\sum_{i=1}^{n} i$", 2.5),
        (r"$\sum_{i=1}^{n} i$", 10_001),
        (r"$\binom{n}{2.5}$", 3),
        (r"$\binom{n}{n/2}$", 10_000),
        ("n + 1", math.nan),
        ("n + 1", math.inf),
        ("n + 1", 10**400),
        ("n*n", 1e200),
    ],
)
def test_none_where_there_is_no_value(text: str, n: float):
    """Outside the domain, too large, or too long: None, and no exception."""
    (one,) = formulas(text, "n")

    assert evaluate(one, n) is None


@pytest.mark.parametrize(
    ("text", "n", "want"),
    [
        ("n! + 0", 170, float(math.factorial(170))),
        (r"$\sum_{i=1}^{n} i$", 10_000, 50_005_000),
        (r"$\sum_{i=1}^{n} i$", 0, 0),
        (r"$\binom{n}{2}$", 0, 0),
        (r"$\binom{n}{2}$", 1, 0),
        (r"$\binom{n}{n-2}$", 1, 0),
        (r"$\binom{n}{3}$", 10**5, 166661666700000),
        (r"$\binom{n}{2}$", 2.5, 1.875),
        (r"$\binom{n}{2}$", -1, 1),
        (r"$\binom{n}{n-1}$", 5000, 5000),
    ],
)
def test_values_on_this_side_of_each_boundary(text: str, n: float, want: float):
    """The largest factorial and sum, empty sums, and binomials beyond their triangle."""
    (one,) = formulas(text, "n")

    assert evaluate(one, n) == want


BOMBS = {
    "powers": r"R(n) = 9^{9^{9^9}} + n",
    "sum": r"R(n) = \sum_{i=1}^{10^{12}} i + n",
    "nested sums": "R(n) = " + r"\sum_{i=1}^{9999}" * 15 + "n",
    "factorials in a sum": r"R(n) = \sum_{i=1}^{9999} \sum_{j=1}^{9999} 170!n",
    "binomials in a sum": r"R(n) = \sum_{i=1}^{9999} \binom{2000n}{900}",
    "a large binomial": r"R(n) = \binom{10^{15}}{n^{90}}",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_has_no_value(text: str):
    """A formula that asks for too much is given up after a fixed number of steps."""
    (one,) = formulas(text, "n")

    assert evaluate(one, 5) is None


def test_steps_are_counted(monkeypatch: pytest.MonkeyPatch):
    """No operation runs more often than there are steps."""
    calls = []
    count = {**formula_tree.OPERATIONS, "negate": lambda x: calls.append(x) or -x}
    monkeypatch.setattr(formula_tree, "OPERATIONS", count)
    (one,) = formulas(r"\sum_{i=1}^{9999}\sum_{j=1}^{9999} (-n)", "n")

    got = evaluate(one, 1)

    assert got is None
    assert 0 < len(calls) <= formula_tree.MAX_STEPS


GARBAGE = {
    "braces": "$" + "{" * 10_000 + "n" + "}" * 10_000 + "$",
    "brackets": "(" * 10**6,
    "stars": "*" * 10**6,
    "dollars": "$" * 10**6,
    "backslashes": "\\" * 10**6,
    "boxes": "\\boxed{" * 10**5,
    "texts": "\\text{" * 10**5,
    "underscores": "a_" * 10**5,
    "letters and digits": "a1" * 10**5,
    "spaces": "\n" + " " * 10**6,
    "blank lines": "\n \n" * 10**5,
    "relations": "=" * 10**6,
    "words": "maximum " * 10**5,
    "one formula": "R(n) = n" + " + n" * 10**5,
    "a long number": "n + " + "9" * 10**6,
    "minus signs": "R(n) = " + "-" * 280 + "n",
    "control characters": "\x00\x1b[31m\ud800" * 1000,
}


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE)
def test_garbage_gives_nothing(text: str):
    """A megabyte of anything is read in part, and gives no formula."""
    assert texts(text) == []


def test_many_formulas_are_capped():
    """Only the first of very many formulas are returned."""
    assert len(formulas("n + 1; " * 1000, "n")) == MAX_FORMULAS


@pytest.mark.parametrize(("length", "want"), [(300, 1), (301, 0)])
def test_long_formulas_are_left_alone(length: int, want: int):
    """300 characters are a formula, 301 are none."""
    text = "n" + " " * (length - 3) + "+1"

    assert len(formulas(text, "n")) == want


@pytest.mark.parametrize(("depth", "want"), [(MAX_DEPTH - 1, 1), (MAX_DEPTH, 0)])
def test_deep_formulas_are_left_alone(depth: int, want: int):
    """Nesting has a limit, whatever the interpreter's stack would bear."""
    text = "(" * depth + "n+1" + ")" * depth

    assert len(formulas(text, "n")) == want


def test_text_beyond_the_limit_is_not_read():
    """A formula after MAX_TEXT characters is not found."""
    pad = " " * MAX_TEXT

    assert texts("n + 1" + pad + "n + 2") == ["n + 1"]


def test_an_unreadable_formula_says_why():
    """The parser names what it met."""
    with pytest.raises(NotAFormulaError) as caught:
        parse(tokenize("(n+1", "n"))

    assert str(caught.value) == "expected (, got ''"


PIECES = st.sampled_from(
    r"""n N k 1 2 10 . , ; : = + - * / // ** ^ _ ! ( ) [ ] { } $ $$ \( \) \[ \] \\ &
    \frac \binom \sum \sum_{i=1}^n \sqrt \left( \right) \boxed{ \text{max} \choose \over
    \dots \begin{align} \end{align} \leq \quad choose max regions R(n) comb( 9^9^9
    n! ² ½""".split()  # noqa: SIM905
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=80).map(" ".join)))
def test_no_text_breaks_it(text: str):
    """Any text gives formulas in n or N, each part of it, each with a value or None."""
    for one in formulas(text, "n"):
        got = evaluate(one, 3)

        assert one.text in text
        assert one.symbol in ("n", "N")
        assert got is None or math.isfinite(got)


@settings(deadline=None, max_examples=100)
@given(st.lists(PIECES, max_size=80).map("".join))
def test_work_is_bounded_by_tokens(text: str):
    """A character gives at most two tokens, and a text never more than the limit."""
    tokens = tokenize(text * 50, "n")

    assert len(tokens) <= min(MAX_TOKENS + 1, 2 * len(text) * 50)


@settings(deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-20, 20), st.integers(0, 20))
def test_quadratics_agree_with_python(a: int, b: int, c: int, n: int):
    """Signs, powers and implied products have their usual precedence."""
    text = f"R(n) = {a}n^2 + ({b})n - ({c})"

    (one,) = formulas(text, "n")

    assert evaluate(one, n) == a * n**2 + b * n - c
