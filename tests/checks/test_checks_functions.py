"""Functions and formulas: judged by their values on inputs they could not know."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from grader.errors import JudgeError
from grader.model.answers import Function
from grader.model.criteria import Argument, FormulaEquals, FunctionMatches, Tolerance
from grader.model.evidence import Candidate, CandidateKind
from grader.model.finds import FindFormula, FindFunction
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
FORM, SINGLE = "(x, lamb)", "(x, lamb), one vector at a time"
TOL = Tolerance(rtol=0, atol=0.01, because="a test")
LSE = FunctionMatches(
    id="2b.lse",
    states="It is lse.",
    check="function_matches",
    find=FindFunction(names=("lse",)),
    arguments=(Argument(name="x", input="pairs"), Argument(name="lamb", values=(1, 10))),
    tolerance=TOL,
    hint="Subtract the maximum.",
)
X = np.random.default_rng(0).uniform(-1, 1, size=(8, 2))


def lse(x: Any, lamb: float) -> Any:
    """log-sum-exp over the last axis."""
    return np.log(np.exp(lamb * x).sum(axis=-1)) / lamb


WANT = tuple(lse(X, k) for k in (1, 10))


def function(values: dict[str, Any], errors: dict[str, str] | None = None) -> Function:
    """A function and what it answered, by convention."""
    candidate = Candidate(id="f0", kind=CandidateKind.FUNCTION, cell=0, names=("f",))
    arrays = {form: tuple(map(np.asarray, v)) for form, v in values.items()}
    return Function(candidate=candidate, values=arrays, errors=errors or {})


def matching(decide: Decide, place: Any, *got: Function, how: str = "by name") -> Verdict:
    """Decide about functions that answered."""
    hits = [place(f, how=how) for f in got]
    return decide(LSE, {"lse": hits}, {"lse": [function({FORM: WANT})]})


RIGHT = [
    {FORM: WANT},
    {FORM: [w + 0.0099 for w in WANT]},
    {FORM: [w[:, None] for w in WANT]},
    {FORM: [w[None, :].astype("float32") for w in WANT]},
    {SINGLE: [w[:6] for w in WANT]},
    {SINGLE: [w[:6, None] for w in WANT]},
    {"(lamb, x)": [w * 0 for w in WANT], FORM: WANT},
]


@pytest.mark.parametrize("values", RIGHT)
def test_right_values(decide: Decide, place: Any, values: dict[str, Any]):
    """Right within the tolerance, under one convention, up to axes of length 1."""
    assert matching(decide, place, function(values)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (0.0, "well within the tolerance."),
        (0.00009, "well within the tolerance."),
        (0.0011, "with at most 11% of the tolerance used."),
        (0.0099, "with at most 99% of the tolerance used."),
    ],
)
def test_how_near_right_values_come(decide: Decide, place: Any, off: float, told: str):
    """A share that is tiny is not written out."""
    verdict = matching(decide, place, function({FORM: [w + off for w in WANT]}))

    assert verdict.reason.endswith(f"all values match, {told}")


WRONG = [
    {FORM: [w + 0.0101 for w in WANT]},
    {FORM: [np.zeros(0)] * 2},
    {FORM: [np.array(0.5)] * 2},
    {FORM: [w[:1] for w in WANT]},
    {FORM: [np.full(8, math.nan)] * 2},
    {FORM: [np.full(8, math.inf)] * 2},
    {FORM: [np.zeros(8)] * 2},
    {FORM: [np.ones(8, bool)] * 2},
    {FORM: [X, X]},
    {FORM: [X.T, X.T]},
    {FORM: [np.stack([w, w]) for w in WANT]},
    {FORM: [lse(X, k) * k for k in (7, 20)]},
    {FORM: [w[::-1] for w in WANT]},
    {FORM: WANT[:1]},
    {FORM: [*WANT, WANT[0]]},
    {SINGLE: [w[1:7] for w in WANT]},
    {SINGLE: [np.zeros((6, 0))] * 2},
]


@pytest.mark.parametrize("values", WRONG, ids=range(len(WRONG)))
def test_wrong_values_earn_nothing(decide: Decide, place: Any, values: dict[str, Any]):
    """Beyond the tolerance, empty, constant, broadcastable, the input itself: nothing."""
    verdict = matching(decide, place, function(values))

    assert not verdict.credit
    assert not verdict.proposal


def test_one_setting_of_two(decide: Decide, place: Any):
    """A function that overflows at the larger value earns the smaller one's share."""
    values = [WANT[0], np.full(8, math.nan)]

    verdict = matching(decide, place, function({FORM: values}))

    assert verdict.credit == 0.5
    assert verdict.reason == (
        "Called as (x, lamb): 1 of 2 settings match. 8 values are NaN or infinite."
    )


