"""Formulas as they are typed without care: exponents, notes, names, indices."""

from itertools import pairwise

import numpy as np
import pytest

from grader.find.equation_reader import Reader
from grader.find.letter_notes import without_notes
from grader.find.letter_text import without_small
from grader.find.letter_worlds import language
from grader.model.symbols import Symbols

SCORES = Symbols.model_validate(
    {
        "sizes": {"n": 4},
        "indices": {"i": "n", "j": "n", "c": "n"},
        "letters": {
            "x": {"shape": ["n"]},
            "t": {},
            "p": {"of": ["v"], "equals": "exp(v)/sum(exp(v))", "also": ["softmax"]},
            "W'": {"law": "none"},
        },
    }
)


def chains(text):
    """The equations of a text."""
    return list(Reader(language(SCORES), (("W'",),)).read(text))


def alike(left, right):
    """Whether two sides were read, with the same values."""
    pairs = [*zip(left.values, right.values, strict=False)]
    return bool(pairs) and all(np.allclose(a, b) for a, b in pairs)


def steps(text):
    """Of every chain, whether its neighbours are equal."""
    found = [chain.sides for chain in chains(text)]
    return [alike(a, b) for sides in found for a, b in pairwise(sides)]


HOLDS = [
    "e^-2t = e^{-2t} = exp(-2*t)",
    "$e^-2t = e^{-2t}$",
    "e^2t = e^t e^t",
    "e^-t(1+t) = (1+t)/e^t",
    "t^10 = t^{5}*t^5",
    "$t^23 = 3t^2$",
    "tanh t = (1 - e^-2t)/(1 + e^-2t)",
    "2*t/2   [divide by 2]  = t",
    "e^t/e^(2t)    (e^(a+b) = e^a e^b, same base in both) \n  = e^-t",
    "3   t + t = 2*t",
    "p(x)[i] = p(x)_i",
    r"Let $\pi_j = 2x_j$. Then $\pi_i = x_i + x_i$ and $\sin(\pi) = 0$",
    r"$p(x_1,\dots,x_n) = p(x)$",
    r"$p(x_1, x_2, x_3, x_4) = p(x)$",
    r"\begin{align}t+t&=2t \quad|\ \text{expand by }t\\&=2t^2/t\end{align}",
    r"Let $\operatorname{abc}(x)_i = x_i + 1$. Then $\operatorname{abc}(x)_j = 1 + x_j$",
]
DOES_NOT = [
    "e^-2t = e^{-2} t",
    "e^2t = e^2 * t",
    "tanh t = (1 - e^-2t)/(1 - e^-2t)",
    "2*t/2   [divide by 2]  = 2*t",
    "p(x)[i] = p(x)_j",
    r"$p(x_1,\dots,x_n) = x$",
    r"\begin{align}t+t&=2t \quad|\ \text{expand by }t\\&=2t^2\end{align}",
]


@pytest.mark.parametrize("text", HOLDS)
def test_a_careless_spelling_is_read_as_it_is_meant(text):
    """Every step of these was read and holds."""
    assert steps(text)
    assert all(steps(text))


@pytest.mark.parametrize("text", DOES_NOT)
def test_a_wrong_step_stays_wrong(text):
    """A careless spelling is no excuse."""
    assert not all(steps(text))
    assert all(side.values for chain in chains(text) for side in chain.sides)


@pytest.mark.parametrize(
    "text",
    [
        "e^-2(t+1) = 3",
        "p(x)[1] = 3",
        "divided by e^t] = 3",
        "log t^2 is odd, log e^t times = 3",
        "(1/t) dZ/dt = 3",
        r"$\operatorname{tx}(t) = 3$ and $\operatorname{xtx}(t) = 3$",
    ],
)
def test_what_could_mean_two_things_has_no_value(text):
    """Nor has what is cut off by a word or a bracket, or a name that is not known."""
    assert all(not alike(*chain.sides[:2]) for chain in chains(text))
    assert not any(chain.sides[0].values for chain in chains(text)[-1:])


