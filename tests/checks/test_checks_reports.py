"""How a submission was packed, what it imports, what its report holds."""

from dataclasses import replace
from typing import Any

import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Hit, Passage
from grader.model.case import Case
from grader.model.criteria_files import (
    ArchiveNamed,
    CommentsPresent,
    FilesOnly,
    ImportsOnly,
    PeopleAtMost,
    ReportPresent,
    SectionWritten,
    SourceAvoids,
    SourceUses,
    TextStates,
)
from grader.model.evidence import Cell, Document, Evidence
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.verdict import Binding

BASE = {"id": "r.x", "states": "It is so."}
EMPTY = Evidence(submission="ada", run=Run(status=RunStatus.OK), notebook="a.ipynb")
NUMPY = ImportsOnly(**BASE, check="imports_only", modules=("numpy", "matplotlib"))
AVOIDS = SourceAvoids(**BASE, check="source_avoids", names=("torch.*", "scipy.optimize.*"))
USES = SourceUses(**BASE, check="source_uses", names=("numpy.*",))
COMMENTS = CommentsPresent(**BASE, check="comments_present", count=2)
FILES = FilesOnly(**BASE, check="files_only", kinds=(".py", ".ipynb"))
NAMED = ArchiveNamed(
    **BASE, check="archive_named", pattern=r"\d{9}(_\d{9})?\.(zip|rar)", example="1_2.zip"
)
REPORT = ReportPresent(**BASE, check="report_present", words=5)
ID = TextStates(**BASE, check="text_states", patterns=(r"(?<!\d)\d{9}(?!\d)",))
HARD = SectionWritten(**BASE, check="section_written", subject=("challeng",), words=4)
PAIR = PeopleAtMost(**BASE, check="people_at_most", people=2)


def decide(
    options: Any,
    *code: str,
    text: tuple[str, ...] | dict[int, str] = (),
    bare: tuple[str, ...] = (),
    **evidence: Any,
) -> str:
    """The outcome for these code cells, these texts, text cells and this evidence."""
    sources = [("code", s) for s in code] + [("markdown", s) for s in bare]
    cells = tuple(Cell(index=i, kind=k, source=s) for i, (k, s) in enumerate(sources))
    binding = Binding(cell=0, what="text", how="by hand")
    given = text if isinstance(text, dict) else dict(enumerate(text))
    passages = [Passage(cell=i, text=t) for i, t in given.items()]
    found = Found(hits=tuple(Hit(value=p, binding=binding) for p in passages))
    recorded = Recorded(evidence=replace(EMPTY, cells=cells, **evidence))
    case = Case(
        question="r",
        criterion=options,
        got=recorded,
        want=recorded,
        find=lambda *_: found,
        find_want=lambda *_: found,
        verdicts={},
        own_cells=cells,
    )
    return CHECKS[options.check](options, case).outcome.value


def files(*paths: str) -> dict[str, Any]:
    """Documents of these names."""
    return {"documents": tuple(Document(path=p, sha256="d", size=1) for p in paths)}


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("import numpy as np, math\nfrom matplotlib import pyplot", "pass"),
        ("import numpy.linalg", "pass"),
        ("%matplotlib inline\nimport numpy", "pass"),
        ("import torch", "fail"),
        ("from sklearn.neural_network import MLPClassifier", "fail"),
        ("import numpyro", "fail"),
    ],
)
def test_imports(source: str, outcome: str):
    """Python's own library is free; a name that only begins alike is not."""
    assert decide(NUMPY, source) == outcome


def test_a_file_that_was_handed_in_may_be_imported():
    """From xor_model import Net, with xor_model.py beside it."""
    source = "from xor_model import Net"

    assert decide(NUMPY, source, **files("xor_model.py")) == "pass"
    assert decide(NUMPY, source) == "fail"


@pytest.mark.parametrize(
    ("source", "avoids", "uses"),
    [
        ("import numpy as n\nn.dot(a, b)", "pass", "pass"),
        ("import torch", "pass", "fail"),
        ("import torch as t\nt.autograd.grad(y, x)", "fail", "fail"),
        ("from scipy.optimize import minimize\nminimize(f, x)", "fail", "fail"),
        ("from scipy import stats\nstats.norm", "pass", "fail"),
        ("", "no_answer", "no_answer"),
    ],
)
def test_uses(source: str, avoids: str, uses: str):
    """Aliases are followed; an import alone is no use."""
    assert decide(AVOIDS, source) == avoids
    assert decide(USES, source) == uses


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("# forward pass\nx = 1  # the loss", "pass"),
        ('def f():\n    """Return one."""\n    return 1  # always', "pass"),
        ("# forward\nx = 1", "partial"),
        ("# x\n#----\ny = '#'", "fail"),
        ("e = y - f  # dL/df\nH = A.clip(0)  # (n, 2)", "pass"),
        ("# dL\n# x = 1\ny = 1", "fail"),
        ("plot(c='#ffaadd', d='#colour')", "fail"),
        ('"""Train a small net."""\nx = 1  # (2,)', "partial"),
        ('"""Train a small net."""\nx = 1  # (n,)', "pass"),
        ("def f(:\n# what is unfinished\n# still says something", "pass"),
    ],
)
def test_comments(source: str, outcome: str):
    """Words, not rulers."""
    assert decide(COMMENTS, source) == outcome


