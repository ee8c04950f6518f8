"""Numbers are read from sentences as a reader would read them."""

import pytest

from grader.find.numerals import numerals

SPELLINGS = [
    ("81", [81]),
    ("81.", [81]),
    ("81,", [81]),
    ("$81$", [81]),
    ("**81**", [81]),
    ("n=81", [81]),
    ("-3.5", [-3.5]),
    ("−3.5", [-3.5]),
    ("+2", [2]),
    (".5", [0.5]),
    ("1e-3", [0.001]),
    ("2.5E+2", [250]),
    ("0,5", [0.5]),
    ("-0,5", [-0.5]),
    ("0,125", [0.125]),
    ("1,234", [1234]),
    ("1,234,567.5", [1234567.5]),
    ("1.234,5", [1234.5]),
    ("1'234", [1234]),
    ("1\u202f234", [1234]),
    (r"2\cdot 10^3", [2000]),
    (r"2 \times 10^{-3}", [0.002]),
    ("2 * 10**3", [2000]),
    ("2·10^{3}", [2000]),
    ("2, 20 and 1", [2, 20, 1]),
    ("(2, 20)", [2, 20]),
]


@pytest.mark.parametrize(("text", "want"), SPELLINGS)
def test_spellings_of_numbers(text: str, want: list[float]):
    """Every spelling that the module promises to understand has one reading."""
    got = [numeral.value for numeral in numerals(text)]

    assert got == pytest.approx(want)


NO_NUMBERS = [
    "W1",
    "x_1",
    "x^2",
    "conv2d",
    "v1.2.3",
    "",
    "none at all",
    "3 (a)",
    "## 2b)",
    "(2 pts)",
    "(1 point)",
    "(0.5 Punkte)",
    "Task 3 a)",
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_names_labels_and_points_are_no_numbers(text: str):
    """What is part of a name, of a question's label, or of points is not read."""
    assert numerals(text) == []


def test_place_of_a_number():
    """A number knows where its text begins and ends, labels and powers included."""
    text = r"3 (a) about 2\cdot 10^3, at most"

    (numeral,) = numerals(text)

    assert text[numeral.start : numeral.end] == r"2\cdot 10^3"


@pytest.mark.parametrize(
    "text", ["3 * 10^400", "3 * 10^99999", "-2e9999", r"2\cdot 10^{-400}"]
)
def test_powers_beyond_floats_are_read_without_an_exception(text: str):
    """A number too large for a float raises nothing; text can hold anything."""
    assert len(numerals(text)) <= 1
