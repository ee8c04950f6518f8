"""The judge: in order, never unfair, and silent about nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.errors import EvidenceError, JudgeError
from grader.model.criteria import (
    Argument,
    ArrayClose,
    FunctionMatches,
    ModuleMatches,
    NumberClose,
    Separates,
    Tolerance,
)
from grader.model.criteria_drawings import FieldsDrawn
from grader.model.digest import array_digest
from grader.model.evidence import (
    Candidate,
    CandidateKind,
    Cell,
    CellStatus,
    Drawing,
    Named,
    NetworkReply,
    Reply,
)
from grader.model.finds import (
    FindArray,
    FindDrawings,
    FindFunction,
    FindNetwork,
    FindNumber,
)
from grader.model.recorded import Recorded
from grader.model.run import RunStatus
from grader.model.value import ArrayRef
from grader.model.verdict import (
    Binding,
    Outcome,
    Verdict,
    failed,
    graded,
    judge_error,
    no_answer,
    passed,
    pending,
)

Submitted = Callable[..., Recorded]
TOL = Tolerance(rtol=0, atol=0, because="a test")


def raising(error: Exception) -> Callable[[Any, Any], Verdict]:
    """A check with a fault."""

    def decide(options: Any, case: Any) -> Verdict:
        raise error

    return decide


FAULTS = [
    (ValueError("secret 81"), "We could not judge this (ValueError)."),
    (EvidenceError("a.npy is damaged"), "We could not judge this (EvidenceError)."),
    (RecursionError(), "We could not judge this (RecursionError)."),
    (MemoryError(), "We could not judge this (MemoryError)."),
    (AssertionError(), "We could not judge this (AssertionError)."),
    (
        JudgeError("1a.x: the reference has no number"),
        "We could not judge this: 1a.x: the reference has no number",
    ),
]


@pytest.mark.parametrize(("error", "reason"), FAULTS)
def test_a_fault_of_ours_is_no_fail(bench: Any, error: Exception, reason: str):
    """A check that raises gives judge_error; the others are judged all the same."""
    bench.criterion("1a.x", raising(error))
    bench.criterion("1a.y", passed("Fine."))

    verdicts = bench.verdicts()

    assert (verdicts["1a.x"].outcome, verdicts["1a.x"].reason) == (
        Outcome.JUDGE_ERROR,
        reason,
    )
    assert verdicts["1a.x"].credit is None
    assert verdicts["1a.y"].outcome is Outcome.PASS


def test_a_fault_is_told_to_staff_only(bench: Any):
    """The error and its place stand in the detail, not in the student's sentence."""
    bench.criterion("1a.x", raising(ValueError("secret 81")))

    verdict = bench.verdicts()["1a.x"]

    assert "81" not in verdict.reason
    ((label, words),) = verdict.detail
    assert label == "error"
    assert words.startswith("ValueError('secret 81') at ")


def unsure(confidence: float) -> Binding:
    """A place that may not be the answer's."""
    return Binding(cell=3, what="the number 81", how="by name", confidence=confidence)


@pytest.mark.parametrize(
    ("confidence", "outcome"), [(0.5, Outcome.PASS), (0.49, Outcome.PENDING)]
)
def test_the_boundary_of_sureness(bench: Any, confidence: float, outcome: Outcome):
    """Below `sure_enough` a verdict is a proposal to a person."""
    bench.criterion("1a.x", passed("Found 81.", binding=unsure(confidence)))

    assert bench.verdicts()["1a.x"].outcome is outcome


@pytest.mark.parametrize(("verdict", "proposal"), [(passed, 1.0), (failed, 0.0)])
def test_unsure_verdicts_are_proposals(bench: Any, verdict: Any, proposal: float):
    """Neither a pass nor a fail is final in an unsure place; the credit is proposed."""
    bench.criterion("1a.x", verdict("Found 81.", binding=unsure(0.3)))

    got = bench.verdicts()["1a.x"]

    assert (got.outcome, got.credit, got.proposal) == (Outcome.PENDING, None, proposal)
    assert got.reason == (
        "Found 81. It is not certain that this is the answer meant; a person will look."
    )


