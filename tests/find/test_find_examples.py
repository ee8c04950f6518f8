"""Every way to expose an answer, through the whole pipeline with real kernels.

submissions/finding holds the notebooks; submissions/finding.yaml says what each must
get, and where its answers are.
"""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from grader import pipeline
from grader.model.verdict import Mark, Outcome, Result
from grader.pipeline import Options

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "submissions" / "finding"
ASSIGNMENT = Path(__file__).parent / "assignment" / "finding.yaml"
EXPECTED: dict[str, Any] = YAML(typ="safe", pure=True).load(
    (ROOT / "submissions" / "finding.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """All examples, graded once."""
    assignment = pipeline.load(str(ASSIGNMENT), ASSIGNMENT.parent)
    out = tmp_path_factory.mktemp("finding") / "out"
    batch = pipeline.grade(assignment, [FOLDER], out, Options(jobs=2))
    return {result.submission: result for result in batch.results}


def test_every_example_is_written_down(results: dict[str, Result]):
    """No example without an expectation, and none expected that is not there."""
    assert sorted(results) == sorted(EXPECTED)
    assert len([name for name in EXPECTED if name.startswith("count-")]) >= 30


def _complaints(mark: Mark, wanted: Any, found: str) -> list[str]:
    want = wanted if isinstance(wanted, dict) else {"outcome": wanted}
    verdict, told = mark.verdict, str(mark.verdict.binding)
    wrong = [] if verdict.outcome is Outcome(want["outcome"]) else [verdict.outcome.value]
    for key in ("credit", "proposal"):
        if key in want and getattr(verdict, key) != want[key]:
            wrong.append(f"{key} {getattr(verdict, key)}")
    if want.get("reason", "") not in verdict.reason:
        wrong.append("another reason")
    if found not in told:
        wrong.append(f"found {told}")
    return [f"{mark.criterion}: {', '.join(wrong)}: {verdict.reason}"] if wrong else []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example(results: dict[str, Result], name: str):
    """Its run ends well; each criterion gets what it must, from the place it must."""
    want = EXPECTED[name]
    result = results[name]
    found = want.get("found", {})

    named = [mark for mark in result.marks if mark.criterion in want["outcomes"]]
    wrong = [
        complaint
        for mark in named
        for complaint in _complaints(
            mark, want["outcomes"][mark.criterion], found.get(mark.criterion, "")
        )
    ]

    assert wrong == []
    assert not any(mark.points for mark in result.marks if mark not in named)
    assert result.status == want.get("run", "ok")
