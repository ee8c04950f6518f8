"""Calling conventions follow the parameters' names, then their order."""

from collections.abc import Callable
from typing import Any

import pytest

from grader.find.forms import forms
from grader.model.criteria import Argument
from grader.model.evidence import Candidate, CandidateKind

X = Argument(name="x", also=("sigma", "z"), input="pairs")
AXIS = Argument(name="axis", also=("dim",), constant=-1, optional=True)
LAMB = Argument(name="lamb", also=("lam", "λ"), values=(1, 10))

CASES = [
    ("x lamb", ["(x, lamb)"]),
    ("x axis lamb", ["(x, axis, lamb)", "(x, axis=axis, lamb=lamb)"]),
    ("lam x", ["(lamb, x)", "(x, lamb)"]),
    ("Λ sigma", ["(lamb, x)", "(x, lamb)"]),
    ("x lam=", ["(x, lamb)"]),
    ("a b", ["(x, lamb)", "(lamb, x)"]),
    ("a b c", ["(x, axis, lamb)"]),
    ("a lam", ["(x, lamb)"]),
    ("lam a", ["(lamb, x)", "(x, lamb)"]),
    ("x * lamb", ["(x, lamb=lamb)"]),
    ("* x lam", ["(x=x, lam=lamb)"]),
    ("x dim= lam=", ["(x, axis, lamb)", "(x, lamb)"]),
    ("x keep= lam=", ["(x, lam=lamb)", "(x, axis, lamb)", "(x, lamb)"]),
    ("*args", ["(x, axis, lamb)", "(x, lamb)", "(lamb, x)"]),
    ("x *args", ["(x, axis, lamb)", "(x, lamb)"]),
    ("x lam **kw", ["(x, lamb)"]),
    ("x axis= lam=", ["(x, axis, lamb)", "(x, lamb)"]),
    ("x", []),
    ("a b c d", []),
    ("x lam q", ["(x, axis, lamb)"]),
    ("", ["(x, axis, lamb)"]),
]


@pytest.mark.parametrize(("spec", "want"), CASES)
def test_conventions_of_a_signature(
    takes: Callable[[str], Any], spec: str, want: list[str]
):
    """The likeliest convention comes first; a signature that cannot take both has none."""
    candidate = Candidate(
        id="f0", kind=CandidateKind.FUNCTION, cell=0, parameters=takes(spec)
    )

    got = [str(form) for form in forms(candidate, (X, AXIS, LAMB))]

    assert got[:1] == want[:1]
    assert set(got) <= set(want)


def test_no_convention_twice(takes: Callable[[str], Any]):
    """A convention that several rules propose is tried once."""
    candidate = Candidate(
        id="f0", kind=CandidateKind.FUNCTION, cell=0, parameters=takes("x lamb")
    )

    assert [str(form) for form in forms(candidate, (X, LAMB))] == ["(x, lamb)"]


SPLIT = [
    ("s1 s2 lam", 2, True),
    ("s1 s2 lam=", 2, True),
    ("s1 s2", 2, False),
    ("s1 s2 s3 lam", 2, False),
    ("s1 s2 lam", 0, False),
    ("*args", 3, True),
]


@pytest.mark.parametrize(("spec", "components", "fits"), SPLIT)
def test_one_parameter_a_component(
    takes: Callable[[str], Any], spec: str, components: int, fits: bool
):
    """A function of the components and the rest is called so, if their number fits."""
    candidate = Candidate(
        id="f0", kind=CandidateKind.FUNCTION, cell=0, parameters=takes(spec)
    )

    got = [str(form) for form in forms(candidate, (X, AXIS, LAMB), components)]

    assert ("(components of x, lamb)" in got) is fits