ZERO = {FORM: [w * 0 for w in WANT]}


def named(name: str, values: dict[str, Any], here: bool = True) -> Function:
    """A function of that name."""
    candidate = Candidate(id=name, kind=CandidateKind.FUNCTION, cell=0, names=(name,))
    return replace(function(values), candidate=candidate, here=here)


RIVALS: dict[str, tuple[list[Function], bool]] = {
    "the last": ([named("f", {FORM: WANT}), named("f", ZERO)], True),
    "a draft": ([named("f", ZERO), named("f", {FORM: WANT})], False),
    "the section's": ([named("f", ZERO, here=False), named("f", {FORM: WANT})], True),
    "another section's": ([named("f", ZERO), named("f", {FORM: WANT}, here=False)], False),
    "exactly named": ([named("lse_2", ZERO), named("LSE", {FORM: WANT})], True),
    "worse named": ([named("lse", ZERO), named("lse_2", {FORM: WANT})], False),
    "three beside": ([named("f", {FORM: WANT}), *(named(n, ZERO) for n in "abc")], True),
    "four beside": ([named("f", {FORM: WANT}), *(named(n, ZERO) for n in "abcd")], False),
    "drafts of one name": ([named("f", {FORM: WANT}), *[named("f", ZERO)] * 9], True),
    "four of another section": (
        [named("f", {FORM: WANT}), *(named(n, ZERO, here=False) for n in "abcd")],
        True,
    ),
    "some that do not answer": (
        [named("f", {}), named("f", {FORM: WANT}), *(named(n, {}) for n in "abcde")],
        True,
    ),
}


@pytest.mark.parametrize(("got", "passes"), RIVALS.values(), ids=RIVALS)
def test_which_of_several_is_meant(
    decide: Decide, place: Any, got: list[Function], passes: bool
):
    """The section's, the exactly named, the last; otherwise a person is asked."""
    verdict = matching(decide, place, *got)

    assert (verdict.outcome, verdict.proposal) == (
        (Outcome.PASS, None) if passes else (Outcome.PENDING, 1.0)
    )


def drafts(right: int, count: int) -> list[Function]:
    """Functions of one name, the last first; one of them is right."""
    found = [named("f", {FORM: WANT} if i == right else ZERO) for i in range(count)]
    return [
        replace(f, candidate=replace(f.candidate, id=f"f{i}")) for i, f in enumerate(found)
    ]


@pytest.mark.parametrize(
    ("right", "how", "which", "passes"),
    [
        (0, "by name", "usual", True),
        (1, "by name", "usual", False),
        (3, "by name", "best", True),
        (4, "by name", "best", False),
        (3, "by behaviour", "usual", True),
        (4, "by behaviour", "usual", False),
        (0, "by behaviour", "usual", True),
    ],
)
def test_a_right_draft_among_wrong_ones(
    decide: Decide, place: Any, right: int, how: str, which: str, passes: bool
):
    """Of one name the last is meant; the best of a few where the rubric says so."""
    find = LSE.find.model_copy(update={"which": which})
    options = LSE.model_copy(update={"find": find})
    hits = [place(f, how=how) for f in drafts(right, 9)]

    verdict = decide(options, {"lse": hits}, {"lse": [function({FORM: WANT})]})

    assert (verdict.outcome, verdict.proposal) == (
        (Outcome.PASS, None) if passes else (Outcome.PENDING, 1.0)
    )


def test_a_guess_among_many_is_told(decide: Decide, place: Any):
    """The sentence says how many there are, and not what was expected."""
    verdict = matching(decide, place, *RIVALS["four beside"][0])

    assert verdict.reason == (
        "it is right, but 4 other functions beside it may be meant and gave other values; "
        "a person will look."
    )


@pytest.mark.parametrize(("count", "passes"), [(3, True), (4, False)])
def test_a_guess_among_functions_of_any_name(
    decide: Decide, place: Any, count: int, passes: bool
):
    """A right function of another name counts beside a few that answer otherwise."""
    got = [named("g", {FORM: WANT}), *(named(f"f{i}", ZERO) for i in range(count))]

    verdict = matching(decide, place, *got, how="by behaviour")

    assert (verdict.outcome is Outcome.PASS) == passes


