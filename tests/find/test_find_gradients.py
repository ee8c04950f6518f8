"""Gradients and Hessians are read, however they are spelled, and computed."""

import numpy as np
import pytest

from grader.find.equation_reader import Reader
from grader.find.letter_worlds import language
from grader.model.symbols import Symbols

SIZES = {"n": 4, "d": 4}
NORM = Symbols.model_validate(
    {
        "sizes": SIZES,
        "indices": {"i": "n", "j": "n", "k": "n", "l": "n"},
        "meet": ["i", "j", "k", "l"],
        "letters": {
            "w": {"shape": ["n"]},
            "f": {"of": ["w"], "equals": "w^T w", "also": ["L"]},
            "I": {"shape": ["n", "n"], "law": "identity", "also": ["\\mathbb 1"]},
            "δ": {"equals": "I"},
            "H": {"law": "none"},
        },
    }
)
NEURONS = Symbols.model_validate(
    {
        "sizes": {"n": 5, "m": 5},
        "indices": {"i": "n", "j": "n", "k": "n", "l": "n"},
        "letters": {
            "W": {"shape": ["n", "n"], "by": "row"},
            "w": {"equals": "W", "by": "row"},
            "z": {"shape": ["n"]},
            "g": {"of": ["u"], "equals": "\\sin(u) + u^2/3", "arbitrary": True},
            "F": {"of": ["W"], "equals": "\\sum_i g(w_i^T z)"},
        },
    }
)
HILL = Symbols.model_validate(
    {
        "letters": {
            "w": {"shape": [2]},
            "x": {"equals": "w_1"},
            "y": {"equals": "w_2"},
            "f": {"of": ["w"], "equals": "\\exp(-w_1^2 - 2(w_2-1)^2)"},
        },
    }
)
GRADIENT = ((r"\nabla f(w)", r"\frac{\partial f}{\partial w_i}"),)
HESSIAN = (
    (r"\nabla^2 f(w)", "H", "H_f", r"\frac{\partial^2 f}{\partial w_i\partial w_j}"),
)
BY_WEIGHTS = ((r"\frac{\partial F}{\partial w_{ij}}", r"\nabla F(W)"),)
ENTRIES = ((r"\frac{\partial f}{\partial w_1}",), (r"\frac{\partial f}{\partial w_2}",))


def read(text, symbols=NORM, quantities=GRADIENT, whole=()):
    """The equations of a text."""
    return list(Reader(language(symbols), quantities, whole).read(text))


def equal(left, right):
    """Whether two sets of values agree in all worlds."""
    pairs = zip(left, right, strict=True)
    return bool(left) and all(a.shape == b.shape and np.allclose(a, b) for a, b in pairs)


def values(formula, symbols=NORM):
    """The values of one formula."""
    (equation,) = read(f"$a = {formula}$", symbols, ())
    return equation.sides[1].values


GRADIENTS = [
    r"$\nabla f(w) = 2w$",
    r"$\nabla_w f = 2\mathbf{w}$",
    r"$\nabla_{\mathbf w} L(\mathbf w) = 2\,\mathbf{w}$",
    r"$\frac{\partial f}{\partial\mathbf w} = \mathbf w+\mathbf w$",
    r"$\frac{\partial}{\partial\mathbf w}\mathbf w^\top\mathbf w = 2\mathbf w$",
    r"$\frac{df}{dw}(w) = 2w$",
    r"$\nabla\|w\|^2 = 2w$",
    r"$\nabla||w||_2^2 = 2w$",
    r"$\nabla\lVert\mathbf w\rVert^2_2 = 2\mathbf w$",
    r"$\nabla_w \sum_i w_i^2 = 2w$",
    r"$\operatorname{grad} f = 2w$",
    r"$\nabla f = (2w_1, 2w_2, \dots, 2w_n)^T$",
    r"$\nabla f(w)=\begin{pmatrix}2w_1\\ \vdots\\ 2w_n\end{pmatrix}$",
    r"$f'(w) = 2w$",
    "∇f = 2w",
    "grad f = 2w",
    "df/dw = 2 w",
]


