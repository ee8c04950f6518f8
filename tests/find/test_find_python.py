"""Formulas in code are read from its syntax tree, as equations like any other."""

import numpy as np
import pytest

from grader.find import Context, finder
from grader.find.code_reader import CodeReader
from grader.find.equation_reader import Reader
from grader.find.letter_worlds import language
from grader.model.criteria import Checked
from grader.model.finds import FindEquations
from grader.model.symbols import Symbols

ONE = Symbols.model_validate(
    {
        "letters": {
            "x": {"also": ["z"], "low": -3, "high": 3},
            "s": {"also": ["σ", "sigmoid", "sigma"], "of": ["x"], "equals": "1/(1+e^{-x})"},
        }
    }
)
LAYERS = Symbols.model_validate(
    {
        "sizes": {"d": 3, "n": 4},
        "indices": {"i": "n", "j": "n"},
        "letters": {
            "x": {"shape": ["d"]},
            "y": {"shape": ["n"]},
            "W": {"shape": ["n", "d"], "by": "row"},
            "A": {"shape": ["n", "n"]},
            "b": {"shape": ["n"]},
            "V": {"shape": ["d", "n"], "by": "column"},
            "W_1'": {"law": "none", "also": ["W1_new", "W1new", "W1p", "W1s"]},
        },
    }
)
ASKED = {"quantities": ((r"s'(x)",),), "names": (("dsig*", "*deriv*"),)}


def read(code, symbols=ONE, quantities=(), names=()):
    """The equations of one cell."""
    return list(CodeReader(Reader(language(symbols), quantities), names).read(code))


def values(code, symbols=ONE):
    """What the last assignment of a cell stands for."""
    return read(code, symbols)[-1].sides[-1].values


def typed(text, symbols=ONE):
    """What a formula in a text stands for."""
    (equation,) = Reader(language(symbols), ()).read(f"$q = {text}$")
    return equation.sides[-1].values


SAME = [
    ("q = np.exp(-x)/(1+np.exp(-x))**2", "s(x)(1-s(x))"),
    ("q = sp.exp(-x) / (1 + sp.exp(-x))**2", "s(x)(1-s(x))"),
    ("q = sigmoid(z) * (1 - sigmoid(z))", "s(x)(1-s(x))"),
    ("q = torch.sigmoid(x) - torch.sigmoid(x).square()", "s(x)(1-s(x))"),
    ("q = scipy.special.expit(-x)", "s(-x)"),
    ("a = 1 + math.exp(-x)\nq = 1 / a", "s(x)"),
    ("def u(t):\n    return 1 / (1 + np.exp(-t))\nq = u(2*x)", "s(2x)"),
    ("u = lambda t: 1 / (1 + np.exp(-t))\nq = u(2*x)", "s(2x)"),
    ("xs = np.linspace(-5, 5, 101)\nq = sigmoid(xs)", "s(x)"),
    ("q = sp.Rational(1, 2) * (1 + sp.tanh(x / 2))", "s(x)"),
    ("q = sp.diff(1 / (1 + sp.exp(-x)), x)", "s'(x)"),
    ("q = sp.simplify(sp.log(1 + sp.exp(x)))", r"\ln(1+e^x)"),
    ("q = np.log1p(np.exp(x)) + x**-1", r"\ln(1+e^x) + 1/x"),
    ("if True:\n    for _ in range(3):\n        q = x * x", "x^2"),
    ("q = x * np.pi + np.e", r"x \pi + e^1"),
]
MATRICES = [
    ("q = W @ x + b", "Wx + b"),
    ("q = x @ W.T", "Wx"),
    ("q = np.dot(W, x)", "Wx"),
    ("q = x.dot(x)", "x^T x"),
    ("q = y @ A @ y", "y^T A y"),
    ("q = y.T @ A @ y", "y^T A y"),
    ("q = np.outer(b, x)", "b x^T"),
    ("q = b * y", r"b \odot y"),
    ("q = A ** 2", r"A \odot A"),
    ("q = W.sum(axis=1)", r"W \mathbf 1"),
    ("q = np.sum(W, axis=0)", r"W^T \mathbf 1"),
    ("q = W @ np.ones(3)", r"W \mathbf 1"),
    ("q = (y ** 2).sum()", "y^T y"),
    ("q = (b[i] - y[i]) * V[:, i]", "(b_i - y_i) V_i"),
    ("q = W[0] * y[1]", "W_1 y_2"),
    ("q = A[0, 1]", "A_{12}"),
    ("q = np.linalg.norm(x) ** 2", "x^T x"),
    ("q = sp.Matrix([[1, 2, 3]]) * x", "x_1 + 2x_2 + 3x_3"),
    ("q = np.array([1, 2, 3]) @ x", "x_1 + 2x_2 + 3x_3"),
    ("e = np.exp(y)\nq = e / e.sum()", "softmax(y)"),
]