@pytest.mark.parametrize(
    ("error", "told"), [("ValueError: no", "ValueError"), ("E12: 1", "an error of its own")]
)
def test_errors_are_not_quoted(decide: Decide, place: Any, error: str, told: str):
    """A class of the student's own could be named after the inputs it was given."""
    verdict = matching(decide, place, function({}, {FORM: error}))

    assert verdict.reason == (
        f"It could not be called in any way we know ({told}); a person will look."
    )


def test_a_function_that_raised(decide: Decide, place: Any):
    """A person looks; the student reads the error's class, staff its words."""
    verdict = matching(decide, place, function({}, {FORM: "TypeError: no"}))

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)
    assert verdict.reason == (
        "It could not be called in any way we know (TypeError); a person will look."
    )
    assert verdict.detail == (("errors", "TypeError: no"),)


def test_a_function_that_takes_the_rest_from_outside(decide: Decide, place: Any):
    """`def energy(x)` with W as a global may be right: nothing is proposed."""
    hit = place(function({}), how="by name")
    hit = replace(
        hit, binding=replace(hit.binding, reasons=("it takes one argument; add W",))
    )

    verdict = decide(LSE, {"lse": [hit]}, {"lse": [function({FORM: WANT})]})

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert "(it takes one argument; add W)" in verdict.reason


def test_a_stub(decide: Decide, place: Any):
    """A function that is not written is no answer."""
    verdict = matching(decide, place, function({}, {FORM: "NotImplementedError: "}))

    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.reason == "it is not written yet."


def test_a_wrong_value_tells_what_to_do(decide: Decide, place: Any):
    """A function that answers wrongly fails with the rubric's hint."""
    verdict = matching(decide, place, function({FORM: [w * 0 for w in WANT]}))

    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Subtract the maximum.")


def test_behaviour_counts_only_in_full(decide: Decide, place: Any):
    """A function of another name earns all or is not an answer."""
    right, half = function({FORM: WANT}), function({FORM: [WANT[0], WANT[1] * 0]})

    assert matching(decide, place, right, how="by behaviour").outcome is Outcome.PASS
    assert matching(decide, place, half, how="by behaviour").outcome is Outcome.NO_ANSWER


def test_behaviour_beside_a_wrong_name(decide: Decide, place: Any):
    """A plotting helper called lse_plot does not hide the function that is right."""
    named = place(function({FORM: [w * 0 for w in WANT]}), how="by name")
    other = place(function({FORM: WANT}), how="by behaviour")

    verdict = decide(LSE, {"lse": [named, other]}, {"lse": [function({FORM: WANT})]})

    assert verdict.credit == 1


def test_no_function(decide: Decide, place: Any):
    """Nothing found, and a reference that does not answer."""
    assert matching(decide, place).outcome is Outcome.NO_ANSWER
    with pytest.raises(JudgeError, match=r"^2b\.lse: the reference has no function that "):
        decide(LSE, {"lse": [function({FORM: WANT})]}, {})


@dataclass(frozen=True)
class Typed:
    """A formula of a test."""

    text: str
    value: Callable[[float], float | None]
    is_final: bool = True

    def at(self, n: float) -> float | None:
        """Its value."""
        return self.value(n)


REGIONS = FormulaEquals(
    id="4.formula",
    states="It is the maximum.",
    check="formula_equals",
    find=FindFormula(variable="n"),
    function=FindFunction(names=("regions",), by_behaviour=False),
    arguments=(Argument(name="n", values=(0, 1, 2, 3, 5)),),
    tolerance=Tolerance(rtol=0, atol=0, because="a count"),
    hint="Draw lines.",
)
DECISIVE = REGIONS.model_copy(update={"decisive": True})
COUNTS = (1, 2, 4, 7, 16)
RIGHT_ONE = Typed("1+n+n(n-1)/2", lambda n: 1 + n + n * (n - 1) / 2)
WRONG_ONE = Typed("2^n", lambda n: 2**n)


def counts(*numbers: Any) -> Function:
    """A function of n that answered."""
    return function({"(n)": numbers})


def formula(
    decide: Decide, *typed: Typed, own: Any = (), options: FormulaEquals = REGIONS
) -> Verdict:
    """Decide about formulas and functions."""
    return decide(
        options, {FindFormula: typed, "regions": own}, {"regions": [counts(*COUNTS)]}
    )


