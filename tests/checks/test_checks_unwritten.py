"""Nothing to read in the text: a zero where text is all there is, else a person looks."""

import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Passage
from grader.model.case import Case
from grader.model.criteria import Separates, TextClaims
from grader.model.finds import FindArray, FindText
from grader.model.verdict import Outcome
from tests.checks.test_checks_equations import WANT, closed_form, found

SILENT = ("import numpy as np", "%matplotlib inline", "", "from a import b\nn = 1e3")
SPEAKING = ("# s(1 - s)", "print('n(n+1)/2 + 1')", "import a\nnp.append(w, b)", "w = 3 * x")
CLAIM = TextClaims(
    id="2a.which", states="Named.", check="text_claims", find=FindText(),
    accept=("first two",),
)  # fmt: skip


@pytest.mark.parametrize("source", SILENT)
def test_code_that_says_nothing_leaves_no_answer(decide, sheet, source):
    """Imports, magics and settings are no place for an answer."""
    sheet.cell(source)
    options = Separates(
        id="1c.s", states="It separates.", check="separates",
        weights=FindArray(names=("w",), shape=(2,)), bias=FindArray(names=("b",)),
        classes=(((0, 0),), ((1, 1),)),
    )  # fmt: skip

    verdict = decide(options, {}, {}, sheet)

    assert verdict.outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("source", SPEAKING)
def test_code_that_may_say_it_is_for_a_person(decide, sheet, source):
    """No silent zero: comments, printed words and computations may be the answer."""
    sheet.cell(source)

    verdict = decide(CLAIM, {}, {}, sheet)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "Looked for it and found none; code may say it, in comments or in what it prints. "
        "A person will look."
    )


def test_words_of_a_text_cell_are_no_code(decide, sheet):
    """Text without the formula: what the check says of texts holds."""
    sheet.cell("Some words.", kind="markdown")

    verdict = decide(closed_form(), found(text=False), WANT, sheet)

    assert verdict.outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("printed", "proposal"), [("-> the first two agree", 1.0), ("0.09 0.24 0.67", None)]
)
def test_a_printed_claim_is_proposed(sheet, place, printed, proposal):
    """Output is full of words: a person confirms what was read there."""
    sheet.cell("print(...)")

    def find(what, criterion, question):
        words = [place(Passage(cell=0, text=printed))] if what.printed else []
        return Found(hits=tuple(words), looked_for="text")

    recorded = sheet.recorded()
    case = Case(
        question="2a", criterion=CLAIM, got=recorded, want=recorded, find=find,
        find_want=find, verdicts={}, own_cells=recorded.evidence.cells,
    )  # fmt: skip

    verdict = CHECKS["text_claims"](CLAIM, case)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)
