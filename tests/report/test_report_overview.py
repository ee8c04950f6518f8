"""The report tells a course what was marked and what waits, the same every time."""

import re
import time
from collections.abc import Callable
from typing import Any

from grader.model.evidence import Evidence
from grader.model.verdict import (
    Result,
    failed,
    judge_error,
    pending,
)
from grader.report import (
    AssignmentLines,
    CriterionLine,
    QuestionLine,
    RunFacts,
    feedback_html,
    feedback_path,
    report_html,
)

Make = Callable[..., Result]
Read = Callable[[str], Any]


def _class(make: Make) -> list[Result]:
    low = pending("Two functions fit.", proposal=1.0)
    near = (("margin", "1e-3"), ("expected", "81"))
    return [
        make("a", {"1a.value": low, "1b.hidden": failed("Off.", detail=near)}),
        make("b b#1", {"1a.value": low}, people=("Ada",)),
        make("c", {"1a.proof": judge_error("KeyError")}, status="timeout", reason="600 s."),
        make("d", {"1b.hidden": failed("Off.", detail=(("margin", "3e-3"),))}),
    ]


def test_the_report_lists_what_a_person_must_look_at(
    lines: AssignmentLines, make: Make, read: Read
) -> None:
    """By criterion, then by reason, with links to the place on the feedback page."""
    html = report_html(_class(make), lines)

    assert (
        "1a.value The derivative is given. … Two functions fit. a b b#1 2"
        in read(html).words
    )
    assert "1a.proof The derivative is proved. ! KeyError c 1" in read(html).words
    assert 'href="feedback/b%20b%231.html#c-1a.value"' in html
    assert feedback_path("b b#1") == "feedback/b b#1.html"


def test_the_report_counts(lines: AssignmentLines, make: Make, read: Read) -> None:
    """Submissions, how many are fully scored, and what they come to."""
    seen = read(report_html(_class(make), lines)).words

    assert "submissions 4 fully scored 1 mean of those, of 4 points 6" in seen
    assert "median of those 6 verdicts for a person 3" in seen
    assert "✓ 2 correct ✗ 2 not correct margin from 0.001 to 0.003, median 0.002" in seen
    assert "2 × ✗ Off." in seen
    assert "The run ran out of time · 1 c 600 s." in seen


def test_the_report_shows_no_zero_for_pending(
    lines: AssignmentLines, make: Make, read: Read
) -> None:
    """A row with nothing scored has no digit in its score."""
    names = [line.id for line in lines.criteria]
    seen = read(report_html([make("a", {n: pending("?") for n in names})], lines)).words

    assert " a … … … … 5 ok " in seen


def test_the_report_says_how_it_was_run(
    lines: AssignmentLines, make: Make, read: Read
) -> None:
    """Date, level, versions and notes as given; at L0 a warning; nothing if not given."""
    facts = RunFacts(
        date="1 May", isolation="L0", versions=(("numpy", "2.3"),), notes=("Old.",)
    )
    seen = read(report_html([make("a")], lines, facts=facts)).words
    bare = read(report_html([make("a")], lines)).words

    assert "sheet01 · 1 May" in seen
    assert "The notebooks ran at isolation L0: a plain process" in seen
    assert "numpy 2.3" in seen
    assert "Old." in seen
    assert "How it was run" not in bare


def test_the_same_bytes_in_any_order(
    lines: AssignmentLines, make: Make, evidence: Evidence, png: bytes
) -> None:
    """Two renderings, and one of shuffled results, are identical."""
    results = _class(make)
    mixed = [*results[2:], *results[1::-1]]
    page = {"evidence": evidence, "pictures": {"aa": png}}

    assert report_html(results, lines) == report_html(mixed, lines)
    assert feedback_html(results[0], lines, **page) == feedback_html(  # type: ignore[arg-type]
        results[0],
        lines,
        **page,  # type: ignore[arg-type]
    )


def test_a_report_of_nothing(lines: AssignmentLines, read: Read) -> None:
    """No submissions is a page that says so."""
    assert "There are no submissions." in read(report_html([], lines)).words


def test_pages_can_be_read_aloud(
    lines: AssignmentLines, make: Make, evidence: Evidence, png: bytes
) -> None:
    """Language, header scopes, alternative texts and a viewport are there."""
    pages = [report_html(_class(make), lines)]
    pages.append(feedback_html(make("a"), lines, evidence=evidence, pictures={"aa": png}))

    for html in pages:
        assert '<html lang="en">' in html
        assert 'name="viewport"' in html
        assert not re.findall(r"<th(?![^>]*scope=)[ >]", html)
        assert not re.findall(r"<img(?![^>]*alt=)", html)


def test_a_large_class_is_quick_and_small(make: Make) -> None:
    """300 submissions with 30 criteria: far below 5 s and 3 MB."""
    questions = tuple(QuestionLine(id=f"{n}", title="T", points=3.0) for n in range(10))
    criteria = tuple(
        CriterionLine(id=f"{n}.{k}", question=f"{n}", states="It is so.", points=1.0)
        for n in range(10)
        for k in "abc"
    )
    lines = AssignmentLines(
        assignment="s", title="S", questions=questions, criteria=criteria
    )
    results = [
        make(
            f"group-with-a-long-name-{n:03d}",
            {
                line.id: pending("Look.") if (n + k) % 3 == 0 else failed(f"Off by {n}.")
                for k, line in enumerate(criteria)
            },
            ("Ada Lovelace", "Emmy Noether"),
            lines=lines,
        )
        for n in range(300)
    ]
    start = time.perf_counter()
    html = report_html(results, lines)

    assert time.perf_counter() - start < 5
    assert len(html.encode()) < 3_000_000
