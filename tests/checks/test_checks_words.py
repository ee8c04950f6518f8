"""Checks on text, source, files and people, and what only a person can decide."""

from collections.abc import Callable
from typing import Any

import pytest

from grader.checks import CHECKS
from grader.checks.registry import check
from grader.checks.words import counted, not_found, number
from grader.model.answers import Found, Hit, Passage
from grader.model.criteria import (
    FilesPresent,
    GroupSize,
    Manual,
    RubricLine,
    SourceCalls,
    TextClaims,
    TextPresent,
)
from grader.model.evidence import CellStatus
from grader.model.finds import FindText
from grader.model.verdict import Binding, Outcome, Verdict

Decide = Callable[..., Verdict]
PRESENT = TextPresent(
    id="2a.text",
    states="Words.",
    check="text_present",
    find=FindText(),
    words=3,
    hint="Write.",
)
CLAIMS = TextClaims(
    id="2a.which",
    states="The first two.",
    check="text_claims",
    find=FindText(),
    accept=("first two", "first and second"),
    reject=("all three",),
)
CALLS = SourceCalls(
    id="3c.calls",
    states="Used.",
    check="source_calls",
    calls=("numpy.gradient",),
    hint="Use it.",
)


def passages(*texts: str) -> dict[Any, list[Passage]]:
    """Texts that were found."""
    return {FindText: [Passage(cell=i, text=text) for i, text in enumerate(texts)]}


WORDS = [
    (("one two three",), Outcome.PASS, "Found 3 words of text."),
    (("one two", "three four"), Outcome.PASS, "Found 4 words of text."),
    (("one two",), Outcome.FAIL, "Found only 2 words of text."),
    (("# A heading of many words\none",), Outcome.FAIL, "Found only 1 word of text."),
    (("1 2 3 4 a b c d",), Outcome.FAIL, "Found only 0 words of text."),
    ((), Outcome.NO_ANSWER, "Looked for it and found none. Nearest: this; that."),
]


@pytest.mark.parametrize(("texts", "outcome", "reason"), WORDS)
def test_words_are_counted(
    decide: Decide, texts: tuple[str, ...], outcome: Outcome, reason: str
):
    """Three words pass, two fail; headings, numbers and letters are no words."""
    verdict = decide(PRESENT, passages(*texts))

    assert (verdict.outcome, verdict.reason) == (outcome, reason)


TEXTS = [
    ("The first two agree.", Outcome.PASS, None, "Read: “first two”."),
    ("The FIRST\nand   second agree.", Outcome.PASS, None, "Read: “FIRST and second”."),
    ("All three agree.", Outcome.PENDING, 0.0, "Read: “All three”. A person will look."),
    (
        "Not all three, the first two.",
        Outcome.PENDING,
        None,
        "The text is not clear to a machine; a person will read it.",
    ),
    (
        "They agree.",
        Outcome.PENDING,
        None,
        "The text is not clear to a machine; a person will read it.",
    ),
]


@pytest.mark.parametrize(("text", "outcome", "proposal", "reason"), TEXTS)
def test_claims(
    decide: Decide, text: str, outcome: Outcome, proposal: float | None, reason: str
):
    """Only an accepted pattern alone passes; nothing fails without a person."""
    verdict = decide(CLAIMS, passages(text))

    assert (verdict.outcome, verdict.proposal, verdict.reason) == (
        outcome,
        proposal,
        reason,
    )


DENIED = [
    "It is not the first two that agree.",
    "It is certainly not true that the first two agree.",
    "The claim that the first two agree is false.",
    "Contrary to the claim, the first two agree.",
    "The first two do not.",
    "Dass die ersten beiden (the first two) übereinstimmen, stimmt nicht.",
    "Die Aussage first two ist falsch.",
    "Keineswegs und in keinem Fall the first two.",
    "Do the first two agree?",
    "The first two agree. This is wrong.",
    "The first two agree. Das ist falsch.",
    "The first two agree. Das stimmt nicht.",
    "The first two agree. But not the first two.",
]
MEANT = [
    "The first two agree and the third does not.",
    "The third does not agree, but the first two do.",
    "This is no surprise: the first two agree.",
    "It does not depend on λ, so the first two agree.",
    "Not only the first two components agree.",
    "The first two agree. Is that a surprise? No.",
    "The first two agree. This is not so for the third, which is larger.",
    "Während der dritte nicht passt, agree the first two.",
]