@pytest.mark.parametrize("text", GRADIENTS)
def test_a_gradient_is_a_column(text):
    """Vectors by nabla, fractions, words and dots; both sides have one value."""
    equation = read(text)[-1]
    name, *_, answer = equation.sides

    assert equation.about == 0
    assert name.named
    assert not name.closed
    assert equal(name.values, answer.values)
    assert equal(answer.values, values("2w"))


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial f}{\partial w_k}=\sum_{i=1}^n\frac{\partial w_i^2}{\partial w_k}"
        r"=2w_k$",
        r"$\partial_k f = 2w_k$",
        r"$\frac{\partial f}{\partial w_3} = 2w_3$",
        r"$\partial_1 f = 2w_1$",
        r"$\frac{\partial}{\partial w_j} w^Tw = 2w_j$",
        "∂f/∂w_l = 2w_l",
        "df/dw2 = 2*w2",
    ],
)
def test_an_entry_of_a_gradient_is_a_number(text):
    """Whatever its index is called; what is stated is what the name says."""
    (equation,) = read(text)
    answer = equation.sides[-1]

    assert equation.about == 0
    assert answer.values[0].shape == ()
    assert equal(answer.values, answer.stated)


@pytest.mark.parametrize(
    "text",
    [r"$\frac{\partial f}{\partial w_1} = 2w_2$", "∂f/∂w_k = 2w_i", "∇f = w", "∇f = 4w"],
)
def test_a_wrong_gradient_is_not_what_is_stated(text):
    """Another entry, another factor."""
    (equation,) = read(text)
    answer = equation.sides[-1]

    assert answer.values
    assert not equal(answer.values, answer.stated)


HESSIANS = [
    r"$\nabla^2 f(w) = 2I$",
    r"$\nabla^2_w f = 2\mathbf I_n$",
    r"$H_f = 2 I_{n \times n}$",
    r"$\mathbf H = 2\cdot\mathbb{1}$",
    r"$\frac{\partial^2 f}{\partial w\,\partial w^T} = 2\mathbb{1}_n$",
    r"$\frac{\partial^2 f}{\partial w^2} = 2I$",
    r"$\nabla^2 f = \nabla 2w = 2I$",
    r"$f''(w) = 2I$",
    r"$H=\begin{pmatrix}2&0&\cdots&0\\0&2&\cdots&0\\ \vdots&\vdots&\ddots&\vdots\\"
    r"0&0&\cdots&2\end{pmatrix}$",
    r"$H=\begin{bmatrix}2&&\\&\ddots&\\&&2\end{bmatrix}$",
    r"$H = \mathrm{diag}(2,\dots,2)$",
    "H = 2*np.eye(len(w))",
]


@pytest.mark.parametrize("text", HESSIANS)
def test_a_hessian_is_a_matrix(text):
    """Identity matrices of all spellings, dots, second derivatives by a vector."""
    equation = read(text, quantities=HESSIAN)[-1]

    assert equation.about == 0
    assert equal(equation.sides[-1].values, values("2I"))


def test_the_entries_of_a_hessian_are_compared_on_its_diagonal_too():
    """Indices that meet tell 2 δ from 3 δ and from 2; elsewhere all but the last are 0."""
    text = (
        r"$\frac{\partial^2 f}{\partial w_k\partial w_l} = 2\delta_{kl} = 3\delta_{kl} = 2$"
    )
    (equation,) = read(text, quantities=HESSIAN)
    name, right, wrong, full = equation.sides

    assert equal(name.values, right.values)
    assert not equal(name.values, wrong.values)
    assert not equal(name.values, full.values)
    assert {float(one) for one in right.values} == {0.0, 2.0}


def test_a_gradient_times_something_is_no_gradient_of_a_product():
    """`\\nabla f(w)^T v` is a number: nabla holds its function close."""
    assert equal(values(r"\nabla f(w)^T w"), values("2w^T w"))
    assert equal(values(r"\nabla f(w) (w^T w)"), values("2w (w^T w)"))


def test_a_vector_by_a_vector_has_a_value_only_if_it_is_symmetric():
    """The two layouts of a Jacobian are both in use."""
    assert equal(values(r"\frac{\partial (3w)}{\partial w}"), values("3I"))
    assert not values(r"\frac{\partial (Wz)}{\partial z}", NEURONS)


def test_a_fraction_keeps_its_brace_behind_a_transpose():
    """`{w^T}` once lost its closing brace with the transpose."""
    assert equal(values(r"\frac{w^T}{2} w"), values(r"\frac12 w^Tw"))


WEIGHTS = [
    r"$\frac{\partial F}{\partial w_{ij}}=g'(\mathbf w_i^T\mathbf z)\,z_j$",
    r"$\frac{\partial F}{\partial w_{kl}}=g'(w_k^Tz)z_l$",
    r"$\frac{\partial F}{\partial w_{ij}}=z_j\,g'\left(\sum_{k=1}^nw_{ik}z_k\right)$",
    r"$u_i = w_i^T z$, $\frac{\partial F}{\partial w_{ij}}=g'(u_i)z_j$",
    r"$\frac{\partial F}{\partial w_{12}}=g'(w_1^T z)z_2$",
    r"$\nabla F(\mathbf W)=g'(\mathbf W\mathbf z)\mathbf z^T$",
    r"$\nabla_W F = g'(Wz) \otimes z$",
    r"$\frac{\partial F}{\partial W} = \mathrm{outer}(g'(Wz), z)$",
    "∇F(W) = g'(Wz) zᵀ",
]