def test_partial_credit_is_proposed_as_it_is(bench: Any):
    """Half a credit stays half."""
    bench.criterion("1a.x", graded(0.5, "Half.", binding=unsure(0.3)))

    assert bench.verdicts()["1a.x"].proposal == 0.5


UNTOUCHED = [
    passed("Fine."),
    pending("Wait.", binding=unsure(0.1), proposal=0.7),
    no_answer("Nothing.", binding=unsure(0.1)),
    judge_error("We failed.", binding=unsure(0.1)),
]


@pytest.mark.parametrize("verdict", UNTOUCHED)
def test_what_sureness_leaves_alone(bench: Any, verdict: Verdict):
    """No binding, nothing found, or unscored already: the verdict stays."""
    bench.criterion("1a.x", verdict)

    assert bench.verdicts()["1a.x"] == verdict


def test_a_written_answer_may_be_on_paper(bench: Any, submitted: Submitted):
    """Nothing found, but documents were handed in: a person opens them."""
    bench.criterion("1a.x", no_answer("Looked for text."))
    bench.criterion("2a.x", no_answer("Looked for text."))
    bench.written = {"1a"}

    verdicts = bench.verdicts(submitted(documents=("a.pdf", "b.pdf", "c.jpg", "d.jpg")))

    assert verdicts["1a.x"].outcome is Outcome.PENDING
    assert verdicts["1a.x"].reason == (
        "Not found in the notebook; it may be in a.pdf, b.pdf, c.jpg. A person will look."
    )
    assert verdicts["2a.x"].outcome is Outcome.NO_ANSWER
    assert bench.verdicts()["1a.x"].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("~~It is one.~~", Outcome.PENDING),
        ("# 1a\n~~It is one.~~", Outcome.PENDING),
        ("# 1a\n~~It is one.~~ It is two.", Outcome.NO_ANSWER),
        ("# 2a\n~~It is one.~~\n# 1a", Outcome.NO_ANSWER),
        ("# 2a\n~~It is one.~~", Outcome.NO_ANSWER),
        ("x ~ N(0, 1)", Outcome.NO_ANSWER),
    ],
)
def test_an_answer_that_is_struck_out_is_none(
    bench: Any, submitted: Submitted, text: str, outcome: Outcome
):
    """Nothing else is said there: a person looks, and is told."""
    bench.written = {"1a"}
    bench.criterion("1a.x", no_answer("Looked for text."))
    bench.criterion("2a.x", passed("Fine."))
    texts = text.split("\n# ")
    cells = tuple(
        Cell(index=place, kind="markdown", source=f"# {part}" if place else part)
        for place, part in enumerate(texts)
    )

    verdict = bench.verdicts(submitted(cells=cells))["1a.x"]

    assert verdict.outcome is outcome
    told = "Looked for text. An attempt is struck out. A person will look."
    assert verdict.reason == (told if outcome is Outcome.PENDING else "Looked for text.")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("See my_math.pdf for 1", "my_math.pdf, which the text names and which is not in "
         "these files"),
        ("Theorie: handschriftlich dabei", "handwritten notes, of which the text speaks"),
        ("The maths is on a scan", "handwritten notes, of which the text speaks"),
        ("We scan the grid, and save a .png", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_paper_that_the_text_speaks_of(
    bench: Any, submitted: Submitted, text: str, where: str
):
    """A written answer may be there; a person asks for it. Others stay as they are."""
    bench.criterion("1a.x", no_answer("Looked for text."))
    bench.criterion("2a.x", no_answer("Looked for text."))
    bench.written = {"1a"}
    cells = (Cell(index=0, kind="markdown", source=text),)

    verdicts = bench.verdicts(submitted(cells=cells))

    told = f"Not found in the notebook; it may be in {where}. A person will look."
    assert verdicts["1a.x"].reason == (told if where else "Looked for text.")
    assert verdicts["2a.x"].outcome is Outcome.NO_ANSWER


BROKEN = [
    RunStatus.TIMEOUT,
    RunStatus.KERNEL_DIED,
    RunStatus.OUT_OF_MEMORY,
    RunStatus.OUTPUT_LIMIT,
    RunStatus.CELL_TIMEOUT,
]


@pytest.mark.parametrize("status", BROKEN)
@pytest.mark.parametrize("left", [CellStatus.NOT_RUN, CellStatus.TIMEOUT])
def test_a_run_that_broke_off(
    bench: Any, submitted: Submitted, cell: Any, status: RunStatus, left: CellStatus
):
    """Nothing found while code was left that did not run: a person looks."""
    bench.criterion("1a.x", no_answer("Looked for a number."))

    verdict = bench.verdicts(submitted(status, (cell(0), cell(1, status=left))))["1a.x"]

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)
    assert verdict.reason == (
        "Looked for a number. The run ended early (It took too long.), "
        "so a person will look."
    )