@pytest.mark.parametrize("text", DENIED)
def test_a_claim_that_is_denied(decide: Decide, text: str):
    """Denied, doubted, asked or taken back, it is for a person to read."""
    verdict = decide(CLAIMS, passages(text))

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)


@pytest.mark.parametrize("text", MEANT)
def test_a_claim_beside_a_negation(decide: Decide, text: str):
    """A negation that belongs to something else costs nothing."""
    assert decide(CLAIMS, passages(text)).outcome is Outcome.PASS


SPANNING = TextClaims(
    id="2a.which",
    states="They agree.",
    check="text_claims",
    find=FindText(),
    accept=("one.{0,80}same", "same.{0,80}one"),
)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("one and two are the same", True),
        ("one and two are not the same", False),
        ("one, as is known, two are not the same", False),
        ("the same, three does not: it is one", True),
    ],
)
def test_a_negation_inside_of_a_claim(decide: Decide, text: str, passes: bool):
    """It counts in the clauses where a claim begins and ends, not in those between."""
    assert (decide(SPANNING, passages(text)).outcome is Outcome.PASS) == passes


def test_a_claim_over_two_cells(decide: Decide):
    """Cells of one section are read together; no text is no answer."""
    assert decide(CLAIMS, passages("The first", "two")).outcome is Outcome.PASS
    assert decide(CLAIMS, passages()).outcome is Outcome.NO_ANSWER


USES = [
    "import numpy as np\nnp.gradient(z)",
    "import numpy\nnumpy.gradient(z)",
    "from numpy import gradient\ngradient(z)",
    "from numpy import gradient as g\ng(z)",
    "import numpy as n\nf = n.gradient",
    "%time\nimport numpy as np\nnp.gradient(z)",
    "%%time\nimport numpy as np\nnp.gradient(z)",
    "!pip install numpy\nimport numpy as np\nnp.gradient(z)",
    "import numpy as np\nplt.imshow(np.gradient(z)[0])",
    "from numpy import *\ngradient(z)",
    "from numpy import *\nfrom matplotlib.pyplot import *\nimshow(gradient(z)[0])",
    "from pylab import *\ngradient(z)",
    "import numpy as np\ndef f():\n    return np.gradient(z)",
    "import numpy as np\nnp?\nnp.gradient(z)",
    "import numpy.linalg\nnumpy.gradient(z)",
]


@pytest.mark.parametrize("source", USES)
def test_calls_in_the_source(decide: Decide, sheet: Any, source: str):
    """Under any alias, in a function, handed on, beside magics: it is used."""
    sheet.cell(source)

    verdict = decide(CALLS, sheet=sheet)

    assert (verdict.outcome, verdict.reason) == (
        Outcome.PASS,
        "The source calls numpy.gradient.",
    )


def test_an_import_in_an_earlier_cell(decide: Decide, sheet: Any):
    """Aliases live on; the cell of the call is told."""
    sheet.cell("import numpy as np")
    sheet.cell("np.gradient(z)")

    verdict = decide(CALLS, sheet=sheet)

    assert str(verdict.binding) == "a call of numpy.gradient in cell 2 (in the source)"


def test_an_import_beside_a_mistake(decide: Decide, sheet: Any):
    """A line that is no Python does not hide the imports above it."""
    sheet.cell("import numpy as np\nprint 'hello'")
    sheet.cell("np.gradient(z)")

    assert decide(CALLS, sheet=sheet).outcome is Outcome.PASS


NO_USES = [
    "# np.gradient(z)",
    "'np.gradient'",
    "import numpy as np\nnp.diff(z)",
    "import torch as np\nnp.gradient(z)",
    "gradient(z)",
    "z.gradient()",
    "from mine import gradient\ngradient(z)",
    "import numpy as np\nnp.gradients(z)",
    "np.gradient(",
    "import numpy as np\nnp.linalg.gradient(z)",
    "import numpy as np",
]