@pytest.mark.parametrize("text", WEIGHTS)
def test_a_derivative_by_a_matrix_is_laid_out_like_it(text):
    """Entries, rows, outer products; the derivative of an arbitrary function is closed."""
    equation = read(text, NEURONS, BY_WEIGHTS)[-1]
    answer = equation.sides[-1]

    assert equation.about == 0
    assert answer.closed
    assert equal(answer.values, answer.stated)


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial F}{\partial w_{ij}}=g'(w_j^Tz)z_i$",
        r"$\frac{\partial F}{\partial w_{kl}}=g'(w_i^Tz)z_j$",
        r"$\nabla F(W)=z g'(Wz)^T$",
        r"$\nabla F(W)=g'(W^Tz)z^T$",
        r"$\nabla F(W)=g(Wz)z^T$",
    ],
)
def test_wrong_rows_columns_and_functions_have_other_values(text):
    """What looks alike is told apart."""
    (equation,) = read(text, NEURONS, BY_WEIGHTS)
    answer = equation.sides[-1]

    assert answer.values
    assert not equal(answer.values, answer.stated)


def test_what_a_derivative_is_still_to_be_taken_of_is_no_answer():
    """Only that of an arbitrary function may stand in an answer."""
    (equation,) = read(r"$\nabla F = \nabla_W\sum_i g(w_i^Tz)$", NEURONS, BY_WEIGHTS)

    assert [side.closed for side in equation.sides] == [False, False]


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial f}{\partial x}=-2xe^{-x^2-2(y-1)^2}$",
        r"$f_x = -2x\exp(-x^2-2(y-1)^2)$",
        r"$f_{w_1} = -2w_1e^{-w_1^2-2(w_2-1)^2}$",
        "df/dw1 = -2*w1*np.exp(-w1**2 - 2*(w2-1)**2)",
        r"$\partial_{w_1} f = -2w_1 f$",
    ],
)
def test_entries_have_names_of_their_own(text):
    """An x for w₁, w1 in plain text, the index of a function as a derivative."""
    equation = read(text, HILL, ENTRIES)[-1]

    assert equation.about == 0
    assert equal(equation.sides[-1].values, equation.sides[-1].stated)


def test_a_whole_vector_answers_for_its_entries():
    """One equation per entry; a side of another size has no values."""
    text = r"$\nabla f = f\cdot\begin{pmatrix}-2w_1\\-4(w_2-1)\end{pmatrix}$"
    first, second = read(text, HILL, ENTRIES, (r"\nabla f(w)",))
    longer = read(r"$\nabla f = (w_1, w_2, 1)^T$", HILL, ENTRIES, (r"\nabla f(w)",))

    assert (first.about, second.about) == (0, 1)
    assert equal(second.sides[1].values, values("-4(w_2-1)f", HILL))
    assert equal(second.sides[1].values, second.sides[1].stated)
    assert not longer[0].sides[1].values


def test_a_derivative_that_vanishes_is_not_known_by_its_value():
    """`∂j/∂w_i = 0` is said of many things; it is no Hessian and no gradient."""
    (equation,) = read(r"$\frac{\partial (3)}{\partial w_i} = 0$")

    assert equation.about is None


DOTS = [
    (r"w_1^2+w_2^2+\dots+w_n^2", "w^Tw"),
    (r"w_1 + \dots + w_n", r"\sum_i w_i"),
    (r"\begin{pmatrix}w_1&\cdots&w_n\end{pmatrix}", "w^T"),
    (r"(0, \dots, 0)^T", "0 w"),
    (r"\begin{pmatrix}0&\cdots&0\\ \vdots&\ddots&\vdots\\0&\cdots&0\end{pmatrix}", "0 I"),
]


@pytest.mark.parametrize(("dotted", "written"), DOTS)
def test_dots_are_written_out(dotted, written):
    """If it is said how it goes on."""
    assert equal(values(dotted), values(written))


@pytest.mark.parametrize(
    "dotted",
    [
        r"(w_1, w_3, \dots, w_n)^T",
        r"(w_1, \dots, w_k)^T",
        r"(1, \dots, 2)^T",
        r"w_1 + \dots",
        r"(2w_1, \dots, w_n)^T",
        r"\begin{pmatrix}1&\cdots&0\\ \vdots&\ddots&\vdots\\0&\cdots&2\end{pmatrix}",
    ],
)
def test_dots_that_could_mean_anything_have_no_value(dotted):
    """Nothing is guessed."""
    assert not values(dotted)


