"""A text may use a declared name for something of its own, and hide no wrong claim so."""

from itertools import pairwise

import numpy as np
import pytest

from grader.find.code_reader import CodeReader
from grader.find.equation_reader import Reader
from grader.find.letter_worlds import language
from grader.model.answers import Equation
from grader.model.symbols import Symbols

ONE = Symbols.model_validate(
    {
        "letters": {
            "x": {"also": ["z", "t", "u"], "low": -2, "high": 2},
            "σ": {"also": ["sigma", "s", "S"], "of": ["x"], "equals": "1/(1+e^{-x})"},
        }
    }
)
SCORES = Symbols.model_validate(
    {
        "sizes": {"c": 4, "d": 3},
        "indices": {"i": "c", "j": "c", "s": "d", "l": "c"},
        "letters": {
            "z": {"shape": ["c"], "also": ["x", "f"]},
            "p": {"of": ["v"], "equals": "exp(v)/sum(exp(v))", "also": ["S", "softmax"]},
            "W'": {"law": "none", "also": ["V"]},
        },
    }
)


def verdicts(equations: list[Equation]) -> list[bool | None]:
    """Of neighbours, whether they are equal; None where one has no value."""
    found: list[bool | None] = []
    for one, other in (pair for e in equations for pair in pairwise(e.sides)):
        pairs = [*zip(one.values, other.values, strict=False)]
        alike = all(a.shape == b.shape and np.allclose(a, b) for a, b in pairs)
        found.append(alike if pairs else None)
    return found


def read(text: str, symbols: Symbols) -> list[bool | None]:
    """The same, of a text in which W' is asked for."""
    return verdicts(list(Reader(language(symbols), (("W'", "V"),)).read(text)))


OWN = [
    (ONE, r"So $u(x)=2\sigma(2x)-1$. $u'(x)=4\sigma(2x)(1-\sigma(2x))$; $u^2-1=(u-1)(u+1)$",
     [True, True, True]),
    (ONE, r"$\sigma(x) = 1/t$, where $t = 1+e^{-x}$", [True, None]),
    (ONE, r"$t = 1+e^{-x}$ so $\sigma(x) = t^2$", [None, False]),
    (SCORES, r"With $S = \sum_j e^{z_j}$: $softmax(z)_i = e^{z_i}/S$", [None, True]),
    (SCORES, r"$S = z_1 - z_2$, $S + z_2 = z_1$, $2S = z_1$", [None, True, False]),
    # only what is sure is said: s(x+c) is no product of x and x+c
    (SCORES, r"$f(z+c)_i = e^{z_i+c}/\sum_j e^{z_j+c} = f(z)_i$", [None, None]),
    # an index that is set to a formula is one no more
    (SCORES, r"$s=\sum_j e^{z_j}$, $p(z)_i = e^{z_i}/s$, $p(z)_i = e^{z_i}s$",
     [None, True, False]),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "text", "want"), OWN)
def test_what_a_text_defines_is_what_it_means(
    symbols: Symbols, text: str, want: list[bool | None]
):
    """Another spelling of a drawn letter, a function without argument, an index."""
    assert read(text, symbols) == want


CLAIMS = [
    (ONE, r"$\sigma(z) = 1/(1-e^{-z})$", [False]),
    (ONE, r"$s(x) = 1/(1+e^x)$, $S = 1/(1+e^x)$, $s = 1-s$", [False, False, False]),
    (ONE, r"$z(1-z) = z - z^2$, $t = x$, $x = 1 + e^x$", [True, True, False]),
    (ONE, r"$z + 1 = z$", [False]),
    (ONE, r"if $z = 0$ then $z = 0$; $\sigma(0) = 1/2$", [False, False, True]),
    (SCORES, r"$S = e^v/\sum_j e^{v_j}$, $S(z)_i = e^{z_i}$", [None, False]),
    (SCORES, r"for $i = j$: $z_i = z_j$", [False]),
    (SCORES, r"$s = 1$ and $l = i$ and $z_l = z_i$", [False, False, False]),
    (SCORES, r"$s = s + 1$", [False]),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "text", "want"), CLAIMS)
def test_a_claim_about_the_sheets_letter_is_no_definition(
    symbols: Symbols, text: str, want: list[bool | None]
):
    """Of a function at an argument or in its own argument, of x itself, of a number."""
    assert read(text, symbols) == want


def test_what_is_asked_for_is_not_the_students_own():
    """V is a spelling of W'; its equation is the answer."""
    (equation,) = Reader(language(SCORES), (("W'", "V"),)).read("$V = e^{z_1}$")

    assert equation.about == 0


def test_it_holds_for_the_texts_behind_it():
    """And not for those before."""
    reader = Reader(language(ONE), ())
    texts = (r"$t + 0 = x$", r"$t = e^x$ and $t^2 = e^{2x}$", r"$t = e^x$")

    found = [verdicts(list(reader.read(text))) for text in texts]

    assert found == [[True], [None, True], [None]]


@pytest.mark.parametrize(
    ("code", "want"),
    [
        ("s = np.exp(z).sum()\nassert p(z)[0] == np.exp(z)[0] / s", True),
        ("s = np.exp(z).sum()\nassert p(z)[0] == np.exp(z)[0] * s", False),
        ("c = 4\nassert c * z[0] == 4 * z[0]", True),
    ],
)
def test_a_variable_in_code_is_an_index_no_more(code: str, want: bool):
    """Where it is set to a formula; a size that is given its number stays."""
    reader = CodeReader(Reader(language(SCORES), ()))

    assert verdicts(list(reader.read(code)))[-1] is want