@pytest.mark.parametrize("source", NO_USES)
def test_no_calls_in_the_source(decide: Decide, sheet: Any, source: str):
    """Comments, texts, functions of other modules and broken code are no call."""
    sheet.cell(source)

    verdict = decide(CALLS, sheet=sheet)

    assert (verdict.outcome, verdict.hint) == (Outcome.FAIL, "Use it.")
    assert verdict.reason == "None of 1 code cell calls numpy.gradient."


ENDED = [
    (1, Outcome.PENDING),
    (2, Outcome.PENDING),
    (3, Outcome.PASS),
    (None, Outcome.PASS),
]


@pytest.mark.parametrize(("line", "outcome"), ENDED)
def test_a_call_that_an_error_stopped(
    decide: Decide, sheet: Any, line: int | None, outcome: Outcome
):
    """What ended in the line of the call or before it has called nothing for sure."""
    sheet.cell("import numpy as np\ng = np.gradient(z)\nprint(g)", line=line)

    verdict = decide(CALLS, sheet=sheet)

    assert (verdict.outcome, verdict.proposal) == (outcome, None)


def test_a_call_that_an_error_stopped_and_one_that_ran(decide: Decide, sheet: Any):
    """A second attempt that ran counts."""
    sheet.cell("import numpy as np\ng = np.gradient(z)", line=2)
    sheet.cell("g = np.gradient(y)")

    verdict = decide(CALLS, sheet=sheet)

    assert verdict.outcome is Outcome.PASS
    assert verdict.binding is not None
    assert verdict.binding.cell == 1


def test_no_code(decide: Decide, sheet: Any):
    """Text is no code, and an empty cell neither."""
    sheet.cell("import numpy as np; np.gradient(z)", kind="markdown")
    sheet.cell("   ")

    verdict = decide(CALLS, sheet=sheet)

    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.reason == "Looked for a call of numpy.gradient and found no code."


@pytest.mark.parametrize(
    "source", ["(" * 500 + ")" * 500, "\x00", "x = " + "-" * 50_000 + "1"]
)
def test_source_that_cannot_be_read(decide: Decide, sheet: Any, source: str):
    """Source that no parser bears calls nothing, and raises nothing."""
    sheet.cell(source)

    assert decide(CALLS, sheet=sheet).outcome is Outcome.FAIL


FILES = [
    ((".ipynb",), (), 1.0, "Found files of every kind: .ipynb."),
    ((".ipynb", ".pdf"), ("Sheet.PDF",), 1.0, "Found files of every kind: .ipynb, .pdf."),
    ((".pdf",), ("pdf", "a.pdf.txt"), 0.0, "No .pdf file was handed in."),
    ((".pdf", ".zip"), (), 0.0, "No .pdf and no .zip file was handed in."),
]


@pytest.mark.parametrize(("kinds", "paths", "credit", "reason"), FILES)
def test_files(
    decide: Decide, sheet: Any, kinds: Any, paths: Any, credit: float, reason: str
):
    """Each kind must be there, upper case or lower; the notebook itself counts."""
    sheet.documents = paths
    options = FilesPresent(
        id="1.files", states="Files.", check="files_present", kinds=kinds
    )

    verdict = decide(options, sheet=sheet)

    assert (verdict.credit, verdict.reason) == (credit, reason)


GROUPS = [
    ((), Outcome.NO_ANSWER, "The names of folder and files do not tell who handed in."),
    (("Ada",), Outcome.FAIL, "1 name found, the sheet asks for 2."),
    (("Ada", "Ben"), Outcome.PASS, "2 names found."),
    (("Ada", "Ben", "Cem"), Outcome.FAIL, "3 names found, the sheet asks for 2."),
]


@pytest.mark.parametrize(("people", "outcome", "reason"), GROUPS)
def test_groups(decide: Decide, sheet: Any, people: Any, outcome: Outcome, reason: str):
    """As many names as asked pass; fewer and more do not."""
    sheet.people = people
    options = GroupSize(id="1.group", states="Two.", check="group_size", people=2)

    verdict = decide(options, sheet=sheet)

    assert (verdict.outcome, verdict.reason) == (outcome, reason)


