"""Equations in declared letters are found, read as they were meant, and computed."""

import numpy as np
import pytest

from grader.errors import JudgeError
from grader.find import Context, finder
from grader.find.equation_reader import Reader
from grader.find.letter_worlds import language
from grader.model.criteria import Checked
from grader.model.finds import FindEquations
from grader.model.symbols import Symbols

ONE = Symbols.model_validate(
    {
        "letters": {
            "x": {"also": ["z"], "low": -3, "high": 3},
            "s": {"also": ["σ", "sigmoid"], "of": ["x"], "equals": "1/(1+e^{-x})"},
        }
    }
)
LAYERS = Symbols.model_validate(
    {
        "sizes": {"d": 3, "n": 4},
        "indices": {"i": "n", "j": "n"},
        "letters": {
            "x": {"shape": ["d"]},
            "y": {"shape": ["n"], "law": "distribution"},
            "W": {"shape": ["n", "d"], "by": "row"},
            "b": {"shape": ["n"]},
            "V": {"shape": ["d", "n"], "by": "column"},
            "W'": {"law": "none", "also": ["W_new"]},
            "ell": {"law": "none", "also": ["L"]},
            "p": {"equals": "softmax(W x)"},
        },
    }
)


def read(text, symbols=ONE, quantities=((r"s'", r"\frac{d s}{d x}"),)):
    """The equations of a text."""
    return list(Reader(language(symbols), quantities).read(text))


def equal(left, right):
    """Whether two sides have the same values in every world."""
    pairs = zip(left.values, right.values, strict=True)
    return bool(left.values) and all(
        a.shape == b.shape and np.allclose(a, b) for a, b in pairs
    )


RIGHT = [
    r"$s'(x) = s(x)(1-s(x))$",
    r"$$\sigma'(x) = \sigma(x)\left(1-\sigma(x)\right)$$",
    "σ' = σ(1-σ)",
    r"$\frac{d\sigma}{dx} = \sigma(1-\sigma)$",
    r"$\frac{\mathrm{d}}{\mathrm{d}x} s(x) = s(x) - s^2(x)$",
    r"$\mathrm{s}^{\prime}(x) = \frac{\mathrm{e}^{-x}}{(1+\mathrm{e}^{-x})^2}$",
    "sigmoid'(z) = exp(-z)/(1+exp(-z))**2",
    r"$\dfrac{ds(x)}{dx} = s(x)\,s(-x)$",
    "d/dx s(x) = e^(-x)/(1+e^(-x))^2",
    r"Let $u(x)=1+e^{-x}$. $s'(x)=-\frac{u'(x)}{u(x)^2}=\frac{e^{-x}}{u(x)^2}$",
    r"$\partial_x s(x) = s(1-s)$",
    r"**1 (a)** $s'(x) = s(x)(1-s(x))$",
    r"- **Answer:** $s' = s^2\left(\frac1s - 1\right)$",
]


@pytest.mark.parametrize("text", RIGHT)
def test_a_derivative_is_read_however_it_is_spelled(text):
    """Both sides of what students write have a value, and it is the same."""
    equation = read(text)[-1]

    assert equation.about == 0
    assert equal(equation.sides[0], equation.sides[-1])


@pytest.mark.parametrize(
    "text",
    [r"$s'(x) = s(x)(1+s(x))$", r"$s'(x) = s(1-x)$", r"$s'(x) = \frac{e^{x}}{1+e^{-x}}$"],
)
def test_a_wrong_derivative_has_other_values(text):
    """What looks alike is told apart by value."""
    left, right = read(text)[-1].sides

    assert right.values
    assert not equal(left, right)


MATRICES = [
    r"$W' = 2\,\mathbf{W}$",
    r"$\mathbf W^{\prime} := \mathbf W + \mathbf{W}$",
    "W_new = 2*W",
    r"$W'=\left(2W^\top\right)^\top$",
]