@pytest.mark.parametrize("name", [r"\tilde{\mathbf x}", r"\tilde{\mathbf{x}}", r"\tilde x"])
def test_an_accent_over_a_decorated_letter_is_its_own(name):
    """A vector with another entry; it is not the letter without the accent."""
    (chain, other) = chains(rf"${name} = (x, 1)$ and $\tilde x^T \tilde x = x^Tx$")

    assert chain.sides[0].text == "xtilde"
    assert not alike(*other.sides)
    assert other.sides[0].values


def test_a_hat_typed_in_unicode_is_a_hat():
    """With and without a character of its own; a vector is not its hatted one."""
    chain, *_ = chains("x̂·ŵ = 3")

    assert chain.sides[0].text == "xhat· what"


def test_a_brace_below_names_what_stands_above():
    """The chain goes on through it; and its name is said behind the text."""
    text = r"$2t x = \underbrace{(t+t)}_{=:W'}x \le \underbrace{1}_{\text{any}} x$"
    chain, named = chains(text)

    assert alike(*chain.sides[:2])
    assert named.about == 0
    assert named.sides[1].text == "(t+t)"


@pytest.mark.parametrize(
    "text", ["(using t = 2) is odd", "[see above], so x = 1", r"\underbrace{x", "f (by t)"]
)
def test_a_note_before_no_equals_sign_stays(text):
    """It is a part of the sentence."""
    assert without_notes(text) == text


def test_a_side_says_what_it_looks_like():
    """A letter alone; some entries by number, not all; indices that nothing binds."""
    text = (
        r"$t = x_i$; $e^{x_1}+e^{x_2} = x_1+x_2+x_3+x_4$; $W' = \sum_j x_j x_c$; $x^Tx = t$"
    )
    (letter, entry), (some, every), (_, loose), (product, _) = (
        c.sides for c in chains(text)
    )

    assert (letter.bare, entry.bare, product.bare) == (True, True, False)
    assert (some.listed, every.listed) == (True, False)
    assert (loose.loose, product.loose) == ({"c"}, frozenset())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("eᶜ", "e^c "),
        ("e⁻ˣ", "e^{-x} "),
        ("W²W¹x⁰", "W^2 W^1 x^0 "),
        ("wᵢⱼ", "w_{ij}"),
        ("x₁", "x_1"),
        ("Wᵀ x' e^c w_i", "Wᵀ x' e^c w_i"),
    ],
)
def test_small_letters_are_powers_and_indices(typed: str, read: str):
    """A run of them is one; what is no small letter stays, and so does a transpose."""
    assert without_small(typed) == read


@pytest.mark.parametrize(
    ("typed", "rule"),
    [("2 ---------- x = 1", True), ("a === b", True), ("a -- b", False), ("a - -b", False)],
)
def test_a_rule_is_no_minus(typed: str, rule: bool):
    """Three signs or more in a row; two may be a dash or a minus of a minus."""
    assert (";" in without_notes(typed)) is rule


LABELS = ["1a) ", "P1 a) ", "2 (b) ", "- 1.1a) ", "Aufgabe 1 a) ", "2.C1 (a): ", "2.1  "]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("first", ["t + t", "tanh(t)/tanh(t)*2t", "-(-2)t"])
def test_a_label_is_no_part_of_the_formula_on_its_line(label: str, first: str):
    """The first side of the chain is read; without a label it is the same."""
    (chain,) = chains(f"so\n{label}{first} = 2t")

    assert alike(*chain.sides)


@pytest.mark.parametrize(
    "text",
    [
        "(x + \n2 a) t = 1", "2 a) = t", "3b) - t = 1", "1.2 t = 1", "2 (a)t = 1",
        "x + 2a) t", "2 a t = 1",
    ],
)  # fmt: skip
def test_what_goes_on_with_a_formula_is_no_label(text: str):
    """A bracket that was opened before, a sign behind it, or a number alone."""
    assert without_notes(text) == text
