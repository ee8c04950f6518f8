"""Functions of one real variable, typed as formulas, are evaluated anywhere."""

import math

import pytest

from grader.find.maps import typed_maps

READ = [
    (r"$g(x)=\frac12+\frac{1}{\pi}\arctan(x)$", lambda x: 0.5 + math.atan(x) / math.pi),
    (r"$$f(x) = e^{-x^2}$$", lambda x: math.exp(-(x**2))),
    (r"$\phi(x)=\frac{\tanh(x)+1}{2}$", lambda x: (math.tanh(x) + 1) / 2),
    ("f(x) = 1/(1+2^(-x))", lambda x: 1 / (1 + 2**-x)),
    ("z.B. 0,5*(tanh(x)+1)", lambda x: 0.5 * (math.tanh(x) + 1)),
    (r"$f(x) = 0{,}5\,(\tanh(x)+1)$", lambda x: 0.5 * (math.tanh(x) + 1)),
    (
        r"$\Phi(x)=\tfrac12\left(1+\operatorname{erf}(x/\sqrt2)\right)$",
        lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))),
    ),
    (r"$1-\operatorname{sech}(x)$", lambda x: 1 - 1 / math.cosh(x)),
    (r"$\frac{x^2}{1+x^2}$ is an alternative", lambda x: x**2 / (1 + x**2)),
    (
        r"$h(t)=\dfrac12\left(1+\dfrac{t}{1+|t|}\right)$",
        lambda x: (1 + x / (1 + abs(x))) / 2,
    ),
    ("g(z) = 1/(1+e^-2z)", lambda x: 1 / (1 + math.exp(-2 * x))),
    (
        r"$u(x)=\begin{cases}0&x<-2\\\frac{x+2}{4}&-2\le x\le2\\1&x>2\end{cases}$",
        lambda x: min(max((x + 2) / 4, 0), 1),
    ),
]


@pytest.mark.parametrize(("text", "want"), READ)
def test_formulas_have_their_values(text, want):
    """Near 0 and far out."""
    found = list(typed_maps(text, "x"))

    for x in (-30.0, -1.0, 0.0, 0.5, 30.0):
        assert found[-1].at(x) == pytest.approx(want(x))


@pytest.mark.parametrize(
    "text",
    [
        "$c = 1/2$",
        "no formula here",
        "$f = y^2$",
        "$f(y) = z^2$",
        "$f(y) = 3$ and $y^2$",
        r"$g=\operatorname{Foo}(x/\sqrt2)$",
        "at (0,1) and (1,0), max(0,1)",
    ],
)
def test_what_does_not_depend_on_the_variable_is_left_out(text):
    """A constant, words, a letter of no function, what an unknown one is of, points."""
    assert list(typed_maps(text, "x")) == []


def test_a_pole_has_no_value():
    """1/x at 0."""
    (found,) = typed_maps("$1/x^2$", "x")

    assert found.at(0.0) is None
    assert found.at(2.0) == pytest.approx(0.25)


def test_a_function_of_another_letter_is_never_the_last_word():
    """It may be one that only leads to the answer."""
    (asked,) = typed_maps("$g(x) = x^2$", "x")
    (other,) = typed_maps("$r(t) = t^2$ and $|t| = t$", "x")

    assert asked.is_final
    assert not other.is_final