LINES = (RubricLine(text="one", points=1), RubricLine(text="two", points=1))
MANUAL = Manual(id="1a.proof", states="Proved.", check="manual", lines=LINES)


def test_a_person_reads_text(decide: Decide, sheet: Any):
    """Where there is text a person decides."""
    verdict = decide(MANUAL, passages("A proof."), sheet=sheet)

    assert (verdict.outcome, verdict.reason) == (
        Outcome.PENDING,
        "A person will read this.",
    )


@pytest.mark.parametrize(
    "source", ["![](scan.png)", "<img src='a'>", "![a](attachment:a.png)"]
)
def test_a_person_looks_at_pictures(decide: Decide, sheet: Any, source: str):
    """A picture in a text cell may be the answer."""
    sheet.cell(source, kind="markdown", status=CellStatus.NOT_RUN)

    assert decide(MANUAL, sheet=sheet).outcome is Outcome.PENDING


def test_a_person_looks_at_documents_and_code(decide: Decide, new_sheet: Any):
    """A document, or code that ran, may be the answer."""
    scanned, coded = new_sheet(documents=("scan.pdf",)), new_sheet()
    coded.cell("proof()")

    assert decide(MANUAL, sheet=scanned).outcome is Outcome.PENDING
    assert decide(MANUAL, sheet=coded).outcome is Outcome.PENDING


def test_nothing_to_read(decide: Decide, sheet: Any):
    """Without text, code, picture or document there is nothing for a person."""
    sheet.cell("", kind="markdown", status=CellStatus.NOT_RUN)
    sheet.cell("")

    verdict = decide(MANUAL, sheet=sheet)

    assert verdict.outcome is Outcome.NO_ANSWER
    assert (
        verdict.reason == "There is no text, no code, no picture and no document to read."
    )


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_explains_itself(name: str):
    """A check says when it passes or waits, and what fools it unless a person decides."""
    words = CHECKS[name].__doc__ or ""

    assert "Pass: " in words or "Pending: " in words
    assert "Fooled by: " in words or name == "manual"


def test_two_checks_of_one_name():
    """A name is registered once."""
    with pytest.raises(ValueError, match=r"^two checks are called manual$"):
        check("manual")(CHECKS["manual"])


def test_numbers_and_counts_in_words():
    """Numbers keep six digits; counts agree with their noun."""
    numbers = [number(81.0), number(0.125), number(1.5e-7), number(1234567.0)]
    counts = [counted(n, "word") for n in (0, 1, 2)]

    assert numbers == ["81", "0.125", "1.5e-07", "1.23457e+06"]
    assert counts == ["0 words", "1 word", "2 words"]


@pytest.mark.parametrize(
    ("what", "cell", "reasons", "told"),
    [
        ("panel 1 of figure 2 (plot)", 4, ("outside question 2b",),
         "panel 1 of figure 2 (plot) in cell 5 (outside question 2b; it is not what was "
         "asked for)"),
        ("f(x) in cell 3", 2, ("in question 2b",),
         "f(x) in cell 3 (it is not what was asked for)"),
        ("the answer", None, (), "the answer (it is not what was asked for)"),
    ],
)  # fmt: skip
def test_a_wrong_answer_elsewhere_is_the_nearest_miss(what, cell, reasons, told):
    """Where it is, that it is outside of its question, and why it does not count."""
    place = Binding(cell=cell, what=what, how="found", confidence=0.3, reasons=reasons)
    found = Found(hits=(Hit(value=1, binding=place),) * 2, looked_for="it", nearest=("x",))

    verdict = not_found(found)

    assert verdict.outcome is Outcome.NO_ANSWER
    assert verdict.reason == f"Looked for it and found none that fits. Nearest: {told}; x."


def test_no_more_than_three_misses_are_named():
    """And without any, nothing is said of them."""
    places = [
        Binding(cell=i, what=f"no. {i}", how="found", confidence=0.3) for i in range(5)
    ]
    many = Found(hits=tuple(Hit(value=1, binding=p) for p in places), looked_for="it")

    assert not_found(many).reason.count("it is not what was asked for") == 3
    assert not_found(Found(looked_for="it")).reason == "Looked for it and found none."