@pytest.mark.parametrize(("code", "text"), SAME)
def test_code_stands_for_the_formula_it_computes(code, text):
    """numpy, torch, math and sympy; helpers, loops and grids."""
    assert values(code)
    assert np.allclose(values(code), typed(text))


@pytest.mark.parametrize(("code", "text"), MATRICES)
def test_code_with_arrays_stands_for_the_formula_it_computes(code, text):
    """Vectors without a direction, products entry by entry, sums over axes, entries."""
    got, want = values(code, LAYERS), typed(text, LAYERS)

    assert got
    assert all(a.shape == b.shape for a, b in zip(got, want, strict=True))
    assert all(np.allclose(a, b) for a, b in zip(got, want, strict=True))


@pytest.mark.parametrize(
    "code",
    [
        "q = x[-1]",
        "q = W * x",
        "q = unknown(x)",
        "q = x if x > 0 else 0",
        "q = [x for x in range(3)]",
        "q = W.sum(axis=k)",
        "q = np.exp(x, out=y)",
        "q = 'x'",
        "q = True",
        "q = 1e300 * x",
        "a = x @ W.T\na += 1\nq = a",
        "a = x @ W.T\na = input()\nq = a",
    ],
)
def test_what_is_not_understood_has_no_value(code):
    """Rather nothing than a guess; a name that was bound anew is forgotten."""
    assert values(code, LAYERS) == ()


@pytest.mark.parametrize(
    "code",
    [
        "dsigma = sigmoid(x) * (1 - sigmoid(x))",
        "def dsigmoid(z):\n    a = sigmoid(z)\n    return a * (1 - a)",
        "sigmoid_derivative = lambda t: np.exp(-t) / (1 + np.exp(-t)) ** 2",
        "# s'(x) = s(x) (1 - s(x))",
        'print("s\'(x) = s(x) * s(-x)")',
        "class A:\n    def deriv(self, x):\n        return sigmoid(x) * sigmoid(-x)",
        "%time\ndsig, other = sigmoid(x) * (1 - sigmoid(x)), 3\n!ls",
    ],
)
def test_a_quantity_is_found_by_its_name_in_code(code):
    """A variable, a function, a lambda, a comment, a printed text, a method."""
    (equation,) = [e for e in read(code, **ASKED) if e.about == 0]
    *_, last = equation.sides

    assert equation.sides[0].named
    assert np.allclose(last.values, typed("s(x)(1-s(x))"))


def test_a_wrong_formula_in_code_has_other_values():
    """It is read all the same."""
    (equation,) = read("dsigma = sigmoid(x) * (1 + sigmoid(x))", **ASKED)

    assert equation.about == 0
    assert not np.allclose(equation.sides[1].values, typed("s(x)(1-s(x))"))


@pytest.mark.parametrize(
    "code",
    [
        "assert np.allclose(np.tanh(x), 2 * sigmoid(2 * x) - 1)",
        "sp.Eq(sp.tanh(x), 2 * sigmoid(2 * x) - 1)",
        "assert sp.simplify(sp.tanh(x) - (2 * sigmoid(2 * x) - 1)) == 0",
        "sp.tanh(x) == 2 * sigmoid(2 * x) - 1",
    ],
)
def test_what_code_compares_is_an_equation(code):
    """With both sides, and a proof."""
    (equation,) = read(code, quantities=((r"\tanh(x)",),))
    left, right = equation.sides

    assert (equation.about, left.named) == (0, True)
    assert left.formula.equals(right.formula)


def test_a_function_keeps_its_locals_to_itself():
    """What a body binds means nothing behind it; with locals it is no formula."""
    code = "def f(x):\n    a = 2 * x\n    return a\nq = a"

    assert values(code) == ()
    assert values("def f(x):\n    a = 2 * x\n    return a\nq = f(x)") == ()