def test_a_run_that_reached_its_end(bench: Any, submitted: Submitted, cell: Any):
    """Where everything ran, or only empty cells were left, nothing found is no answer."""
    bench.criterion("1a.x", no_answer("Looked for a number."))
    left = CellStatus.NOT_RUN
    ran = submitted(RunStatus.KERNEL_DIED, (cell(0), cell(1, source=" \n", status=left)))
    tried = submitted(RunStatus.ERRORS, (cell(0, status=CellStatus.ERROR),))

    assert bench.verdicts(ran)["1a.x"].outcome is Outcome.NO_ANSWER
    assert bench.verdicts(tried)["1a.x"].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("intake", ["unreadable", "no_notebook"])
def test_what_could_not_be_read(bench: Any, submitted: Submitted, intake: str):
    """Nothing ran: a person looks, and no check is asked."""
    bench.criterion("1a.x", failed("Wrong."))
    bench.criterion("1a.y", passed("Right."), needs=("1a.x",))
    got = submitted(RunStatus.NOT_RUN, intake=intake, intake_reason="The file is damaged.")

    verdicts = bench.verdicts(got)

    assert {v.outcome for v in verdicts.values()} == {Outcome.PENDING}
    assert verdicts["1a.x"].reason == (
        "Nothing could be run: The file is damaged. A person will look."
    )
    assert bench.asked == []


def test_a_run_in_which_we_failed(bench: Any, submitted: Submitted):
    """Our failure is a judge_error on every criterion."""
    bench.criterion("1a.x", failed("Wrong."))
    got = submitted(RunStatus.HARNESS_FAILED, reason="The sandbox broke.")

    verdict = bench.verdicts(got)["1a.x"]

    assert verdict.outcome is Outcome.JUDGE_ERROR
    assert verdict.reason == "We could not run this submission: The sandbox broke."
    assert bench.asked == []


def test_verdicts_come_in_the_rubrics_order(bench: Any):
    """A criterion is judged after what it needs, and told in the rubric's order."""
    bench.criterion("1a.last", passed("Fine."), needs=("1a.mid",))
    bench.criterion("1a.mid", passed("Fine."), needs=("2a.first",))
    bench.criterion("2a.first", passed("Fine."))

    assert list(bench.verdicts()) == ["1a.last", "1a.mid", "2a.first"]
    assert bench.asked == ["2a.first", "1a.mid", "1a.last"]


NEEDED = [
    (passed(""), Outcome.PASS, "Fine."),
    (graded(0.1, ""), Outcome.PASS, "Fine."),
    (failed(""), Outcome.FAIL, "This builds on 1a.x, which earned nothing."),
    (no_answer(""), Outcome.FAIL, "This builds on 1a.x, which earned nothing."),
    (pending(""), Outcome.PENDING, "This waits for 1a.x, which a person decides."),
    (judge_error(""), Outcome.PENDING, "This waits for 1a.x, which a person decides."),
]


