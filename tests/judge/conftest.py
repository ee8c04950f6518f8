"""A judge over throw-away checks, each of which says what a test lets it say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from grader.checks import CHECKS
from grader.judge import Judge
from grader.model.criteria import Checked
from grader.model.evidence import Cell, CellStatus, Document, Evidence
from grader.model.recorded import Recorded
from grader.model.rubric import Question, Rubric
from grader.model.run import Run, RunStatus
from grader.model.verdict import Verdict

Says = Callable[[Any, Any], Verdict]


@dataclass
class Bench:
    """A rubric under construction, of criteria whose verdicts are given."""

    patch: pytest.MonkeyPatch
    questions: dict[str, list[Checked]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    sure_enough: float = 0.5

    def criterion(
        self, id: str, says: Verdict | Says, needs: tuple[str, ...] = (), points: float = 1
    ) -> None:
        """Add a criterion with a check of its own."""

        def decide(options: Any, case: Any) -> Verdict:
            self.asked.append(id)
            return says if isinstance(says, Verdict) else says(options, case)

        name = f"throw_away_{id}"
        self.patch.setitem(CHECKS, name, decide)
        added = Checked(id=id, states="It is so.", check=name, needs=needs, points=points)
        self.add(id.partition(".")[0], added)

    def add(self, question: str, criterion: Checked) -> None:
        """Add a criterion to a question."""
        self.questions.setdefault(question, []).append(criterion)

    def rubric(self) -> Rubric:
        """All questions."""
        questions = tuple(
            Question.model_construct(
                id=id,
                title=id,
                points=0,
                bonus=False,
                written=id in self.written,
                criteria=tuple(criteria),
            )
            for id, criteria in self.questions.items()
        )
        return Rubric.model_construct(questions=questions, sure_enough=self.sure_enough)

    def verdicts(
        self, got: Recorded | None = None, want: Recorded | None = None
    ) -> dict[str, Verdict]:
        """Decide every criterion."""
        reference = want or submission()
        return Judge(rubric=self.rubric(), reference=reference).verdicts(
            got or submission()
        )


def submission(
    status: RunStatus = RunStatus.OK,
    cells: tuple[Cell, ...] = (),
    documents: tuple[str, ...] = (),
    **more: Any,
) -> Recorded:
    """Evidence of one submission."""
    arrays = more.pop("arrays", {})
    evidence = Evidence(
        submission="ada",
        run=Run(status=status, reason=more.pop("reason", "It took too long.")),
        cells=cells,
        documents=tuple(Document(path=p, sha256="d", size=1) for p in documents),
        **more,
    )
    return Recorded(evidence=evidence, arrays=arrays)


def code(
    index: int, source: str = "f()", status: CellStatus = CellStatus.OK, **more: Any
) -> Cell:
    """One code cell."""
    return Cell(index=index, kind="code", source=source, status=status, **more)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An empty rubric."""
    return Bench(monkeypatch)


@pytest.fixture(scope="session")
def submitted() -> Callable[..., Recorded]:
    """Make evidence of one submission."""
    return submission


@pytest.fixture(scope="session")
def cell() -> Callable[..., Cell]:
    """Make a code cell."""
    return code