CASES = [
    r"\begin{cases} 2 & i=j \\ 0 & i\neq j \end{cases}",
    r"\begin{cases}2,&\text{if } i=j\\0,&\text{otherwise}\end{cases}",
    r"\begin{cases}0 & \text{falls } i \ne j\\2 & \text{sonst}\end{cases}",
]


@pytest.mark.parametrize("cases", CASES)
def test_cases_are_decided_in_every_world(cases):
    """Conditions on indices and numbers, and all others."""
    assert equal(values(cases), values(r"2\delta_{ij}"))
    assert equal(
        values(r"\begin{cases}w_i & w_i \ge 0\\-w_i & w_i < 0\end{cases}"), values("|w_i|")
    )


@pytest.mark.parametrize(
    "cases",
    [
        r"\begin{cases}2 & i=j\\0 & \text{in the garden}\end{cases}",
        r"\begin{cases}2 & 1=2\end{cases}",
        r"\begin{cases}2 & w=w\\0 & \text{otherwise}\end{cases}",
    ],
)
def test_cases_that_are_not_understood_have_no_value(cases):
    """Words for conditions, no case that applies, conditions on vectors."""
    assert not values(cases)


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial^2 f}{\partial w_i\partial w_j}=0$ for $i\ne j$.",
        r"$\frac{\partial^2 f}{\partial w_i\partial w_j}=2 \quad (i=j)$",
        "Für $i\\neq j$ ist $\\frac{\\partial^2 f}{\\partial w_i\\partial w_j}=0$.",
        "∂²f/∂w_i∂w_j = 0 for i ≠ j",
    ],
)
def test_what_is_said_of_some_indices_only_is_no_answer(text):
    """Half a Hessian is neither right nor wrong."""
    assert not [e for e in read(text, quantities=HESSIAN) if e.about is not None]


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial^2 f}{\partial w_i\partial w_j}=0$ for all $i$ and $j$",
        r"$\frac{\partial^2 f}{\partial w_i\partial w_j}=0$. If $w_i=w_j$ nothing changes.",
    ],
)
def test_what_is_said_of_all_indices_is_an_answer(text):
    """Other words and other equations are no condition."""
    assert read(text, quantities=HESSIAN)[0].about == 0


def test_a_part_of_a_bracket_is_no_answer():
    """`(2w_1, words)` is not 2w_1."""
    (equation,) = read(r"$\nabla f =$ (2w_1, and so forth)")[:1]

    assert not equation.sides[-1].values


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r"[2w_1, \dots, 2w_n]^T", "2w"),
        ("(2w₁, 2w₂, …, 2wₙ)ᵀ", "2w"),
        (r"\langle w, w\rangle", "w^T w"),
        (r"2\,\vec w^{\,\top}", "(2w)^T"),
        (r"\sum_{i=1}^n2w_i", r"2\sum_i w_i"),
        ("w_1e^{w_1}", r"w_1\exp(w_1)"),
    ],
)
def test_unusual_spellings(typed, meant):
    """Of vectors, products, transposes, sums and powers."""
    assert equal(values(typed), values(meant))


def test_a_vector_of_a_length_that_no_letter_has_is_marked():
    """It may be right for w = (w_1, w_2); one of another shape is not marked."""
    (two,) = read(r"$\nabla f = \begin{pmatrix}2w_1\\2w_2\end{pmatrix}$")
    (row,) = read(r"$\nabla f = 2w^T$")

    assert two.sides[-1].resized
    assert not row.sides[-1].resized


def test_a_quantity_that_looks_like_a_function_defines_none():
    """`H(f) = 2I` says what H is; it is not H times f."""
    (equation,) = read("$H(f) = 2I$", quantities=HESSIAN)

    assert equation.about == 0
    assert not equation.sides[0].values


def test_formulas_that_stand_alone_are_read_if_asked_for():
    """`2w` in a sentence; a letter or a number alone says nothing."""
    reader = Reader(language(NORM), GRADIENT)
    text = "Der Gradient ist $2w$, mit einem Vektor $w$ und der Zahl $2$."

    assert [e.text for e in reader.read(text, lone=True)] == ["2w"]
    assert [*reader.read(text)] == []


def test_letters_that_cannot_be_are_flaws_of_the_rubric():
    """Only functions are arbitrary; only indices meet."""
    with pytest.raises(ValueError, match="`arbitrary` is for functions"):
        Symbols.model_validate({"letters": {"x": {"arbitrary": True}}})
    with pytest.raises(ValueError, match="there is no index q"):
        Symbols.model_validate({"letters": {"x": {}}, "meet": ["q"]})