@pytest.mark.parametrize("text", MATRICES)
def test_a_matrix_is_read_however_it_is_spelled(text):
    """Bold letters, primes, transposes and names of Python."""
    equation = read(text, LAYERS, (("W'",),))[0]
    (want,) = read("$a = 2W$", LAYERS, ())

    assert equation.about == 0
    assert equal(equation.sides[-1], want.sides[1])


SAME = [
    (r"\sum_{j=1}^n V_j", r"V\mathbf 1"),
    (r"\sum_j V_j y_j", "V y"),
    (r"V\begin{pmatrix}1\\1\\1\\1\end{pmatrix}", r"V \mathbb{1}"),
    (r"\frac{e^{(Wx)_i}}{\sum_j e^{(Wx)_j}}", "p_i"),
    (r"\sum_{j\neq i} y_j", "1 - y_i"),
    (r"\sum_{i<j} y_iy_j", r"\frac12\sum_i\sum_{j\neq i}y_iy_j"),
    (r"\|b\|^2", "b^Tb"),
    ("b·y", r"y^\top b"),
    (r"|y_i - y_j|", r"\max(y_i-y_j, y_j-y_i)"),
    ("(x, 1)^T", r"\begin{pmatrix}x\\1\end{pmatrix}"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_sums_indices_and_products_are_computed(left, right):
    """Two spellings of one value."""
    equation = read(f"${left} = {right}$", LAYERS, ())[0]

    assert equal(*equation.sides)


@pytest.mark.parametrize(
    "text",
    ["$V = W W$", "$x = W + b$", "$x = q$", r"$x = \int W$", "x = x[0]", "$W^2 = W$"],
)
def test_what_does_not_fit_or_is_not_understood_has_no_value(text):
    """Shapes that do not fit, unknown letters and signs: rather no value."""
    sides = [side for equation in read(text, LAYERS, ()) for side in equation.sides]

    assert not all(side.values for side in sides)


def test_another_index_is_the_same_quantity():
    """What holds for j holds for i."""
    quantity = ((r"\frac{\partial\ell}{\partial y_i}",),)
    (first,) = read(r"$\frac{\partial\ell}{\partial y_i} = p_i - y_i$", LAYERS, quantity)
    (other,) = read(r"$\frac{\partial L}{\partial y_j} = p_j - y_j$", LAYERS, quantity)
    (mixed,) = read(r"$\frac{\partial\ell}{\partial y_j} = p_i - y_j$", LAYERS, quantity)

    assert first.about == other.about == mixed.about == 0
    assert equal(first.sides[1], other.sides[1])
    assert not equal(first.sides[1], mixed.sides[1])


def test_a_condition_defines_nothing():
    """`if h_i = 0` does not change what h_i was defined to be."""
    text = r"Let $h_i = 2y_i$. If $h_i = 0$ nothing changes. $a = h_i$"
    *_, last = read(text, LAYERS, ())
    (want,) = read("$a = 2y_i$", LAYERS, ())

    assert equal(last.sides[1], want.sides[1])


SOFTARGMAX = Symbols.model_validate(
    {
        "sizes": {"n": 3},
        "indices": {"k": "n"},
        "letters": {
            "v": {"shape": ["n"]},
            "λ": {},
            "μ": {"law": "none"},
            "softargmax": {"of": ["u", "μ"], "equals": "exp(μ u)/sum(exp(μ u))"},
        },
    }
)


@pytest.mark.parametrize(
    "name",
    [
        r"\text{soft}(\text{arg})\text{max}(v; \lambda)_k",
        r"\text{soft(arg)max}(v; \lambda)_{[k]}",
        r"\operatorname{softargmax}_k(v, \lambda)",
        r"\mathrm{soft(arg)max}(v;\lambda)_k",
    ],
)
def test_the_soft_arg_max_is_read_as_the_sheet_prints_it(name):
    """With its brackets, its parameter and its index."""
    (equation,) = read(
        rf"${name} = \frac{{e^{{λ v_k}}}}{{\sum_j e^{{λ v_j}}}}$",
        SOFTARGMAX.model_copy(update={"indices": {"k": "n", "j": "n"}}),
        (),
    )

    assert equal(*equation.sides)


def test_a_parameter_that_is_left_out_is_not_guessed():
    """softmax(v) says nothing of λ."""
    (equation,) = read("$softargmax(v)_k = v_k$", SOFTARGMAX, ())

    assert equation.sides[0].values == ()


def test_what_a_box_holds_is_boxed():
    """And what stands beside it is not."""
    inside, outside = read(r"$\boxed{s'(x) = s(x)}$ and $s'(x) = 1$")

    assert inside.boxed
    assert not outside.boxed


def test_it_is_known_in_which_letters_a_side_is_written():
    """Directly, or by a letter that was defined with them."""
    texts = ("$s'(x) = s(x) s(-x)$", "$u = s(x)$, so $s'(x) = u(1-u)$", "$s'(x) = x$")
    reader = (Reader(language(ONE), (("s'",),), written_with=("sigmoid",)) for _ in texts)
    last = [[*one.read(text)][-1] for one, text in zip(reader, texts, strict=True)]
    free = Reader(language(ONE), (("s'",),))

    assert [equation.sides[-1].written for equation in last] == [True, True, False]
    assert not any(side.written for one in free.read(texts[0]) for side in one.sides)


def test_equations_are_looked_for_in_their_section(hand):
    """Text first; what is printed and coded is less sure."""
    hand.text("## 2 (b)\n\n$s'(x) = s(x)$")
    hand.code("ds = s(1-s)", stdout="s(x) = 1/(1+exp(-x))")
    hand.text("## 2 (c)\n\n$s'(x) = 1$")
    context = hand.context()
    known = Context(context.recorded, context.questions, symbols={"one": ONE})
    what = FindEquations(symbols="one", quantities=(("s'",),))
    criterion = Checked(id="2b.x", states="So.", check="none")

    found = finder(known)(what, criterion, "2b")

    assert found.hits[0].value.text == "s'(x) = s(x)"
    assert [hit.binding.confidence for hit in found.hits][:2] == [0.9, 0.7]


def test_symbols_that_the_rubric_lacks_are_our_fault(hand):
    """Not the student's."""
    criterion = Checked(id="2b.x", states="So.", check="none")

    with pytest.raises(JudgeError, match="the rubric has no symbols called nowhere"):
        hand.find(FindEquations(symbols="nowhere"), "2b", criterion=criterion)


def test_a_body_that_cannot_be_read_is_our_fault():
    """A rubric's own formula has to be one."""
    broken = Symbols.model_validate(
        {"letters": {"x": {}, "f": {"of": ["x"], "equals": "+)"}}}
    )

    with pytest.raises(JudgeError, match="the rubric's formula for f is not one"):
        language(broken)


def test_a_world_keeps_its_condition():
    """`where` holds in everything that is drawn, for both signs of the flipped letter."""
    spins = Symbols.model_validate(
        {
            "sizes": {"n": 4},
            "indices": {"i": "n"},
            "letters": {
                "x": {"shape": ["n"], "law": "signs"},
                "x'": {"flips": "x", "at": "i"},
            },
            "where": ["x'_i"],
        }
    )
    (equation,) = read("$x_i(t+1) = -x_i(t) = 1$", spins, ())

    assert equal(*equation.sides[:2])
    assert equal(*equation.sides[1:])


@pytest.mark.parametrize(
    "text", ["(" * 3000, "$" + r"\frac{" * 2000, "s'=" * 4000, "x^" * 5000]
)
def test_hostile_text_is_read_in_bounded_time(text):
    """Deep nesting and long chains come back without an exception."""
    assert isinstance(read(text), list)