@pytest.mark.parametrize(("needed", "outcome", "reason"), NEEDED)
def test_what_a_criterion_needs(bench: Any, needed: Verdict, outcome: Outcome, reason: str):
    """Something earned lets it be judged; nothing earned fails it; unscored holds it."""
    bench.criterion("1a.x", needed)
    bench.criterion("1a.y", passed("Fine."), needs=("1a.x",))

    verdict = bench.verdicts()["1a.y"]

    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_needs_that_a_fault_decided(bench: Any):
    """A fault of ours in what is needed never becomes a fail."""
    bench.criterion("1a.x", raising(ValueError()))
    bench.criterion("1a.y", passed("Fine."), needs=("1a.x",))
    bench.criterion("1a.z", passed("Fine."), needs=("1a.y",))

    verdicts = bench.verdicts()

    assert [v.credit for v in verdicts.values()] == [None, None, None]


def test_twice_the_same(bench: Any, submitted: Submitted):
    """The same evidence gives the same verdicts."""
    bench.criterion(
        "1a.x", lambda options, case: graded(0.25, case.got.evidence.submission)
    )

    assert bench.verdicts(submitted()) == bench.verdicts(submitted())


COUNT = NumberClose(
    id="1a.count",
    states="81.",
    check="number_close",
    find=FindNumber(near=("params",)),
    tolerance=TOL,
)


def test_a_number_of_another_section(bench: Any, submitted: Submitted, cell: Any):
    """Found with the real finder: in its section it passes, elsewhere it is proposed."""
    bench.add("1a", COUNT)
    bench.criterion("2a.x", passed("Fine."))
    want = submitted(cells=(cell(0, "# 1a", stdout="params 81"),))
    other = submitted(cells=(cell(0, "# 1a"), cell(1, "# 2a", stdout="params 81")))

    assert bench.verdicts(want, want)["1a.count"].outcome is Outcome.PASS
    verdict = bench.verdicts(other, want)["1a.count"]
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 1.0)


def test_a_reference_that_lacks_the_answer(bench: Any, submitted: Submitted, cell: Any):
    """That is our fault, whatever the student has."""
    bench.add("1a", COUNT)
    got = submitted(cells=(cell(0, "# 1a", stdout="params 81"),))

    assert bench.verdicts(got)["1a.count"].outcome is Outcome.JUDGE_ERROR


class Damaged(dict[str, Any]):
    """Arrays that cannot be read."""

    def get(self, key: str, default: Any = None) -> Any:
        raise EvidenceError(f"{key}.npy is damaged")


def test_a_damaged_array(bench: Any, submitted: Submitted, cell: Any):
    """An array that we cannot read back is our fault."""
    find = FindArray(names=("v",), shape=(3,))
    bench.add(
        "1a",
        ArrayClose(id="1a.v", states="v.", check="array_close", find=find, tolerance=TOL),
    )
    array = np.ones(3)
    ref = ArrayRef(sha256=array_digest(array), dtype="float64", shape=(3,))
    named = (Named(cell=0, name="v", type="ndarray", value=ref),)
    want = submitted(cells=(cell(0),), names=named, arrays={ref.sha256: array})
    got = submitted(cells=(cell(0),), names=named, arrays=Damaged())

    assert bench.verdicts(want, want)["1a.v"].outcome is Outcome.PASS
    assert bench.verdicts(got, want)["1a.v"].outcome is Outcome.JUDGE_ERROR


LSE = FunctionMatches(
    id="1a.lse",
    states="lse.",
    check="function_matches",
    find=FindFunction(names=("lse",)),
    arguments=(Argument(name="n", values=(1, 2)),),
    tolerance=TOL,
)
FUNCTION = (Candidate(id="f0", kind=CandidateKind.FUNCTION, cell=0, names=("lse",)),)


def replies(*values: Any, error: str = "") -> tuple[Reply, ...]:
    """Replies to the probe of lse."""
    return tuple(
        Reply(probe=f"1a.lse#{k}", candidate="f0", form="(n)", value=v, error=error)
        for k, v in enumerate(values)
    )