def test_a_right_formula(decide: Decide):
    """It is proposed to a person, or passes where the rubric lets it decide."""
    proposed, decided = (
        formula(decide, RIGHT_ONE),
        formula(decide, RIGHT_ONE, options=DECISIVE),
    )

    assert (proposed.outcome, proposed.proposal) == (Outcome.PENDING, 1.0)
    assert proposed.reason == (
        "Read the formula 1+n+n(n-1)/2; it has the right values. A person will confirm it."
    )
    assert decided.outcome is Outcome.PASS
    assert decided.reason == "Read the formula 1+n+n(n-1)/2; it has the right values."


def test_a_wrong_formula(decide: Decide):
    """It is proposed as nothing, or fails where the rubric lets it decide."""
    proposed, decided = (
        formula(decide, WRONG_ONE),
        formula(decide, WRONG_ONE, options=DECISIVE),
    )

    assert (proposed.outcome, proposed.proposal) == (Outcome.PENDING, 0.0)
    assert (decided.outcome, decided.hint) == (Outcome.FAIL, "Draw lines.")
    assert decided.reason == "Read the formula 2^n; it does not have the right values."


ODD = [
    lambda n: None,
    lambda n: math.nan,
    lambda n: math.inf,
    lambda n: 0,
    lambda n: n,
    lambda n: 1,
    lambda n: RIGHT_ONE.at(n) if n < 5 else None,
    lambda n: (RIGHT_ONE.at(n) or 0) + (n == 5) * 1e-9,
]


@pytest.mark.parametrize("value", ODD)
def test_formulas_that_earn_nothing(decide: Decide, value: Callable[[float], float | None]):
    """Undefined, NaN, constant, identity, or right but for one value: nothing."""
    assert formula(decide, Typed("odd", value), options=DECISIVE).credit == 0


def test_two_answers(decide: Decide):
    """A right formula and a wrong one, both as the answer: a person decides which."""
    for both in ((RIGHT_ONE, WRONG_ONE), (WRONG_ONE, RIGHT_ONE)):
        verdict = formula(decide, *both, options=DECISIVE)

        assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)
    assert formula(decide, RIGHT_ONE, RIGHT_ONE, options=DECISIVE).outcome is Outcome.PASS


def test_a_right_formula_in_passing(decide: Decide):
    """A formula that does not stand where an answer stands waits for a person."""
    passing = Typed("1+n+n(n-1)/2", RIGHT_ONE.value, is_final=False)

    verdict = formula(decide, passing, options=DECISIVE)

    assert verdict.outcome is Outcome.PENDING
    assert verdict.reason == (
        "The formula 1+n+n(n-1)/2 has the right values, but it is not the only "
        "answer, or not where an answer stands; a person will look."
    )


def test_a_wrong_formula_in_passing(decide: Decide):
    """Only an answer can fail."""
    passing = Typed("2^n", WRONG_ONE.value, is_final=False)

    assert formula(decide, passing, options=DECISIVE).outcome is Outcome.PENDING


@pytest.mark.parametrize(
    "numbers", [COUNTS, [[c] for c in COUNTS], [np.int64(c) for c in COUNTS]]
)
def test_a_right_function(decide: Decide, numbers: Any):
    """A function with the right values passes, beside a wrong formula too."""
    assert formula(decide, WRONG_ONE, own=[counts(*numbers)]).outcome is Outcome.PASS


BAD = [
    (1, 2, 4, 7, 15),
    (1, 2, 4, 7),
    (1, 2, 4, 7, 16, 22),
    (math.nan,) * 5,
    (1,) * 5,
    (True,) * 5,
    [[1, 1], [2, 2], [4, 4], [7, 7], [16, 16]],
    [[]] * 5,
    (),
]


@pytest.mark.parametrize("numbers", BAD, ids=range(len(BAD)))
def test_functions_that_earn_nothing(decide: Decide, numbers: Any):
    """One value wrong, missing, one too many, arrays, constants: nothing."""
    assert formula(decide, own=[counts(*numbers)]).credit == 0


def test_nothing_to_read(decide: Decide):
    """No formula and no function is no answer; a reference without one is our fault."""
    assert formula(decide).reason == "Looked for it and found none. Nearest: this; that."
    with pytest.raises(
        JudgeError, match=r"^4\.formula: the reference has no function that "
    ):
        decide(REGIONS, {FindFormula: [RIGHT_ONE]}, {})