def test_what_a_text_defines_is_known_in_code():
    """And the other way round."""
    reader = Reader(language(ONE), ())
    list(reader.read("Let $u = 1 + e^{-x}$."))
    *_, coded = CodeReader(reader).read("q = 1 / u\nv = q * q")
    *_, text = reader.read("$p = 1 \\cdot v$")

    assert np.allclose(coded.sides[1].values, typed("s(x)^2"))
    assert np.allclose(text.sides[1].values, typed("s(x)^2"))


HOSTILE = [
    "q = " + "(" * 5000,
    "q = " + "-" * 5000 + "x",
    "q = " + "x**" * 3000 + "x",
    "a = x\n" + "".join(f"a{k} = a{k - 1} + a{k - 1}\n" for k in range(1, 60)),
    "\n".join("q = q * q" for _ in range(5000)),
    "q = f'{" * 200,
    "\0",
    "if x:\n" + "".join("  " * k + "if x:\n" for k in range(1, 60)) + "  " * 60 + "q = x",
    "def f(x):\n" + "  y = x\n" * 600,
]


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_code_is_read_in_bounded_time(code):
    """Deep nesting, long chains and doubling definitions come back without an exception."""
    assert isinstance(read(code), list)


def test_code_is_never_executed(tmp_path):
    """It is parsed and no more."""
    mark = tmp_path / "mark"
    read(f"q = open({str(mark)!r}, 'w')\n__import__('os').mkdir({str(mark)!r})")

    assert not mark.exists()


def test_what_is_no_python_is_read_as_a_text():
    """A formula in a cell of the wrong kind counts."""
    (equation,) = read("the derivative: s'(x) = s(x)(1-s(x))", **ASKED)

    assert equation.about == 0


def test_code_of_a_section_is_found(hand):
    """Less surely than what is typed."""
    hand.text("## 2 (b)\n\n$s'(x) = s(x) s(-x)$")
    hand.code("dsigma = sigmoid(x) * (1 - sigmoid(x))")
    context = hand.context()
    known = Context(context.recorded, context.questions, symbols={"one": ONE})
    what = FindEquations(
        symbols="one", quantities=ASKED["quantities"], in_code=ASKED["names"]
    )
    criterion = Checked(id="2b.x", states="So.", check="none")

    hits = finder(known)(what, criterion, "2b").hits

    assert [(hit.value.about, hit.binding.how) for hit in hits] == [
        (0, "typed in the text"),
        (0, "in the code"),
    ]
    assert [hit.binding.confidence for hit in hits] == [0.9, 0.6]


@pytest.mark.parametrize("name", ["W1p", "W1new", "W1s", "W1_new"])
def test_a_variable_is_the_letter_that_it_spells(name: str):
    """Alone and in a tuple, as the rubric's `also` names it."""
    (equation,) = read(f"{name} = W + W", LAYERS, (("W_1'",),))
    first, second = read(f"{name}, c = W + W, b + b", LAYERS, (("W_1'",),))

    assert (equation.about, first.about, second.about) == (0, 0, None)
    assert equation.sides[0].named
    assert [len(side.values) for side in first.sides] == [0, 5]


@pytest.mark.parametrize("name", ["W1q", "W1", "aW1p", "W1p2", "W1pp"])
def test_a_variable_that_spells_no_letter_is_its_own(name: str):
    """What only begins or ends so is another name."""
    (equation,) = read(f"{name} = W + W", LAYERS, (("W_1'",),))

    assert equation.about is None


def test_a_comment_of_another_question_is_not_found(hand):
    """Answers of several questions in the comments of one cell stay apart."""
    hand.code("# 2b: s'(x) = s(x) s(-x)\n# 2c: s'(x) = 2 s(x)")
    context = hand.context()
    known = Context(context.recorded, context.questions, symbols={"one": ONE})
    what = FindEquations(symbols="one", quantities=ASKED["quantities"])
    criterion = Checked(id="2b.x", states="So.", check="none")

    (hit,) = finder(known)(what, criterion, "2b").hits

    assert [side.text for side in hit.value.sides] == ["s'(x)", "s(x) s(-x)"]