@pytest.mark.parametrize("error", ["lost", "timeout"])
def test_a_function_whose_replies_were_lost(
    bench: Any, submitted: Submitted, cell: Any, error: str
):
    """A probe that was never answered says nothing about the function: no fail."""
    bench.add("1a", LSE)
    want = submitted(cells=(cell(0),), candidates=FUNCTION, replies=replies(1.0, 2.0))
    got = submitted(
        cells=(cell(0),), candidates=FUNCTION, replies=replies(None, None, error=error)
    )

    assert bench.verdicts(want, want)["1a.lse"].outcome is Outcome.PASS
    assert bench.verdicts(got, want)["1a.lse"].credit is None


def test_a_function_that_was_never_asked(bench: Any, submitted: Submitted, cell: Any):
    """The run broke off before the probes: a person looks."""
    bench.add("1a", LSE)
    want = submitted(cells=(cell(0),), candidates=FUNCTION, replies=replies(1.0, 2.0))
    cells = (cell(0), cell(1, status=CellStatus.NOT_RUN))
    got = submitted(RunStatus.KERNEL_DIED, cells, candidates=FUNCTION)

    assert bench.verdicts(got, want)["1a.lse"].outcome is Outcome.PENDING


def test_a_network_whose_trace_was_lost(bench: Any, submitted: Submitted, cell: Any):
    """A network that could not be traced waits for a person; it is not missing."""
    bench.add(
        "1a",
        ModuleMatches(
            id="1a.net",
            states="A net.",
            check="module_matches",
            find=FindNetwork(names=("model",), inputs=2, outputs=1),
            architecture=("linear 2 1",),
            tolerance=TOL,
        ),
    )
    candidate = Candidate(id="n0", kind=CandidateKind.NETWORK, cell=0, names=("model",))
    lost = NetworkReply(probe="network:2", candidate="n0", error="lost")
    got = submitted(cells=(cell(0),), candidates=(candidate,), networks=(lost,))

    assert bench.verdicts(got)["1a.net"].outcome is Outcome.PENDING


def test_panels_that_did_not_get_drawn(bench: Any, submitted: Submitted, cell: Any):
    """A run that broke off behind another image leaves the panels to a person."""
    bench.add(
        "1a",
        FieldsDrawn(
            id="1a.fields",
            states="Drawn.",
            check="fields_drawn",
            find=FindDrawings(kinds=("image",)),
            panels=("x",),
            range=(-1, 1),
            tolerance=TOL,
        ),
    )
    z = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(-1, 1, 21))[0]
    arrays = {array_digest(a): a for a in (z, z * 0)}
    refs = [ArrayRef(sha256=key, dtype="float64", shape=(21, 21)) for key in arrays]
    drawings = [
        (
            Drawing(
                cell=0,
                figure=0,
                panel=0,
                method="imshow",
                z=r,
                title="x",
                extent=(-1, 1, -1, 1),
                origin="lower",
            ),
        )
        for r in refs
    ]
    want = submitted(cells=(cell(0, "# 1a"),), drawings=drawings[0], arrays=arrays)
    cells = (cell(0, "# 1a"), cell(1, status=CellStatus.NOT_RUN))
    got = submitted(RunStatus.TIMEOUT, cells, drawings=drawings[1], arrays=arrays)

    assert bench.verdicts(want, want)["1a.fields"].outcome is Outcome.PASS
    assert bench.verdicts(got, want)["1a.fields"].outcome is Outcome.PENDING


@pytest.mark.parametrize("b", [0.5, 0.0])
def test_a_bias_of_another_section(bench: Any, submitted: Submitted, cell: Any, b: float):
    """A weight vector of the section with a bias from elsewhere is a proposal."""
    bench.add(
        "1a",
        Separates(
            id="1a.line",
            states="It separates.",
            check="separates",
            weights=FindArray(names=("w",), shape=(2,)),
            bias=FindArray(names=("b",)),
            classes=(((1, 1),), ((1, 2),)),
        ),
    )
    bench.criterion("2a.x", passed("Fine."))
    names = (
        Named(cell=0, name="w", type="list", value=[1, -1]),
        Named(cell=1, name="b", type="float", value=b),
    )
    got = submitted(cells=(cell(0, "# 1a"), cell(1, "# 2a")), names=names)

    assert bench.verdicts(got)["1a.line"].outcome is Outcome.PENDING