@pytest.mark.parametrize(
    ("paths", "outcome"),
    [(("b.py", "r.pdf"), "pass"), (("b.m",), "fail"), (("Main.JAVA",), "fail")],
)
def test_kinds_of_code(paths: tuple[str, ...], outcome: str):
    """Documents are no code."""
    assert decide(FILES, **files(*paths)) == outcome


@pytest.mark.parametrize(
    ("origin", "notebook", "outcome"),
    [
        ("in/123456789.zip", "a.ipynb", "pass"),
        ("123456789_987654321.rar", "a.ipynb", "pass"),
        ("12345678.zip", "a.ipynb", "fail"),
        ("ex1.zip", "a.ipynb", "fail"),
        ("folder", "123456789_987654321/a.py", "pass"),
        ("folder", "ex1/a.py", "no_answer"),
        ("folder", "a.ipynb", "no_answer"),
    ],
)
def test_names_of_archives(origin: str, notebook: str, outcome: str):
    """Nine digits, once or twice; what was unpacked before cannot be told."""
    assert decide(NAMED, origin=origin, notebook=notebook) == outcome


def test_a_report():
    """A document, or enough words in the notebook."""
    assert decide(REPORT, **files("report.docx")) == "pass"
    assert decide(REPORT, text=("these are just about five words",)) == "pass"
    assert decide(REPORT, text=("only three words",), **files("x.png")) == "fail"
    assert decide(REPORT, "# these are just about five words\nx = 1") == "pending"
    assert decide(REPORT, "# only three words\nthese = are + just + about + five") == "fail"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("ID 123456789", "pass"), ("ID 12345678", "no_answer"), ("1234567890", "no_answer")],
)
def test_an_id_is_stated(text: str, outcome: str):
    """Exactly nine digits."""
    assert decide(ID, text=(text,)) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (("## Challenges\nMany random starts do fail.",), "pass"),
        (("**Challenges:** many random starts do fail",), "pass"),
        (("## Challenges", "Many random starts do fail."), "pass"),
        (("## Challenges\nnone\n## Next\nmany other words stand here",), "pending"),
        (("The main challenge was the start.",), "pending"),
        (("Nothing was difficult to do here.",), "no_answer"),
        (("## Challenges\n\n**Starts.** Many random ones do fail.",), "pass"),
        (("## Challenges\n\n**3.1** Many other words stand here.",), "pending"),
        (("## Challenges\n\n**Next**\n\nMany other words stand here.",), "pending"),
        (("## Challenges\nThe starts.", "Many of them do fail."), "pass"),
        (("## Challenges\nThe start.", "2b) Many other words are here."), "pending"),
        (("## Challenges", "## Next\nMany other words stand here."), "pending"),
        (("# Sheet\nHello.", "**Looking back:** many random starts do fail."), "pending"),
        (("# Sheet\nHello.", "**Looking back:** no."), "no_answer"),
        (("# Sheet\nHello.", "## Task 3\nMany random starts do fail."), "no_answer"),
        (("# Sheet\nMany random starts do fail.",), "no_answer"),
    ],
)
def test_a_section_on_a_subject(text: tuple[str, ...], outcome: str):
    """A heading and enough words below it; else a person reads."""
    assert decide(HARD, text=text) == outcome


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        (("## Challenges", "Many random starts do fail."), "pass"),
        (("## Challenges", "**Starts.** Many random ones do fail."), "pass"),
        (("## Challenges", "Many starts."), "pending"),
        (("## Challenges", "## Next", "Many other words stand here."), "no_answer"),
        (("## Other", "Many random starts do fail."), "no_answer"),
    ],
)
def test_a_heading_in_a_cell_of_its_own(cells: tuple[str, ...], outcome: str):
    """What finders give as text holds no bare headings; they are read from the cells."""
    words = {i: t for i, t in enumerate(cells) if not t.startswith("##")}

    assert decide(HARD, text=words, bare=cells) == outcome


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("# challenges: the random starts", "pending"),
        ("x = 1  # a challenge", "no_answer"),
        ("print('challenges')", "no_answer"),
    ],
)
def test_a_subject_in_a_comment_is_for_a_person(code: str, outcome: str):
    """A whole line of comment counts, an output does not."""
    assert decide(HARD, code) == outcome


@pytest.mark.parametrize(
    ("code", "outcome"), [("# ID 123456789", "pass"), ("x = 123456789", "no_answer")]
)
def test_an_id_in_a_comment_is_stated(code: str, outcome: str):
    """A number in the code is none."""
    assert decide(ID, code) == outcome


@pytest.mark.parametrize("text", ["Ausführen: alle Zellen", "ausfuehren: alle Zellen"])
def test_umlauts_may_be_typed_in_two_ways(text: str):
    """On another keyboard ü is ue."""
    run = SectionWritten(**BASE, check="section_written", subject=("ausführ",), words=4)

    assert decide(run, text=(text,)) == "pending"


@pytest.mark.parametrize(
    ("people", "outcome"),
    [(("a", "b"), "pass"), (("a", "b", "c"), "fail"), ((), "no_answer")],
)
def test_people(people: tuple[str, ...], outcome: str):
    """Two at most."""
    assert decide(PAIR, people=people) == outcome
